# Units of several declarations, as plain data: what the two libs make of them has to be the same.
{ lib ? import ./lib-lite.nix }:
let
  c = import ./eval.nix { inherit lib; } [ ../../nixos-module/wrap.nix {
    programs.nucleus.enable = true;
    services.nucleus = {
      web = { mode = "agent"; command = [ "/bin/web" "50%" ]; user = "web"; stateDirectory = [ "web" ]; listenStreams = [ "80" ]; sdNotify = true; memory = "1G"; };
      db = {
        command = [ "/bin/db" ]; memory = "1G"; cpus = 2; dynamicUser = true; rootfs = "/nix/store/r"; rootfsEntries = [ "/nix" ];
        landlockPolicy = ../../policies/landlock/postgresql.toml; steps = [ { name = "mine"; rank = 145; argv = [ "/bin/mine" ]; } ];
      };
      off = { enable = false; command = [ "/bin/off" ]; };
    };
    systemd.services.nginx = { serviceConfig = { ExecStart = "/bin/nginx"; User = "nginx"; }; nucleus.enable = true; };
  } ];
in
{ inherit (c) assertions warnings; services = builtins.mapAttrs (_: s: builtins.removeAttrs s [ "nucleus" ]) c.systemd.services; sockets = c.systemd.sockets; tmpfiles = c.systemd.tmpfiles; }
