# The options of a chain, for a service of its own, for one of another module, and for a modular service: one list of modules.
{ lib }:
map (f: import f { inherit lib; }) [
  ./options/general.nix
  ./options/files.nix
  ./options/policies.nix
  ./options/limits.nix
  ./options/who.nix
  ./options/network.nix
  ./options/unit.nix
  ./options/absent.nix
  ./options/steps.nix
]
