# One line in front of a service of nixpkgs: nginx serves, and does not see what it has no business with.
{ nucleus, pkgs, ... }:
let n = import nucleus { inherit pkgs; }; in
{
  name = "nucleus-hardening";
  nodes.machine = {
    imports = [ n.nixosModules.default ];
    programs.nucleus.package = n.package;
    services.nginx = { enable = true; virtualHosts.localhost.root = pkgs.writeTextDir "index.html" "page"; };
    systemd.services.nginx.nucleus.enable = true;
  };
  testScript = ''
    machine.wait_for_unit("nginx.service")
    machine.wait_until_succeeds("${pkgs.curl}/bin/curl -fs http://localhost/ | grep page")
    pid = machine.succeed("pgrep -n -f 'nginx: worker'").strip()
    machine.succeed(f"grep -q 'Seccomp:.2' /proc/{pid}/status")
    machine.succeed("echo x > /srv/private && test -e /srv/private")
    machine.fail(f"test -e /proc/{pid}/root/srv/private")
    machine.succeed("systemctl reload nginx")
    machine.succeed("${pkgs.curl}/bin/curl -fs http://localhost/ | grep page")
  '';
}
