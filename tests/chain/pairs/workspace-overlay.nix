{
  host.owners."/srv/alice/work" = 1000;
  declaration = {
    command = [ "make" ];
    workspace = { path = "/srv/alice/work"; mode = "overlay-in-out"; changes = "keep"; };
    context = { path = "/srv/data"; mode = "bind"; };
  };
}
