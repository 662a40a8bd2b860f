{
  host.sudo = { uid = 1000; gid = 1000; };
  host.users.alice = { uid = 1000; gid = 1000; };
  host.owners."/srv/alice/work" = 1000;
  declaration = { command = [ "make" ]; workspace = { path = "/srv/alice/work"; mode = "copy-in-out"; state = "/var/lib/nucleus/workspaces/w"; }; };
  name = "w";
}
