# Declarations that the tests render.
{
  services.nucleus = {
    web = {
      mode = "agent"; command = [ "/bin/web" "--rate=50%" "$HOME" "a b" ]; user = "web"; stateDirectory = [ "web" ]; listenStreams = [ "8080" ];
      sdNotify = true; memory = "1G"; pids = 64; environment.GREETING = "it's 100% \"fine\"";
    };
    db = {
      command = [ "/bin/db" ]; memory = "1G"; cpus = 2; dynamicUser = true; stateDirectory = [ "db" ]; rootfs = "/nix/store/00000000000000000000000000000000-root";
      rootfsEntries = [ "/nix" ]; limits.by = "systemd"; credentials = [ { name = "key"; source = "/etc/hostname"; dest = "key"; } ];
    };
  };
  systemd.services.other = { serviceConfig = { ExecStart = "/bin/true -c %n $X"; User = "web"; ExecReload = "/bin/kill -HUP $MAINPID"; }; nucleus.enable = true; };
}
