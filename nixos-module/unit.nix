# One service -> the plain data of its unit: what has to be, and defaults that a configuration may change. Builtins only.
{
  # chain.nix, for this service
  chain,
  # DelegateSubgroup=, from systemd 254 on
  subgroup ? false,
}:
name: c: spec: steps:
let
  inherit (builtins) attrNames concatMap elem filter listToAttrs map;
  inherit (import ./chain/base.nix) optional optionals word;
  limits = import ./limits.nix spec.chain.limits;
  bySystemd = c.limits.by == "systemd";
  delegated = filter (s: s.name == "cgroup") steps != [ ];
  late = filter (s: s.name == "userns-join") steps != [ ];
  some = cond: a: if cond then a else { };
  dirs = key: list: some (list != [ ]) { "${key}Directory" = list; "${key}DirectoryMode" = c.directoryMode; };
  runtime = c.runtimeDirectory ++ optionals (spec.fromDirectory && !(elem spec.idsName c.runtimeDirectory)) [ spec.idsName ];
  credential = x: "${x.name}:${x.source}";
  keptCaps = map (x: "CAP_${upper x}") (c.capabilities.bounding ++ c.capabilities.ambient ++ c.capabilities.effective ++ c.capabilities.inheritable);
  upper = builtins.replaceStrings
    [ "a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k" "l" "m" "n" "o" "p" "q" "r" "s" "t" "u" "v" "w" "x" "y" "z" ]
    [ "A" "B" "C" "D" "E" "F" "G" "H" "I" "J" "K" "L" "M" "N" "O" "P" "Q" "R" "S" "T" "U" "V" "W" "X" "Y" "Z" ];

  # what the steps need before nc-dropcaps takes it: a test runs lines with this and nothing else
  needed = [
    "CAP_CHOWN" "CAP_DAC_OVERRIDE" "CAP_DAC_READ_SEARCH" "CAP_FOWNER" "CAP_KILL" "CAP_MKNOD" "CAP_SETGID" "CAP_SETPCAP" "CAP_SETUID"
    "CAP_SYS_ADMIN" "CAP_SYS_NICE" "CAP_SYS_PTRACE" "CAP_SYS_RESOURCE"
  ] ++ optional (c.network == "none") "CAP_NET_ADMIN";
  prefix = if c.dynamicUser then "+" else if spec.named then "!" else "";
  policyCaps = if c.capabilities.policy == null then [ ] else map (x: "CAP_${upper x}") (import ./chain/caps.nix);
in
{
  inherit needed;
  inherit prefix;
  exec = "${prefix}${chain.toSystemd (chain.toArgv steps ++ map word spec.chain.command)}";
  # Environment= expands specifiers
  environment = builtins.mapAttrs (_: v: builtins.replaceStrings [ "%" ] [ "%%" ] (word v)) spec.chain.environment;

  forced =
    { KillMode = "mixed"; Type = if spec.notify then "notify" else "exec"; RestartPreventExitStatus = "100"; SuccessExitStatus = "143"; }
    // some spec.notify { NotifyAccess = "all"; }
    // some c.dynamicUser { DynamicUser = true; }
    // some spec.named { User = if c.user != null && c.user != "root" then c.user else name; }
    // some (c.group != null) { Group = c.group; }
    // some delegated ({ Delegate = "cpu cpuset io memory pids"; } // some subgroup { DelegateSubgroup = "keeper"; })
    // some bySystemd limits.directives
    // dirs "State" c.stateDirectory // dirs "Cache" c.cacheDirectory // dirs "Logs" c.logsDirectory // dirs "Runtime" runtime
    // (let plain = filter (x: !x.encrypted) c.credentials; in some (plain != [ ]) { LoadCredential = map credential plain; })
    // (let enc = filter (x: x.encrypted) c.credentials; in some (enc != [ ]) { LoadCredentialEncrypted = map credential enc; });

  # RestrictSUIDSGID= answers ENOSYS to openat2(2), which the steps need. DynamicUser= turns it on and lets nobody turn it off:
  # there the line starts with +, which systemd keeps its filters away from; the user and its directories are made all the same.
  # Around the chain, for the time before it has done its own work. Namespaces, mounts of /proc and /sys and the host name are
  # the chain's: a directive that forbids them would end it.
  defaults = {
    Restart = "on-failure";
    RestartSec = "1s";
    TimeoutStopSec = "30s";
    CapabilityBoundingSet = filter (x: !(elem x (if late then [ ] else keptCaps ++ policyCaps))) needed ++ (if late then [ ] else keptCaps ++ policyCaps);
    LockPersonality = true;
    ProtectClock = true;
    ProtectKernelLogs = true;
    ProtectKernelModules = true;
    RestrictAddressFamilies = [ "AF_UNIX" "AF_INET" "AF_INET6" "AF_NETLINK" ];
    RestrictRealtime = true;
    SystemCallArchitectures = "native";
    UMask = "0077";
  } // some (!(elem c.rootfsMode [ "erofs" "squashfs" ])) { DevicePolicy = "closed"; };

  wrong = optionals bySystemd limits.wrong;
}
