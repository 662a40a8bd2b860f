{
  declaration = {
    command = [ "/usr/bin/env" ];
    environment = { B = "2"; A = "1"; };
    passEnvironment = [ "LANG" "GIVEN" ];
    home = "/home/bob";
    workdir = "/srv";
  };
}
