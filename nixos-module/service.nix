# What a declaration comes to, for the module, the wrapper and the modular service alike:
# { spec; chain; composed; steps; wrong; policies; exposed; }; exposed is a list of warnings
{ lib, pkgs, package, name, cfg, command, host ? { }, groups ? [ ], primary ? null, units ? true }:
let
  inherit (builtins) attrNames attrValues concatMap filter isAttrs map mapAttrs;
  mkPolicy = import ./policy.nix { inherit (pkgs) runCommand; nucleus = package; };
  reader = import ./chain/policy.nix;
  kept = cfg.capabilities.bounding ++ cfg.capabilities.ambient;
  given = { inherit (cfg) seccomp capabilities landlock; };
  # a file becomes a derivation; a result of mkPolicy is one
  made = kind: p:
    if p.policy == null then null
    else if isAttrs p.policy && p.policy ? source then p.policy
    else if !(reader.readable p.policy) then null
    else mkPolicy ({
      inherit kind;
      file = p.policy;
      name = "${name}-${kind}-policy";
      inherit (p) sha256;
      strict = strictly && kind != "seccomp";
    } // (if kind == "seccomp" then { caps = kept; } else { }));
  policies = mapAttrs made given;
  real = builtins.listToAttrs (concatMap (k: if policies.${k} == null then [ ] else [ { name = k; value = policies.${k}; } ]) (builtins.attrNames policies));
  spec = import ./spec.nix { inherit groups primary units; policies = real; } name (cfg // { inherit command; });
  chain = import ./chain.nix {
    bin = "${package}/bin";
    share = "${package}/share/nucleus/";
    execlineb = "${pkgs.execline}/bin/execlineb";
    host = { credentialsDirectory = "/run/credentials/${name}.service"; } // host;
  };
  resolved = import ./steps.nix { inherit (chain) ranks; } cfg.steps;
  absent = import ./options/absent-list.nix;
  own = map (s: s.name) (filter (s: !(s.composed or false)) cfg.steps);
  strictly = (import ./chain/modes.nix).always cfg.mode "lints";
  inherit (import ./chain/base.nix) hasPrefix optional;
  lax = kind: let p = given.${kind}.policy; in isAttrs p && p ? source && !(p.strict or false);
  asked = v: v != null && v != false && v != [ ] && v != "";
  # `auto` and the intervals are defaults elsewhere: what is not used is not refused
  refused = concatMap
    (n: if asked cfg.${n} then [ "`${n}`: no step does this. ${absent.${n}}" ] else [ ])
    (builtins.attrNames absent)
    ++ (if cfg.network == "bridge" then [ "`network = \"bridge\"`: no step does this. `none`, with `listenStreams`, or `host`." ] else [ ])
    ++ (if cfg.runtime == "gvisor" then [ "`runtime = \"gvisor\"`: no step does this. There is no gVisor." ] else [ ]);
  excluded =
    (if cfg.uid != null && cfg.user == null then [ "`uid` needs `user`" ] else [ ])
    ++ (if cfg.gid != null && cfg.uid == null then [ "`gid` needs `uid`" ] else [ ])
    ++ (if cfg.uid != null && cfg.gid == null && primary == null && !cfg.dynamicUser then [ "`uid` needs `gid`, or a group whose `users.groups.<name>.gid` is set" ] else [ ])
    ++ (if cfg.dynamicUser && cfg.uid != null then [ "`dynamicUser` excludes `uid`: systemd chooses it" ] else [ ])
    ++ (if cfg.listenFds != null && cfg.listenStreams != [ ] then [ "`listenFds` and `listenStreams` exclude each other" ] else [ ])
    ++ concatMap (n: optional (cfg.context == null && cfg.${n} != without.${n}) "`${n}` has no effect without `context`") (attrNames without)
    ++ concatMap (k: optional (strictly && lax k) "`${k}.policy` is made by mkPolicy without `strict`, which mode ${cfg.mode} takes") [ "capabilities" "landlock" ]
    ++ import ./twice.nix { inherit cfg own; };
  without = { contextMode = "copy"; contextExclude = null; verifyContextIntegrity = false; };
  # a credential that is encrypted may be read
  secrets = cfg.secrets ++ filter (c: !c.encrypted) cfg.credentials;
in
{
  inherit spec chain refused;
  policies = attrValues real;
  exposed = map (x: "the secret ${x.source} is in the store, where everybody can read it") (filter (x: hasPrefix "${builtins.storeDir}/" x.source) secrets);
  composed = map (s: s // { composed = true; }) (chain.steps name spec.chain);
  steps = chain.order resolved.steps;
  wrong = if refused != [ ] then refused else chain.check name spec.chain ++ resolved.wrong ++ excluded;
}
