# One service of another module with a chain in front of it: what its unit becomes, and what is wrong with that.
{ lib, pkgs, name, cfg, version, machine }:
let
  inherit (builtins) elem elemAt filter genList length map;
  resolve = change: import ./service.nix {
    inherit lib pkgs name;
    inherit (cfg) package;
    host = machine.facts;
    primary = machine.primary cfg;
    command = [ "true" ];
    cfg = cfg // change;
    groups = map machine.gid cfg.supplementaryGroups;
  };
  main = resolve { };
  # sockets and readiness are the main line's, and so is the name
  aside = resolve {
    listenFds = 0; listenStreams = [ ]; sdNotify = false; readinessSdNotify = false; keepFds = [ ];
    steps = aside.composed ++ filter (s: !s.composed) cfg.steps;
  };
  rename = key: argv: genList (i: if i > 0 && elemAt argv (i - 1) == "-n" then "${elemAt argv i}.${key}" else elemAt argv i) (length argv);
  renamed = key: map (s: if s.name == "scope" then s // { argv = rename key s.argv; } else s);
  lineOf = key: main.chain.toArgv (if key == "ExecStart" then main.steps else renamed key aside.steps);
  unit = import ./unit.nix { inherit (main) chain; subgroup = lib.versionAtLeast version "254"; } name cfg main.spec main.steps;
  exec = sc: import ./exec.nix {
    inherit name lineOf sc;
    inherit (cfg) unconfined;
    inherit (main.chain) toSystemd;
    inherit (unit) needed;
    privilege = unit.prefix;
  };
  said = import ./said.nix;
  # an image is mounted by way of a loop device, and a list of devices closes it
  closed = sc:
    let ofUnit = filter (k: elem (sc.${k} or null) [ true "yes" "true" "on" "1" "closed" "strict" ]) [ "PrivateDevices" "DevicePolicy" ]; in
    if elem cfg.rootfsMode [ "erofs" "squashfs" ] then map (k: "`rootfsMode = \"${cfg.rootfsMode}\"` takes a loop device, which `${k}` does not leave") ofUnit else [ ];
in
{
  inherit (main) composed policies;
  inherit (unit) environment;
  wrong = sc: main.wrong ++ unit.wrong ++ (exec sc).wrong ++ closed sc;
  warnings = sc:
    let unheard = import ./unheard.nix { inherit cfg; said = said sc; }; in
    (exec sc).warnings ++ main.exposed
    ++ (if unheard == [ ] then [ ] else [ "without effect behind the chain, nc-nixos(7) has what there is in its place: ${builtins.concatStringsSep " " unheard}" ]);
  serviceConfig = sc: (exec sc).config // import ./merged.nix { inherit cfg unit; said = said sc; inherit (main) spec; };
}
