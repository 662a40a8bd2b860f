{ lib }:
{ config, ... }:
let
  inherit (lib) mkOption types literalExpression;
  t = import ./types.nix { inherit lib; };
  inherit (t) option maybe example;
  from = type: value: text: description: mkOption { inherit type description; default = value; defaultText = literalExpression text; };
  policy = value: text: kind: from (types.nullOr t.policy) value text "${kind}, see {manpage}`nc-policy(5)`: a file of the configuration, or a result of `mkPolicy`.";
  pin = value: text: from (types.nullOr t.sha256) value text "The SHA-256 that the file must have, as `nc-policy digest` prints it. Mode production wants one.";
  caps = description: option (types.listOf t.capability) [ ] description;
  paths = description: option (types.listOf t.absolute) [ ] description;
in
{
  options = {
    seccompProfile = maybe t.policy "{option}`seccomp.policy`, under the name that an older module gives it.";
    seccompProfileSha256 = maybe t.sha256 "{option}`seccomp.sha256`.";
    seccompLogDenied = option types.bool false "{option}`seccomp.logDenied`.";
    capsPolicy = maybe t.policy "{option}`capabilities.policy`.";
    capsPolicySha256 = maybe t.sha256 "{option}`capabilities.sha256`.";
    landlockPolicy = maybe t.policy "{option}`landlock.policy`.";
    landlockPolicySha256 = maybe t.sha256 "{option}`landlock.sha256`.";

    seccomp = {
      policy = policy config.seccompProfile "seccompProfile" "List of permitted system calls, JSON as in OCI";
      sha256 = pin config.seccompProfileSha256 "seccompProfileSha256";
      bpf = maybe types.path "A filter that is compiled already, in place of a policy.";
      logDenied = from types.bool config.seccompLogDenied "seccompLogDenied" "The kernel logs system calls that are refused.";
    };
    capabilities = {
      policy = policy config.capsPolicy "capsPolicy" "Capabilities that the program keeps, TOML";
      sha256 = pin config.capsPolicySha256 "capsPolicySha256";
      bounding = caps "Capabilities that stay in the bounding set.";
      ambient = example (caps ''
        Capabilities that the program has. In the strict modes they count in its own user namespace only.
      '') [ "net_bind_service" ];
      effective = caps "Capabilities that are effective, without being ambient.";
      inheritable = caps "Capabilities that can be inherited.";
    };
    landlock = {
      policy = policy config.landlockPolicy "landlockPolicy" "What may be read, written and executed, TOML, in place of all that follows from the other options";
      sha256 = pin config.landlockPolicySha256 "landlockPolicySha256";
      read = example (paths "Paths that may be read, beyond those.") [ "/srv" ];
      write = example (paths "Paths that may be written to, beyond those.") [ "/tmp" ];
      execute = paths "Paths that may be executed, beyond those.";
      list = paths "Directories that may be listed, beyond those.";
      connect = example (maybe (types.listOf types.port) "The TCP ports that may be connected to; null for all.") [ 5432 ];
      listen = example (maybe (types.listOf types.port) "The TCP ports that may be bound; null for all.") [ 8080 ];
      abstractSockets = option types.bool false "Abstract Unix sockets outside may be reached.";
      signals = option types.bool false "Processes outside may be signalled.";
      logDenied = option types.bool true "Refusals are logged, as far as the kernel does that.";
    };
  };
}
