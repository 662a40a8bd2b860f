# systemd.services.<name>.nucleus: a chain in front of what another module runs, without touching that module. serviceConfig is
# declared once more, with an `apply` only, which sees the lines as they were merged.
{ config, lib, pkgs, ... }:
let
  inherit (lib) mkDefault mkEnableOption mkOption types;
  inherit (builtins) attrNames concatLists concatMap elem elemAt filter head isInt isList isString listToAttrs map match split;
  global = config;
  words = v: filter (x: isString x && x != "") (concatMap (split " ") (if isList v then v else [ (toString v) ]));
  version = config.systemd.package.version or "0";
  gid = g: if isInt g then g else config.users.groups.${g}.gid or null;
  wrapped = name: cfg: import ./wrapped.nix { inherit lib pkgs name cfg version gid; host = config.programs.nucleus.facts; };
  dirs = { StateDirectory = "STATE_DIRECTORY"; CacheDirectory = "CACHE_DIRECTORY"; LogsDirectory = "LOGS_DIRECTORY"; RuntimeDirectory = "RUNTIME_DIRECTORY"; };

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

  # what the service says, as the chain's options say it
  derived = name: service:
    let
      sc = service.serviceConfig;
      names = key: map (d: head (match "([^:]*).*" d)) (words (sc.${key} or [ ]));
      credential = word:
        let m = match "([^:]*):(.*)" word; in
        { name = elemAt m 0; source = elemAt m 1; dest = "/run/credentials/${name}.service/${elemAt m 0}"; };
      credentials = filter (w: match "[^:]+:.*" w != null) (words (sc.LoadCredential or [ ]));
      user = sc.User or null;
      yes = v: elem v [ true "yes" "true" "1" ];
    in
    {
      user = mkDefault (if !(elem user [ null "" "root" ]) then user else if yes (sc.DynamicUser or false) then null else "root");
      userns = mkDefault (if elem user [ null "" "root" ] && !(yes (sc.DynamicUser or false)) then "host" else null);
      dynamicUser = mkDefault (yes (sc.DynamicUser or false));
      sdNotify = mkDefault (elem (sc.Type or "simple") [ "notify" "notify-reload" ]);
      stateDirectory = mkDefault (names "StateDirectory");
      cacheDirectory = mkDefault (names "CacheDirectory");
      logsDirectory = mkDefault (names "LogsDirectory");
      runtimeDirectory = mkDefault (filter (d: d != "nucleus-${name}") (names "RuntimeDirectory"));
      credentials = mkDefault (map credential credentials);
      landlock.read = mkDefault (if credentials == [ ] then [ ] else [ "/run/credentials/${name}.service" ]);
      passEnvironment = mkDefault (
        filter (n: match "LD_.*|NC_SCOPE" n == null) (attrNames service.environment)
        ++ (if credentials == [ ] then [ ] else [ "CREDENTIALS_DIRECTORY" ])
        ++ concatMap (k: if names k == [ ] then [ ] else [ dirs.${k} ]) (attrNames dirs));
      steps = (wrapped name service.nucleus).composed;
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
    config = {
      nucleus = derived name config // {
        # merged once more, without the `apply`
        declared = let o = options.serviceConfig; in o.type.merge o.loc o.definitionsWithLocations;
      };
      # the unit holds the checked policies, so that they are built with it, and a change restarts it
      restartTriggers = lib.mkIf config.nucleus.enable (wrapped name config.nucleus).policies;
    };
  };

  chained = lib.filterAttrs (_: s: s.nucleus.enable) config.systemd.services;
  say = name: map (m: "systemd.services.${name}.nucleus: ${m}");
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
    programs.nucleus.directories = lib.mkIf (chained != { }) true;
  };
}
