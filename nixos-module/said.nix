# What the serviceConfig of another module says, in the words of the options. Builtins only.
sc:
let
  inherit (builtins) concatMap elem elemAt filter head isList isString map match split toString;
  list = key: let v = sc.${key} or [ ]; in if isList v then v else [ v ];
  words = key: filter (x: isString x && x != "") (concatMap (v: split " " (toString v)) (list key));
  yes = v: elem v [ true "yes" "true" "on" "1" ];
  keys = [ "State" "Cache" "Logs" "Runtime" ];
  modes = filter (v: v != null) (map (k: sc."${k}DirectoryMode" or null) keys);
in
rec {
  inherit sc words keys;
  user = sc.User or null;
  dynamicUser = yes (sc.DynamicUser or false);
  root = elem user [ null "" "root" ] && !dynamicUser;
  notify = elem (sc.Type or "simple") [ "notify" "notify-reload" ];
  # a name may be followed by that of a link
  directories = key: map (d: head (match "([^:]*).*" d)) (words "${key}Directory");
  directoryMode = if modes == [ ] then "0755" else head modes;
  # { name; source; }
  credentials = map
    (w: let m = match "([^:]*):?(.*)" w; in { name = elemAt m 0; source = if elemAt m 1 == "" then elemAt m 0 else elemAt m 1; })
    (words "LoadCredential");
}
