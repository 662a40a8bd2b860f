# PostgreSQL and nginx of Debian in production, for guest-services.sh.
let
  store = "/nix/store/00000000000000000000000000000000";
  pinned = file: { policy = file; sha256 = builtins.hashFile "sha256" file; };
  policies = name: {
    seccomp = pinned (../../policies/seccomp + "/${name}.json");
    capabilities = pinned ../../policies/caps/none.toml;
    landlock = pinned (../../policies/landlock + "/${name}.toml") // { read = [ "/run/secrets" ]; };
  };
  root = { rootfs = "${store}-root"; rootfsEntries = [ ]; rootfsMounts = [ "/usr" ]; rootfsBinds = "${store}-binds"; };
  production = name: root // policies name // {
    cpus = 1; pids = 40;
    credentials = [ { name = "key"; source = "/etc/${name}.key"; dest = "key"; } ];
    stateDirectory = [ name ];
  };
  plain = root // { memory = "64M"; cpus = 1; landlock = { read = [ "/usr" ]; execute = [ "/usr" ]; }; };
in
{
  services.nucleus = {
    postgresql = production "postgresql" // {
      command = [ "/usr/lib/postgresql/15/bin/postgres" "-D" "/var/lib/postgresql/data" "-c" "listen_addresses=" "-c" "unix_socket_directories=/run/postgresql" "-c" "shared_buffers=16MB" ];
      user = "postgres"; memory = "256M"; directoryMode = "0750"; sdNotify = true;
      runtimeDirectory = [ "postgresql" ];
    };
    nginx = production "nginx" // {
      command = [ "/usr/sbin/nginx" "-e" "/var/log/nginx/error" "-c" "/srv/nginx.conf" "-g" "daemon off;" ];
      user = "www-data"; memory = "64M"; logsDirectory = [ "nginx" ];
      # the variable by which nginx hands its sockets to a newer nginx: descriptor 3 is the first of systemd's
      listenStreams = [ "127.0.0.1:8080" ];
      environment.NGINX = "3;";
      volumes = [
        { source = "/srv/www"; dest = "/srv/www"; readOnly = true; }
        { source = "/srv/nginx.conf"; dest = "/srv/nginx.conf"; readOnly = true; }
      ];
    };
    # what belongs to others on the disk is the program's own inside
    mapped = plain // {
      command = [ "/usr/bin/perl" "-e" ''open F, ">>", "/data/runs" or die "$!"; print F "$< ", (stat "/data")[4], " ", (stat "/data/theirs")[4], " ", (stat "/plain")[4], "\n"; close F; sleep 1000'' ];
      user = "www-data";
      volumes = [ { source = "/srv/disk/data"; dest = "/data"; own = true; noexec = true; } { source = "/srv/disk/data"; dest = "/plain"; readOnly = true; } ];
    };
    leased = plain // {
      command = [ "/usr/bin/perl" "-e" ''open F, ">>", "/data/leases" or die "$!"; print F "$< ", (stat "/data")[4], "\n"; close F; sleep 1000'' ];
      volumes = [ { source = "/srv/disk/data"; dest = "/data"; noexec = true; } ];
    };
    # a closure of 500 paths
    large = plain // {
      command = [ "/usr/bin/sleep" "1000" ];
      rootfs = "${store}-large"; rootfsBinds = "${store}-large-binds"; rootfsEntries = [ "/nix" ];
    };
  };
  # made outside, once, as the user that the service has
  systemd.services.postgresql.serviceConfig = { ExecStartPre = "/etc/postgresql.setup"; TimeoutStartSec = 300; };
}
