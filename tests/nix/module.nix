# The module, with our stand-in of lib or with that of nixpkgs -> [] when every case passes
{ lib ? import ./lib-lite.nix }:
let
  named = import ./pkgs-names.nix;
  run = modules: import ./eval.nix { inherit lib; } modules;
  web = settings: run [ { services.nucleus.web = { mode = "agent"; command = [ "/bin/web" "50%" "$x" ]; } // settings; } ];
  sc = settings: (web settings).systemd.services.web.serviceConfig;
  messages = settings: map (a: a.message) (web settings).assertions;
  refused = settings: !(builtins.tryEval (builtins.deepSeq (sc settings) 1)).success;
  argvOf = name: settings: (builtins.head (builtins.filter (s: s.name == name) (resolved settings))).argv;
  resolved = settings: (import ../../nixos-module/steps.nix { inherit (import ../../nixos-module/chain.nix { }) ranks; } (web settings).services.nucleus.web.steps).steps;
  has = words: text: builtins.match ".*${words}.*" text != null;
  limits = { memory = "512M"; swap = true; cpus = 1.5; pids = 64; cpuWeight = 50; io = [ "8:0 rbps=1000 wiops=max" ]; cgroup = { "memory.low" = "1M"; "cpuset.cpus" = "0-1"; }; };
  absent = builtins.attrNames (import ../../nixos-module/options/absent-list.nix);
in
import ./cases.nix {
  escaped = { got = has ''"/bin/web" "50%%" "[$][$]x"'' (sc { }).ExecStart; want = true; };
  no-shell = { got = has "/(ba)?sh[ \"].*" (sc { }).ExecStart; want = false; };
  user-wins = { got = (run [ { services.nucleus.web = { mode = "agent"; command = [ "/w" ]; }; systemd.services.web.serviceConfig.UMask = "0027"; } ]).systemd.services.web.serviceConfig.UMask; want = "0027"; };
  disabled = { got = (web { enable = false; }).systemd.services; want = { }; };
  rules = { got = { inherit (sc { }) KillMode RestartPreventExitStatus SuccessExitStatus Type Restart; };
    want = { KillMode = "mixed"; RestartPreventExitStatus = "100"; SuccessExitStatus = "143"; Type = "exec"; Restart = "on-failure"; }; };
  notify = { got = let u = sc { sdNotify = true; }; in [ u.Type u.NotifyAccess (has ''"NOTIFY_SOCKET".*"-b" "/run/systemd/notify:/run/systemd/notify".*'' u.ExecStart) ]; want = [ "notify" "all" true ]; };
  user = { got = let u = sc { user = "web"; }; in [ u.User u.RuntimeDirectory (has "!\"/p.*103:/run/nucleus-web\".*\"-O\" \"fd:103\" \"-G\" \"keep\".*" u.ExecStart) ]; want = [ "web" [ "nucleus-web" ] true ]; };
  user-number = { got = has "\"-u\" \"990\" \"-g\" \"990\".*" (sc { user = "web"; uid = 990; }).ExecStart; want = true; };
  user-number-keeps-groups = { got = map (s: has "\"-u\" \"990\" \"-g\" \"7\" \"-G\" \"keep\" .*" (sc ({ user = "web"; uid = 990; gid = 7; } // s)).ExecStart) [ { } { supplementaryGroups = [ 9 ]; } ]; want = [ true false ]; };
  group-number-is-the-group's = {
    got = map
      (s: let c = run [ { users.users.web = { uid = 990; group = "www"; }; users.groups = { www.gid = 44; other.gid = 45; }; services.nucleus.web = { mode = "agent"; command = [ "/w" ]; user = "web"; uid = 990; } // s; } ]; in
        [ (has "\"-u\" \"990\" \"-g\" \"(44|45|46)\".*" c.systemd.services.web.serviceConfig.ExecStart) (map (a: a.message) c.assertions) ])
      [ { } { group = "other"; } { gid = 46; } ];
    want = [ [ true [ ] ] [ true [ ] ] [ true [ ] ] ];
  };
  group-number-is-not-guessed = { got = messages { user = "web"; uid = 990; }; want = [ "services.nucleus.web: `uid` needs `gid`, or a group whose `users.groups.<name>.gid` is set" ]; };
  group-number-alone = { got = messages { user = "web"; gid = 990; }; want = [ "services.nucleus.web: `gid` needs `uid`" ]; };
  own-runtime-directory = { got = let u = sc { user = "web"; runtimeDirectory = [ "w" ]; }; in [ u.RuntimeDirectory (has "103:/run/w\".*\"/run/w:/run/w:own,noexec\".*" u.ExecStart) ]; want = [ [ "w" ] true ]; };
  dynamic-user = { got = let u = sc { dynamicUser = true; }; in [ u.DynamicUser u.User u.RuntimeDirectory (builtins.substring 0 1 u.ExecStart) ]; want = [ true "web" [ "nucleus-web" ] "+" ]; };
  leased = { got = [ (sc { } ? User) (has "\"nc-userns\" \"-q\" \"103\".*" (sc { }).ExecStart) ]; want = [ false true ]; };
  directories = { got = let u = sc { stateDirectory = [ "a" ]; cacheDirectory = [ "b" ]; logsDirectory = [ "c" ]; }; in
    [ u.StateDirectory u.CacheDirectory u.LogsDirectory (has ''"-B" "/var/lib/a:/var/lib/a:own,noexec" "-B" "/var/cache/b:/var/cache/b:own,noexec" "-B" "/var/log/c:/var/log/c:own,noexec".*'' u.ExecStart) ];
    want = [ [ "a" ] [ "b" ] [ "c" ] true ]; };
  limits-by-chain = { got = let u = sc { inherit limits; }; in [ u.Delegate (u ? MemoryMax) ]; want = [ "cpu cpuset io memory pids" false ]; };
  subgroup-where-systemd-has-it = {
    got = map
      (version: (import ./eval.nix { inherit lib; pkgs = named // { systemd = named.systemd // { inherit version; }; }; } [
        { services.nucleus.web = { mode = "agent"; command = [ "/w" ]; pids = 5; }; }
      ]).systemd.services.web.serviceConfig.DelegateSubgroup or null)
      [ "253.6" "254" "257.9" ];
    want = [ null "keeper" "keeper" ];
  };
  limits-by-chain-words = { got = argvOf "cgroup" { inherit limits; }; want = [ "nc-cgroup" "-m" "536870912" "-M" "483183821" "-c" "1.5" "-w" "50" "-p" "64" "-i" "8:0 rbps=1000 wiops=max" "-k" "cpuset.cpus=0-1" "-k" "memory.low=1M" ]; };
  limits-by-systemd = { got = let u = sc { limits = limits // { by = "systemd"; }; }; in
    { inherit (u) MemoryMax MemoryHigh CPUQuota CPUWeight TasksMax IOReadBandwidthMax IOWriteIOPSMax MemoryLow AllowedCPUs; d = u ? Delegate; c = has "nc-cgroup.*" u.ExecStart; };
    want = { MemoryMax = "536870912"; MemoryHigh = "483183821"; CPUQuota = "150%"; CPUWeight = "50"; TasksMax = "67"; IOReadBandwidthMax = [ "/dev/block/8:0 1000" ];
      IOWriteIOPSMax = [ "/dev/block/8:0 infinity" ]; MemoryLow = "1M"; AllowedCPUs = "0-1"; d = false; c = false; }; };
  limits-as-systemd-reads-them = {
    got = let u = sc { limits = { by = "systemd"; cgroup = { "cpu.max" = "500 100000"; "memory.low" = "64m"; "memory.min" = 4096; "memory.high" = "max"; "io.weight" = "default 50"; "cpuset.mems" = "0,2-3"; }; }; }; in
      { inherit (u) CPUQuota CPUQuotaPeriodSec MemoryLow MemoryMin MemoryHigh IOWeight AllowedMemoryNodes; };
    want = { CPUQuota = "0.50%"; CPUQuotaPeriodSec = "100000us"; MemoryLow = "64M"; MemoryMin = "4096"; MemoryHigh = "infinity"; IOWeight = "50"; AllowedMemoryNodes = "0,2-3"; };
  };
  parts-of-a-processor = { got = map (cpus: (sc { limits = { by = "systemd"; inherit cpus; }; }).CPUQuota) [ 0.125 0.0005 2 "1.25" ]; want = [ "12.50%" "0.05%" "200%" "125%" ]; };
  limits-that-systemd-would-ignore = {
    got = builtins.filter
      (x: messages { limits = { by = "systemd"; cgroup.${builtins.head x} = builtins.elemAt x 1; }; } !=
        [ "services.nucleus.web: `limits.cgroup.\"${builtins.head x}\"`: systemd has no directive for the value ${toString (builtins.elemAt x 1)}; `limits.by = \"chain\"` writes it" ])
      [ [ "cpu.max" "1 1000000" ] [ "cpu.max" "5 10" ] [ "cpu.max" "x" ] [ "memory.low" "64MB" ] [ "io.weight" "8:0 50" ] [ "io.weight" 0 ] [ "cpu.weight" "default 50" ]
        [ "pids.max" "many" ] [ "cpuset.cpus" "all" ] ];
    want = [ ];
  };
  limits-too-small-for-systemd = { got = builtins.length (messages { limits = { by = "systemd"; cpus = 0.00001; }; }); want = 1; };
  limits-of-the-mode-by-systemd = { got = let u = sc { mode = "strict-agent"; limits.by = "systemd"; }; in [ u.TasksMax or null (has "nc-cgroup.*" u.ExecStart) ]; want = [ "515" false ]; };
  limit-unknown-to-systemd = { got = messages { limits = { by = "systemd"; cgroup."misc.max" = "x"; }; };
    want = [ "services.nucleus.web: `limits.cgroup.\"misc.max\"`: systemd has no directive for it; `limits.by = \"chain\"` writes it" ]; };
  rlimit = { got = argvOf "rlimit" { limits.nofile = "1024:65536"; }; want = [ "nc-rlimit" "-l" "nofile=1024:65536" ]; };
  sockets = { got = let c = web { listenStreams = [ "80" "/run/w" ]; }; in [ c.systemd.sockets.web.listenStreams c.systemd.services.web.requires (has "\"-k\" \"3\" \"-k\" \"4\".*\"LISTEN_PID\".*\"nc-init\" \"-l\".*" c.systemd.services.web.serviceConfig.ExecStart) ];
    want = [ [ "80" "/run/w" ] [ "web.socket" ] true ]; };
  credentials = { got = let u = sc { credentials = [ { name = "k"; source = "/etc/keys/k"; dest = "k"; } { name = "e"; source = "/root/e"; dest = "/run/secrets/e"; encrypted = true; } ]; }; in
    [ u.LoadCredential u.LoadCredentialEncrypted (has "\"-c\" \"/run/credentials/web.service\" \"-n\" \"k:k\" \"-n\" \"e:/run/secrets/e\".*" u.ExecStart) ]; want = [ [ "k:/etc/keys/k" ] [ "e:/root/e" ] true ]; };
  tmpfiles = { got = (web { volumes = [ { source = "/srv/d"; dest = "/d"; createHostPath = true; directoryMode = "0700"; user = "web"; } ]; }).systemd.tmpfiles.settings.nucleus."/srv/d".d; want = { mode = "0700"; user = "web"; group = "root"; }; };
  policy-is-built-with-the-unit = { got = map (p: p.name) (web { landlockPolicy = ../../policies/landlock/nginx.toml; }).systemd.services.web.restartTriggers; want = [ "web-landlock-policy" ]; };
  policy-words = { got = builtins.elem "-r/srv" (argvOf "landlock" { landlockPolicy = ../../policies/landlock/nginx.toml; }); want = true; };
  reference-names = { got = has "\"-c\" \"2\".*\"100:/p/web-seccomp-policy/policy.bpf\".*|.*100:/p/web-seccomp-policy/policy.bpf.*\"-c\" \"2\".*" (sc { memory = "1G"; cpus = 2; pids = 9; seccompProfile = ../../policies/seccomp/nginx.json; }).ExecStart; want = true; };

  step-inserted = { got = map (s: s.name) (builtins.filter (s: s.rank >= 200) (resolved { steps = [ { name = "trace"; rank = 205; argv = [ "nc-trace" "-o" "fd:110" ]; } ]; })); want = [ "seccomp" "trace" ]; };
  step-replaced = { got = argvOf "pivot" { steps = [ { name = "pivot"; argv = [ "nc-pivot" "-w" ]; } ]; }; want = [ "nc-pivot" "-w" ]; };
  step-removed = { got = builtins.filter (s: s.name == "landlock") (resolved { steps = [ { name = "landlock"; argv = [ ]; } ]; }); want = [ ]; };
  steps-forced = { got = map (s: s.name) (resolved { steps = lib.mkForce [ { name = "clean"; argv = [ "nc-clean" ]; } ]; }); want = [ "clean" ]; };
  step-options = { got = builtins.elem "-s" (argvOf "rootfs" { stepOptions.rootfs = [ "-s" ]; }); want = true; };
  step-options-of-none = { got = messages { stepOptions.nope = [ "-s" ]; }; want = [ "services.nucleus.web: `stepOptions`: there is no step nope" ]; };
  step-misplaced = { got = messages { steps = [ { name = "mine"; rank = 5; argv = [ "nc-landlock" "-r" "/" ]; } ]; }; want = [ "services.nucleus.web: `steps`: mine runs nc-landlock, whose rank is 180, at rank 5" ]; };
  step-without-rank = { got = messages { steps = [ { name = "mine"; argv = [ "/x" ]; } ]; }; want = [ "services.nucleus.web: `steps`: mine needs a rank" ]; };

  nothing-wrong = { got = messages { }; want = [ ]; };
  assertion-names-the-service = { got = messages { command = [ ]; }; want = [ "services.nucleus.web: `command` must not be empty" ]; };
  absent-options = { got = map (n: messages { ${n} = [ "x" ]; } != [ ] && has "`${n}`.*" (builtins.head (messages { ${n} = [ "x" ]; }))) absent; want = map (_: true) absent; };
  bridge = { got = builtins.length (messages { network = "bridge"; }); want = 1; };
  gvisor = { got = builtins.length (messages { runtime = "gvisor"; }); want = 1; };
  specifiers-in-a-variable = { got = (web { environment.A = "50%i"; }).systemd.services.web.environment.A; want = "50%%i"; };
  secret-in-the-store = { got = (web { secrets = [ { source = "${builtins.storeDir}/x-key"; dest = "key"; } ]; }).warnings; want = [ "services.nucleus.web: the secret ${builtins.storeDir}/x-key is in the store, where everybody can read it" ]; };
  secret-outside-the-store = { got = (web { secrets = [ { source = "/etc/x-key"; dest = "key"; } ]; }).warnings; want = [ ]; };
  said-twice = {
    got = map (s: builtins.length (messages s)) [
      { memory = "1M"; limits.memory = "2M"; } { memory = "1M"; limits.memory = "1M"; } { pids = 5; limits.pids = 6; } { cpus = 1; limits.cores = 2; } { limits.cores = 2; }
      { limits = { nofile = 5; rlimits.nofile = 6; }; } { landlockPolicy = ../../policies/landlock/nginx.toml; landlock.policy = ../../policies/landlock/agent.toml; }
      { landlockPolicy = ../../policies/landlock/nginx.toml; } { seccompProfile = ../../policies/seccomp/nginx.json; seccomp.bpf = "/x.bpf"; }
      { stepOptions.pivot = [ "-w" ]; steps = [ { name = "pivot"; argv = [ "nc-pivot" ]; } ]; } { stepOptions.pivot = [ "-w" ]; }
    ];
    want = [ 1 0 1 1 0 1 1 0 1 1 0 ];
  };
  said-twice-is-named = { got = messages { memory = "1M"; limits.memory = "2M"; }; want = [ "services.nucleus.web: `memory` and `limits.memory` say different things" ]; };
  without-a-context = {
    got = map messages [ { contextMode = "bind"; } { contextExclude = "/etc/list"; } { verifyContextIntegrity = true; } { context = "/srv/c"; contextMode = "bind"; verifyContextIntegrity = true; } ];
    want = map (n: [ "services.nucleus.web: `${n}` has no effect without `context`" ]) [ "contextMode" "contextExclude" "verifyContextIntegrity" ] ++ [ [ ] ];
  };
  production-takes-strict-policies = {
    got = let
      policy = strict: import ../../nixos-module/policy.nix { inherit (named) runCommand nucleus; } { kind = "landlock"; file = ../../policies/landlock/nginx.toml; inherit strict; };
      sha256 = builtins.hashFile "sha256" ../../policies/landlock/nginx.toml;
    in
      map (s: messages ({ rootfs = "${builtins.storeDir}/r"; memory = "1G"; cpus = 1; } // s)) [
        { mode = "production"; landlock = { policy = policy false; inherit sha256; }; }
        { mode = "production"; landlock = { policy = policy true; inherit sha256; }; }
        { landlock.policy = policy false; }
      ];
    want = [ [ "services.nucleus.web: `landlock.policy` is made by mkPolicy without `strict`, which mode production takes" ] [ ] [ ] ];
  };
  own-cgroup-step-is-delegated = {
    got = let u = sc { limits = { by = "systemd"; memory = "1M"; }; steps = [ { name = "cgroup"; rank = 30; argv = [ "nc-cgroup" "-p" "5" ]; } ]; }; in [ (u ? Delegate) u.MemoryMax ];
    want = [ true "1048576" ];
  };
  options-without-effect = {
    got = map (s: builtins.length (messages s)) [
      { workspace = { path = "/srv/w"; changes = "keep"; }; }
      { workspace = { path = "/srv/w"; mode = "copy-in-out"; changes = "keep"; }; }
      { rootfsMode = "tree"; }
      { rootfsBinds = "/etc/binds"; }
      { secrets = [ { source = "/etc/k"; dest = "/etc//k"; } ]; }
      { secrets = [ { source = "/etc/k"; dest = "/etc/k"; } ]; }
    ];
    want = [ 1 0 1 1 1 0 ];
  };
  steps-before-and-after = {
    got = let u = run [ { services.nucleus.web = { mode = "agent"; command = [ "/w" ]; steps = lib.mkMerge [ (lib.mkAfter [ { name = "z"; rank = 145; argv = [ "/bin/z" ]; } ]) (lib.mkBefore [ { name = "a"; rank = 145; argv = [ "/bin/a" ]; } ]) ]; }; } ]; in
      has ''"/bin/a" "/bin/z" .*'' u.systemd.services.web.serviceConfig.ExecStart;
    want = true;
  };
  the-package-is-installed = {
    got = map (c: builtins.length (run [ c ]).environment.systemPackages) [ { programs.nucleus.enable = true; } { } ];
    want = [ 1 0 ];
  };
  readme = {
    got = let
      c = run [ { services.nucleus.cache = {
        rootfs = "/nix/store/redis"; rootfsEntries = [ "/nix" ];
        command = [ "/bin/redis-server" "--port" "0" "--unixsocket" "/run/cache/redis" "--dir" "/var/lib/cache" ];
        memory = "256M"; cpus = 1; dynamicUser = true;
        stateDirectory = [ "cache" ]; runtimeDirectory = [ "cache" ];
      }; } ];
    in [ (map (a: a.message) c.assertions) c.warnings (has ''"/run/cache:/run/cache:own,noexec".*'' c.systemd.services.cache.serviceConfig.ExecStart) ];
    want = [ [ ] [ ] true ];
  };
  warning = { got = (web { user = "nobody-else"; }).warnings; want = [ "services.nucleus.web: `user`: nobody-else is not in `users.users`; the unit starts only where something else makes it" ]; };
  group-without-number = { got = messages { supplementaryGroups = [ "video" ]; }; want = [ "services.nucleus.web: `supplementaryGroups`: the group video has no `users.groups.video.gid`, and the line takes numbers" ]; };

  unknown-option = { got = refused { nope = 1; }; want = true; };
  bad-enum = { got = refused { mode = "bogus"; }; want = true; };
  bad-type = { got = refused { command = "/x"; }; want = true; };
  bad-size = { got = refused { memory = "12X"; }; want = true; };
  bad-capability = { got = refused { capabilities.ambient = [ "sys_nope" ]; }; want = true; };
  bad-path = { got = refused { volumes = [ { source = "rel"; dest = "/x"; } ]; }; want = true; };
  bad-pin = { got = refused { landlock.sha256 = "zz"; }; want = true; };
}
