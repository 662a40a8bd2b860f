# A modular service (class "service", NixOS 25.11 and later; experimental there): imports = [ nucleus.serviceModules.default ]
# puts the chain in front of process.argv, for whatever service manager there is.
{ nucleus, pkgs }:
{ lib, config, options, name ? "service", ... }:
let
  inherit (lib) mkDefault mkOption types;
  cfg = config.nucleus;
  resolve = command: import ./service.nix { inherit lib pkgs name cfg command; package = nucleus; };
  r = resolve [ "true" ];
in
{
  _class = "service";
  options.nucleus = mkOption {
    default = { };
    description = "The chain in front of {option}`process.argv`.";
    type = types.submodule (import ./options.nix { inherit lib; } ++ [ { config = { mode = mkDefault "agent"; network = mkDefault "host"; }; } ]);
  };
  options.process.argv = mkOption {
    apply = argv:
      if r.wrong != [ ] then throw "nucleus: ${name}: ${builtins.concatStringsSep "; " r.wrong}"
      else r.chain.toArgv r.steps ++ map (a: "${a}") argv;
  };
  config = { nucleus.steps = r.composed; };
}
