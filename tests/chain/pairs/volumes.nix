{
  host.owners."/srv/data" = 1000;
  declaration = {
    command = [ "ls" ];
    volumes = [
      { source = "/srv/data"; dest = "/data"; readOnly = true; own = true; }
      { source = "/srv/data"; dest = "/workspace"; noexec = true; }
      { source = "/opt/tool"; dest = "/opt/tool"; readOnly = true; }
    ];
    tmpfs = [
      { dest = "/scratch"; }
      { dest = "/var/cache"; size = "16M"; noexec = true; }
      { dest = "/empty"; readOnly = true; }
    ];
  };
}
