#!/bin/sh
# also: asan
. tests/lib/tap.sh
. tests/lib/chain.sh

# usage
code "no arguments" 100 nc-pivot
code "no program" 100 nc-pivot -d /
code "unknown option" 100 nc-pivot -Z true
for bad in "" . tmp ../tmp fd:3 " /tmp"
do code "refuses -d '$bad'" 100 nc-pivot -d "$bad" true
done

if ! root_with -mpuin
then skip "everything else" "root with pid, mount, uts, ipc and network namespaces"; done_testing
fi
before=$(cut -d' ' -f3- /proc/self/mountinfo)

# wrong orders
code "without nc-rootfs" 111 nc-unshare -m nc-pivot true
like "names the order" "$(err nc-unshare -m nc-pivot true)" '; it is no new root: nc-rootfs goes before nc-pivot$'
code "without nc-rootfs, in /" 111 sh -c 'cd / && exec nc-unshare -m nc-pivot true'
like "names the order there too" "$(cd / && err nc-unshare -m nc-pivot true)" 'nc-rootfs goes before nc-pivot$'
# the first process of this namespace is in the same mount namespace, as on a host; its root must not change for it
cat >"$TAP_TMP/host" <<'X'
mkdir "$1/mnt" && mount -t tmpfs other "$1/mnt" && cd "$1/mnt" || exit 99
nc-pivot sh -c 'exit 0' 2>"$1/err"
code=$?
[ -d /usr ] && echo "$code and / stays" || echo "$code and / is another"
X
is "in the host's mount namespace, where the directory is a mount" "$(unshare -pmf --mount-proc sh "$TAP_TMP/host" "$TAP_TMP")" "100 and / stays"
like "and it says why" "$(cat "$TAP_TMP/err")" 'nc-unshare -m goes before nc-pivot$'

# the new root, and no way back
is "the program's root is the new one" "$(inside stat -f -c %T /)" tmpfs
is "one mount is at /" "$(inside awk '$5 == "/"' /proc/self/mountinfo | wc -l)" 1
is "no mount of the host is left" "$(inside awk '$5 ~ "^/sys"' /proc/self/mountinfo)" ""
canary=$TAP_TMP/canary
echo host >"$canary"
ok "control: outside the file is there" test -e "$canary"
code "no file of the host is reached" 1 inside test -e "$canary"
code "nor through .." 1 inside test -e "/../../../..$canary"
code "nor through the first process" 1 inside test -e "/proc/1/root$canary"
code "nor through its directory" 1 inside test -e "/proc/1/cwd$canary"
is "the host's mounts stay" "$(cut -d' ' -f3- /proc/self/mountinfo)" "$before"

# read-only, this mount alone
try='for f in /new /tmp/new /run/new; do (: >$f) 2>/dev/null && echo $f; done; :'
is "the root is read-only, what lies on it is not" "$(box -t /tmp -t /run nc-pivot nc-init sh -c "$try" | tr '\n' ' ')" "/tmp/new /run/new "
is "-w: it is not" "$(box -t /tmp -t /run nc-pivot -w nc-init sh -c "$try" | tr '\n' ' ')" "/new /tmp/new /run/new "
is "by its flag" "$(inside awk '$5 == "/" { print $6 }' /proc/self/mountinfo)" "ro,nosuid,nodev,relatime"

# the working directory
cwd () { box -t /tmp -t /a/b -l /a:/link nc-pivot -d "$1" nc-init sh -c '/bin/pwd -P; readlink /proc/1/cwd' | tr '\n' ' ' ; }
is "default: /" "$(box nc-pivot nc-init /bin/pwd -P)" /
is "-d" "$(cwd /a/b)" "/a/b /a/b "
is "-d through a link: inside" "$(cwd /link/b)" "/a/b /a/b "
is "-d with .. stays inside" "$(cwd /../../../tmp)" "/tmp /tmp "
for bad in /missing /bin/sh /tmp/../missing /proc/self/cwd /proc/self/root "/tmp$newline" "/t$odd_byte"
do code "refuses -d '$(show "$bad")'" 111 box -t /tmp nc-pivot -d "$bad" nc-init true
done
for n in 3 7 9
do code "refuses -d /proc/self/fd/$n, an open directory of the host" 111 box nc-pivot -d /proc/self/fd/$n nc-init true 3</ 7</ 9</
done
like "and names it" "$(err box nc-pivot -d /missing nc-init true)" '^nc-pivot: fatal: unable to open /missing: No such file or directory$'

# environment
is "NC_SCOPE is removed, nothing else" "$(NC_SCOPE=/run/x NC_SCOPES=2 box nc-pivot nc-init env | grep NC_SC)" NC_SCOPES=2
is "control: before it is there" "$(NC_SCOPE=/run/x box env | grep NC_SCOPE=)" NC_SCOPE=/run/x
is "no descriptor is added" "$(inside sh -c 'ls /proc/self/fd | tr "\n" " "')" "$(sh -c 'ls /proc/self/fd | tr "\n" " "')"
done_testing
