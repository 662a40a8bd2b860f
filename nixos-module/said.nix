# What the serviceConfig of another module says, in the words of the options. Builtins only.
sc:
let
  inherit (builtins) concatMap elem elemAt filter head isList isString map match split toString;
  list = key: let v = sc.${key} or [ ]; in if isList v then v else [ v ];
  words = key: filter (x: isString x && x != "") (concatMap (v: split " " (toString v)) (list key));
  yes = v: elem v [ true "yes" "true" "on" "1" ];
  keys = [ "State" "Cache" "Logs" "Runtime" ];
  loaded = encrypted: w:
    let m = match "([^:]*):?(.*)" w; in
    { name = elemAt m 0; source = if elemAt m 1 == "" then elemAt m 0 else elemAt m 1; inherit encrypted; };
  set = encrypted: w: let m = match "([^:]*):.*" (toString w); in if m == null then [ ] else [ { name = head m; source = head m; inherit encrypted; } ];
  inherit (import ./chain/policy.nix) capName;
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
  # { name; source; encrypted; }; a specifier in a name is known to systemd only
  credentials =
    map (loaded false) (words "LoadCredential") ++ map (loaded true) (words "LoadCredentialEncrypted")
    ++ concatMap (set false) (list "SetCredential") ++ concatMap (set true) (list "SetCredentialEncrypted");
  # null where it cannot be said: capabilities that are taken away from all, and names of no capability
  ambient =
    let names = map capName (words "AmbientCapabilities"); in
    if elem null names then null else names;
  # null where there is none, or one that systemd alone knows
  workdir = let d = sc.WorkingDirectory or null; in if d == null || match "/[^%]*" (toString d) == null then null else toString d;
}
