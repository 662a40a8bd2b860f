# What is wrong with a declaration: a list of messages, empty where nothing is. The rules are those of nc-run.
{ facts, defaults, idsOf }:
name: given:
let
  inherit (import ./base.nix) bytes hasPrefix optional path;
  inherit (import ./modes.nix) always demand;
  inherit (builtins) all any attrNames concatMap elem filter hashFile isInt isString length map match stringLength toString;
  ranks = import ./ranks.nix;
  places = import ./places.nix;
  policy = import ./policy.nix;
  view = import ./view.nix { host = facts; fds = { }; inherit always; };
  mode = given.mode or "agent";
  s = defaults name given;
  strings = map (v: v // { source = path v.source; }) s.volumes;

  oneOf = option: value: words: optional (!(elem value words)) "`${option}` is ${toString value}, not one of ${builtins.concatStringsSep ", " words}";
  size = option: v: optional (v != null && (bytes v == null || bytes v == 0)) "`${option}` is no size: ${toString v}";
  source = option: use: p:
    optional (!(places.clean p)) "`${option}`: ${p} is not an absolute path without empty, . and .. components"
    ++ optional (places.clean p && !(places.allowed use p)) "`${option}`: ${p} is not a place that may be given; nc-run(8) lists those that are";
  target = option: p:
    optional (!(places.clean p)) "`${option}`: ${p} is not an absolute path without empty, . and .. components"
    ++ optional (places.clean p && !(places.allowed "target" p)) "`${option}`: the destination ${p} is reserved";

  file = option: p: sha:
    optional (p != null && !(policy.readable p))
      "`${option}.policy` is made by a derivation, and reading it would build it during evaluation; give the file, or mkPolicy's result"
    ++ optional (sha != null && p == null) "`${option}.sha256` has no effect without `${option}.policy`"
    ++ optional (sha != null && p != null && policy.readable p && hashFile "sha256" (if p ? source then p.source else p) != sha)
      "`${option}.policy` has not the SHA-256 that `${option}.sha256` states";
  policies = [ s.seccomp s.capabilities s.landlock ];
  pinned = all (p: p.policy == null || p.sha256 != null) policies;

  byMode =
    demand mode "hostnet" (s.network == "host") "`network = \"host\"`"
    ++ demand mode "nouserns" (given.userns or null == "host") "`userns = \"host\"`"
    ++ demand mode "memory" (s.limits.memory != null) "`limits.memory`"
    ++ demand mode "cpus" (s.limits.cpus != null) "`limits.cpus`"
    ++ demand mode "rootfs" (s.rootfs != null) "`rootfs`"
    ++ demand mode "overlay" (s.rootfsUpper != null) "`rootfsMode = \"overlay\"` and `rootfsUpper`"
    ++ demand mode "pinned" pinned "a `sha256` beside every policy"
    ++ optional (always mode "store" && s.rootfs != null && !(hasPrefix "${builtins.storeDir}/" (path s.rootfs)) && !(hasPrefix "/nix/store/" (path s.rootfs)))
      "mode ${mode} takes a `rootfs` in ${builtins.storeDir}: ${path s.rootfs}"
    ++ concatMap
      (v: optional (always mode "noexec" && v.writable && !v.noexec) "${v.dest} is writable and executable, which mode ${mode} refuses; noexec or readOnly")
      (map view.tmpfs s.tmpfs ++ map view.volume s.volumes)
    ++ optional (always mode "noexec" && s.workspace != null && s.workspace.exec && s.workspace.mode != "bind-ro")
      "`workspace.exec` is writable and executable, which mode ${mode} refuses";

  content =
    concatMap
      (v: source "volumes" (if v.readOnly or false then "read" else "write") v.source ++ target "volumes" v.dest)
      strings
    ++ concatMap (t: target "tmpfs" t.dest ++ size "tmpfs.*.size" (t.size or null)) s.tmpfs
    ++ (if s.workspace == null then [ ] else
      oneOf "workspace.mode" s.workspace.mode [ "bind-rw" "bind-ro" "copy-in-out" "overlay-in-out" ]
      ++ source "workspace.path" (if s.workspace.mode == "bind-ro" then "read" else "workspace") (path s.workspace.path))
    ++ (if s.context == null then [ ] else
      oneOf "context.mode" s.context.mode [ "copy" "bind" ] ++ source "context.path" "read" (path s.context.path))
    ++ concatMap
      (c: source "providerConfigs" (if c.writable then "write" else "read") c.source
        ++ optional (!(hasPrefix "${s.home}/" c.dest)) "`providerConfigs`: ${c.dest} is not below the home ${s.home}")
      (map (view.config s) s.providerConfigs)
    ++ optional (s.attest.enable && elem s.rootfsMode [ "erofs" "squashfs" ]) "`verifyRootfsAttestation` is of a directory, not of an image"
    ++ optional (s.attest.enable && s.rootfs == null) "`verifyRootfsAttestation` has no effect without `rootfs`"
    ++ optional (s.workspace != null && (s.workspace.changes or null) != null && elem s.workspace.mode [ "bind-rw" "bind-ro" ])
      "`workspace.changes` has no effect without `workspace.mode` copy-in-out or overlay-in-out"
    ++ optional (!s.attest.enable && (s.attest.manifest != null || s.attest.sha256 != null))
      "`rootfsManifest` and its sha256 have no effect without `verifyRootfsAttestation`"
    ++ optional (s.rootfs == null && (given.rootfsMode or null != null && given.rootfsMode != "bind" || given.rootfsBinds or null != null))
      "`rootfsMode` and `rootfsBinds` have no effect without `rootfs`"
    ++ concatMap (x: optional (hasPrefix "/" x.dest && !(places.clean x.dest)) "secret: ${x.dest} is not an absolute path without empty, . and .. components")
      (s.secrets ++ s.credentials)
    ++ optional (s.rootfsUpper != null && s.rootfsMode == "bind") "`rootfsUpper` has no effect with `rootfsMode = \"bind\"`";

  limits =
    size "limits.memory" s.limits.memory ++ size "limits.high" s.limits.high ++ size "limits.memlock" s.limits.memlock
    ++ optional (s.limits.swap && s.limits.memory == null) "`limits.swap` has no effect without `limits.memory`"
    ++ optional (s.limits.high != null && s.limits.memory == null) "`limits.high` has no effect without `limits.memory`";

  capabilities =
    concatMap (c: optional (policy.capName c == null) "`capabilities`: unknown capability ${c}")
      (s.capabilities.bounding ++ s.capabilities.ambient ++ s.capabilities.effective ++ s.capabilities.inheritable)
    ++ optional (s.capabilities.policy != null && (s.capabilities.bounding ++ s.capabilities.ambient ++ s.capabilities.effective ++ s.capabilities.inheritable) != [ ])
      "`capabilities.policy` is all that counts: the other lists have no effect beside it";

  who =
    optional (given.group or null != null && given.user or null == null) "`group` needs `user`"
    ++ optional (isString (given.user or null) && given.idsFrom or null == null && match "[0-9]+" given.user == null && !(facts.users ? ${given.user}))
      "`user`: ${given.user} is not known"
    ++ (if given.userns or null == null then [ ] else oneOf "userns" given.userns [ "nomap" "keep-id" "auto" "host" ]);

  general =
    optional (given.command or [ ] == [ ]) "`command` must not be empty"
    ++ optional (name != null && (match "[A-Za-z0-9_][A-Za-z0-9_.-]*" name == null || stringLength name > 64)) "the name must be [A-Za-z0-9_][A-Za-z0-9_.-]* and at most 64 bytes"
    ++ concatMap (n: optional (!(ranks ? ${n})) "`stepOptions`: there is no step ${n}") (attrNames (given.stepOptions or { }))
    ++ oneOf "network" s.network [ "none" "host" ]
    ++ oneOf "rootfsMode" s.rootfsMode [ "bind" "tree" "overlay" "erofs" "squashfs" ]
    ++ optional (s.network == "none" && s.dns != [ ]) "`dns` has no effect without `network = \"host\"`"
    ++ optional (length s.dns > 3) "more than three name servers in `dns`"
    ++ optional (!(places.clean s.home)) "`home` is not an absolute path: ${s.home}"
    ++ concatMap (n: optional (match "[A-Za-z_][A-Za-z0-9_]*" n == null) "`environment`: invalid name of a variable: ${n}")
      (attrNames s.environment ++ s.passEnvironment)
    ++ concatMap (n: optional (elem n [ "LD_AUDIT" "LD_DEBUG" "LD_LIBRARY_PATH" "LD_PRELOAD" "LD_PROFILE" "NC_SCOPE" ]) "`environment`: variable is refused: ${n}")
      (attrNames s.environment ++ s.passEnvironment);
in
if !(elem mode [ "agent" "strict-agent" "production" ]) then oneOf "mode" mode [ "agent" "strict-agent" "production" ]
else
  general ++ byMode ++ who ++ limits ++ capabilities ++ content
  ++ file "seccomp" s.seccomp.policy s.seccomp.sha256
  ++ file "capabilities" s.capabilities.policy s.capabilities.sha256
  ++ file "landlock" s.landlock.policy s.landlock.sha256
