# Limits as directives of a unit, for who wants systemd to set them: { directives; wrong; }. Builtins only.
l:
let
  inherit (import ./chain/base.nix) bytes number;
  inherit (builtins) attrNames concatMap elemAt floor fromJSON head isFloat isInt isString listToAttrs match split filter toString;
  # the keepers outside of the container: nc-scope, nc-unshare, nc-init
  keepers = 3;
  value = v: if isString v then fromJSON v else v;
  known = {
    "memory.max" = "MemoryMax"; "memory.high" = "MemoryHigh"; "memory.low" = "MemoryLow"; "memory.min" = "MemoryMin";
    "memory.swap.max" = "MemorySwapMax"; "memory.zswap.max" = "MemoryZSwapMax"; "pids.max" = "TasksMax"; "cpu.weight" = "CPUWeight";
    "cpuset.cpus" = "AllowedCPUs"; "cpuset.mems" = "AllowedMemoryNodes"; "io.weight" = "IOWeight";
  };
  # max is a word of the kernel's, infinity one of systemd's
  text = v: if v == "max" then "infinity" else toString v;
  quota = k:
    let m = match "(max|[0-9]+)( ([0-9]+))?" (toString l.cgroup.${k}); in
    if m == null || head m == "max" then [ ]
    else
      let period = if elemAt m 2 == null then 100000 else number (elemAt m 2); in
      [ { name = "CPUQuota"; value = "${toString (number (head m) * 100 / period)}%"; } { name = "CPUQuotaPeriodSec"; value = "${toString period}us"; } ];
  file = k:
    if known ? ${k} then [ { name = known.${k}; value = text l.cgroup.${k}; } ]
    else if k == "cpu.max" then quota k
    else [ ];
  ioNames = { rbps = "IOReadBandwidthMax"; wbps = "IOWriteBandwidthMax"; riops = "IOReadIOPSMax"; wiops = "IOWriteIOPSMax"; };
  words = line: filter (w: isString w && w != "") (split " " line);
  io = line:
    let device = head (words line); in
    map (w: let m = match "([a-z]+)=(.*)" w; in { name = ioNames.${head m}; value = "/dev/block/${device} ${text (elemAt m 1)}"; }) (builtins.tail (words line));
  ios = concatMap io l.io;
  gather = names: listToAttrs (map (n: { name = n; value = map (x: x.value) (filter (x: x.name == n) ios); }) names);
  max = bytes l.memory;
  some = c: a: if c then a else { };
in
{
  directives =
    some (l.memory != null) ({
      MemoryMax = toString max;
      MemoryHigh = toString (if l.high != null then bytes l.high else max - max / 10);
    } // some (!l.swap) { MemorySwapMax = "0"; })
    // some (l.cpus != null) { CPUQuota = "${toString (floor (value l.cpus * 100 + 0.5))}%"; }
    // some (l.cpuWeight != null) { CPUWeight = toString l.cpuWeight; }
    // some (l.pids != null) { TasksMax = toString (l.pids + keepers); }
    // some (l.io != [ ]) (gather (map (x: x.name) ios))
    // listToAttrs (concatMap file (attrNames l.cgroup));
  wrong = concatMap
    (k: if known ? ${k} || k == "cpu.max" then [ ] else [ "`limits.cgroup.\"${k}\"`: systemd has no directive for it; `limits.by = \"chain\"` writes it" ])
    (attrNames l.cgroup);
}
