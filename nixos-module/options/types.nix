# The types of words that the steps take.
{ lib }:
let
  inherit (lib) mkOption types;
in
rec {
  size = types.either types.ints.positive (types.strMatching "[0-9]+[KMGTkmgt]?");
  sha256 = types.strMatching "[0-9a-f]{64}";
  absolute = types.strMatching "/[^\n]*";
  # a path that stays where it is: a Nix path would be copied into the store
  hostPath = absolute;
  name = types.strMatching "[A-Za-z0-9_][A-Za-z0-9_.-]*";
  variable = types.strMatching "[A-Za-z_][A-Za-z0-9_]*";
  capability = types.enum (import ../chain/caps.nix);
  limit = types.either types.ints.unsigned (types.strMatching "([0-9]+[KMGTkmgt]?|unlimited|infinity)(:([0-9]+[KMGTkmgt]?|unlimited|infinity))?");
  policy = types.path;

  option = type: default: description: mkOption { inherit type default description; };
  maybe = type: description: mkOption { type = types.nullOr type; default = null; inherit description; };
  example = o: text: o // { example = text; };
  # a group of options, and options that only lists of groups have
  group = description: options: default: mkOption { type = types.submodule { inherit options; }; inherit default description; };
  each = description: options: mkOption { type = types.listOf (types.submodule { inherit options; }); default = [ ]; inherit description; };
}
