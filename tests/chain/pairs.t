#!/bin/sh
# One law, two composers: nc-run and nixos-module/chain.nix write the same line, byte for byte. Each pair is three files in
# pairs/: NAME.nix, a declaration; NAME.run, the words of nc-run -n; NAME.chain, what both must be. nc-run looks at a machine
# made for it, a small root of its own; chain.nix is told the same facts by pairs.nix. user-NAME is run by an ordinary user,
# sudo-NAME through sudo. NC_GOLDEN=write writes what nc-run says.
. tests/lib/tap.sh
. tests/lib/chain.sh

command -v nix-instantiate >/dev/null || { skip "pairs" "nix-instantiate"; done_testing; }
if ! root_with -mpuinC; then skip "pairs" "root with mount namespaces"; done_testing; fi
export NIX_CONFIG="build-users-group =" NIX_REMOTE=dummy://
d=$TAP_TMP
chmod 755 "$d"
h=$d/host
store=nix/store/00000000000000000000000000000000-web-rootfs
mkdir -p "$h/usr/bin" "$h/usr/lib" "$h/usr/lib64" "$h/opt/tool" "$h/etc" "$h/proc" "$h/run/user/0" "$h/srv/data" "$h/srv/alice/work" \
  "$h/srv/alice/conf" "$h/var/lib/web" "$h/tmp" "$h/$store/bin" "$h/$store/etc" "$h/$store/nix/store" "$h/$store/opt" "$h/$store/tmp" "$h/$store/run"
ln -s usr/bin "$h/bin"; ln -s usr/lib "$h/lib"; ln -s usr/lib64 "$h/lib64"; ln -s bin "$h/$store/sbin"
printf '/nix/store/x\n/nix/store/y\t/etc/y\n' >"$h/nix/store/00000000000000000000000000000001-manifest"
: >"$h/nix/store/00000000000000000000000000000002-web.erofs"
: >"$h/srv/data/key"
chown 1000:1000 "$h/srv/data" "$h/srv/alice" "$h/srv/alice/work" "$h/srv/alice/conf"
mkdir "$h/run/nucleus-web" "$h/run/systemd"
chown 990:991 "$h/var/lib/web" "$h/run/nucleus-web"
printf 'root:x:0:0::/root:/bin/sh\nweb:x:990:991::/:/bin/false\nalice:x:1000:1000::/srv/alice:/bin/sh\n' >"$h/etc/passwd"
printf 'root:x:0:\nvideo:x:44:\n' >"$h/etc/group"
printf 'nameserver 192.0.2.1\nsearch x\nnameserver 192.0.2.2\n' >"$h/etc/resolv.conf"
cp -R policies "$h/policies"
mkdir "$h/nucleus"
cp -R "$NC_BIN" "$h/nucleus/bin"
cp -R "${NC_BIN%/bin}/share" "$h/nucleus/share"
for l in $(ldd "$NC_BIN/nc-policy" | grep -o '/[^ ]*')
do [ -e "$h$l" ] || { mkdir -p "$h${l%/*}"; cp -L "$l" "$h$l"; }
done
split=false
[ "$(readlink "$NC_BIN/nc-init")" = nucleus ] || split=true

# a policy is compiled by a command of its own, before the line
composed () # name
{
  eval "set -- \"\$1\" $(cat "tests/chain/pairs/$1.run")"
  who=
  sudo=
  case $1 in user-*) who=--userspec=1000:1000 ;; sudo-*) sudo='SUDO_UID=1000 SUDO_GID=1000' ;; esac
  shift
  unshare -m --propagation private sh -c 'mount --rbind /proc "$1/proc" && shift && exec "$@"' sh "$h" \
    env -i LANG=C.UTF-8 GIVEN=1 NOTIFY_SOCKET=/run/systemd/notify HOME=/srv/alice CREDENTIALS_DIRECTORY=/run/credentials/agent.service $sudo \
    "$(command -v chroot)" ${who:+$who --groups=1000} "$h" /nucleus/bin/nc-run -n "$@" | sed 's/^.* && //'
}

nix-instantiate --eval --strict --json -E "import ./tests/chain/pairs.nix { split = $split; }" >"$d/lines" 2>"$d/err"
is "every declaration has a line" "$? $(cat "$d/err")" "0 "
n=0
for f in tests/chain/pairs/*.nix
do
  name=$(basename "$f" .nix)
  jq -r --arg n "$name" '.[$n]' <"$d/lines" >"$d/nix"
  composed "$name" >"$d/run" 2>"$d/err"
  [ "${NC_GOLDEN-}" != write ] || $split || cp "$d/run" "tests/chain/pairs/$name.chain"
  ok "$name: nc-run and chain.nix" cmp "$d/run" "$d/nix"
  if cmp -s "$d/run" "$d/nix"; then :; else cat "$d/err"; tr ' ' '\n' <"$d/run" >"$d/a"; tr ' ' '\n' <"$d/nix" | diff "$d/a" - | head -n 20 | sed 's/^/# /'; fi
  $split || ok "$name: as it is written down" cmp "$d/run" "tests/chain/pairs/$name.chain"
  n=$((n + 1))
done
ok "there are twenty pairs or more" test $n -ge 20
done_testing
