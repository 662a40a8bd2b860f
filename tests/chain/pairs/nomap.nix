{
  host.users.web = { uid = 990; gid = 991; };
  declaration = { command = [ "id" ]; user = 990; gid = 44; userns = "nomap"; };
}
