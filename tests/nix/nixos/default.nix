# NixOS tests, for who has nixpkgs: nix-build -A tests.service, or checks of the flake.
{ pkgs }:
let
  run = test: pkgs.testers.runNixOSTest { imports = [ test ]; _module.args = { nucleus = ../../..; }; };
in
{
  service = run ./service.nix;
  hardening = run ./hardening.nix;
  modular = run ./modular.nix;
}
