# The module beside the genuine systemd types and the genuine renderer of units, from a nixpkgs tree (or one with nixos/lib,
# nixos/modules/misc/assertions.nix and modules/generic/meta-maintainers.nix) -> [] when every case passes
{ libPath, nixos }:
let
  lib = import libPath;
  pkgs = import ./pkgs-names.nix;
  inherit (lib) mkOption types;
  systemd = (import (nixos + "/nixos/lib/utils.nix") { inherit lib pkgs; inherit (e) config; }).systemdUtils;
  value = default: mkOption { type = types.raw; inherit default; };
  free = import ./host.nix { inherit lib pkgs; };
  host = {
    config._module.args = { inherit pkgs; };
    options = free.options // {
      systemd = {
        services = mkOption { type = systemd.types.services; default = { }; };
        sockets = mkOption { type = systemd.types.sockets; default = { }; };
        tmpfiles.settings = mkOption { type = types.attrsOf (types.attrsOf types.raw); default = { }; };
        package = value pkgs.systemd;
        globalEnvironment = value { };
        enableStrictShellChecks = value false;
      };
    };
  };
  e = lib.evalModules { modules = [ host ../../nixos-module/default.nix ../../nixos-module/wrap.nix ./services.nix ]; };
  unit = name: (systemd.lib.serviceToUnit e.config.systemd.services.${name}).text;
  lines = key: name: builtins.filter (lib.hasPrefix "${key}=") (lib.splitString "\n" (unit name));
  has = words: text: builtins.match ".*${words}.*" text != null;
in
import ./cases.nix {
  one-exec = { got = builtins.length (lines "ExecStart" "web"); want = 1; };
  exec = { got = has ''ExecStart=!"/p/nucleus/bin/nc-clean".*"--rate=50%%" "[$][$]HOME" "a b"'' (builtins.head (lines "ExecStart" "web")); want = true; };
  notify = { got = lines "NotifyAccess" "web"; want = [ "NotifyAccess=all" ]; };
  delegate = { got = lines "Delegate" "web"; want = [ "Delegate=cpu cpuset io memory pids" ]; };
  limits = { got = lines "MemoryMax" "db"; want = [ "MemoryMax=1073741824" ]; };
  state = { got = lines "StateDirectory" "db"; want = [ "StateDirectory=db" ]; };
  wrapped = { got = has ''ExecStart=!"/p/nucleus/bin/nc-clean".* /bin/true -c %n [$]X'' (builtins.head (lines "ExecStart" "other")); want = true; };
  reload = { got = lines "ExecReload" "other"; want = [ "ExecReload=!/bin/kill -HUP $MAINPID" ]; };
  socket = { got = has "ListenStream=8080\n.*" (systemd.lib.socketToUnit e.config.systemd.sockets.web).text; want = true; };
  no-complaint = { got = map (a: a.message) (builtins.filter (a: !a.assertion) e.config.assertions); want = [ ]; };
}
