# What is said in two places, of which one has no effect: messages. Builtins only.
#   own   the steps of a user's own, by name
{ cfg, own }:
let
  inherit (builtins) attrNames concatMap elem filter;
  inherit (import ./chain/base.nix) optional;
  both = short: long: a: b: optional (a != null && b != a) "`${short}` and `${long}` say different things";
in
both "memory" "limits.memory" cfg.memory cfg.limits.memory
++ both "cpus" "limits.cpus" cfg.cpus cfg.limits.cpus
++ both "pids" "limits.pids" cfg.pids cfg.limits.pids
++ (if cfg.limits.cpus == null then [ ] else both "limits.cores" "limits.cpus" cfg.limits.cores cfg.limits.cpus)
++ (if !(cfg.limits.rlimits ? nofile) then [ ] else both "limits.nofile" "limits.rlimits.nofile" cfg.limits.nofile cfg.limits.rlimits.nofile)
++ concatMap
  (p: both p.short "${p.long}.policy" cfg.${p.short} cfg.${p.long}.policy ++ both "${p.short}Sha256" "${p.long}.sha256" cfg."${p.short}Sha256" cfg.${p.long}.sha256)
  [ { short = "seccompProfile"; long = "seccomp"; } { short = "capsPolicy"; long = "capabilities"; } { short = "landlockPolicy"; long = "landlock"; } ]
++ optional (cfg.seccomp.policy != null && cfg.seccomp.bpf != null) "`seccomp.policy` and `seccomp.bpf` exclude each other"
++ concatMap
  (n: optional (elem n own) "`stepOptions.${n}` has no effect, as `steps` has a step ${n} of your own")
  (filter (n: cfg.stepOptions.${n} != [ ]) (attrNames cfg.stepOptions))
