{ lib }:
{ ... }:
let
  inherit (lib) mkOption types;
  t = import ./types.nix { inherit lib; };
in
{
  options.stepOptions = mkOption {
    type = types.attrsOf (types.listOf types.str);
    default = { };
    example = { unshare = [ "-T" "-b" "3600" ]; rootfs = [ "-s" ]; };
    description = ''
      Further options of single steps, by the name of the step, as the step's own page has them: for what no option here says.
    '';
  };
  options.steps = mkOption {
    default = [ ];
    example = [ { name = "trace"; rank = 205; argv = [ "nc-trace" "-o" "fd:110" ]; } ];
    description = ''
      The chain: what the other options make of it, and what you add. An entry of your own with the name of another replaces it,
      and with an empty {option}`argv` removes it; one with a new name is inserted by its rank, behind those of the same rank, or
      before them with `mkBefore`. `mkForce` replaces the whole list.
    '';
    type = types.listOf (types.submodule {
      options = {
        name = mkOption { type = t.name; description = "Name of the step."; };
        rank = mkOption {
          type = types.nullOr (types.ints.between 1 999);
          default = null;
          description = "Place in the line, see {manpage}`nc-intro(7)`; may be left out for a step that is there already.";
        };
        argv = mkOption { type = types.listOf types.str; description = "A program and its options, without what it runs."; };
        composed = mkOption { type = types.bool; default = false; internal = true; description = "Made by the other options."; };
      };
    });
  };
}
