# The modular service with stand-ins of lib and of the portable part -> [] when every case passes
{ lib ? import ./lib-lite.nix }:
let
  pkgs = import ./pkgs-names.nix;
  module = moduleOf pkgs;
  moduleOf = pkgs: import ../../nixos-module/modular.nix { inherit (pkgs) nucleus; inherit pkgs; };
  # with derivations, so that a word of the line can hold one
  drv = name: derivation { inherit name; system = "none"; builder = "/bin/false"; };
  building = moduleOf (pkgs // { runCommand = name: _: _: drv name; });
  portable = { options.process.argv = lib.mkOption { type = lib.types.listOf lib.types.str; description = "Words."; }; };
  free = default: lib.mkOption { type = lib.types.raw; inherit default; description = "What a unit says."; };
  # the part of NixOS, as far as it is spoken to
  systemd = { options.systemd = { service = free { }; socket = free { }; mainExecStart = free null; }; };
  eval = evalWith module;
  evalWith = module: host: settings:
    (lib.evalModules { modules = host ++ [ portable (args: builtins.removeAttrs (module ({ name = "web"; } // args)) [ "_class" ]) { config = settings; } ]; }).config;
  run = eval [ ];
  warned = nucleus: (eval [ { options.warnings = free [ ]; } ] { process.argv = [ "/x" ]; inherit nucleus; }).warnings;
  unit = nucleus: (eval [ systemd ] { process.argv = [ "/bin/web" "50%" ]; inherit nucleus; }).systemd;
  # the message with which an evaluation ends cannot be caught: the list that it is made of is read
  none = (run { process.argv = [ "/x" ]; }).nucleus;
  wrong = change: import ../../nixos-module/modular-wrong.nix { units = false; spec.fromDirectory = true; cfg = none // change; };
  ends = settings: !(builtins.tryEval (builtins.deepSeq (run { process.argv = [ "/x" ]; nucleus = settings; }).process.argv 1)).success;
  unitOnly = {
    limits = none.limits // { by = "systemd"; }; environment.FOO = "1"; user = "web"; group = "web"; dynamicUser = true; stateDirectory = [ "a" ]; cacheDirectory = [ "a" ];
    logsDirectory = [ "a" ]; runtimeDirectory = [ "a" ]; credentials = [ 1 ]; listenStreams = [ "80" ]; sdNotify = true; readinessSdNotify = true;
  };
  all = {
    user = "web"; environment.FOO = "50%"; limits.by = "systemd"; memory = "64M"; stateDirectory = [ "a" ]; sdNotify = true; listenStreams = [ "80" ];
    credentials = [ { name = "k"; source = "/etc/k"; dest = "k"; } ];
  };
  argv = (run { process.argv = [ "/bin/web" "--x" ]; nucleus = { landlock.write = [ "/srv/x" ]; }; }).process.argv;
in
import ./cases.nix {
  first = { got = builtins.head argv; want = "/p/nucleus/bin/nc-clean"; };
  last = { got = let n = builtins.length argv; in [ (builtins.elemAt argv (n - 2)) (builtins.elemAt argv (n - 1)) ]; want = [ "/bin/web" "--x" ]; };
  options = { got = builtins.elem "/srv/x" argv; want = true; };
  refused = { got = (builtins.tryEval (builtins.deepSeq (run { process.argv = [ "/x" ]; nucleus.mode = "production"; }).process.argv 1)).success; want = false; };
  without-units = { got = map (n: builtins.length (wrong { ${n} = unitOnly.${n}; })) (builtins.attrNames unitOnly); want = map (_: 1) (builtins.attrNames unitOnly); };
  without-units-it-is-named = { got = wrong { dynamicUser = true; }; want = [ "`dynamicUser` is said in a unit of systemd, and this service has none" ]; };
  without-units-it-ends = { got = [ (ends { limits.by = "systemd"; }) (ends { environment.FOO = "1"; }) (ends { }) ]; want = [ true true false ]; };
  nobody-makes-directories = { got = builtins.length (wrong { volumes = [ { createHostPath = true; } ]; }); want = 1; };
  group-by-name = { got = ends { supplementaryGroups = [ "video" ]; }; want = true; };
  group-by-number = { got = let a = (run { process.argv = [ "/x" ]; nucleus = { supplementaryGroups = [ 7 ]; }; }).process.argv; in builtins.elem "7" a; want = true; };
  unit = {
    got = let u = unit all; c = u.service.serviceConfig; in
      [ c.User c.MemoryMax c.StateDirectory c.Type c.NotifyAccess c.LoadCredential c.RuntimeDirectory (u.service.environment ? FOO) u.socket.listenStreams
        (builtins.substring 0 2 u.mainExecStart) (builtins.match ".*50%%\"" u.mainExecStart != null) ];
    want = [ "web" "67108864" [ "a" ] "notify" "all" [ "k:/etc/k" ] [ "nucleus-web" ] true [ "80" ] "!\"" true ];
  };
  unit-type-stays = { got = (unit { }).service.serviceConfig ? Type; want = false; };
  unit-limits-by-chain = { got = (unit { memory = "64M"; }).service.serviceConfig.Delegate; want = "cpu cpuset io memory pids"; };
  policies-are-built-with-the-line = {
    got = let a = (evalWith building [ ] { process.argv = [ "/x" ]; nucleus.landlock.policy = ../../policies/landlock/nginx.toml; }).process.argv; in
      [ (builtins.attrNames (builtins.getContext (builtins.concatStringsSep " " a)) == [ (drv "web-landlock-policy").drvPath ]) (builtins.head a) ];
    want = [ true "/p/nucleus/bin/nc-clean" ];
  };
  policies-are-built-with-the-unit = { got = map (p: p.name) (unit { landlock.policy = ../../policies/landlock/nginx.toml; }).service.restartTriggers; want = [ "web-landlock-policy" ]; };
  name-servers = { got = map (n: builtins.length (warned n)) [ { } { dns = [ "192.0.2.1" ]; } { network = "none"; } ]; want = [ 1 0 0 ]; };
  secret-in-the-store = { got = warned { dns = [ "192.0.2.1" ]; secrets = [ { source = "${builtins.storeDir}/x-key"; dest = "k"; } ]; }; want = [ "nucleus: web: the secret ${builtins.storeDir}/x-key is in the store, where everybody can read it" ]; };
  nobody-has-set-groups = {
    got = map (host: builtins.elem "keep" (eval host { process.argv = [ "/x" ]; nucleus = { user = "web"; uid = 990; gid = 991; }; }).process.argv) [ [ ] [ systemd ] ];
    want = [ false true ];
  };
}
