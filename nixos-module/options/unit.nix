{ lib }:
{ ... }:
let
  inherit (lib) types;
  t = import ./types.nix { inherit lib; };
  inherit (t) option maybe example;
  dirs = what: place: example (option (types.listOf (types.strMatching "[A-Za-z0-9_.@:-]+(/[A-Za-z0-9_.@:-]+)*")) [ ] ''
    Names of directories below {file}`${place}` that systemd makes and gives to the user (`${what}Directory=`). Each is there
    inside, writable, at the same place.
  '') [ "web" ];
in
{
  options = {
    sdNotify = option types.bool false ''
      The program tells systemd when it is ready, through NOTIFY_SOCKET: `Type=notify`, and the socket is there inside.
    '';
    readinessSdNotify = option types.bool false "{option}`sdNotify`.";
    runtime = option (types.enum [ "native" "gvisor" ]) "native" "The kernel's own isolation is the only runtime.";
    stateDirectory = dirs "State" "/var/lib";
    cacheDirectory = dirs "Cache" "/var/cache";
    logsDirectory = dirs "Logs" "/var/log";
    runtimeDirectory = dirs "Runtime" "/run";
    directoryMode = option (types.strMatching "[0-7]{3,4}") "0750" "Mode of these directories.";
  };
}
