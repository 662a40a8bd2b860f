#!/bin/sh
# also: asan
. tests/lib/tap.sh
. tests/lib/chain.sh

# usage
code "no arguments" 100 nc-unshare
code "no program" 100 nc-unshare -u
code "unknown option" 100 nc-unshare -Z true
code "no namespace" 100 nc-unshare true
like "and it says so" "$(err nc-unshare true)" '^nc-unshare: fatal: no namespace asked for$'
code "-h without -u" 100 nc-unshare -m -h box true
code "-b without -T" 100 nc-unshare -m -b 1 true
code "-o without -T" 100 nc-unshare -m -o 1 true
code "-P without -n" 100 nc-unshare -m -P 0 true
code "-G without -n" 100 nc-unshare -m -G 0:1 true
long=$(printf '%065d' 0)
for bad in "" "-box" ".box" "a b" "a/b" "a:b" "$long" "a${odd_byte}b" "a${newline}b"
do code "refuses -h '$(show "$bad")'" 100 nc-unshare -u -h "$bad" true
done
for bad in "" - -- --1 +1 x 1x 1.5 9223372037 18446744073709551616 "1$newline"
do
  code "refuses -b '$(show "$bad")'" 100 nc-unshare -T -b "$bad" true
  code "refuses -o '$(show "$bad")'" 100 nc-unshare -T -o "$bad" true
done
for bad in "" x -1 +1 80x 65536 4294967296 4294967376
do code "refuses -P '$(show "$bad")'" 100 nc-unshare -n -P "$bad" true
done
for bad in "" : 1 1: :1 2:1 0:1:2 -1:1 0:2147483648 0:4294967296 4294967296:4294967297 a:b "0 1" "0:1 "
do code "refuses -G '$(show "$bad")'" 100 nc-unshare -n -G "$bad" true
done
like "a wrong word is repeated" "$(err nc-unshare -n -G 7:3 true)" 'invalid group range: 7:3$'

if ! root_with -mpuinCT
then skip "everything else" "root with every kind of namespace"; done_testing
fi

# each letter makes its own namespace and no other
spaces='for n in cgroup ipc mnt net pid time uts; do echo $n $(readlink /proc/self/ns/$n); done'
sh -c "$spaces" >"$TAP_TMP/host"
for pair in p:pid m:mnt u:uts i:ipc C:cgroup n:net T:time
do
  nc-unshare -${pair%:*} sh -c "$spaces" >"$TAP_TMP/in"
  is "-${pair%:*} changes only ${pair#*:}" "$(diff "$TAP_TMP/host" "$TAP_TMP/in" | sed -n 's/^> \([a-z]*\) .*/\1/p')" "${pair#*:}"
done
is "without -p no process stays between" "$(nc-unshare -u sh -c 'echo $PPID')" $$
is "-p: the program is the first process" "$(nc-unshare -p sh -c 'echo $$ $PPID')" "1 0"

# mounts
is "no mount is shared" "$(nc-unshare -m grep -c shared: /proc/self/mountinfo)" 0
is "control: they were" "$(unshare -m --propagation shared grep -qc shared: /proc/self/mountinfo && echo yes)" yes
mkdir "$TAP_TMP/d"
cat >"$TAP_TMP/leak" <<'X'
"$@" sh -c 'mount -t tmpfs leak "$1" && grep -c " - tmpfs leak " /proc/self/mountinfo' sh "$D"
grep -c " - tmpfs leak " /proc/self/mountinfo
X
leak () { D=$TAP_TMP/d unshare -m --propagation shared sh "$TAP_TMP/leak" "$@" | tr '\n' ' ' ; }
is "a mount inside does not get out" "$(leak nc-unshare -m)" "1 0 "
is "control: without the step it does" "$(leak env)" "1 1 "

# hostname, System V objects
is "-h" "$(nc-unshare -u -h box.a-b_c uname -n)" box.a-b_c
is "the host's name stays" "$(uname -n)" "$(cat /proc/sys/kernel/hostname)"
if command -v ipcmk >/dev/null
then
  before=$(cat /proc/sysvipc/msg)
  like "a queue is made inside" "$(nc-unshare -i sh -c 'ipcmk -Q >/dev/null; tail -n +2 /proc/sysvipc/msg')" '[0-9]'
  is "and the host has none of it" "$(cat /proc/sysvipc/msg)" "$before"
else skip "System V objects" "ipcmk"
fi

# network: a loopback that is up, alone
is "-n: the loopback only" "$(nc-unshare -n sh -c 'tail -n +3 /proc/net/dev | cut -d: -f1' | tr -d ' ')" lo
bind='use Socket; socket(S,PF_INET,SOCK_STREAM,0); bind(S,sockaddr_in($ARGV[0],inet_aton("127.0.0.1"))) and listen(S,1) or die "$!\n";
  socket(C,PF_INET,SOCK_STREAM,0); connect(C,sockaddr_in($ARGV[0],inet_aton("127.0.0.1"))) or die "$!\n"'
