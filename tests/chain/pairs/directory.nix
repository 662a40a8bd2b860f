{
  name = "web";
  declaration = {
    mode = "production";
    command = [ "/bin/web" ];
    user = "web";
    idsFrom = "/run/nucleus-web";
    groups = [ 44 ];
    rootfs = "/nix/store/00000000000000000000000000000000-web-rootfs";
    rootfsEntries = [ "/bin" "/etc" "/nix" "/opt" ];
    rootfsBinds = "/nix/store/00000000000000000000000000000001-manifest";
    notifySocket = "/run/systemd/notify";
    rootfsMounts = [ "/etc/y" ];
    limits = { memory = "1G"; cpus = 2; };
    volumes = [ { source = "/var/lib/web"; dest = "/var/lib/web"; noexec = true; } ];
    secrets = [ { source = "/srv/data/key"; dest = "key"; } ];
  };
}
