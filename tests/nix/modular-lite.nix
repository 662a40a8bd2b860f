# The modular service with stand-ins of lib and of the portable part -> [] when every case passes
{ lib ? import ./lib-lite.nix }:
let
  pkgs = import ./pkgs-names.nix;
  module = import ../../nixos-module/modular.nix { inherit (pkgs) nucleus; inherit pkgs; };
  portable = { options.process.argv = lib.mkOption { type = lib.types.listOf lib.types.str; description = "Words."; }; };
  run = settings:
    let modules = [ portable (args: builtins.removeAttrs (module ({ name = "web"; } // args)) [ "_class" ]) { config = settings; } ]; in
    (if lib ? fix then lib.evalModules { inherit modules; } else lib.evalModules { inherit modules; }).config;
  argv = (run { process.argv = [ "/bin/web" "--x" ]; nucleus = { landlock.write = [ "/srv/x" ]; }; }).process.argv;
in
import ./cases.nix {
  first = { got = builtins.head argv; want = "/p/nucleus/bin/nc-clean"; };
  last = { got = let n = builtins.length argv; in [ (builtins.elemAt argv (n - 2)) (builtins.elemAt argv (n - 1)) ]; want = [ "/bin/web" "--x" ]; };
  options = { got = builtins.elem "/srv/x" argv; want = true; };
  refused = { got = (builtins.tryEval (builtins.deepSeq (run { process.argv = [ "/x" ]; nucleus.mode = "production"; }).process.argv 1)).success; want = false; };
}
