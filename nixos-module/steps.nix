# The composed list and a user's entries -> { steps; wrong; }: an entry of the user's replaces the composed one of its name, an
# empty argv removes it. Builtins only.
{ ranks }:
entries:
let
  inherit (builtins) any attrNames concatMap elem elemAt filter genList head length map match toString;
  inherit (import ./chain/base.nix) optional;
  byName = n: filter (e: e.name == n) entries;
  own = e: !(e.composed or false);
  # of one name: the user's, the last of them, else the composed one
  chosen = e: let mine = filter own (byName e.name); in if mine == [ ] then e else builtins.elemAt mine (length mine - 1);
  rankOf = e:
    let given = filter (x: x.rank != null) ([ e ] ++ byName e.name); in
    if given != [ ] then (head given).rank else if ranks ? ${e.name} then ranks.${e.name}.privileged else null;
  first = i: !(elem (elemAt entries i).name (genList (j: (elemAt entries j).name) i));
  names = map (i: elemAt entries i) (filter first (genList (i: i) (length entries)));
  kept = filter (e: e.argv != [ ]) (map chosen names);
  steps = map (e: { inherit (e) name argv; rank = let r = rankOf e; in if r == null then 0 else r; }) kept;
  tool = e: let w = head e.argv; m = match "(.*/)?(nc-[a-z-]+)" w; in if m == null then null else elemAt m 1;
  placesOf = t: map (n: ranks.${n}.privileged) (filter (n: ranks.${n}.tool == t) (attrNames ranks));
  misplaced = e:
    let t = tool e; at = if t == null then [ ] else placesOf t; in
    optional (at != [ ] && !(elem e.rank at)) "`steps`: ${e.name} runs ${t}, whose rank is ${builtins.concatStringsSep " or " (map toString at)}, at rank ${toString e.rank}";
in
{
  inherit steps;
  wrong =
    concatMap (e: optional (rankOf e == null && e.argv != [ ]) "`steps`: ${e.name} needs a rank") (map chosen names)
    ++ concatMap misplaced (filter (e: e.rank != 0) steps);
}
