# A chain in front of services that other modules define -> [] when every case passes
{ lib ? import ./lib-lite.nix }:
let
  run = run' [ ];
  run' = more: services: import ./eval.nix { inherit lib; } ([ ../../nixos-module/wrap.nix { systemd.services = services; } ] ++ more);
  one = serviceConfig: nucleus: run { s = { inherit serviceConfig; nucleus = { enable = true; } // nucleus; }; };
  sc = serviceConfig: nucleus: (one serviceConfig nucleus).systemd.services.s.serviceConfig;
  has = words: text: builtins.match ".*${words}" text != null;
  ends = text: e: let n = builtins.stringLength text; l = builtins.stringLength e; in builtins.substring (l - n) n e == text;
  chained = e: has "\"/p/nucleus/bin/nc-clean\".*\"fd:100\" .*" e;
in
import ./cases.nix {
  untouched = { got = (run { other.serviceConfig.ExecStart = [ "/bin/other %i" ]; }).systemd.services.other.serviceConfig; want = { ExecStart = [ "/bin/other %i" ]; }; };
  wrapped = { got = let e = (sc { ExecStart = "/bin/x -c $A %i"; } { }).ExecStart; in [ (chained e) (ends " /bin/x -c $A %i" e) ]; want = [ true true ]; };
  reset-stays-empty = { got = let e = (sc { ExecStart = [ "" "/bin/x" ]; } { }).ExecStart; in [ (builtins.head e) (chained (builtins.elemAt e 1)) ]; want = [ "" true ]; };
  user = { got = let u = sc { ExecStart = "/bin/x"; User = "web"; } { }; in [ (builtins.substring 0 2 u.ExecStart) u.RuntimeDirectory (has "103:/run/nucleus-s\".*\"fd:103\".*" u.ExecStart) ]; want = [ "!\"" [ "nucleus-s" ] true ]; };
  user-with-a-directory = { got = has "103:/run/d\".*" (sc { ExecStart = "/bin/x"; User = "web"; RuntimeDirectory = "d"; } { }).ExecStart; want = true; };
  pre-is-confined = { got = let e = (sc { ExecStart = "/bin/x"; ExecStartPre = [ "-/bin/pre" ]; } { }).ExecStartPre; in
    [ (builtins.substring 0 1 (builtins.head e)) (has "\"s.ExecStartPre\".*" (builtins.head e)) (ends " /bin/pre" (builtins.head e)) ]; want = [ "-" true true ]; };
  declared-unconfined = { got = (sc { ExecStart = "/bin/x"; ExecStartPre = "/bin/pre"; } { unconfined = [ "ExecStartPre" ]; }).ExecStartPre; want = "/bin/pre"; };
  reload-signals-the-keeper = { got = (sc { ExecStart = "/bin/x"; User = "web"; ExecReload = "/bin/kill -HUP $MAINPID"; } { }).ExecReload; want = "!/bin/kill -HUP $MAINPID"; };
  reload-is-confined = { got = chained (sc { ExecStart = "/bin/x"; ExecReload = "/bin/reload"; } { }).ExecReload; want = true; };
  privileged-stays = { got = (sc { ExecStart = "/bin/x"; ExecStartPre = "+/bin/setup"; } { }).ExecStartPre; want = "+/bin/setup"; };
  privileged-is-named = { got = (one { ExecStart = "/bin/x"; ExecStartPre = "+/bin/setup"; } { }).warnings; want = [ "systemd.services.s.nucleus: stays outside of the chain, as it has all privileges (+): ExecStartPre=+/bin/setup" ]; };
  argv0 = { got = map (a: a.message) (one { ExecStart = "@/bin/x y"; } { }).assertions; want = [ "systemd.services.s.nucleus: a line with the prefix @ cannot have a chain in front of it: ExecStart=@/bin/x y" ]; };
  forking = { got = builtins.length (one { ExecStart = "/bin/x"; Type = "forking"; } { }).assertions; want = 1; };
  notify = { got = let u = sc { ExecStart = "/bin/x"; Type = "notify"; } { }; in [ u.Type u.NotifyAccess (has "NOTIFY_SOCKET.*" u.ExecStart) ]; want = [ "notify" "all" true ]; };
  directories = { got = has "\"/var/lib/a:/var/lib/a:own,noexec\".*" (sc { ExecStart = "/bin/x"; User = "u"; StateDirectory = "a"; } { }).ExecStart; want = true; };
  conflicts-are-left-out = { got = let u = sc { ExecStart = "/bin/x"; PrivateUsers = true; SystemCallFilter = [ "@system-service" ]; NoNewPrivileges = true; } { }; in [ (u ? PrivateUsers) (u ? SystemCallFilter) u.NoNewPrivileges ]; want = [ false false true ]; };
  conflicts-are-named = {
    got = (one { ExecStart = "/bin/x"; PrivateUsers = true; SystemCallFilter = lib.mkForce [ "@system-service" ]; NoNewPrivileges = true; ProtectHostname = false; } { }).warnings;
    want = [ "systemd.services.s.nucleus: left out, as the chain does the same later: PrivateUsers SystemCallFilter" ];
  };
  no-conflict-no-warning = { got = (one { ExecStart = "/bin/x"; NoNewPrivileges = true; } { }).warnings; want = [ ]; };
  bounding-set-has-what-the-chain-needs = { got = builtins.elem "CAP_SYS_ADMIN" (sc { ExecStart = "/bin/x"; CapabilityBoundingSet = "CAP_KILL"; } { }).CapabilityBoundingSet; want = true; };
  dynamic-user = { got = builtins.substring 0 2 (sc { ExecStart = "-/bin/x"; DynamicUser = true; } { }).ExecStart; want = "+-"; };
  families = { got = (sc { ExecStart = "/bin/x"; RestrictAddressFamilies = "AF_INET6"; } { }).RestrictAddressFamilies; want = [ "AF_INET6" "AF_UNIX" "AF_INET" ]; };
  strict = { got = (sc { ExecStart = "/bin/x"; ProtectSystem = "strict"; ReadWritePaths = "/a /b"; } { }).ReadWritePaths; want = [ "/a" "/b" "/run/nucleus" ]; };
  limits = { got = (sc { ExecStart = "/bin/x"; } { memory = "64M"; }).Delegate; want = "cpu cpuset io memory pids"; };
  limits-by-systemd = { got = (sc { ExecStart = "/bin/x"; } { memory = "64M"; limits.by = "systemd"; }).MemoryMax; want = "67108864"; };
  limits-of-the-mode = { got = (sc { ExecStart = "/bin/x"; } { mode = "strict-agent"; network = "none"; }).Delegate or null; want = "cpu cpuset io memory pids"; };
  limits-of-the-mode-by-systemd = { got = let u = sc { ExecStart = "/bin/x"; } { mode = "strict-agent"; network = "none"; limits.by = "systemd"; }; in [ u.TasksMax or null (u ? Delegate) ]; want = [ "515" false ]; };
  no-limits-no-delegation = { got = (sc { ExecStart = "/bin/x"; } { }) ? Delegate; want = false; };
  policies-are-built-with-the-unit = { got = map (p: p.name) (one { ExecStart = "/bin/x"; } { landlockPolicy = ../../policies/landlock/nginx.toml; capsPolicy = ../../policies/caps/low-ports.toml; }).systemd.services.s.restartTriggers; want = [ "s-capabilities-policy" "s-landlock-policy" ]; };
  environment-is-set = { got = let c = one { ExecStart = "/bin/x"; } { environment.FOO = "1"; }; in [ c.systemd.services.s.environment (has "\"-e\" \"FOO\".*" c.systemd.services.s.serviceConfig.ExecStart) (has "\"FOO\".*\"-e\" \"FOO\".*" (builtins.head (builtins.split "nc-scope" c.systemd.services.s.serviceConfig.ExecStart))) ]; want = [ { FOO = "1"; } true false ]; };
  credentials-are-loaded = { got = let u = sc { ExecStart = "/bin/x"; LoadCredential = "old:/etc/old"; } { credentials = lib.mkForce [ { name = "old"; source = "/etc/old"; dest = "old"; } { name = "k"; source = "/etc/k"; dest = "k"; } { name = "e"; source = "/etc/e"; dest = "e"; encrypted = true; } ]; }; in
    [ u.LoadCredential u.LoadCredentialEncrypted (has "\"k:k\".*" u.ExecStart) ]; want = [ [ "old:/etc/old" "k:/etc/k" ] [ "e:/etc/e" ] true ]; };
  directories-are-made = { got = let u = sc { ExecStart = "/bin/x"; User = "u"; StateDirectory = "a"; } { stateDirectory = lib.mkForce [ "a" "b" ]; runtimeDirectory = [ "r" ]; cacheDirectory = [ "c" ]; directoryMode = "0700"; }; in
    [ u.StateDirectory u.CacheDirectory u.RuntimeDirectory u.StateDirectoryMode u.RuntimeDirectoryMode ]; want = [ [ "a" "b" ] [ "c" ] [ "r" ] "0700" "0700" ]; };
  directory-modes-stay = { got = let u = sc { ExecStart = "/bin/x"; StateDirectory = "a"; StateDirectoryMode = "0711"; } { }; in [ u.StateDirectory u.StateDirectoryMode ((sc { ExecStart = "/bin/x"; StateDirectory = "a"; } { }) ? StateDirectoryMode) ]; want = [ "a" "0711" false ]; };
  host-path-is-made = { got = (one { ExecStart = "/bin/x"; } { volumes = [ { source = "/srv/d"; dest = "/d"; createHostPath = true; user = "u"; } ]; }).systemd.tmpfiles.settings.nucleus."/srv/d".d; want = { mode = "0750"; user = "u"; group = "root"; }; };
  sockets = { got = let c = one { ExecStart = "/bin/x"; } { listenStreams = [ "80" ]; }; in [ c.systemd.sockets.s.listenStreams c.systemd.services.s.requires ]; want = [ [ "80" ] [ "s.socket" ] ]; };
  own-user = { got = let u = sc { ExecStart = "/bin/x"; } { user = "web"; group = "grp"; }; in [ u.User u.Group u.RuntimeDirectory (builtins.substring 0 2 u.ExecStart) ]; want = [ "web" "grp" [ "nucleus-s" ] "!\"" ]; };
  own-root = { got = (sc { ExecStart = "/bin/x"; User = "web"; } { user = "root"; }).User; want = "root"; };
  own-dynamic-user = { got = let u = sc { ExecStart = "/bin/x"; } { dynamicUser = true; }; in [ u.DynamicUser u.RuntimeDirectory (builtins.substring 0 2 u.ExecStart) ]; want = [ true [ "nucleus-s" ] "+\"" ]; };
  own-notify = { got = let u = sc { ExecStart = "/bin/x"; } { sdNotify = true; }; in [ u.Type u.NotifyAccess ]; want = [ "notify" "all" ]; };
  uid-without-user = { got = map (a: a.message) (one { ExecStart = "/bin/x"; DynamicUser = true; } { uid = 7; }).assertions; want = [ "systemd.services.s.nucleus: `uid` needs `user`" "systemd.services.s.nucleus: `dynamicUser` excludes `uid`: systemd chooses it" ]; };
  nothing-of-that-unasked = { got = let u = sc { ExecStart = "/bin/x"; } { }; in map (k: u ? ${k}) [ "User" "Group" "DynamicUser" "Type" "LoadCredential" "StateDirectory" "RuntimeDirectory" "RuntimeDirectoryMode" ]; want = map (_: false) (builtins.genList (i: i) 8); };
  name-servers = { got = has "\"-n\" \"192.0.2.1\".*" (run' [ { networking.nameservers = [ "192.0.2.1" ]; } ] { s = { serviceConfig.ExecStart = "/bin/x"; nucleus.enable = true; }; }).systemd.services.s.serviceConfig.ExecStart; want = true; };
  ambient-capabilities = { got = has "\"nc-dropcaps\" [^;]*\"-Anet_bind_service,sys_resource\".*" (sc { ExecStart = "/bin/x"; User = "web"; AmbientCapabilities = [ "CAP_NET_BIND_SERVICE" "CAP_SYS_RESOURCE" ]; } { }).ExecStart; want = true; };
  working-directory = { got = map (d: has "\"nc-pivot\" \"-d\" \"/srv/x\" .*" (sc { ExecStart = "/bin/x"; WorkingDirectory = d; } { }).ExecStart) [ "/srv/x" "%S/x" "-/srv/x" "~" ]; want = [ true false false false ]; };
  credentials-of-every-kind = {
    got = let c = one { ExecStart = "/bin/x"; LoadCredential = [ "a:/etc/a" "system" ]; LoadCredentialEncrypted = "b:/etc/b"; SetCredential = "c:some words: x"; } { }; u = c.systemd.services.s.serviceConfig; in
      [ (map (x: x.name) c.systemd.services.s.nucleus.credentials) u.LoadCredential u.LoadCredentialEncrypted (has "\"-n\" \"a:/run/credentials/s.service/a\" .*\"c:/run/credentials/s.service/c\".*" u.ExecStart) ];
    want = [ [ "a" "system" "b" "c" ] [ "a:/etc/a" "system" ] "b:/etc/b" true ];
  };
  without-effect = {
    got = (one { ExecStart = "/bin/x"; UMask = "0027"; Nice = 5; EnvironmentFile = "-/etc/x"; PassEnvironment = "A"; Environment = "B=1"; SupplementaryGroups = [ "video" ]; WorkingDirectory = "~"; AmbientCapabilities = "~CAP_KILL"; } { }).warnings;
    want = [ "systemd.services.s.nucleus: without effect behind the chain, nc-nixos(7) has what there is in its place: Environment EnvironmentFile PassEnvironment Nice SupplementaryGroups UMask WorkingDirectory AmbientCapabilities" ];
  };
  with-effect = { got = (one { ExecStart = "/bin/x"; UMask = "0022"; Nice = 0; Environment = [ ]; SupplementaryGroups = "video"; WorkingDirectory = "/srv"; AmbientCapabilities = "CAP_KILL"; } { supplementaryGroups = [ 26 ]; }).warnings; want = [ ]; };
  exec-line-is-a-package = { got = map (e: has ".*\"fd:100\" /p/nucleus" e) (let u = sc { ExecStart = (import ./pkgs-names.nix).nucleus; ExecStartPre = [ (import ./pkgs-names.nix).nucleus ]; } { }; in [ u.ExecStart ] ++ u.ExecStartPre); want = [ true true ]; };
  several-commands = {
    got = map (e: map (a: a.message) (one { ExecStart = e; Type = "oneshot"; } { }).assertions) [ "/bin/a ; /bin/b" "/bin/a \\; b" "/bin/sh -c \"a ; b\"" "/bin/sh -c 'a ; b'" "/bin/a x; b" "/bin/a \"\\\" ; b\"" ];
    want = [ [ "systemd.services.s.nucleus: `ExecStart` has several commands in one line (;), and a chain goes before one of them: /bin/a ; /bin/b" ] [ ] [ ] [ ] [ ] [ ] ];
  };
  image-without-a-loop-device = {
    got = map (c: map (a: a.message) (one ({ ExecStart = "/bin/x"; } // c) { rootfs = "/nix/store/r.erofs"; rootfsMode = "erofs"; }).assertions)
      [ { } { PrivateDevices = false; DevicePolicy = "auto"; } { PrivateDevices = true; } { DevicePolicy = "closed"; } ];
    want = [ [ ] [ ] ] ++ map (k: [ "systemd.services.s.nucleus: `rootfsMode = \"erofs\"` takes a loop device, which `${k}` does not leave" ]) [ "PrivateDevices" "DevicePolicy" ];
  };
  secret-in-the-store = {
    got = let key = "${builtins.storeDir}/x-key"; in
      map (c: c.warnings) [ (one { ExecStart = "/bin/x"; LoadCredential = "k:${key}"; } { }) (one { ExecStart = "/bin/x"; LoadCredentialEncrypted = "k:${key}"; } { }) (one { ExecStart = "/bin/x"; } { secrets = [ { source = key; dest = "k"; } ]; }) ];
    want = let w = [ "systemd.services.s.nucleus: the secret ${builtins.storeDir}/x-key is in the store, where everybody can read it" ]; in [ w [ ] w ];
  };
  own-lists-are-more = {
    got = let
      c = one { ExecStart = "/bin/x"; StateDirectory = "a"; LoadCredential = "k:/etc/k"; AmbientCapabilities = "CAP_KILL"; }
        { stateDirectory = [ "b" ]; credentials = [ { name = "m"; source = "/etc/m"; dest = "m"; } ]; landlock.read = [ "/srv" ]; passEnvironment = [ "A" ]; capabilities.ambient = [ "chown" ]; };
      n = c.systemd.services.s.nucleus;
      all = want: list: builtins.all (x: builtins.elem x list) want;
    in
      [ (all [ "a" "b" ] n.stateDirectory) (all [ "k" "m" ] (map (x: x.name) n.credentials)) (all [ "/srv" "/run/credentials/s.service" ] n.landlock.read)
        (all [ "A" "CREDENTIALS_DIRECTORY" "STATE_DIRECTORY" ] n.passEnvironment) (all [ "kill" "chown" ] n.capabilities.ambient) ];
    want = [ true true true true true ];
  };
  own-options = { got = has "\"nc-landlock\" .*\"-w\" \"/srv/x\" \"nc-dropcaps\".*" (sc { ExecStart = "/bin/x"; } { landlock.write = [ "/srv/x" ]; }).ExecStart; want = true; };
}
