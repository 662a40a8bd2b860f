# A modular service (NixOS 25.11 and later, experimental there) with the chain in front of its argv.
{ nucleus, pkgs, ... }:
let n = import nucleus { inherit pkgs; }; in
{
  name = "nucleus-modular";
  nodes.machine.system.services.sleeper = {
    imports = [ n.serviceModules.default ];
    process.argv = [ "${pkgs.coreutils}/bin/sleep" "inf" ];
  };
  testScript = ''
    machine.wait_for_unit("sleeper.service")
    machine.succeed("grep -q 'Seccomp:.2' /proc/$(pgrep -n sleep)/status")
  '';
}
