# nix-build -A package (or static): the tools. (import ./. { }).lib: chains, root file systems, policies, s6 directories; it evaluates
# without nixpkgs, and what needs packages has them from there. With pkgs given, its lines name the package's tools. nixosModules: services.nucleus.<name>, and the wrapper.
{ pkgs ? import <nixpkgs> { } }@args:
let
  nixos = ./nixos-module;
  package = pkgs.callPackage (nixos + "/package.nix") { };
  withPackage = pkgs // { nucleus = package; };
in
{
  inherit package;
  static = pkgs.pkgsStatic.callPackage (nixos + "/package.nix") { };
  lib = if args ? pkgs then import (nixos + "/lib.nix") { pkgs = withPackage; } else import (nixos + "/lib.nix") { } // { inherit (import (nixos + "/lib.nix") { pkgs = withPackage; }) mkRootfs mkAgentToolchainRootfs mkPolicy mkExeclineScript mkS6ServiceDir mkS6RcSourceDir; };
  nixosModules = rec {
    default = { imports = [ nucleus wrapper ]; };
    nucleus = nixos + "/default.nix";
    wrapper = nixos + "/wrap.nix";
  };
  serviceModules.default = import (nixos + "/modular.nix") { nucleus = package; inherit pkgs; };
  overlay = final: _: { nucleus = final.callPackage (nixos + "/package.nix") { }; };
  tests = import ./tests/nix/nixos { inherit pkgs; };
}
