# Declarations for guest-units.sh.
let
  server = ''
    use Socket;
    sub note { open my $f, ">>", "$_[0]" or die "$_[0]: $!"; print $f "$_[1]\n"; close $f }
    my $dir = $ENV{STATE};
    note("$dir/starts", "start");
    unlink "$dir/facts";
    open my $k, "<", "/run/secrets/key"; my $key = $k ? <$k> : "none\n"; chomp $key;
    note("$dir/facts", "uid $< gid " . ($( + 0) . " listen " . ($ENV{LISTEN_FDS} // 0) . " mine " . (($ENV{LISTEN_PID} // 0) == $$ ? 1 : 0) . " key $key home " . (-d "/home/agent" ? 1 : 0) . " etc " . (-e "/etc/shadow" ? 1 : 0));
    $SIG{HUP} = sub { note("$dir/hup", "hup") };
    $SIG{TERM} = "DEFAULT";
    if ($ENV{NOTIFY_SOCKET}) { socket(S, PF_UNIX, SOCK_DGRAM, 0); send(S, "READY=1", 0, sockaddr_un($ENV{NOTIFY_SOCKET})) or die "notify: $!" }
    if ($ENV{LISTEN_FDS}) { open L, "+<&=3" or die $!; for (;;) { accept(C, L) or next; syswrite C, "served by " . $<; close C } }
    sleep 1 while 1;
  '';
  perl = [ "/usr/bin/perl" "-e" server ];
  store = "/nix/store/00000000000000000000000000000000";
in
{
  services.nucleus = {
    web = {
      command = perl;
      rootfs = "${store}-root";
      rootfsEntries = [ ];
      rootfsMounts = [ "/usr" ];
      rootfsBinds = "${store}-binds";
      user = "web";
      memory = "64M"; cpus = 0.5; pids = 20;
      stateDirectory = [ "web" ];
      listenStreams = [ "127.0.0.1:8080" ];
      sdNotify = true;
      environment.STATE = "/var/lib/web";
      credentials = [ { name = "key"; source = "/etc/web.key"; dest = "key"; } ];
      landlock = { read = [ "/usr" ]; execute = [ "/usr" ]; };
    };
    dyn = {
      mode = "agent"; command = perl; dynamicUser = true; stateDirectory = [ "dyn" ]; environment.STATE = "/var/lib/dyn"; sdNotify = true;
      memory = "64M"; limits.by = "systemd";
    };
    leased = { mode = "agent"; command = [ "/usr/bin/sleep" "1000" ]; };
    wrong = { mode = "agent"; command = [ "/usr/bin/true" ]; steps = [ { name = "pivot"; argv = [ "nc-pivot" "-Z" ]; } ]; };
  };
  systemd.services.old = {
    environment.STATE = "/var/lib/old";
    serviceConfig = {
      Type = "notify"; User = "web"; StateDirectory = "old"; Restart = "always"; RestartSec = "100ms";
      ExecStart = "/usr/bin/perl /etc/old.pl"; ExecReload = "/bin/kill -HUP $MAINPID"; ExecStartPre = "/usr/bin/touch /var/lib/old/pre"; PrivateUsers = true;
    };
    nucleus = { enable = true; volumes = [ { source = "/etc/old.pl"; dest = "/etc/old.pl"; readOnly = true; } ]; };
  };
  programs.nucleus.facts.server = server;
}
