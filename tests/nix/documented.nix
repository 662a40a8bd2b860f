# Options without a description -> [] when there are none
{ lib }:
let
  pkgs = import ./pkgs-names.nix;
  e = lib.evalModules { modules = [ (import ./host.nix { inherit lib pkgs; }) ../../nixos-module/default.nix { config._module.args = { inherit pkgs; }; } ]; };
  all = lib.optionAttrSetToDocList { inherit (e.options) services programs; };
in
map (o: o.name) (builtins.filter (o: o.visible && !o.internal && (o.description or null) == null) all)
