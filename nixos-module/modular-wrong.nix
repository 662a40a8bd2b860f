# What a modular service cannot have: messages, each with the name of its option. Builtins only.
#   units   whether a service manager is there that has units of systemd
{ units, cfg, spec }:
let
  inherit (builtins) any concatMap isString filter map;
  inherit (import ./chain/base.nix) optional;
  unit = option: asked: optional (!units && asked) "`${option}` is said in a unit of systemd, and this service has none";
in
unit "limits.by" (cfg.limits.by == "systemd")
++ unit "environment" (cfg.environment != { })
++ unit "user" (cfg.user != null && spec.fromDirectory)
++ unit "group" (cfg.group != null)
++ unit "dynamicUser" cfg.dynamicUser
++ concatMap (n: unit n (cfg.${n} != [ ])) [ "stateDirectory" "cacheDirectory" "logsDirectory" "runtimeDirectory" "credentials" "listenStreams" ]
++ concatMap (n: unit n cfg.${n}) [ "sdNotify" "readinessSdNotify" ]
++ optional (any (v: v.createHostPath) cfg.volumes) "`volumes.*.createHostPath`: a modular service makes no directories; `systemd.tmpfiles` of the system does"
++ map (g: "`supplementaryGroups`: the group ${g} is a name, and the line takes numbers") (filter isString cfg.supplementaryGroups)
