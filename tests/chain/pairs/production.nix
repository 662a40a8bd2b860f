{
  name = "web";
  host.users.web = { uid = 990; gid = 991; };
  host.owners."/var/lib/web" = 990;
  declaration = {
    mode = "production";
    command = [ "/bin/web" "--port" "8080" ];
    user = "web";
    rootfs = "/nix/store/00000000000000000000000000000000-web-rootfs";
    rootfsEntries = [ "/bin" "/etc" "/nix" "/opt" ];
    limits = { memory = "1G"; cpus = 2; };
    volumes = [ { source = "/var/lib/web"; dest = "/var/lib/web"; noexec = true; } ];
    lockdown = "integrity";
  };
}
