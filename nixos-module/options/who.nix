{ lib }:
{ ... }:
let
  inherit (lib) types;
  t = import ./types.nix { inherit lib; };
  inherit (t) option maybe example;
in
{
  options = {
    user = example (maybe types.str ''
      User of the program, by name. The unit has `User=` and an owned `RuntimeDirectory=`, and the chain takes the ids from that
      directory: they need not be known when the configuration is built, so `users.users.<name>.uid` may be null. Without a
      user the program has an id that no one else has, leased by {manpage}`nc-userns(8)`.
    '') "web";
    group = example (maybe types.str "Group, by name, in place of the user's own.") "web";
    uid = maybe (types.ints.between 1 4294967293) ''
      The user's number, where it shall stand in the line in place of the directory.
    '';
    gid = maybe (types.ints.between 1 4294967293) ''
      The group's number, with {option}`uid`. The default is `users.groups.<name>.gid` of {option}`group`, or of the user's own group.
    '';
    dynamicUser = option types.bool false "A user that systemd makes for as long as the service runs: `DynamicUser=`.";
    supplementaryGroups = example (option (types.listOf (types.either types.str types.ints.unsigned)) [ ] ''
      Supplementary groups, by number, or by the name of a group of `users.groups` whose `gid` is set: the line takes numbers. Without
      any the program has those of the user, as `users.users.<name>.extraGroups` says: systemd sets them, and the line keeps them.
    '') [ "video" ];
    userns = maybe (types.enum [ "nomap" "host" ]) ''
      `nomap`: also in mode agent a user namespace of its own. `host`: none, in mode agent, also for `user = "root"`.
    '';
  };
}
