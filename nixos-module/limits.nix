# Limits as directives of a unit, for who wants systemd to set them: { directives; wrong; }. Builtins only.
l:
let
  inherit (import ./chain/base.nix) bytes number;
  inherit (builtins) attrNames concatMap elemAt filter floor fromJSON head isString listToAttrs match replaceStrings split toString;
  # the keepers outside of the container: nc-scope, nc-unshare, nc-init
  keepers = 3;
  value = v: if isString v then fromJSON v else v;
  upper = replaceStrings [ "k" "m" "g" "t" ] [ "K" "M" "G" "T" ];
  # Kinds of files: each a function of the text, to the value of the directive; null where systemd would not take it, and ignore
  # the line.
  size = t: if t == "max" then "infinity" else if bytes t == null then null else upper t;
  count = t: if t == "max" then "infinity" else if match "[0-9]{1,9}" t == null then null else t;
  weight = t:
    let m = match "(default )?([0-9]{1,9})" t; n = number (elemAt m 1); in
    if m == null || n < 1 || n > 10000 then null else toString n;
  cpuWeight = t: if match "[0-9]+" t == null then null else weight t;
  set = t: if match "[0-9]+(-[0-9]+)?([, ][0-9]+(-[0-9]+)?)*" t == null then null else t;
  of = name: kind: { inherit name kind; };
  known = {
    "memory.max" = of "MemoryMax" size; "memory.high" = of "MemoryHigh" size; "memory.low" = of "MemoryLow" size; "memory.min" = of "MemoryMin" size;
    "memory.swap.max" = of "MemorySwapMax" size; "memory.zswap.max" = of "MemoryZSwapMax" size; "pids.max" = of "TasksMax" count;
    "cpu.weight" = of "CPUWeight" cpuWeight; "cpuset.cpus" = of "AllowedCPUs" set; "cpuset.mems" = of "AllowedMemoryNodes" set;
    "io.weight" = of "IOWeight" weight;
  };
  # max is a word of the kernel's, infinity one of systemd's
  text = v: if v == "max" then "infinity" else toString v;

  # hundredths of a percent, which is as fine as CPUQuota= is
  percent = n:
    let rest = n - n / 100 * 100; in
    "${toString (n / 100)}${if rest == 0 then "" else ".${if rest < 10 then "0" else ""}${toString rest}"}%";
  cpuMax = t:
    let
      m = match "(max|[0-9]{1,12})( ([0-9]{1,7}))?" t;
      period = if elemAt m 2 == null then 100000 else number (elemAt m 2);
      fraction = (number (head m) * 10000 + period / 2) / period;
    in
    if m == null || period < 1000 || period > 1000000 then null
    else if head m == "max" then [ ]
    else if fraction == 0 then null
    else [ { name = "CPUQuota"; value = percent fraction; } { name = "CPUQuotaPeriodSec"; value = "${toString period}us"; } ];
  cpus = floor (value l.cpus * 10000 + 0.5);

  # null where there is no directive for it, or none with this value
  file = k:
    let t = toString l.cgroup.${k}; v = known.${k}.kind t; in
    if k == "cpu.max" then cpuMax t
    else if !(known ? ${k}) || v == null then null
    else [ { inherit (known.${k}) name; value = v; } ];
  files = concatMap (k: let f = file k; in if f == null then [ ] else f) (attrNames l.cgroup);
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
    // some (l.cpus != null) { CPUQuota = percent cpus; }
    // some (l.cpuWeight != null) { CPUWeight = toString l.cpuWeight; }
    // some (l.pids != null) { TasksMax = toString (l.pids + keepers); }
    // some (l.io != [ ]) (gather (map (x: x.name) ios))
    // listToAttrs files;
  wrong = concatMap
    (k:
      if file k != null then [ ]
      else if known ? ${k} || k == "cpu.max" then [ "`limits.cgroup.\"${k}\"`: systemd has no directive for the value ${toString l.cgroup.${k}}; `limits.by = \"chain\"` writes it" ]
      else [ "`limits.cgroup.\"${k}\"`: systemd has no directive for it; `limits.by = \"chain\"` writes it" ])
    (attrNames l.cgroup)
  ++ (if l.cpus != null && cpus < 1 then [ "`limits.cpus`: systemd counts in hundredths of a percent, and ${toString l.cpus} is less" ] else [ ]);
}
