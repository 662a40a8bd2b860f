# The options of NixOS that the module sets, for a test without nixpkgs: they check less.
{ lib, pkgs }:
let
  inherit (lib) mkOption types;
  free = default: mkOption { type = types.raw; inherit default; };
  list = mkOption { type = types.listOf types.raw; default = [ ]; };
  text = mkOption { type = types.str; default = ""; };
  strings = mkOption { type = types.listOf types.str; default = [ ]; };
in
{
  options = {
    systemd.services = mkOption { default = { }; type = types.attrsOf (types.submodule { options = {
      description = text; wantedBy = strings; after = strings; wants = strings; requires = strings; restartTriggers = list;
      environment = mkOption { type = types.attrsOf types.str; default = { }; };
      serviceConfig = mkOption { type = types.attrsOf types.raw; default = { }; };
    }; }); };
    systemd.sockets = mkOption { default = { }; type = types.attrsOf (types.submodule { options = { wantedBy = strings; listenStreams = strings; }; }); };
    systemd.tmpfiles.settings = mkOption { type = types.attrsOf (types.attrsOf types.raw); default = { }; };
    systemd.package = free pkgs.systemd;
    environment.systemPackages = mkOption { type = types.listOf types.package; default = [ ]; };
    networking.nameservers = strings;
    users.users = mkOption { type = types.attrsOf types.raw; default = { }; };
    users.groups = mkOption { type = types.attrsOf types.raw; default = { }; };
    assertions = list;
    warnings = strings;
  };
}
