# A service -> its chain: [ { rank; name; argv; } ... ], and from there to the text that a supervisor reads. Builtins only, so
# that nix-instantiate can evaluate it with nothing but Nix. nc-run composes the same line, byte for byte: tests/chain/pairs.
#
#   (import ./chain.nix { bin = "/usr/local/bin"; }).steps "web" { command = [ "/bin/web" ]; }
{
  # where the steps are
  bin ? "/usr/local/bin",
  # where the compiled policies and the lists are
  share ? "${dirOf bin}/share/nucleus/",
  # one executable per tool, in place of the multicall program
  split ? false,
  execlineb ? "/bin/execlineb",
  # Facts of the machine that the line is for, where the line depends on them. The defaults are those of NixOS.
  host ? { },
}:
let
  inherit (import ./chain/base.nix) last optional optionals word;
  inherit (builtins) attrNames concatLists concatMap concatStringsSep dirOf elem filter foldl' genList head length map sort tail;

  facts = {
    uid = 0;                                         # who starts the line
    gid = 0;
    groups = [ ];
    sudo = null;                                     # { uid; gid; }: the one who called sudo
    users = { };                                     # name -> { uid; gid; }
    owners = { };                                    # path -> uid, where it is not root
    directories = [ builtins.storeDir ];                  # of the host's programs those that are directories, without a rootfs
    nixos = true;
    environment = [ ];                               # of the variables that are kept those that are set for sure
    nameservers = [ ];                               # with the host's network
    coreLimit = "1";                                 # 0 where the hard limit is that and may not be raised
    credentialsDirectory = "/run/credentials";
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    workspaceState = name: path:
      "/var/lib/nucleus/workspaces/${if name != null then name else "." + builtins.substring 0 32 (builtins.hashString "sha256" path)}";
  } // host // { tools = if split then bin else null; };

  # the order of the line; the sort is stable
  order = sort (a: b: a.rank < b.rank);

  compose = import ./chain/compose.nix { host = facts; inherit share order; };
  modes = import ./chain/modes.nix;
  checks = import ./chain/check.nix {
    inherit facts;
    defaults = import ./chain/defaults.nix { host = facts; inherit (modes) always; inherit share; };
    idsOf = import ./chain/ids.nix { host = facts; inherit (modes) always; };
  };
  render = import ./chain/render.nix { inherit execlineb; };

  isOurs = w: builtins.match "nc-[a-z-]+" w != null;
  fused = w: isOurs w && w != "nc-attest";
  absolute = w: if isOurs w then "${bin}/${w}" else w;

  # In the multicall program the names of steps are enough, but for the first one, and for one that another program runs.
  toArgv = steps:
    let
      sorted = order steps;
      # of the multicall program; nc-attest is a program of its own
      ours = i: i >= 0 && fused (head (builtins.elemAt sorted i).argv);
      argv = i:
        let a = (builtins.elemAt sorted i).argv; in
        if split || !(ours i) || !(ours (i - 1)) then [ (absolute (head a)) ] ++ tail a else a;
    in
    concatLists (genList argv (length sorted));
in
render // {
  inherit order toArgv facts;
  inherit (modes) rules;
  ranks = import ./chain/ranks.nix;
  policy = import ./chain/policy.nix;

  steps = compose;
  check = checks;

  # the whole line; what is wrong with the declaration ends the evaluation
  mkChain = name: s:
    let wrong = checks name s; in
    if wrong != [ ] then throw "nucleus: ${if name == null then "chain" else name}: ${concatStringsSep "; " wrong}"
    else toArgv (compose name s) ++ map word s.command;

  __functor = self: self.steps;
}
