# A declaration -> its steps, sorted. Each file beside this one knows the words of a few steps; nc-run composes the same.
{ host, share, order }:
let
  inherit (import ./base.nix) bytes field hasPrefix join opt optional optionals opts path word;
  inherit (builtins) attrNames concatMap elem filter isString map toString;
  modes = import ./modes.nix;
  inherit (modes) always;
  fds = { bpf = "100"; userns = "101"; ready = "102"; ids = "103"; ns = "104"; protect = "105"; };
  policy = import ./policy.nix;
  view = import ./view.nix { inherit host fds always; };
  landlock = import ./landlock.nix { inherit host view policy always; };
  assert' = import ./assert.nix { inherit host fds view always; };
  give = import ./give.nix { inherit fds view; };
  defaults = import ./defaults.nix { inherit host always share; };
  idsOf = import ./ids.nix { inherit host always; };

  # names only where the value comes from the environment
  environment = s: ids:
    let
      path = if host.nixos && s.rootfs == null then "/run/current-system/sw/bin:${host.path}" else host.path;
      kept = filter (n: elem n host.environment) [ "COLORTERM" "LANG" "LC_ALL" "NO_COLOR" "TERM" "TZ" ];
      more = filter (n: !(elem n kept)) (s.passEnvironment ++ attrNames s.environment);
      listen = optionals (s.listenFds > 0) [ "LISTEN_FDS" "LISTEN_FDNAMES" "LISTEN_PID" ];
    in
    [ "PATH=${path}" "HOME=${s.home}" "USER=${ids.name}" "LOGNAME=${ids.name}" ]
    ++ kept ++ more ++ listen ++ optional (s.notifySocket != null) "NOTIFY_SOCKET";

  clean = s: env:
    optionals (s.events != null && hasPrefix "fd:" s.events) [ "-k" (builtins.substring 3 20 s.events) ]
    ++ opts "-k" s.keepFds ++ opts "-e" env;

  scope = name: s: opt "-n" name ++ opt "-r" s.runDir ++ [ "-s" fds.ready ] ++ opt "-e" s.events;

  bpf = s:
    if s.seccomp.bpf != null then s.seccomp.bpf
    else if s.seccomp.policy != null then s.seccomp.policy.bpf or "seccomp.bpf"
    else "${share}seccomp/${if s.network == "host" then "agent-net.bpf" else "agent.bpf"}";
  open = s: ids: [ "-f" "${fds.bpf}:${word (bpf s)}" ] ++ optionals (ids.from != null) [ "-d" "${fds.ids}:${ids.from}" ];

  own = ids: "${toString ids.uid}:${join "," ([ ids.gid ] ++ ids.groups)}";
  userns = s: ids:
    if ids.late then
      [ "-o" fds.userns ]
      ++ optionals (!ids.leased) [ "-m" (own ids) ]
      ++ optionals (ids.from != null) [ "-m" (join "," ([ "fd:${fds.ids}" ] ++ ids.groups)) ]
      ++ optionals (ids.from == null && (ids.leased || ids.uid == 0)) [ "-q" fds.ids ]
    else if ids.leased then (if ids.from == null then [ "-q" fds.ids ] else null)
    else if !ids.early then null
    else if s.uidMaps or [ ] != [ ] then opts "-u" s.uidMaps ++ opts "-g" s.gidMaps
    else if elem (s.userns or null) [ "keep-id" "auto" ] then [ "-a" s.userns ]
    else if ids.uid == 0 && s.user or null != null then [ "-u" "0:${toString host.uid}:1" "-g" "0:${toString host.gid}:1" ]
    else [ "-a" "nomap" ];

  # a tenth below the limit the kernel starts to reclaim
  cgroup = s:
    let
      l = s.limits;
      max = bytes l.memory;
      words =
        optionals (l.memory != null) (
          [ "-m" (toString max) "-M" (toString (if l.high != null then bytes l.high else max - max / 10)) ]
          ++ optionals (!l.swap) [ "-s" "0" ])
        ++ opt "-c" l.cpus ++ opt "-w" l.cpuWeight ++ opt "-p" l.pids ++ opts "-i" l.io
        ++ concatMap (k: [ "-k" "${k}=${word l.cgroup.${k}}" ]) (attrNames l.cgroup);
    in
    if words == [ ] || (s.limits.by or "chain") == "systemd" then null else words;

  unshare = s:
    [ "-pmui${if s.cgroupNamespace then "C" else ""}${if s.network == "none" then "n" else ""}${if s.timeNamespace then "T" else ""}" "-h" s.hostname ]
    ++ optionals (s.network == "none") [ "-P" "0" ];

  rlimit = s:
    optionals (host.coreLimit != "1") [ "-l" "core=${host.coreLimit}" ]
    ++ optionals (s.limits.memlock != null) [ "-l" "memlock=${word s.limits.memlock}" ]
    ++ concatMap (n: [ "-l" "${n}=${word s.limits.rlimits.${n}}" ]) (attrNames s.limits.rlimits)
    ++ opt "-o" s.limits.oomScoreAdjust;

  capsWords = s:
    let
      c = s.capabilities;
      one = letter: list: optional (list != [ ]) "-${letter}${policy.capWord list}";
    in
    if c.policy != null then policy.capsFile c.policy
    else one "B" c.bounding ++ one "A" c.ambient ++ one "E" c.effective ++ one "I" c.inheritable;

  dropcaps = s: ids: given:
    (if ids.leased then optional (always s.mode "asserted") "-k" ++ [ "-O" "fd:${fds.ids}" ]
    else if !ids.early || given ? user && given.user != null then [ "-u" (toString ids.uid) "-g" (toString ids.gid) ]
    else [ ])
    ++ optionals s.keepGroups [ "-G" "keep" ]
    ++ optionals (ids.groups != [ ]) [ "-G" (join "," ids.groups) ]
    ++ capsWords s;

  seccomp = s:
    optional s.seccomp.logDenied "-l"
    ++ optionals (s.seccomp.policy != null) (policy.seccompFile s.seccomp.policy)
    ++ [ "-s" fds.ready "fd:${fds.bpf}" ];

  parts = name: given: s: ids: env: {
    clean = clean s env;
    scope = scope name s;
    open = open s ids;
    assert-host = assert'.host s;
    userns = userns (given // s) ids;
    cgroup = cgroup s;
    workspace = give.workspace s ids;
    unshare = unshare s;
    rootfs = view.args s ids;
    context = give.context s ids;
    secrets = give.secrets s ids host;
    attest = give.attest s;
    pivot = optional (s.rootfsUpper != null) "-w" ++ [ "-d" s.workdir ];
    init = optional (s.listenFds > 0) "-l";
    rlimit = rlimit s;
    userns-join = if ids.late then [ "-j" fds.userns ] else null;
    assert-mounts = assert'.mounts s;
    landlock = landlock s;
    dropcaps = dropcaps s ids given;
    assert-self = assert'.self s ids (capsWords s) env;
    seccomp = seccomp s;
  };
in
name: given:
let
  s = defaults name given;
  ids = idsOf given;
  all = parts name given s ids (environment s ids);
  ranks = import ./ranks.nix;
  step = n: {
    name = n;
    rank = if ids.early then ranks.${n}.unprivileged else ranks.${n}.privileged;
    argv = [ ranks.${n}.tool ] ++ given.stepOptions.${n} or [ ] ++ all.${n};
  };
in
order (map step (filter (n: all.${n} != null) (attrNames all)))
