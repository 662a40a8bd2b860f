# The values of the options of one service -> what chain.nix takes. Builtins only.
#   groups   numbers of the supplementary groups
#   primary  number of the user's own group, where it is known
#   units    whether a unit of systemd starts the line, and has set the user's groups
#   policies { seccomp; capabilities; landlock; }: each null or a result of mkPolicy
{ groups ? [ ], primary ? null, units ? true, policies ? { } }:
name: c:
let
  inherit (builtins) head length map mapAttrs;
  inherit (import ./chain/base.nix) optionals unique;
  inherit (import ./chain/modes.nix) always;
  root = c.user == "root" && !c.dynamicUser;
  named = c.dynamicUser || (c.user != null && !root);
  bound = top: list: map (d: { source = "${top}/${d}"; dest = "${top}/${d}"; noexec = true; readOnly = false; own = true; }) (unique list);
  policy = kind: part: part // { policy = policies.${kind} or part.policy; };
  or' = a: b: if a == null then b else a;
in
rec {
  # the directory whose owner the workload is
  idsName = if c.runtimeDirectory != [ ] then head c.runtimeDirectory else "nucleus-${name}";
  fromDirectory = named && c.uid == null;
  inherit named root;
  notify = c.sdNotify || c.readinessSdNotify;
  listenFds = if c.listenFds != null then c.listenFds else length c.listenStreams;

  chain = {
    inherit (c)
      mode hostname home workdir environment passEnvironment network dns rootfsMode rootfsUpper rootfsBinds rootfsEntries rootfsMounts rootfsPaths tmpfs
      providerConfigs secrets credentials timeNamespace cgroupNamespace stepOptions procWritable runDir events keepFds userns;
    inherit groups listenFds;
    # those of the user's that systemd has set, where no others are named
    keepGroups = (fromDirectory || (named && units)) && groups == [ ];
    inherit (c) group;
    command = c.command or [ ];
    rootfs = c.rootfs;
    lockdown = c.requireKernelLockdown;
    user = if root then 0 else if c.uid != null then c.uid else if c.user != null && c.user != "root" then c.user else if c.dynamicUser then name else null;
    gid = if c.uid == null then null else or' (or' c.gid primary) c.uid;
    idsFrom = if fromDirectory then "/run/${idsName}" else null;
    volumes =
      c.volumes
      ++ bound "/var/lib" c.stateDirectory ++ bound "/var/cache" c.cacheDirectory
      ++ bound "/var/log" c.logsDirectory ++ bound "/run" c.runtimeDirectory;
    context = if c.context == null then null else { path = c.context; mode = c.contextMode; exclude = c.contextExclude; verify = c.verifyContextIntegrity; };
    workspace = if c.workspace == null then null else c.workspace;
    attest = {
      enable = c.verifyRootfsAttestation;
      manifest = if c.rootfsManifest != null then c.rootfsManifest else c.rootfs.manifest or null;
      sha256 = c.rootfsManifestSha256;
      # the closure that the manifest pins, where it is mkRootfs's
      store = if c.rootfsManifest == null then c.rootfs.store or null else null;
    };
    limits = builtins.removeAttrs c.limits [ "nofile" "cores" ] // {
      cpus = or' c.limits.cpus c.limits.cores;
      # what the mode limits unasked, whoever sets it
      pids = if c.limits.pids == null && always c.mode "pids" then 512 else c.limits.pids;
      rlimits = c.limits.rlimits // (if c.limits.nofile == null then { } else { inherit (c.limits) nofile; });
    };
    seccomp = policy "seccomp" c.seccomp;
    capabilities = policy "capabilities" c.capabilities;
    landlock = policy "landlock" c.landlock;
    notifySocket = if notify then "/run/systemd/notify" else null;
  };
}
