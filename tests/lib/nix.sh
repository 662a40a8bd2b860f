# For the tests of the NixOS side: . tests/lib/nix.sh, after tap.sh. Evaluation touches no store.
NIX_CONFIG="build-users-group =
sandbox = false
substitute = false"
NIX_REMOTE=dummy://
export NIX_CONFIG NIX_REMOTE
# what nixpkgs has more, where it is at hand: NIXPKGS_LIB, its lib; NIXOS_SUBSET, a tree of it with the genuine systemd types
: "${NIXPKGS_LIB:=}" "${NIXOS_SUBSET:=}"
export NIXPKGS_LIB NIXOS_SUBSET

evaluate () { nix-instantiate --eval --strict --json "$@" 2>"$TAP_TMP/nix.err" || { grep -v '^warning' "$TAP_TMP/nix.err" | head -n 40 >&2; return 1; } ; }

# name file [arguments]: a list of cases that failed, which has to be empty
cases ()
{
  nix_name=$1
  nix_got=$(evaluate -E "let t = import ./tests/nix/$2; in if builtins.isList t then t else t { ${3-} }" 2>&1)
  is "$nix_name" "$nix_got" '[]'
}
