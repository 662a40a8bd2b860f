# chain.nix without nixpkgs -> [] when every case passes
let
  chain = host: import ../../nixos-module/chain.nix { bin = "/t/bin"; inherit host; };
  c = chain { };
  throws = e: !(builtins.tryEval (builtins.deepSeq e e)).success;
  base = { command = [ "/bin/app" "--flag" ]; };
  names = s: map (x: x.name) (c.steps "a" s);
  argv = name: s: (builtins.head (builtins.filter (x: x.name == name) (c.steps "a" s))).argv;
  production = base // { mode = "production"; rootfs = "/nix/store/x"; limits = { memory = "1G"; cpus = 1; }; };
  pin = builtins.hashFile "sha256" ../../policies/landlock/nginx.toml;
  check = s: c.check "a" (base // s);
  sorted = xs: builtins.sort (a: b: a < b) xs;
in
import ./cases.nix {
  order = { got = names (base // { mode = "strict-agent"; }); want = [
    "clean" "scope" "open" "assert-host" "userns" "cgroup" "unshare" "rootfs" "pivot" "init" "rlimit" "userns-join" "assert-mounts"
    "landlock" "dropcaps" "assert-self" "seccomp" ]; };
  ranks-rise = { got = let r = map (x: x.rank) (c.steps "a" base); in r == sorted r; want = true; };
  functor = { got = c "a" base == c.steps "a" base; want = true; };
  only-first-is-absolute = { got = builtins.filter (w: builtins.match "/t/bin/.*" w != null) (c.mkChain "a" base); want = [ "/t/bin/nc-clean" ]; };
  after-another-program = { got = builtins.filter (w: builtins.match "/t/bin/nc-.*|/x/y" w != null)
    (c.toArgv (c.steps "a" base ++ [ { name = "mine"; rank = 130; argv = [ "/x/y" ]; } ])); want = [ "/t/bin/nc-clean" "/x/y" "/t/bin/nc-init" ]; };
  command-is-last = { got = let w = c.mkChain "a" base; n = builtins.length w; in [ (builtins.elemAt w (n - 2)) (builtins.elemAt w (n - 1)) ]; want = base.command; };
  all-cgroup-keys = { got = argv "cgroup" (base // { limits = { memory = "10M"; pids = 5; cgroup = { "memory.low" = "1M"; "cpu.max" = "1 2"; "misc.max" = "x 1"; }; }; });
    want = [ "nc-cgroup" "-m" "10485760" "-M" "9437184" "-s" "0" "-p" "5" "-k" "cpu.max=1 2" "-k" "memory.low=1M" "-k" "misc.max=x 1" ]; };
  binds = { got = let w = argv "rootfs" (base // { rootfs = { outPath = "/nix/store/r"; binds = "/nix/store/b"; entries = [ "/nix" ]; }; }); in
    builtins.elem "-f" w && builtins.elem "/nix/store/b" w; want = true; };
  network-brings-loopback-up = { got = argv "unshare" base; want = [ "nc-unshare" "-pmuiCn" "-h" "a" "-P" "0" ]; };
  sockets = { got = builtins.head (builtins.tail (argv "init" (base // { listenFds = 1; }))); want = "-l"; };
  directory = { got = argv "userns" (production // { idsFrom = "/run/a"; groups = [ 7 ]; }); want = [ "nc-userns" "-o" "101" "-m" "fd:103,7" ]; };

  systemd = { got = c.toSystemd [ "/a" "50%" "$HOME" "q\"\\" "a b" "{" "" ";" ]; want = ''"/a" "50%%" "$$HOME" "q\"\\" "a b" "{" "" ";"''; };
  execline = { got = c.toExecline [ "/a" "$HOME" "q\"\\" "{" "" "#" ]; want = ''"/a" "$HOME" "q\"\\" "{" "" "#"''; };
  shell = { got = c.toShell [ "/a" "it's" "" "%x" ]; want = "/a 'it'\\''s' '' %x"; };
  block = { got = c.block [ "echo" "" ]; want = [ " echo" " " "" ]; };

  empty-command = { got = throws (c.mkChain "a" { command = [ ]; }); want = true; };
  says-why = { got = c.check "a" { command = [ ]; }; want = [ "`command` must not be empty" ]; };
  production-wants = { got = check { mode = "production"; }; want = [
    "`limits.memory` is needed in mode production" "`limits.cpus` is needed in mode production" "`rootfs` is needed in mode production" ]; };
  production-is-fine = { got = c.check "a" production; want = [ ]; };
  production-noexec = { got = c.check "a" (production // { volumes = [ { source = "/srv/x"; dest = "/x"; } ]; });
    want = [ "/x is writable and executable, which mode production refuses; noexec or readOnly" ]; };
  production-pins = { got = c.check "a" (production // { landlock.policy = ../../policies/landlock/nginx.toml; }); want = [ "a `sha256` beside every policy is needed in mode production" ]; };
  policies-of-no-shape = {
    got = let p = c.policy; in map (x: builtins.deepSeq x true) [
      (p.landlockWords { rules = [ { path = "/srv"; } { access = "read"; path = "/srv"; } { access = [ 1 ]; } 7 ]; min_abi = "x"; tcp = 3; log_denied = "no"; })
      (p.landlockWords { rules = "all"; tcp.connect = "80"; }) (p.landlockWords [ ]) (p.capsWords { bounding.keep = "kill"; ambient = [ 1 ]; effective.keep = [ 1 ]; })
      (p.seccompWords [ 1 ]) (p.seccompWords { flags = "x"; }) ];
    want = [ true true true true true true ];
  };
  pinned = { got = c.check "a" (production // { landlock = { policy = ../../policies/landlock/nginx.toml; sha256 = pin; }; }); want = [ ]; };
  wrong-pin = { got = check { landlock = { policy = ../../policies/landlock/nginx.toml; sha256 = "00"; }; }; want = [ "`landlock.policy` has not the SHA-256 that `landlock.sha256` states" ]; };
  strict-host-network = { got = check { mode = "strict-agent"; network = "host"; }; want = [ "`network = \"host\"` is refused in mode strict-agent" ]; };
  places = { got = check { volumes = [ { source = "/etc"; dest = "/x"; } ]; }; want = [ "`volumes`: /etc is not a place that may be given; nc-run(8) lists those that are" ]; };
  dots = { got = check { volumes = [ { source = "/srv/../etc"; dest = "/x"; readOnly = true; } ]; }; want = [ "`volumes`: /srv/../etc is not an absolute path without empty, . and .. components" ]; };
  reserved = { got = check { volumes = [ { source = "/srv/x"; dest = "/usr/x"; readOnly = true; } ]; }; want = [ "`volumes`: the destination /usr/x is reserved" ]; };
  capability = { got = check { capabilities.ambient = [ "net_bind" ]; }; want = [ "`capabilities`: unknown capability net_bind" ]; };
  no-import-from-derivation = { got = builtins.length (check { landlock.policy = derivation { name = "x"; builder = "/bin/false"; system = "none"; }; }); want = 1; };
  variable = { got = check { environment = { LD_PRELOAD = "x"; "A B" = "y"; }; }; want = [ "`environment`: invalid name of a variable: A B" "`environment`: variable is refused: LD_PRELOAD" ]; };
  name = { got = c.check "a b" base; want = [ "the name must be [A-Za-z0-9_][A-Za-z0-9_.-]* and at most 64 bytes" ]; };
}
