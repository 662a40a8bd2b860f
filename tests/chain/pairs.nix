# { NAME = line; }: what chain.nix makes of each declaration in pairs/. HOST of pairs.t, as facts.
{ bin ? "/nucleus/bin", split ? false, only ? null }:
let
  inherit (builtins) attrNames concatMap elemAt filter listToAttrs map match readDir;
  host = {
    nixos = false;
    directories = [ "/nix/store" "/opt" "/usr" ];
    environment = [ "LANG" ];
    users = { web = { uid = 990; gid = 991; }; alice = { uid = 1000; gid = 1000; }; };
  };
  names = concatMap (f: let m = match "(.*)\\.nix" f; in if m == null then [ ] else m) (attrNames (readDir ./pairs));
  line = name:
    let
      p = import (./pairs + "/${name}.nix");
      chain = import ../../nixos-module/chain.nix { inherit bin split; host = host // p.host or { }; };
    in
    chain.toShell (chain.mkChain (p.name or null) p.declaration);
in
listToAttrs (map (name: { inherit name; value = line name; }) names)
