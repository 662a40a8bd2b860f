# A declared service in production mode, in a virtual machine: ready, confined, restarted, its data kept.
{ nucleus, pkgs, lib, ... }:
let
  n = import nucleus { inherit pkgs; };
  server = pkgs.writers.writePython3Bin "web" { flakeIgnore = [ "E" "W" ]; } ''
    import os
    import socket
    s = socket.socket(fileno=3)
    n = os.environ["NOTIFY_SOCKET"]
    with open("/var/lib/web/starts", "a") as f:
        f.write("start\n")
    u = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    u.sendto(b"READY=1", n)
    while True:
        c, _ = s.accept()
        with open("/proc/self/status") as f:
            c.sendall(f.read().encode())
        c.close()
  '';
in
{
  name = "nucleus-service";
  nodes.machine = {
    imports = [ n.nixosModules.default ];
    programs.nucleus = { enable = true; inherit (n) package; };
    users.users.web = { isSystemUser = true; group = "web"; };
    users.groups.web = { };
    services.nucleus.web = {
      command = [ "/bin/web" ];
      rootfs = n.lib.mkRootfs { name = "web"; packages = [ server ]; };
      user = "web";
      memory = "256M";
      cpus = 1;
      stateDirectory = [ "web" ];
      listenStreams = [ "127.0.0.1:8080" ];
      sdNotify = true;
    };
  };
  testScript = ''
    machine.wait_for_unit("sockets.target")
    status = machine.succeed("${pkgs.netcat}/bin/nc 127.0.0.1 8080 </dev/null")
    uid = machine.succeed("id -u web").strip()
    assert f"Uid:\t{uid}\t{uid}" in status, status
    for line in ["CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"]:
        assert line in status, line
    machine.wait_for_unit("web.service")
    machine.succeed("systemctl kill -s KILL web")
    machine.wait_until_succeeds("test $(wc -l </var/lib/web/starts) = 2")
    machine.succeed("nc-ps | grep -w web")
    machine.succeed("systemctl stop web.socket web.service")
    machine.fail("ls /run/nucleus/web")
  '';
}
