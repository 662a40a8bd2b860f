#!/bin/sh
# The NixOS side without nixpkgs: chain.nix, the module and the wrapper with a stand-in of lib. With NIXPKGS_LIB the same cases
# with the lib of nixpkgs, with NIXOS_SUBSET its own systemd types.
. tests/lib/tap.sh
. tests/lib/nix.sh

command -v nix-instantiate >/dev/null || { skip "everything" "nix-instantiate"; done_testing; }
bad=
for f in default.nix flake.nix nixos-module/*.nix nixos-module/*/*.nix tests/nix/*.nix $(find tests/nix/*/ -name "*.nix" 2>/dev/null) tests/chain/pairs/*.nix
do nix-instantiate --parse "$f" >/dev/null 2>&1 || bad="$bad $f"
done
is "every file parses" "$bad" ""
cases "chain.nix" chain.nix
is "nothing is built to be evaluated" "$(evaluate --option allow-import-from-derivation false -E 'let s = (import ./tests/nix/sample.nix { }).services; in builtins.deepSeq s (builtins.length (builtins.attrNames s))')" 3
cases "the module" module.nix
cases "the wrapper" wrap.nix
cases "the modular service" modular-lite.nix
is "default.nix: lib needs no nixpkgs" "$(NIX_PATH= evaluate -E '(import ./default.nix { }).lib.mkChain null { command = [ "true" ]; }' | jq -r '.[0]')" /usr/local/bin/nc-clean
is "default.nix: with packages given its lines name the package's tools" "$(evaluate -E '(import ./default.nix { pkgs = (import ./tests/nix/pkgs-names.nix) // { callPackage = _: _: "/of/package"; }; }).lib.mkChain null { command = [ "true" ]; }' | jq -r '.[0]')" /of/package/bin/nc-clean
like "and the rest says what is missing" "$(NIX_PATH= nix-instantiate --eval ./default.nix -A package.name 2>&1)" "nixpkgs' was not found"
is "the modes are those of nc-run" "$(evaluate -E 'let r = (import ./nixos-module/chain.nix { }).rules; in map (n: with r.${n}; "${words}\t${agent}\t${strict-agent}\t${production}") (builtins.attrNames r)' | jq -r '.[]' | sort)" "$(nc-run --modes | sort)"
is "the capabilities are those of nc-policy" "$(evaluate -E 'import ./nixos-module/chain/caps.nix' | jq -r '.[]')" \
  "$(sed -n '/^{/,/^}/p' tools/nc-policy/capnames.c | sed -n '1,/^}/p' | grep -o '"[a-z_]*"' | tr -d '"' | head -n 41)"

# a policy that cannot be read is named, with its service
for f in wrong.toml wrong.json
do
  printf '[x\n{' >"$TAP_TMP/$f"
  case $f in *.toml) o=landlockPolicy ;; *) o=seccompProfile ;; esac
  nix-instantiate --eval --strict --show-trace -E "(import ./tests/nix/eval.nix { } [ { services.nucleus.web = { mode = \"agent\"; command = [ \"/w\" ]; $o = $TAP_TMP/$f; }; } ]).systemd.services.web.serviceConfig.ExecStart" >"$TAP_TMP/out" 2>&1
  is "$f: refused" $? 1
  like "$f: its name, and that of the service" "$(cat "$TAP_TMP/out")" "while reading the policy $TAP_TMP/$f for web-(landlock|seccomp)-policy"
done

# nc-policy argv is what evaluation reads out of the same files
for f in policies/landlock/*.toml policies/caps/*.toml policies/seccomp/*.json
do
  case $f in *landlock*) fn=landlockFile ;; *caps*) fn=capsFile ;; *) fn=seccompFile ;; esac
  is "$f: the words of nc-policy" "$(evaluate -E "(import ./nixos-module/chain/policy.nix).$fn ./$f" | jq -r '.[], "end"')" "$(nc-policy argv $f && echo end)"
done

if [ -n "$NIXPKGS_LIB" ]
then
  cases "the module, with nixpkgs' lib" module.nix 'lib = import (builtins.getEnv "NIXPKGS_LIB");'
  cases "the modular service, with nixpkgs' lib" modular-lite.nix 'lib = import (builtins.getEnv "NIXPKGS_LIB");'
  cases "the wrapper, with nixpkgs' lib" wrap.nix 'lib = import (builtins.getEnv "NIXPKGS_LIB");'
  is "both libs: the same units" "$(evaluate -E 'import ./tests/nix/sample.nix { }')" "$(evaluate -E 'import ./tests/nix/sample.nix { lib = import (builtins.getEnv "NIXPKGS_LIB"); }')"
  ok "every option has a description" sh -c '[ "$(nix-instantiate --eval --strict --json -E "import ./tests/nix/documented.nix { lib = import (builtins.getEnv \"NIXPKGS_LIB\"); }" 2>/dev/null)" = "[]" ]'
else skip "with nixpkgs' lib" "NIXPKGS_LIB"
fi
if [ -n "$NIXPKGS_LIB" ] && [ -n "$NIXOS_SUBSET" ]
then cases "genuine systemd types" genuine.nix 'libPath = builtins.getEnv "NIXPKGS_LIB"; nixos = builtins.getEnv "NIXOS_SUBSET";'
else skip "genuine systemd types" "NIXOS_SUBSET"
fi
done_testing
