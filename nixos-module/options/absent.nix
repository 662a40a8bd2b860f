# What another module of this name has, and no step here does. Declared, so that a configuration is refused by a message that
# names the option, and not used in part.
{ lib }:
{ ... }:
let
  inherit (lib) mkOption types;
  absent = import ./absent-list.nix;
in
{
  options = builtins.mapAttrs
    (name: a: mkOption { type = types.raw; default = null; description = "Not done here. ${a}"; visible = false; })
    absent;
}
