# Who the workload is: { uid; gid; groups; name; leased; from; late; early; kept; }
#   leased   the ids are not known when the line is written: a descriptor's owner says them
#   from     the directory that this descriptor is opened on; null: nc-userns -q leases an id
#   late     a user namespace of its own, joined after nc-init
#   early    without privilege: the user namespace is where privilege comes from
{ host, always }:
s:
let
  inherit (import ./base.nix) optionals unique;
  inherit (builtins) attrNames elem filter head isInt isString match;
  mode = s.mode or "agent";
  userns = s.userns or null;
  user = s.user or null;
  from = s.idsFrom or null;
  digits = isString user && match "[0-9]+" user != null;
  number = if isInt user then user else if digits then builtins.fromJSON user else null;
  byNumber = n: filter (u: host.users.${u}.uid == n) (attrNames host.users);
  nameOf = n: let found = byNumber n; in if n == 0 then "root" else if found != [ ] then head found else "agent";
  early = host.uid != 0;
  root = { uid = 0; gid = 0; name = "root"; };

  byUser =
    if number != null then
      let found = byNumber number; in
      if number == 0 then root
      else { uid = number; gid = if found == [ ] then s.gid or 0 else host.users.${head found}.gid; name = nameOf number; }
    else { inherit (host.users.${user}) uid gid; name = user; };
  self = { inherit (host) uid gid; name = nameOf host.uid; };
  privileged =
    if from != null then { uid = 0; gid = 0; name = if user == null then "agent" else user; leased = true; inherit from; }
    else if user != null then byUser
    else if host.sudo != null then { inherit (host.sudo) uid gid; name = nameOf host.sudo.uid; }
    else { uid = 0; gid = 0; name = "agent"; leased = true; };
  unprivileged = (if userns == "auto" then root else self) // (if user != null then byUser else { });
  ids = { leased = false; from = null; } // (if early then unprivileged else privileged);
in
ids // {
  gid = if s.gid or null != null && !ids.leased then s.gid else ids.gid;
  groups = s.groups or [ ];
  inherit early;
  late = !early && (userns == "nomap" || (!ids.leased && ids.uid == 0 && userns != "host") || always mode "userns");
  kept = early && userns == null && elem host.gid host.groups;
}
