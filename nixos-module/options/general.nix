{ lib }:
{ name, ... }:
let
  inherit (lib) types;
  t = import ./types.nix { inherit lib; };
  inherit (t) option maybe example;
in
{
  options = {
    mode = example (option (types.enum [ "agent" "strict-agent" "production" ]) "production" ''
      What is done unasked, wanted and refused; the table is in {manpage}`nc-run(8)`, section MODES. `production` wants a
      {option}`rootfs` in the store, a memory limit and a CPU limit, and lets nothing be both writable and executable.
    '') "agent";
    hostname = example (maybe (types.strMatching "[A-Za-z0-9_][A-Za-z0-9._-]{0,63}") "Host name inside. The default is the service's name.") "web";
    home = option t.absolute "/home/agent" "The private home, in memory, in which nothing can be executed.";
    workdir = example (maybe t.absolute "Working directory. The default is {file}`/workspace` where there is one, else {option}`home`.") "/var/lib/web";
    environment = example (option (types.attrsOf types.str) { } ''
      Variables of the program. Their values are in the unit and can be read by every user: no secret belongs here.
    '') { LANG = "C.UTF-8"; };
    passEnvironment = example (option (types.listOf t.variable) [ ] ''
      Names of variables that the program gets with the value that the unit gives them, for instance from `EnvironmentFile=`.
    '') [ "WEB_TOKEN_FILE" ];
    timeNamespace = option types.bool false "A time namespace, without an offset.";
    cgroupNamespace = option types.bool true "A cgroup namespace.";
    procWritable = option types.bool false "{file}`/proc` can be written to, but for bus, fs, irq and sys.";
    requireKernelLockdown = maybe (types.enum [ "integrity" "confidentiality" ]) ''
      The kernel has to be locked down at least that much, see {manpage}`kernel_lockdown(7)`.
    '';
    events = example (maybe t.absolute "File that start and end are written to, as JSON lines; see {manpage}`nc-scope(8)`.") "/var/log/nucleus/web.jsonl";
    runDir = example (maybe t.absolute "Where the directories of running services are, in place of {file}`/run/nucleus`.") "/run/web-nucleus";
    keepFds = example (option (types.listOf (types.ints.between 3 1023)) [ ] ''
      Descriptors above 2 that the program inherits, for instance the one of a readiness notification of s6.
    '') [ 3 ];
  };
}
