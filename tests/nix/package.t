#!/bin/sh
# package.nix builds, with the host's compiler and libraries in place of nixpkgs, dynamic and static; the flake's outputs, with
# the same in place of its input.
. tests/lib/tap.sh
. tests/lib/chain.sh
. tests/lib/nix.sh

for c in nix-build nix gcc
do command -v $c >/dev/null || { skip "package" $c; done_testing; }
done
if ! root_with -m; then skip "package" "root with a mount namespace"; done_testing; fi
if [ -z "${NIX_TEST_INSIDE-}" ]
then
  [ -d /nix ] || { mkdir /nix && trap 'rmdir /nix 2>/dev/null; tap_end' EXIT; }
  NIX_TEST_INSIDE=1 unshare -m --propagation private sh -c 'mount -t tmpfs -o mode=755 nix /nix && exec tests/nix/package.t'
  exit
fi
unset NIX_REMOTE
NIX_CONFIG="$NIX_CONFIG
experimental-features = nix-command flakes
flake-registry ="
export NIX_CONFIG
d=$TAP_TMP
HOME=$d; export HOME

# what is tracked, or all but what was built
src=$d/src
mkdir "$src"
{ git ls-files -z 2>/dev/null || find . -path ./build -prune -o -type f -print0; } | tar -c --null -T - 2>/dev/null | tar -x -C "$src"

package () { nix-build --no-out-link -E "(import $src/default.nix { pkgs = import $src/tests/nix/host-pkgs.nix; }).$1" 2>"$d/err" || { grep -v '^warning' "$d/err" | tail -n 15 >&2; return 1; } ; }
p=$(package package)
ok "package.nix builds" test -x "$p/bin/nucleus"
is "the tools are there" "$(cd "$p/bin" && ls nc-run nc-clean nc-policy nc-attest | tr '\n' ' ')" "nc-attest nc-clean nc-policy nc-run "
is "the line is composed with its path" "$("$p/bin/nc-run" -n true | cut -d' ' -f1)" "$p/bin/nc-clean"
ok "compiled policies and lists" test -f "$p/share/nucleus/seccomp/agent.bpf" -a -f "$p/share/nucleus/lists/protected"
m=$(package package.man)
ok "the pages are an output of their own" test -f "$m/share/man/man8/nc-run.8" -a ! -e "$p/share/man"
is "it is static where the environment is, and there only" "$(nix-instantiate --eval --strict --json -E "let d = import $src/default.nix { pkgs = import $src/tests/nix/host-pkgs.nix; }; in map (p: builtins.match \".*'STATIC='.*\" (builtins.elemAt p.args 1) == null) [ d.static d.package ]" 2>/dev/null)" '[true,false]'

# what the package carries: the modular service, and the tests where there is something to run them
cat >"$d/passthru.nix" <<X
let
  pkgs = import $src/tests/nix/host-pkgs.nix;
  inherit (pkgs) lib;
  package = more: (pkgs.callPackage $src/nixos-module/package.nix more);
  p = package { };
  portable = { options.process.argv = lib.mkOption { type = lib.types.listOf lib.types.str; description = "Words."; }; };
  service = args: builtins.removeAttrs (p.passthru.services.default args) [ "_class" ];
  argv = (lib.evalModules { args.name = "web"; modules = [ portable ({ config, options, lib, name }@args: service args) { process.argv = [ "/bin/web" ]; } ]; }).config.process.argv;
  tests = (package { testers.runNixOSTest = test: test; }).passthru.tests;
in
{
  line = builtins.head argv == "\${p}/bin/nc-clean";
  names = builtins.attrNames tests;
  there = map (t: builtins.pathExists (builtins.head t.imports) && builtins.pathExists (t._module.args.nucleus + "/default.nix")) (builtins.attrValues tests);
  without = p.passthru.tests;
}
X
is "passthru: services and tests" "$(nix-instantiate --eval --strict --json "$d/passthru.nix" 2>"$d/err" || tail -n 5 "$d/err")" \
  '{"line":true,"names":["hardening","modular","service"],"there":[true,true,true],"without":{}}'

# the flake, with a nixpkgs of this test's own
mkdir "$d/nixpkgs"
cat >"$d/nixpkgs/flake.nix" <<X
{
  outputs = { self }: {
    lib = import $src/tests/nix/lib-lite.nix;
    legacyPackages.x86_64-linux = import $src/tests/nix/host-pkgs.nix;
    legacyPackages.aarch64-linux = import $src/tests/nix/host-pkgs.nix;
  };
}
X
flake () { nix "$@" --impure --no-update-lock-file --override-input nixpkgs "path:$d/nixpkgs" 2>"$d/err"; }
lock=$(sha256sum <"$src/flake.lock")
show=$(flake flake show --json "path:$src")
is "flake: its outputs" "$(printf '%s' "$show" | jq -r 'keys[]' | tr '\n' ' ')" "checks devShells formatter lib nixosModules overlays packages "
is "flake: packages" "$(printf '%s' "$show" | jq -r '.packages["x86_64-linux"] | keys[]' | tr '\n' ' ')" "default nucleus static "
is "flake: lib needs no package" "$(flake eval --raw "path:$src#lib" --apply 'l: builtins.head (l.mkChain null { command = [ "true" ]; })')" /usr/local/bin/nc-clean
is "flake: the module" "$(flake eval "path:$src#nixosModules" --apply 'm: builtins.attrNames m')" '[ "default" "nucleus" "wrapper" ]'
ok "flake: nix flake check finds nothing" flake flake check --no-build "path:$src"
is "flake.lock is as it was" "$(sha256sum <"$src/flake.lock")" "$lock"
is "and pins nixpkgs" "$(jq -r '.nodes.nixpkgs.locked | .owner + "/" + .repo + " " + (.rev | length | tostring) + " " + (.narHash | .[0:7])' "$src/flake.lock")" "NixOS/nixpkgs 40 sha256-"
done_testing
