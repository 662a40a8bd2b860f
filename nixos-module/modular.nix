# A modular service (class "service", NixOS 25.11 and later; experimental there): imports = [ nucleus.serviceModules.default ]
# puts the chain in front of process.argv, for whatever service manager there is. What a unit has to say is said where there are
# units, and refused elsewhere.
{ nucleus, pkgs }:
{ lib, config, options, name ? "service", ... }:
let
  inherit (lib) mkDefault mkIf mkOption types;
  inherit (builtins) concatStringsSep filter head isInt removeAttrs substring tail;
  cfg = config.nucleus;
  units = options ? systemd;
  resolve = command: import ./service.nix {
    inherit lib pkgs name cfg command units;
    package = nucleus;
    groups = filter isInt cfg.supplementaryGroups;
  };
  r = resolve [ "true" ];
  unit = import ./unit.nix { inherit (r) chain; } name cfg r.spec r.steps;
  # the policies are built, and with that checked, with whatever holds the first word
  built = concatStringsSep "" (map (p: substring 0 0 "${p}") r.policies);
  line = argv: r.chain.toArgv r.steps ++ map (a: "${a}") argv;
  wrong = r.wrong ++ unit.wrong ++ (import ./modular-wrong.nix { inherit units cfg; inherit (r) spec; });
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
      if wrong != [ ] then throw "nucleus: ${name}: ${concatStringsSep "; " wrong}"
      else let l = line argv; in [ "${built}${head l}" ] ++ tail l;
  };
  config = { nucleus.steps = r.composed; } // (if !(options ? warnings) then { } else {
    # the system's name servers cannot be seen from here
    warnings = (if cfg.network == "host" && cfg.dns == [ ] then [ "nucleus: ${name}: `network = \"host\"` without `dns`: the program has no name server" ] else [ ])
      ++ map (m: "nucleus: ${name}: ${m}") r.exposed;
  }) // (if !units then { } else {
    systemd = {
      service = {
        inherit (unit) environment;
        restartTriggers = r.policies;
        requires = mkIf (cfg.listenStreams != [ ]) [ "%N.socket" ];
        serviceConfig = removeAttrs unit.forced (if r.spec.notify then [ ] else [ "Type" ]);
      };
      socket = mkIf (cfg.listenStreams != [ ]) { wantedBy = mkDefault [ "sockets.target" ]; inherit (cfg) listenStreams; };
      mainExecStart = mkDefault "${unit.prefix}${r.chain.toSystemd config.process.argv}";
    };
  });
}