ok "it carries a connection" nc-unshare -n perl -e "$bind" 8099
code "control: a loopback that is down does not" 101 unshare -n perl -e "$bind" 8099
ok "-P 0: anyone may bind port 80" nc-unshare -n -P 0 $unpriv perl -e "$bind" 80
code "control: without -P root alone" 13 nc-unshare -n $unpriv perl -e "$bind" 80
is "-P 1024" "$(nc-unshare -n -P 1024 cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" 1024
is "-G" "$(nc-unshare -n -G 7:2147483647 cat /proc/sys/net/ipv4/ping_group_range | tr '\t' ' ')" "7 2147483647"
is "the host's setting stays" "$(nc-unshare -n -G 3:4 true; grep -c '^3' /proc/sys/net/ipv4/ping_group_range)" 0

# time
offsets () { nc-unshare "$@" sh -c 'tr -s " " </proc/self/timens_offsets' | tr '\n' ' ' ; }
is "-b and -o" "$(offsets -T -b 1000 -o 2000)" "monotonic 2000 0 boottime 1000 0 "
is "with -p too" "$(offsets -pT -b 1000)" "monotonic 0 0 boottime 1000 0 "
ok "the clock shows it" nc-unshare -T -b 1000000000 sh -c 'read -r u _ </proc/uptime; [ "${u%.*}" -gt 1000000000 ]'
code "an offset before the machine's start is refused" 111 nc-unshare -T -b -9000000000 true

# what goes wrong names its cause
like "without privilege" "$(err $unpriv nc-unshare -m true)" \
  '^nc-unshare: fatal: unable to unshare namespaces: Operation not permitted; .*nc-userns goes before nc-unshare$'
code "and ends in 111" 111 $unpriv nc-unshare -pm true
limit='echo 0 >/proc/sys/user/max_mnt_namespaces; exec "$@"'
if unshare -Ur true 2>/dev/null
then like "at the limit" "$(err unshare -Ur sh -c "$limit" sh nc-unshare -m true)" 'No space left on device; a limit of /proc/sys/user is reached$'
else skip "at the limit" "user namespaces"
fi

# the keeper
bad=
for n in $(seq 0 255)
do
  nc-unshare -p sh -c "exit $n"
  [ $? -eq "$n" ] || bad="$bad $n"
done
is "exit codes 0 to 255 come back" "$bad" ""
code "a program that is not there" 127 nc-unshare -p /nonexistent
code "a program that is none" 126 nc-unshare -p /etc/passwd

payload='$SIG{$_} = sub { open F, ">>", $ARGV[0]; print F "$_[0]\n"; close F } for qw(HUP INT QUIT TERM USR1 USR2 ALRM WINCH CONT);
  $SIG{CHLD} = "DEFAULT"; open F, ">", $ARGV[1]; close F; select undef, undef, undef, 0.05 while 1'
start () # step...: a payload that notes signals, its keeper in $k
{
  rm -f "$TAP_TMP/got" "$TAP_TMP/up"
  SECRET=hunter2 "$@" perl -e "$payload" "$TAP_TMP/got" "$TAP_TMP/up" 9</etc/passwd &
  k=$!
  eventually test -e "$TAP_TMP/up"
  child=$(cat "/proc/$k/task/$k/children")
  child=${child% }
}
field () { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" ; }
start nc-unshare -p
is "keeper: no descriptor is left" "$(ls "/proc/$k/fd" | wc -l)" 0
is "control: the program has its own" "$(ls "/proc/$child/fd" | grep -cx 9)" 1
is "keeper: the environment is overwritten" "$(tr -d '\0' <"/proc/$k/environ")" ""
is "control: the program has its own" "$(tr '\0' '\n' <"/proc/$child/environ" | grep SECRET)" SECRET=hunter2
is "keeper: capabilities" "$(field "$k" CapEff) $(field "$k" CapPrm)" "0000000000000020 0000000000000020"
is "keeper: no_new_privs and a filter" "$(field "$k" NoNewPrivs) $(field "$k" Seccomp)" "1 2"
is "control: the program has none of them" "$(field "$child" NoNewPrivs) $(field "$child" Seccomp)" "0 0"
for s in HUP INT QUIT TERM USR1 USR2 ALRM WINCH CONT
do
  kill -$s "$k"
  ok "forwards SIG$s" eventually grep -qx "$s" "$TAP_TMP/got"
done
kill -9 "$child"
wait "$k"
is "the program killed: 128 + 9" $? 137

start nc-unshare -pm
kill -9 "$k"
wait "$k" 2>/dev/null
ok "kill -9 of the keeper ends the program" eventually gone "$child"
chmod 777 "$TAP_TMP"
start setpriv --reuid=1000 --regid=1000 --clear-groups --inh-caps=+sys_admin --ambient-caps=+sys_admin nc-unshare -p
is "keeper: not dumpable, so /proc shows it as root's" "$(stat -c %u "/proc/$k/fd") $(stat -c %u "/proc/$child/fd")" "0 1000"
kill -9 "$k"
ok "ignored SIGCHLD does not lose the code" eventually sh -c 'trap "" CHLD; nc-unshare -p sh -c "exit 7"; [ $? -eq 7 ]'
done_testing
