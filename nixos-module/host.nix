# Facts of the machine that is configured, as chain.nix takes them.
{ lib, config }:
{
  nameservers = config.networking.nameservers or [ ];
  users = lib.mapAttrs (n: u: { uid = u.uid or 0; gid = 0; }) (config.users.users or { });
} // config.programs.nucleus.facts
