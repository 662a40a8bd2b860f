# What is known of the machine that is configured: { facts; gid; primary; }
{ lib, config }:
let
  inherit (builtins) isInt;
  users = config.users.users or { };
  # a group's number, or null
  gid = g: if isInt g then g else config.users.groups.${g}.gid or null;
  ofUser = u: let g = users.${u}.group or ""; in if g == "" || g == null then null else gid g;
in
{
  inherit gid;
  # the number of the group that a service's user is in first, where it is known
  primary = c: if c.group != null then gid c.group else if c.user != null then ofUser c.user else null;
  # as chain.nix takes them
  facts = {
    nameservers = config.networking.nameservers or [ ];
    users = lib.mapAttrs (n: u: { uid = u.uid or 0; gid = let g = ofUser n; in if g == null then 0 else g; }) users;
  } // config.programs.nucleus.facts;
}
