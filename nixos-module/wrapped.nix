# One service of another module with a chain in front of it: what its unit becomes, and what is wrong with that.
{ lib, pkgs, name, cfg, version, gid, host }:
let
  inherit (builtins) elem elemAt filter genList head isString length map match removeAttrs split concatMap isList;
  words = v: filter (x: isString x && x != "") (concatMap (split " ") (if isList v then v else [ (toString v) ]));
  plain = d: head (match "([^:]*).*" d);
  resolve = change: import ./service.nix {
    inherit lib pkgs name host;
    inherit (cfg) package;
    command = [ "true" ];
    cfg = cfg // change;
    groups = map gid cfg.supplementaryGroups;
  };
  main = resolve { };
  # sockets and readiness are the main line's, and so is the name
  aside = resolve {
    listenFds = 0; listenStreams = [ ]; sdNotify = false; readinessSdNotify = false; keepFds = [ ];
    steps = aside.composed ++ filter (s: !s.composed) cfg.steps;
  };
  rename = key: argv: genList (i: if i > 0 && elemAt argv (i - 1) == "-n" then "${elemAt argv i}.${key}" else elemAt argv i) (length argv);
  renamed = key: map (s: if s.name == "scope" then s // { argv = rename key s.argv; } else s);
  lineOf = key: main.chain.toArgv (if key == "ExecStart" then main.steps else renamed key aside.steps);
  unit = import ./unit.nix { inherit (main) chain; subgroup = lib.versionAtLeast version "254"; } name cfg main.spec main.steps;
  exec = sc: import ./exec.nix {
    inherit name lineOf sc;
    inherit (cfg) unconfined;
    inherit (main.chain) toSystemd;
    inherit (unit) needed;
    privilege = unit.prefix;
  };
  # Which directives there are, and what those say that the options are derived from, follows from the service alone: the
  # options of the chain follow from them, and the other way round it would be a circle.
  l = main.spec.chain.limits;
  limits = import ./limits.nix l;
  limited = l.memory != null || l.cpus != null || l.cpuWeight != null || l.pids != null || l.io != [ ] || l.cgroup != { };
  byChain = { Delegate = "cpu cpuset io memory pids"; } // (if lib.versionAtLeast version "254" then { DelegateSubgroup = "keeper"; } else { });
  yes = v: elem v [ true "yes" "true" "1" ];
in
{
  inherit (main) composed policies;
  wrong = sc: main.wrong ++ unit.wrong ++ (exec sc).wrong;
  warnings = sc: (exec sc).warnings;
  serviceConfig = sc:
    let
      dynamic = yes (sc.DynamicUser or false);
      named = dynamic || !(elem (sc.User or null) [ null "" "root" ]);
      more = key: word: words (sc.${key} or [ ]) ++ [ word ];
      some = c: a: if c then a else { };
    in
    (exec sc).config
    // {
      SuccessExitStatus = more "SuccessExitStatus" "143";
      RestartPreventExitStatus = more "RestartPreventExitStatus" "100";
    }
    // some (elem (sc.Type or "simple") [ "notify" "notify-reload" ]) { NotifyAccess = "all"; }
    // some (named && words (sc.RuntimeDirectory or [ ]) == [ ]) { RuntimeDirectory = [ "nucleus-${name}" ]; }
    // some limited (if l.by == "systemd" then limits.directives else byChain);
}
