# A declaration with every name in it that the other files ask for.
{ host, always, share }:
name: s:
let
  inherit (import ./base.nix) or';
  inherit (builtins) attrNames elem filter length map;
  mode = s.mode or "agent";
  get = n: default: let v = s.${n} or null; in if v == null then default else v;
  part = n: defaults: defaults // builtins.removeAttrs (get n { }) (filter (k: s.${n}.${k} == null && defaults ? ${k}) (attrNames (get n { })));
  rootfs = s.rootfs or null;
  workspace =
    let w = { mode = "bind-rw"; changes = null; protect = null; unprotect = [ ]; quarantine = false; exec = false; state = null; } // s.workspace; in
    w // {
      protect = if w.protect == null && always mode "protect" then "${share}lists/protected" else w.protect;
      state = if elem w.mode [ "copy-in-out" "overlay-in-out" ] || (w.mode == "bind-rw" && (w.protect != null || always mode "protect")) then or' w.state (host.workspaceState (or' name null) w.path) else null;
    };
  context = let c = { mode = "copy"; exclude = null; verify = false; } // s.context; in
    c // { exclude = or' c.exclude "${share}lists/context-exclude"; };
  home = get "home" "/home/agent";
  isWorkspace = v: v.dest == "/workspace";
  sockets = get "listenFds" 0;
in
{
  inherit mode rootfs home;
  hostname = get "hostname" (if name == null then "sandbox" else name);
  runDir = s.runDir or null;
  events = s.events or null;
  lockdown = s.lockdown or null;
  environment = get "environment" { };
  passEnvironment = get "passEnvironment" [ ];
  network = get "network" "none";
  dns = get "dns" [ ];
  rootfsMode = if rootfs == null then "bind" else get "rootfsMode" "bind";
  rootfsUpper = if s.rootfsUpper or null == null && rootfs != null && s.rootfsMode or null == "overlay" then "256M" else s.rootfsUpper or null;
  rootfsBinds = if s.rootfsBinds or null != null then s.rootfsBinds else rootfs.binds or null;
  rootfsEntries = if s.rootfsEntries or null != null then s.rootfsEntries else rootfs.entries or [ ];
  # what the list binds elsewhere than at its own path
  rootfsMounts = if s.rootfsMounts or null != null then s.rootfsMounts else rootfs.mounts or [ ];
  rootfsPaths = if s.rootfsPaths or null != null then s.rootfsPaths else rootfs.paths or [ ];
  attest = part "attest" { enable = false; manifest = null; sha256 = null; store = null; full = false; };
  volumes = get "volumes" [ ];
  tmpfs = get "tmpfs" [ ];
  providerConfigs = map (c: { writable = false; } // c) (get "providerConfigs" [ ]);
  secrets = get "secrets" [ ];
  credentials = get "credentials" [ ];
  workspace = if s.workspace or null == null then null else workspace;
  context = if s.context or null == null then null else context;
  workdir =
    if s.workdir or null != null then s.workdir
    else if s.workspace or null != null || filter isWorkspace (get "volumes" [ ]) != [ ] then "/workspace"
    else home;
  limits = part "limits" {
    memory = null; high = null; swap = false; cpus = null; cpuWeight = null; io = [ ]; cgroup = { };
    memlock = null; rlimits = { }; oomScoreAdjust = null;
    pids = if always mode "pids" then 512 else null;
  };
  seccomp = part "seccomp" { policy = null; bpf = null; sha256 = null; logDenied = false; };
  capabilities = part "capabilities" { policy = null; sha256 = null; bounding = [ ]; ambient = [ ]; effective = [ ]; inheritable = [ ]; };
  landlock = part "landlock" {
    policy = null; sha256 = null; read = [ ]; write = [ ]; execute = [ ]; list = [ ]; connect = null; listen = null;
    abstractSockets = false; signals = false; logDenied = true;
  };
  timeNamespace = get "timeNamespace" false;
  cgroupNamespace = get "cgroupNamespace" true;
  procWritable = get "procWritable" false;
  initRank = get "init" true;
  keepGroups = get "keepGroups" false;
  listenFds = sockets;
  keepFds = (import ./base.nix).range 3 sockets ++ get "keepFds" [ ];
  notifySocket = s.notifySocket or null;
}
