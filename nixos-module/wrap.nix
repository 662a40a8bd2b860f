# systemd.services.<name>.nucleus: a chain in front of what another module runs, without touching that module. serviceConfig is
# declared once more, with an `apply` only, which sees the lines as they were merged.
{ config, lib, pkgs, ... }:
let
  inherit (lib) mkDefault mkEnableOption mkIf mkOption types;
  inherit (builtins) attrNames attrValues concatLists concatMap elem filter listToAttrs map match;
  global = config;
  version = config.systemd.package.version or "0";
  machine = import ./host.nix { inherit lib config; };
  inherit (machine) gid;
  wrapped = name: cfg: import ./wrapped.nix { inherit lib pkgs name cfg version machine; };
  dirs = { State = "STATE_DIRECTORY"; Cache = "CACHE_DIRECTORY"; Logs = "LOGS_DIRECTORY"; Runtime = "RUNTIME_DIRECTORY"; };

  own = {
    options = {
      enable = mkEnableOption "a chain of nucleus in front of the Exec lines of this service";
      package = mkOption {
        type = types.package;
        default = global.programs.nucleus.package;
        defaultText = lib.literalExpression "config.programs.nucleus.package";
        description = "Package that the steps are taken from.";
      };
      unconfined = mkOption {
        type = types.listOf (types.enum [ "ExecCondition" "ExecStartPre" "ExecStartPost" "ExecReload" "ExecStop" "ExecStopPost" ]);
        default = [ ];
        example = [ "ExecStartPre" ];
        description = ''
          Lines that stay as they are. Those that signal the main process (`$MAINPID`) do anyway, and those with all privileges (`+`).
        '';
      };
      declared = mkOption {
        type = types.raw;
        internal = true;
        description = "The service's own `serviceConfig`, as it was before the chain: what is wrong with it, and what is left out of it, is told of this one.";
      };
    };
    config = {
      mode = mkDefault "agent";
      network = mkDefault "host";
    };
  };

  # what the service says, as the chain's options say it; lists are added to, and mkForce replaces them
  derived = name: sc: service:
    let
      said = import ./said.nix sc;
      own = service.nucleus;
      credential = c: c // { dest = "/run/credentials/${name}.service/${c.name}"; };
    in
    {
      user = mkDefault (if !(elem said.user [ null "" "root" ]) then said.user else if own.dynamicUser then null else "root");
      userns = mkDefault (if elem own.user [ null "root" ] && !own.dynamicUser then "host" else null);
      dynamicUser = mkDefault said.dynamicUser;
      sdNotify = mkDefault said.notify;
      stateDirectory = said.directories "State";
      cacheDirectory = said.directories "Cache";
      logsDirectory = said.directories "Logs";
      runtimeDirectory = said.directories "Runtime";
      directoryMode = mkDefault said.directoryMode;
      credentials = map credential said.credentials;
      capabilities.ambient = if said.ambient == null then [ ] else said.ambient;
      workdir = mkDefault said.workdir;
      landlock.read = if said.credentials == [ ] then [ ] else [ "/run/credentials/${name}.service" ];
      passEnvironment =
        filter (n: match "LD_.*|NC_SCOPE" n == null && !(own.environment ? ${n})) (attrNames service.environment)
        ++ (if said.credentials == [ ] then [ ] else [ "CREDENTIALS_DIRECTORY" ])
        ++ concatMap (k: if said.directories k == [ ] then [ ] else [ dirs.${k} ]) (attrNames dirs);
      steps = (wrapped name own).composed;
    };

  extra = { name, config, options, ... }: {
    options.nucleus = mkOption {
      default = { };
      description = "A chain of nucleus in front of what this service runs.";
      example = { enable = true; };
      type = types.submodule (import ./options.nix { inherit lib; } ++ [ own ]);
    };
    options.serviceConfig = mkOption {
      apply = sc: if config.nucleus.enable then (wrapped name config.nucleus).serviceConfig sc else sc;
    };
    config =
      let
        # merged once more, without the `apply`
        declared = let o = options.serviceConfig; in o.type.merge o.loc o.definitionsWithLocations;
        own = config.nucleus;
        w = wrapped name own;
      in
      {
        nucleus = derived name declared config // { inherit declared; };
        environment = mkIf own.enable w.environment;
        requires = mkIf (own.enable && own.listenStreams != [ ]) [ "${name}.socket" ];
        # the unit holds the checked policies, so that they are built with it, and a change restarts it
        restartTriggers = mkIf own.enable w.policies;
      };
  };

  chained = lib.filterAttrs (_: s: s.nucleus.enable) config.systemd.services;
  say = name: map (m: "systemd.services.${name}.nucleus: ${m}");
  sockets = lib.filterAttrs (_: s: s.nucleus.listenStreams != [ ]) chained;
  made = concatMap (s: filter (v: v.createHostPath) s.nucleus.volumes) (attrValues chained);
  nameless = cfg: filter (g: gid g == null) cfg.supplementaryGroups;
in
{
  options.systemd.services = mkOption { type = types.attrsOf (types.submodule extra); };
  config = {
    assertions = concatLists (lib.mapAttrsToList
      (name: s: map (message: { assertion = false; inherit message; }) (say name (
        (wrapped name s.nucleus).wrong s.nucleus.declared
        ++ map (g: "`supplementaryGroups`: the group ${g} has no `users.groups.${g}.gid`, and the line takes numbers") (nameless s.nucleus))))
      chained);
    warnings = concatLists (lib.mapAttrsToList (name: s: say name ((wrapped name s.nucleus).warnings s.nucleus.declared)) chained);
    systemd.sockets = lib.mapAttrs (_: s: { wantedBy = mkDefault [ "sockets.target" ]; inherit (s.nucleus) listenStreams; }) sockets;
    systemd.tmpfiles.settings.nucleus = mkIf (made != [ ])
      (listToAttrs (map (v: { name = v.source; value.d = { mode = v.directoryMode; inherit (v) user group; }; }) made));
    programs.nucleus.directories = mkIf (chained != { }) true;
  };
}
