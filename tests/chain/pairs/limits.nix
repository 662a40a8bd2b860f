{
  name = "heavy";
  declaration = {
    command = [ "make" ];
    limits = { memory = "512M"; cpus = 1.5; cpuWeight = 200; pids = 64; io = [ "8:0 rbps=1048576" ]; memlock = "64K"; };
  };
}
