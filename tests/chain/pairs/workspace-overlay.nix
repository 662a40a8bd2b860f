{
  host.owners."/home/alice/work" = 1000;
  declaration = {
    command = [ "make" ];
    workspace = { path = "/home/alice/work"; mode = "overlay-in-out"; changes = "keep"; };
    context = { path = "/srv/data"; mode = "bind"; };
  };
}
