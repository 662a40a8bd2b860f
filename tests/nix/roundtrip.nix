# What the renderers make of the word lists in VECTORS, each behind the program DUMP.
let
  c = import ../../nixos-module/chain.nix { bin = "/t"; execlineb = builtins.getEnv "EXECLINEB"; };
  vectors = builtins.fromJSON (builtins.readFile (builtins.getEnv "VECTORS"));
  dump = builtins.getEnv "DUMP";
in
map
  (argv: let line = [ dump ] ++ argv; in { execline = c.toExeclineScript line; shell = c.toShell line; systemd = c.toSystemd line; })
  vectors
