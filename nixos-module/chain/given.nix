# Secrets, as Landlock and nc-assert know them: where they are, and which directory of the root file system is covered for that.
s:
let
  inherit (import ./base.nix) hasPrefix optional optionals;
  inherit (builtins) any concatMap elem elemAt filter foldl' head isString map split stringLength substring;
  # below the directory of secrets it is a file there, and not a mount
  dests = map (x: if within x.dest dir then substring (stringLength dir + 1) (-1) x.dest else x.dest) (s.secrets ++ s.credentials);
  isPath = d: hasPrefix "/" d;
  paths = filter isPath dests;
  named = any (d: !(isPath d)) dests;
  dir = "/run/secrets";
  place = d: if isPath d then d else dir;
  within = p: d: hasPrefix "${d}/" p;
  top = p: head (filter (c: isString c && c != "") (split "/" p));
  own = if s.rootfsMode == "bind" then [ "dev" "home" "proc" "run" "sys" "tmp" ] else [ "dev" "proc" "tmp" ];
  known = s.rootfsEntries ++ s.rootfsPaths;
  deepest = p: foldl' (best: d: if within p d && stringLength d > stringLength best then d else best) "" known;
  # null where nothing is covered
  covered = p:
    if s.rootfsUpper != null || within p s.home || elem (top p) own || elem p known then null else deepest p;
  stated = p: [ "-r" p "-x" p ];
  image = elem s.rootfsMode [ "erofs" "squashfs" ];
in
{
  landlock = optionals named [ "-r" dir ] ++ concatMap (p: [ "-r" p ]) paths;
  hides = any (d: image || covered (place d) == "") dests;
  mounts = all:
    optionals named (stated dir)
    ++ concatMap
      (d:
        let c = if all then covered (place d) else null; in
        optionals (c != null) [ "-r" c ] ++ optionals (isPath d) (stated d))
      dests;
}
