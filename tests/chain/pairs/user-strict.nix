{
  host = { uid = 1000; gid = 1000; groups = [ 1000 ]; users.alice = { uid = 1000; gid = 1000; }; };
  declaration = { mode = "strict-agent"; command = [ "bash" ]; };
}
