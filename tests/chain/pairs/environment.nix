{
  declaration = {
    command = [ "/usr/bin/env" ];
    environment = { B = "2"; A = "1"; };
    passEnvironment = [ "LANG" "GIVEN" ];
    home = "/srv/bob";
    workdir = "/srv";
  };
}
