{
  host = { uid = 1000; gid = 1000; groups = [ 1000 ]; users.alice = { uid = 1000; gid = 1000; }; };
  declaration = { command = [ "bash" ]; limits.pids = 32; };
}
