# Evaluates modules with a lib, ours or that of nixpkgs -> config
{ lib ? import ./lib-lite.nix, pkgs ? import ./pkgs-names.nix }:
modules:
let
  host = import ./host.nix { inherit lib pkgs; };
  all = [ host ../../nixos-module/default.nix ] ++ modules;
in
(if lib ? fix then lib.evalModules { modules = all ++ [ { config._module.args = { inherit pkgs; }; } ]; }
else lib.evalModules { args = { inherit pkgs; }; modules = all; }).config
