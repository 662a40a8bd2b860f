{ lib }:
{ ... }:
let
  inherit (lib) types;
  t = import ./types.nix { inherit lib; };
  inherit (t) option maybe example;
in
{
  options = {
    network = option (types.enum [ "none" "host" "bridge" ]) "none" ''
      `none`: a loopback interface of its own. `host`: the network of the machine, unfiltered, in mode agent only; in production
      a server gets its sockets by {option}`listenStreams`.
    '';
    dns = example (option (types.listOf (types.strMatching "[0-9a-fA-F.:]+")) [ ] ''
      Name servers, with `network = "host"`. The default is `networking.nameservers`.
    '') [ "192.0.2.53" ];
    listenStreams = example (option (types.listOf types.str) [ ] ''
      Sockets that systemd opens and the program inherits from descriptor 3 on, with `LISTEN_FDS` and `LISTEN_PID`: a unit of type
      socket is made. They work without a network.
    '') [ "80" "/run/web.sock" ];
    listenFds = maybe types.ints.unsigned "How many sockets are inherited, where a socket unit of your own has them.";
  };
}
