# Which places of the host a container may be given, and where it may have them: the table of nc-run. A top-level directory
# that is not in it is the machine's owner's own, and open. How many components below it are the least; 99 is none.
let
  inherit (builtins) any elemAt filter isList isString length match split;
  no = 99;
  row = read: write: workspace: target: { inherit read write workspace target; };
  none = row no no no no;
  open = row 1 1 1 0;
  table = {
    bin = none; boot = none; dev = none; lib = none; lib32 = none; lib64 = none; libx32 = none; proc = none; sbin = none; sys = none;
    etc = row 1 no no 1; home = row 1 1 2 1; media = open; mnt = open; nix = row 2 no no no; opt = open; root = open;
    run = row 1 1 no 1; srv = row 0 0 1 0; tmp = row 1 1 1 1; usr = row 1 no no no; var = row 1 2 2 1;
  };
  kept = [ "/run/nucleus" "/run/secrets" "/var/lib/nucleus" ];
  components = p: filter (c: isString c && c != "") (split "/" p);
  within = p: dir: p == dir || builtins.substring 0 (builtins.stringLength dir + 1) p == "${dir}/";
in
rec {
  clean = p: match "/.*" p != null && p == "/${builtins.concatStringsSep "/" (components p)}" && !(any (c: c == "." || c == "..") (components p));
  allowed = use: p:
    let c = components p; top = elemAt c 0; in
    c != [ ] && !(any (within p) kept) && (!(table ? ${top}) || length c - 1 >= table.${top}.${use});
}
