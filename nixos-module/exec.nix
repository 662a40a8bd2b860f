# The Exec lines of a service that another module has written, with a chain in front of them: { config; warnings; wrong; }.
# Builtins only.
{
  name,
  # serviceConfig as it was
  sc,
  # key -> the chain of that line, as a list of words
  lineOf,
  # keys that stay as they are
  unconfined ? [ ],
  # what lets a line start as root, from where it becomes the user: "!", "+" or nothing
  privilege,
  toSystemd,
  needed,
}:
let
  inherit (builtins) attrNames concatMap concatStringsSep elem elemAt filter head isList isString length listToAttrs map match split;
  keys = [ "ExecCondition" "ExecStartPre" "ExecStart" "ExecStartPost" "ExecReload" "ExecStop" "ExecStopPost" ];
  present = filter (k: sc ? ${k}) keys;
  list = v: if isList v then v else [ v ];
  # a line may be a path or a package
  lines = key: map toString (list sc.${key});
  has = c: s: match ".*[${c}].*" s != null;
  parts = e: match "([@:+!|-]*)[ \t]*(.*)" e;
  prefix = e: elemAt (parts e) 0;
  command = e: elemAt (parts e) 1;
  # of the main process, which is the keeper outside: a pid that means nothing inside
  ofMain = e: match ".*[$][{]?MAINPID.*" e != null;

  # a word that is a semicolon begins another command; in quotes it is one of many characters
  bare = e: concatStringsSep "x" (filter isString (split "\"([^\"\\]|\\\\.)*\"|'([^'\\]|\\\\.)*'" e));
  several = e: match "(.*[ \t])?;([ \t].*)?" (bare e) != null;

  kind = key: e:
    if command e == "" then "reset"
    else if elem key unconfined then "declared"
    else if has "@" (prefix e) then "argv0"
    else if has "+" (prefix e) then "privileged"
    else if ofMain e then "main"
    else "confined";
  bang = e: if has "!" (prefix e) then "" else privilege;
  # ! and + exclude each other
  others = e: if privilege == "+" then builtins.replaceStrings [ "!" ] [ "" ] (prefix e) else prefix e;
  wrap = key: e:
    let k = kind key e; in
    if k == "confined" then "${if privilege == "+" then "+" else bang e}${others e}${toSystemd (lineOf key)} ${command e}"
    else if k == "main" then "${if privilege == "+" then "+" else bang e}${others e}${command e}"
    else e;
  wrapped = key: let w = map (wrap key) (lines key); in if isList sc.${key} then w else head w;
  of = k: concatMap (key: map (e: "${key}=${e}") (filter (e: kind key e == k) (lines key))) present;

  # what systemd would forbid the chain, and the chain does itself
  own = [
    "PrivateUsers" "ProcSubset" "ProtectControlGroups" "ProtectHostname" "ProtectKernelTunables" "ProtectProc" "RestrictNamespaces"
    "RestrictSUIDSGID" "SystemCallErrorNumber" "SystemCallFilter"
  ];
  dropped = filter (k: sc ? ${k}) own;
  forbidding = filter (k: !(elem sc.${k} [ false "false" "no" null ])) dropped;
  families = sc.RestrictAddressFamilies or null;
  moreFamilies = filter (f: f != "none") (strings families);
  bounding = sc.CapabilityBoundingSet or null;
  strings = v: concatMap (x: filter (y: isString y && y != "") (builtins.split " " x)) (list v);
  denies = v: filter (x: builtins.substring 0 1 x == "~") (strings v) != [ ];
in
{
  config = builtins.removeAttrs sc dropped
    // listToAttrs (map (key: { name = key; value = wrapped key; }) present)
    // { KillMode = "mixed"; }
    // (if bounding == null || denies bounding then { } else { CapabilityBoundingSet = filter (c: !(elem c needed)) (strings bounding) ++ needed; })
    // (if families == null || denies families then { } else { RestrictAddressFamilies = moreFamilies ++ filter (f: !(elem f moreFamilies)) [ "AF_UNIX" "AF_INET" ]; })
    // (if sc.ProtectSystem or null == "strict" then { ReadWritePaths = strings (sc.ReadWritePaths or [ ]) ++ [ "/run/nucleus" ]; } else { });
  warnings =
    map (e: "stays outside of the chain, as it has all privileges (+): ${e}") (of "privileged")
    ++ map (e: "stays outside of the chain, as it signals the main process: ${e}") (of "main")
    ++ (if forbidding == [ ] then [ ] else [ "left out, as the chain does the same later: ${concatStringsSep " " forbidding}" ]);
  wrong =
    map (e: "a line with the prefix @ cannot have a chain in front of it: ${e}") (of "argv0")
    ++ concatMap (key: map (e: "`${key}` has several commands in one line (;), and a chain goes before one of them: ${e}") (filter (e: kind key e == "confined" && several (command e)) (lines key))) present
    ++ (if elem (sc.Type or "simple") [ "forking" ] then [ "`Type=forking`: the end of the first process is the end of the container" ] else [ ])
    ++ (if bounding != null && denies bounding then [ "`CapabilityBoundingSet` takes away (~) what the chain needs; name what stays" ] else [ ])
    ++ concatMap (k: if sc ? ${k} then [ "`${k}` changes the root before the chain does" ] else [ ]) [ "RootDirectory" "RootImage" ];
}
