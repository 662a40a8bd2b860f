#!/bin/sh
# also: asan
# The words of nc-rootfs's line, and where it must not run. What it makes: nc-rootfs-bind.t, nc-rootfs-view.t.
. tests/lib/tap.sh
. tests/lib/chain.sh

code "no arguments" 100 nc-rootfs
code "no program" 100 nc-rootfs -h
code "unknown option" 100 nc-rootfs -Z true

# never as root outside a mount namespace of its own: a word that is wrongly taken must not change the host
in_own=
if root_with -mp
then in_own="nc-unshare -m"
elif [ "$(id -u)" -eq 0 ]
then skip "everything else" "mount and pid namespaces"; done_testing
fi
refuses () # option word...
{
  tap_opt=$1
  shift
  for bad
  do
    is "refuses $tap_opt '$(show "$bad")'" "$($in_own nc-rootfs "$tap_opt" "$bad" echo ran 2>/dev/null; echo $?)" 100
  done
}
d=$TAP_TMP
refuses -b "" : : / /etc :/x "/etc:" etc:/x "/etc:x" "/etc:." "$d/../etc:/x" "/etc:/../x" "/etc:/x/.." "/etc:/x:noexec:y" "/etc:/x:ro" "/etc:/x:" \
  "/etc:/x:NOEXEC" "/etc:/x:noexec," "fd:4294967296:/x" "fd::/x" "fd:-1:/x" "fd:1x:/x"
refuses -B "" /etc :/x "/etc:" etc:/x "/etc:x" "/etc:/x:rw"
refuses -t "" x ../x / // /. /x/.. /../x /x:0 /x:size=0 /x:1Q /x:-1 /x:18446744073709551616 /x:17179869184G /x:size= /x:mode= /x:mode=8 /x:mode=2000 \
  /x:mode=4755 /x:mode=-1 /x:uid=-1 /x:uid=4294967295 /x:uid=4294967296 /x:gid=4294967296 /x:uid=root /x:rw /x:, /x:1M,,ro /x:1M:ro "/x:nosuid"
refuses -l "" a :/x a: a:x a:/../x a:/x:y
refuses -m "" x ../x /proc/../x
refuses -r "" x ../x /proc/..
refuses -u "" 1000 1000: :1000 1000:1000: 1000:1000::/ -1:1 1:-1 4294967295:1 1:4294967295 4294967296:1 1:4294967296 root:root 1:1:a/b "1:1:a b" \
  "1:1:a$newline" 1:1:a: 1:1:a:home "1:1:a:/x:y" "1:1:a:/x$newline" fd:99 fd:99:a fd:x:1 "1 :1"
refuses -H "" "a b" "a#b" "a${newline}b" "a${odd_byte}b" "$(printf 'a\rb')" "$(printf '%0300d' 0)"
refuses -n "" localhost 1.2.3 1.2.3.256 "1.2.3.4 " 1.2.3.4:53 "1.2.3.4${newline}nameserver 6.6.6.6" ::g
refuses -p "" RW rw,subset hide none,
refuses -i "" -1 x 1x 1048576 4294967296
refuses -S "" 0 x -1 1Q 18446744073709551616
code "four name servers" 100 nc-rootfs -n 1.1.1.1 -n 2.2.2.2 -n 3.3.3.3 -n 4.4.4.4 true
like "a wrong word is repeated" "$(err nc-rootfs -n 1.2.3.x true)" '^nc-rootfs: fatal: invalid address: 1\.2\.3\.x$'

if [ -z "$in_own" ]
then skip "everything else" "root with mount namespaces"; done_testing
fi
mounts () { cut -d' ' -f3- /proc/self/mountinfo ; }
before=$(mounts)

# lists
list () { printf "$1" >"$d/list"; nc-unshare -m nc-rootfs -f "$d/list" true ; }
code "list: no last newline" 100 list '/etc'
code "list: a zero byte" 100 list '/etc\0x\n'
code "list: a relative path" 100 list 'etc\n'
code "list: a path that goes up" 100 list '/usr/../etc\n'
code "list: a destination that goes up" 100 list '/etc\t/../x\n'
code "list: a source that is not there" 111 list '/nonexistent\n'
code "list: absent" 111 nc-unshare -m nc-rootfs -f "$d/nolist" true
code "list: a directory" 111 nc-unshare -m nc-rootfs -f "$d" true
mkfifo "$d/fifo"
code "list: a FIFO ends the step, it does not wait" 111 timeout 10 nc-unshare -m nc-rootfs -f "$d/fifo" true

# descriptors that are no source
code "-b of a descriptor that is not open" 111 nc-unshare -m nc-rootfs -b fd:99:/x true
like "-b of a directory's descriptor" "$(err nc-unshare -m nc-rootfs -b fd:9:/x true 9</etc)" '; nc-open -t makes detached trees$'
is "-i of what is no user namespace" "$(nc-unshare -m nc-rootfs -i 9 -b /etc:/x echo ran 9</dev/null 2>/dev/null; echo $?)" 100
is "-i of another kind of namespace" "$(nc-unshare -m nc-rootfs -i 9 -b /etc:/x echo ran 9</proc/self/ns/mnt 2>/dev/null; echo $?)" 100

# wrong orders: on a host of the test's own, whose first process is in the mount namespace that must not change
cat >"$d/host" <<'X'
before=$(cut -d' ' -f5- /proc/self/mountinfo)
"$@" 2>"$ERR"
code=$?
[ "$(cut -d' ' -f5- /proc/self/mountinfo)" = "$before" ] && echo "$code and the mounts stay" || echo "$code and the mounts differ"
X
host () { ERR=$d/err unshare -pmf --mount-proc sh "$d/host" "$@" ; }
weak="setpriv --bounding-set=-sys_ptrace,-sys_boot"
is "in the mount namespace of the host" "$(host nc-rootfs -h true)" "100 and the mounts stay"
like "names the order" "$(cat "$d/err")" '^nc-rootfs: fatal: still in the mount namespace of the host: nc-unshare -m goes before nc-rootfs$'
is "after nc-unshare without -m" "$(host nc-unshare -un nc-rootfs -h true)" "100 and the mounts stay"
is "by a root who may not look into the first process" "$(host $weak nc-rootfs -h true)" "100 and the mounts stay"
is "nor after nc-unshare without -m" "$(host $weak nc-unshare -u nc-rootfs -h true)" "100 and the mounts stay"
is "with -m that root may" "$(host $weak nc-unshare -pm nc-rootfs -h true)" "0 and the mounts stay"
is "the program does not run" "$(host nc-rootfs -h echo ran)" "100 and the mounts stay"
code "without privilege" 100 $unpriv nc-rootfs -h true
like "names the order" "$(err $unpriv nc-rootfs -h true)" 'nc-unshare -m goes before nc-rootfs$'
if command -v nc-userns >/dev/null && $unpriv unshare -U true 2>/dev/null
then
  like "nc-userns without nc-unshare" "$(err $unpriv nc-userns -a nomap nc-rootfs -h true)" 'nc-unshare -m'
  like "without nc-unshare -p" "$(err $unpriv nc-userns -a nomap nc-unshare -m nc-rootfs -h true)" 'unable to make a new /proc: .*; it needs nc-unshare -p before'
else skip "without privilege, after nc-userns" "user namespaces for users"
fi
like "nc-pivot twice" "$(err nc-unshare -pm nc-rootfs -h -b "$NC_BIN:$NC_BIN" nc-pivot nc-pivot true)" 'nc-rootfs goes before nc-pivot$'
ok "the host's mounts stay" test "$(mounts)" = "$before"
done_testing
