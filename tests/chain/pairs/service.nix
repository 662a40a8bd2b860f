{
  name = "web";
  declaration = {
    idsFrom = "/run/nucleus-web";
    keepGroups = true;
    mode = "strict-agent";
    command = [ "/bin/web" ];
    listenFds = 2;
    keepFds = [ 7 ];
    notifySocket = "/run/systemd/notify";
    environment.WEB = "1";
  };
}
