# services.nucleus.<name>: a declaration becomes a unit whose ExecStart is the chain. programs.nucleus has what is common.
{ config, lib, options, pkgs, ... }:
let
  inherit (lib) mkDefault mkEnableOption mkIf mkMerge mkOption types literalExpression;
  inherit (builtins) attrNames attrValues concatLists concatMap filter listToAttrs map;
  cfg = lib.filterAttrs (_: c: c.enable) config.services.nucleus;
  global = config;
  module = import ./options.nix { inherit lib; };

  machine = import ./host.nix { inherit lib config; };
  inherit (machine) gid;
  host = machine.facts;
  resolve = name: c: import ./service.nix {
    inherit lib pkgs name host;
    primary = machine.primary c;
    inherit (c) package command;
    cfg = c;
    groups = filter (g: g != null) (map gid c.supplementaryGroups);
  };

  service = { name, config, ... }: {
    options = {
      enable = mkEnableOption "this service" // { default = true; };
      package = mkOption {
        type = types.package;
        default = global.programs.nucleus.package;
        defaultText = literalExpression "config.programs.nucleus.package";
        description = "Package that the steps are taken from.";
      };
      command = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "/bin/web" "--port" "8080" ];
        description = "The program and its arguments. There is no shell, no specifier and no variable in it: every word is as it is here.";
      };
    };
    config.steps = (resolve name config).composed;
  };

  systemdVersion = config.systemd.package.version or "0";
  unit = name: c:
    let
      r = resolve name c;
      u = import ./unit.nix { inherit (r) chain; subgroup = lib.versionAtLeast systemdVersion "254"; } name c r.spec r.steps;
    in
    r // { inherit u; };
  units = lib.mapAttrs unit cfg;
  say = n: map (m: "services.nucleus.${n}: ${m}");

  nameless = c: filter (g: gid g == null) c.supplementaryGroups;
  messages = n: c:
    units.${n}.wrong ++ units.${n}.u.wrong
    ++ map (g: "`supplementaryGroups`: the group ${g} has no `users.groups.${g}.gid`, and the line takes numbers") (nameless c);
  warned = c:
    (if c.network == "host" && c.dns == [ ] && host.nameservers == [ ]
    then [ "`network = \"host\"` without `dns` or `networking.nameservers`: the program has no name server" ] else [ ])
    ++ (if c.user != null && c.user != "root" && !c.dynamicUser && options ? users.users && !(config.users.users ? ${c.user})
    then [ "`user`: ${c.user} is not in `users.users`; the unit starts only where something else makes it" ] else [ ]);

  toSystemd = name: c:
    let inherit (units.${name}) u spec policies; in
    {
      description = mkDefault "nucleus: ${name}";
      wantedBy = mkDefault [ "multi-user.target" ];
      after = mkDefault (if c.network == "host" then [ "network-online.target" ] else [ ]);
      wants = mkDefault (if c.network == "host" then [ "network-online.target" ] else [ ]);
      requires = if c.listenStreams == [ ] then [ ] else [ "${name}.socket" ];
      environment = u.environment;
      # the unit holds the checked policies, so that they are built with it, and a change restarts it
      restartTriggers = policies;
      serviceConfig = lib.mapAttrs (_: mkDefault) u.defaults // u.forced // { ExecStart = u.exec; };
    };
  sockets = lib.filterAttrs (_: c: c.listenStreams != [ ]) cfg;
  made = concatMap (c: filter (v: v.createHostPath) c.volumes) (attrValues cfg);
in
{
  options = {
    programs.nucleus = {
      enable = mkEnableOption "the tools of nucleus in the system's path";
      package = lib.mkPackageOption pkgs "nucleus" { };
      facts = mkOption {
        type = types.attrsOf types.raw;
        default = { };
        example = { nixos = false; directories = [ "/usr" ]; };
        description = ''
          What the line depends on of the machine that runs it, where that is not NixOS: the facts of {file}`chain.nix`. Without a
          {option}`rootfs`, `directories` are those of the host's programs that are directories and not links.
        '';
      };
      directories = mkOption { type = types.bool; default = false; internal = true; description = "Whether a service of this machine has a chain."; };
    };
    services.nucleus = mkOption {
      type = types.attrsOf (types.submodule (module ++ [ service ]));
      default = { };
      example = { web = { mode = "agent"; command = [ "/run/current-system/sw/bin/web" ]; }; };
      description = "Services in an isolation of their own, one chain each.";
    };
  };

  config = mkMerge [
    (mkIf config.programs.nucleus.enable { environment.systemPackages = [ config.programs.nucleus.package ]; })
    (mkIf (cfg != { }) {
      assertions = concatLists (lib.mapAttrsToList (n: c: map (message: { assertion = false; inherit message; }) (say n (messages n c))) cfg);
      warnings = concatLists (lib.mapAttrsToList (n: c: say n (warned c ++ units.${n}.exposed)) cfg);
      systemd.services = lib.mapAttrs toSystemd cfg;
      systemd.sockets = lib.mapAttrs (n: c: { wantedBy = mkDefault [ "sockets.target" ]; listenStreams = c.listenStreams; }) sockets;
      systemd.tmpfiles.settings.nucleus = listToAttrs (map (v: { name = v.source; value.d = { mode = v.directoryMode; inherit (v) user group; }; }) made);
      programs.nucleus.directories = true;
    })
    (mkIf config.programs.nucleus.directories {
      systemd.tmpfiles.settings.nucleus = {
        "/run/nucleus".d = { mode = "0700"; user = "root"; group = "root"; };
        "/var/lib/nucleus".d = { mode = "0700"; user = "root"; group = "root"; };
      };
    })
  ];
}
