{
  host.owners."/srv/data" = 1000;
  declaration = {
    command = [ "ls" ];
    volumes = [
      { source = "/srv/data"; target = "/data"; readOnly = true; own = true; }
      { source = "/srv/data"; target = "/workspace"; noexec = true; }
      { source = "/opt/tool"; target = "/opt/tool"; readOnly = true; }
    ];
    tmpfs = [
      { target = "/scratch"; }
      { target = "/var/cache"; size = "16M"; noexec = true; }
      { target = "/empty"; readOnly = true; }
    ];
  };
}
