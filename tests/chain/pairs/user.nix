{
  name = "web";
  host.users.web = { uid = 990; gid = 991; };
  declaration = {
    command = [ "/bin/web" ];
    user = "web";
    groups = [ 44 20 ];
  };
}
