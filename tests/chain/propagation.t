#!/bin/sh
# On a host whose mounts are shared, as under systemd: nothing that a chain mounts appears there, also in trees that nc-open has copied.
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mp
then skip "everything" "root, mount and pid namespaces"; done_testing
fi
if [ ! "${IN_SHARED-}" ]
then IN_SHARED=1 exec unshare -m --propagation private sh "$0"
fi
d=$TAP_TMP/host
mkdir "$d"
mount -t tmpfs -o mode=755 host "$d" && mount --make-shared "$d"
mkdir -p "$d/src/.git" "$d/vol" "$d/ro" "$d/ws/.git" "$d/root/bin" "$d/root/dev" "$d/root/proc" "$d/root$NC_BIN" "$d/peer"
for f in src/.git/f vol/there ro/f ws/.git/config; do echo host >"$d/$f"; done
echo secret >"$d/secret"
echo .git/ >"$d/list"
programs "$d/root" sh
host () { grep " $d" /proc/self/mountinfo | cut -d ' ' -f 5-; }
host >"$TAP_TMP/before"
like "control: it is shared" "$(cat "$TAP_TMP/before")" ' shared:'
mount --bind "$d/src" "$d/peer"
mount -t tmpfs x "$d/peer/.git"
ok "control: a mount in a copy of it appears in it" grep -q " $d/src/.git " /proc/self/mountinfo
umount "$d/peer/.git" "$d/peer"
ok "control: and it is gone again" diff "$TAP_TMP/before" - <<X
$(host)
X

in_tree () # name line...: prog ran, and the host has the mounts and the files that it had
{
  name=$1
  shift
  code "$name: it runs" 0 "$@"
  host >"$TAP_TMP/after"
  ok "$name: the host's mounts" diff "$TAP_TMP/before" "$TAP_TMP/after"
  is "$name: the host's files" "$(cat "$d/src/.git/f" "$d/vol/there" "$d/ro/f" "$d/ws/.git/config" 2>&1 | sort -u)" host
}
host_root="nc-unshare -pm nc-rootfs -h -b $NC_BIN:$NC_BIN"
# shellcheck disable=SC2086
{
in_tree "nc-context -b fd:N, covered names" nc-open -t "100:$d/src" $host_root nc-context -b -x "$d/list" fd:100 nc-pivot nc-init true
in_tree "nc-secrets over a file of a tree" nc-open -t "100:$d/vol" $host_root -B fd:100:/v nc-secrets -f "$d/secret:/v/there" nc-pivot nc-init true
in_tree "nc-secrets in a read-only tree" nc-open -t "100:$d/ro" $host_root -b fd:100:/v nc-secrets -f "$d/secret:/v/x" nc-pivot nc-init true
in_tree "nc-rootfs, a tree as the root" nc-open -t "100:$d/root" nc-unshare -pm nc-rootfs -b fd:100:/:tree -b "$NC_BIN:$NC_BIN" nc-pivot nc-init /bin/sh -c :
printf '= %s %s\nd .git\nr .git/config\n' "$(stat -c %d "$d/ws")" "$(stat -c %i "$d/ws")" >"$TAP_TMP/lines"
in_tree "nc-rootfs -P in a tree" nc-open -t "100:$d/ws" -f "105:$TAP_TMP/lines" $host_root -B fd:100:/w -P /w:fd:105 nc-pivot nc-init true
in_tree "a foreign program in a tree" nc-open -t "100:$d/vol" $host_root -B fd:100:/v sh -c 'mount -t tmpfs x v; exec "$@"' sh nc-pivot nc-init true
in_tree "by path" $host_root -B "$d/vol:/v" nc-secrets -f "$d/secret:/v/there" nc-pivot nc-init true
}
umount "$d"
done_testing
