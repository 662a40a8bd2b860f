{ lib }:
{ config, ... }:
let
  inherit (lib) mkOption types literalExpression;
  t = import ./types.nix { inherit lib; };
  inherit (t) option maybe example;
  from = type: value: text: description: mkOption { type = types.nullOr type; inherit description; default = value; defaultText = literalExpression text; };
  cpus = types.either types.ints.positive (types.either types.float (types.strMatching "[0-9]+(\\.[0-9]+)?"));
in
{
  options = {
    memory = example (maybe t.size "{option}`limits.memory`.") "512M";
    cpus = example (maybe cpus "{option}`limits.cpus`.") 1.5;
    pids = example (maybe types.ints.positive "{option}`limits.pids`.") 512;
    limits = {
      by = option (types.enum [ "chain" "systemd" ]) "chain" ''
        Who sets the limits: a step of the chain, {manpage}`nc-cgroup(8)`, in a group below the unit's, which is delegated to it;
        or systemd, by directives of the unit. Then the few processes that stay outside of the container count too.
      '';
      memory = from t.size config.memory "memory" "Memory, after which the kernel kills all of the service.";
      high = maybe t.size "Memory, after which the kernel reclaims. The default is a tenth less than {option}`limits.memory`.";
      swap = option types.bool false "Swap may be used.";
      cpus = from cpus config.cpus "cpus" "Processors, also parts of one.";
      cores = maybe cpus "{option}`limits.cpus`, under the name that nc-cgroup has for it.";
      cpuWeight = maybe (types.ints.between 1 10000) "The share of the processors where several want them.";
      pids = from types.ints.positive config.pids "pids" "Processes and threads. The strict modes have 512 where nothing is said.";
      io = example (option (types.listOf (types.strMatching "[0-9]+:[0-9]+( (rbps|wbps|riops|wiops)=([0-9]+|max))+")) [ ] ''
        Bytes or operations per second of a block device, as `io.max` takes them.
      '') [ "8:0 rbps=10485760 wiops=500" ];
      cgroup = example (option (types.attrsOf (types.either types.int types.str)) { } ''
        Other files of the group, as {option}`limits.by` allows: the chain writes all of them, systemd knows those that it has a
        directive for, and another one is an error.
      '') { "memory.low" = "64M"; };
      memlock = maybe t.size "Limit of locked memory.";
      nofile = example (maybe t.limit "Limit of open files: soft, or soft:hard.") "1024:65536";
      rlimits = example (option (types.attrsOf t.limit) { } "Other resource limits, by their names in {manpage}`nc-rlimit(8)`.") { stack = "8M"; };
      oomScoreAdjust = maybe (types.ints.between (-1000) 1000) "Which processes the kernel ends first.";
    };
  };
}
