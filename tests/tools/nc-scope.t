#!/bin/sh
# nc-scope: the run directory, its lock, signals, exit codes, events, undo
. tests/lib/tap.sh

R=$TAP_TMP/run
mkdir -m 700 "$R"
USAGE='usage: nc-scope'

hold () # name: a container that lives until it is told to end
{
  nc-scope -r "$R" -n "$1" sh -c 'trap "exit 0" TERM; : >"$NC_SCOPE/ready"; while :; do sleep 0.05; done' &
  held=$!
  until [ -e "$R/$1/ready" ]; do sleep 0.01; done
}

until_gone () # command...: until it fails
{
  tries=0
  while "$@" 2>/dev/null && [ "$tries" -lt 500 ]; do sleep 0.01; tries=$((tries + 1)); done
  [ "$tries" -lt 500 ]
}

# contract
code 'no arguments' 100 nc-scope
code 'unknown option' 100 nc-scope -Z true
code 'long option' 100 nc-scope --zz true
code 'missing prog' 100 nc-scope -n a
code 'missing argument' 100 nc-scope -n
code 'absent prog' 127 nc-scope -r "$R" -n a /nonexistent/prog
code 'prog not executable' 126 nc-scope -r "$R" -n a /etc/passwd
is 'the never started leave nothing' "$(ls -A "$R")" ''
is 'standard output stays empty' "$(nc-scope -r "$R" true 2>&1)" ''
like 'usage on standard error' "$(nc-scope 2>&1)" "$USAGE"
is 'USAGE, page and option letters agree' "$(grep -o '"nc-scope [^"]*"' tools/nc-scope/nc-scope.c | tr ' ' '\n' | grep '^-' | sort | tr -d '\n')" \
  "$(sed -n 's/^\.It Fl \(.\).*/-\1/p' tools/nc-scope/nc-scope.8 | sort | tr -d '\n')"

# names and descriptors
for n in '' . .. -a a/b "$(printf 'a\nb')" "$(printf '%0200d' 0)" "$(printf 'a\377')"
do code "name refused: $(printf %s "$n" | tr -c 'a-z0-9./-' '?' | cut -c1-20)" 100 nc-scope -r "$R" -n "$n" true
done
code 'a name of 64 bytes' 0 nc-scope -r "$R" -n "$(printf '%064d' 0)" true
code 'a name of 65 bytes' 100 nc-scope -r "$R" -n "$(printf '%065d' 0)" true
for d in 0 2 -1 4294967296 4294967299 x ''
do code "-s refused: $d" 100 nc-scope -r "$R" -s "$d" true
done
(
  exec 9>/dev/null
  nc-scope -r "$R" -s 9 true 2>"$TAP_TMP/err"
  echo $? >"$TAP_TMP/code"
)
is '-s in use' "$(cat "$TAP_TMP/code")" 100
code '-e on a closed descriptor' 100 nc-scope -r "$R" -e fd:77 true
code '-e on standard output' 100 nc-scope -r "$R" -e fd:1 true
code 'nothing below 3 may be closed' 100 sh -c 'exec nc-scope -r "$1" true <&-' sh "$R"

# the run directory
is 'NC_SCOPE is absolute' "$(cd "$TAP_TMP" && nc-scope -r run -n rel printenv NC_SCOPE)" "$R/rel"
is 'a nested scope replaces it' "$(nc-scope -r "$R" -n out nc-scope -r "$R" -n in printenv NC_SCOPE)" "$R/in"
like 'the default name is the id' "$(nc-scope -r "$R" printenv NC_SCOPE)" '/[0-9a-f]{32}$'
is 'mode 0700' "$(umask 0; nc-scope -r "$TAP_TMP/made" -n m sh -c 'stat -c %a "$NC_SCOPE" "$NC_SCOPE/.." "$NC_SCOPE/undo" "$NC_SCOPE/id"' | tr '\n' ' ')" '700 700 700 600 '
code 'parents are not made' 111 nc-scope -r "$TAP_TMP/no/such" true
mkdir -m 755 "$TAP_TMP/open"
code 'open to others' 100 nc-scope -r "$TAP_TMP/open" true
ln -s run "$TAP_TMP/link"
code 'a link' 111 nc-scope -r "$TAP_TMP/link" true
mkfifo "$TAP_TMP/fifo"
code 'a FIFO' 111 timeout 10 nc-scope -r "$TAP_TMP/fifo" true
mkdir -m 755 "$R/web"
code 'NAME open to others' 100 nc-scope -r "$R" -n web true
rmdir "$R/web"
ln -s ../run "$R/web"
code 'NAME a link' 111 nc-scope -r "$R" -n web true
rm "$R/web"
mkdir -m 700 "$R/web" && mkfifo "$R/web/lock"
code 'the lock a FIFO' 111 timeout 10 nc-scope -r "$R" -n web true
rm -r "$R/web"
if [ "$(id -u)" -eq 0 ] && setpriv --reuid=1000 --regid=1000 --clear-groups true 2>/dev/null
then
  mkdir -m 700 "$TAP_TMP/foreign"
  chown 1000 "$TAP_TMP/foreign"
  code 'of someone else' 100 nc-scope -r "$TAP_TMP/foreign" true
  chmod 711 "$TAP_TMP"
  code 'as that user' 0 setpriv --reuid=1000 --regid=1000 --clear-groups nc-scope -r "$TAP_TMP/foreign" true
else skip 'of someone else' 'another uid'
fi
if unshare -m true 2>/dev/null
then
  code 'a full run directory' 111 unshare -m sh -c 'mount -t tmpfs -o size=4k,mode=700 x "$1" && nc-scope -r "$1" -n a touch "$1/../ran"' sh "$R"
  code 'no inode left' 111 unshare -m sh -c 'mount -t tmpfs -o nr_inodes=4,mode=700 x "$1" && nc-scope -r "$1" -n a touch "$1/../ran"' sh "$R"
  is 'nothing left of it' "$(unshare -m sh -c 'mount -t tmpfs -o nr_inodes=4,mode=700 x "$1" && nc-scope -r "$1" -n a true; ls -A "$1"' sh "$R" 2>/dev/null)" ''
else skip 'a full run directory' 'mount namespace'
fi
[ ! -e "$TAP_TMP/ran" ]
tap_result $? 'and the payload never ran'

# exit codes and signals
code 'exit code' 42 nc-scope -r "$R" sh -c 'exit 42'
code 'killed by a signal' 137 nc-scope -r "$R" sh -c 'kill -9 $$'
code 'SIGCHLD ignored by the caller' 42 python3 -c 'import os,signal,sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execvp(sys.argv[1], sys.argv[1:])' nc-scope -r "$R" sh -c 'exit 42'
for s in HUP INT QUIT TERM USR1 USR2 ALRM WINCH CONT
do
  nc-scope -r "$R" -n sig python3 -c 'import os,signal,sys,time
got = []
for s in sys.argv[2:]: signal.signal(getattr(signal, "SIG" + s), lambda n, f: got.append(n))
open(sys.argv[1], "w").close()
while not got: time.sleep(0.01)
time.sleep(0.05)
sys.exit(100 + len(got))' "$TAP_TMP/up" $s &
  p=$!
  until [ -e "$TAP_TMP/up" ]; do sleep 0.01; done
  kill -$s $p
  wait $p
  is "SIG$s is forwarded once" $? 101
  rm "$TAP_TMP/up"
done
i=0
lost=0
while [ $i -lt 40 ]
do
  nc-gc -r "$R"   # what the last one left would be taken for this one's
  nc-scope -r "$R" -n early sleep 30 &
  p=$!
  until [ -e "$R/early/undo" ]; do :; done
  kill -TERM $p
  wait $p
  [ $? -eq 143 ] || lost=$((lost + 1))
  i=$((i + 1))
done 2>/dev/null
is 'SIGTERM during the start is never lost' $lost 0
rm -rf "$R/early"
is 'the child has a session of its own' "$(nc-scope -r "$R" sh -c 'set -- $(cat /proc/self/stat); echo $(( $6 == $$ ))')" 1
is 'the signal mask is as it was' "$(nc-scope -r "$R" grep SigBlk /proc/self/status)" "$(grep SigBlk /proc/self/status)"
is 'descriptors of the payload' "$(nc-scope -r "$R" -e "$TAP_TMP/e" sh -c 'ls /proc/$$/fd' </dev/null 9>&- | tr '\n' ' ')" "$(sh -c 'ls /proc/$$/fd' </dev/null 9>&- | tr '\n' ' ')"
is 'arguments arrive byte for byte' "$(nc-scope -r "$R" printf '%s|' '' 'a b' "$(printf '\377\001')" | od -An -tx1)" "$(printf '%s|' '' 'a b' "$(printf '\377\001')" | od -An -tx1)"

# one name, one container
hold web
code 'a name in use' 111 nc-scope -r "$R" -n web true
like 'the message names the keeper' "$(nc-scope -r "$R" -n web true 2>&1)" "nc-scope: fatal: name in use: web; its keeper is pid $held"
is 'id' "$(grep -Ec '^[0-9a-f]{32}$' "$R/web/id")" 1
is 'status.json is JSON' "$(jq -r '.name + " " + .state' "$R/web/status.json")" 'web running'
is 'the keeper: no environment' "$(tr -d '\0' <"/proc/$held/environ" | wc -c)" 0
is 'the keeper: no new privileges' "$(grep NoNewPrivs "/proc/$held/status" | tr -cd 01)" 1
is 'the keeper: not dumpable' "$(stat -c %u "/proc/$held/environ")" 0
is 'the keeper: descriptors' "$(ls -l "/proc/$held/fd" | sed -n 's/.* \([0-9]*\) -> .*/\1/p' | sort -n | head -1)" 2
kill -TERM $held
wait $held
is 'its exit code' $? 0
is 'and nothing stays' "$(ls -A "$R")" ''
mkfifo "$TAP_TMP/ready"
(
  exec 8<>"$TAP_TMP/ready"
  exec 3>"$TAP_TMP/notify"
  nc-clean -k 3 -e PATH nc-scope -r "$R" -n note sh -c 'echo >&3; exec 3>&-; : >"$NC_SCOPE/up"; sleep 2' 3>&3 8>&- &
  p=$!
  until [ -e "$R/note/up" ]; do sleep 0.01; done
  ls -l "/proc/$p/fd" | grep -c notify
  kill $p
  wait $p
) >"$TAP_TMP/got" 2>/dev/null
is 'the keeper does not hold the readiness descriptor' "$(cat "$TAP_TMP/got")" 0

# the keeper killed
hold web
child=$(jq .child_pid "$R/web/status.json")
kill -9 $held
wait $held 2>/dev/null
ok 'the child dies with the keeper' until_gone kill -0 "$child"
ok 'the name can be taken again' nc-scope -r "$R" -n web true
is 'and what was stale is swept' "$(ls -A "$R")" ''
i=0
both=0
while [ $i -lt 200 ]
do
  nc-scope -r "$R" -n race sh -c 'mkdir "$1" && rmdir "$1"' sh "$TAP_TMP/alone" 2>/dev/null &
  p=$!
  nc-scope -r "$R" -n race sh -c 'mkdir "$1" && rmdir "$1"' sh "$TAP_TMP/alone" 2>/dev/null
  a=$?
  wait $p
  b=$?
  case $a$b in 00|0111|1110) ;; *) both=$((both + 1)) ;; esac
  i=$((i + 1))
done
is 'two for one name, 200 times' $both 0
is 'nothing of them stays' "$(ls -A "$R")" ''

# the started descriptor and events
started='printf x >&9; exec 9>&-; exec "$@"'
e=$TAP_TMP/events
last () { jq -c "select(.type == \"$1\") | $2" "$e"; rm -f "$e"; }
code 'started' 7 nc-scope -r "$R" -n ev -s 9 -e "$e" sh -c "$started" sh sh -c 'sleep 0.2; exit 7'
is 'every line is JSON' "$(python3 -c 'import json,sys
print([json.loads(l)["type"] for l in open(sys.argv[1])])' "$e")" "['container_started', 'container_summary']"
is 'created 0600' "$(stat -c %a "$e")" 600
is 'measured' "$(jq -c 'select(.type == "container_started") | .measured | [.uid, .no_new_privs, .seccomp_mode, (.namespaces | length), (.namespaces_of_the_keeper | length)]' "$e")" \
  "[\"$(id -u) $(id -u) $(id -u) $(id -u)\",\"0\",\"0\",8,8]"
is 'summary' "$(last container_summary '[.started, .exit_status.code, .exit_status.signal, .cleanup.succeeded]')" '[true,7,null,true]'
code 'the measured and not the asked for' 0 nc-scope -r "$R" -s 9 -e "$e" setpriv --no-new-privs --bounding-set=-sys_admin sh -c "$started" sh sleep 0.2
like 'no_new_privs' "$(last container_started '[.measured.no_new_privs, .measured.cap_bounding]')" '"1","[0-9a-f]+[dD9518][0-9a-f]{5}"'
if unshare -p true 2>/dev/null
then
  code 'the payload behind a fork in a pid namespace' 0 nc-scope -r "$R" -s 9 -e "$e" unshare -p sh -c "($started) & exec 9>&-; wait \$!" sh sleep 0.2
  like 'its pid is the host pid' "$(last container_started '[(.container.pid == .measured.pid), .measured.nspid, (.measured.namespaces_of_the_keeper | index("pid"))]')" '^\[true,"[0-9]+ 1",null\]'
else skip 'the payload behind a fork' 'pid namespace'
fi
code 'a failed exec' 126 nc-scope -r "$R" -s 9 -e "$e" sh -c 'printf x >&9; printf x >&9; exit 126'
is 'is not started' "$(last container_started .)$(nc-scope -r "$R" -s 9 -e "$e" sh -c 'printf xx >&9; exit 126'; last container_summary .started)" false
code 'never started' 111 nc-scope -r "$R" -s 9 -e "$e" sh -c 'exit 111'
is 'says so' "$(last container_summary .started)" false
code 'a payload that ends at once' 0 nc-scope -r "$R" -s 9 -e "$e" sh -c "$started" sh true
is 'was started' "$(last container_summary .started)" true
code 'killed' 143 nc-scope -r "$R" -s 9 -e "$e" sh -c "$started" sh sh -c 'kill $$'
is 'by a signal' "$(last container_summary '.exit_status')" '{"code":143,"signal":15}'
code 'to a descriptor' 0 sh -c 'exec 5>>"$2"; exec nc-scope -r "$1" -e fd:5 sh -c "[ ! -e /proc/\$\$/fd/5 ]"' sh "$R" "$e"
is 'which the payload has not' "$(last container_summary .exit_status.code)" 0
ln -s nowhere "$TAP_TMP/dangling"
code '-e a link' 111 nc-scope -r "$R" -e "$TAP_TMP/dangling" true
code '-e a FIFO' 111 timeout 10 nc-scope -r "$R" -e "$TAP_TMP/fifo" true
if [ -c /dev/full ]
then code 'an event that cannot be written ends the container' 111 sh -c 'exec 5>/dev/full; exec nc-scope -r "$1" -s 9 -e fd:5 sh -c "$2" sh sleep 30' sh "$R" "$started"
else skip 'an event that cannot be written' /dev/full
fi
nc-scope -r "$R" -n odd sh -c 'i=0; until cp "$NC_SCOPE/status.json" "$1" 2>/dev/null || [ $i -eq 50 ]; do sleep 0.1; i=$((i + 1)); done' sh "$e" "$(printf 'a\377\302b"\\\033\356\276\200\303\251\355\240\200')"
is 'argv that is not UTF-8 can be had back' "$(python3 -c 'import json,sys
w = json.load(open(sys.argv[1], encoding="utf-8"))["argv"][-1]
sys.stdout.buffer.write(b"".join(bytes([ord(c) & 255]) if 0xef80 <= ord(c) <= 0xefff else c.encode() for c in w))' "$e" | od -An -tx1)" \
  "$(printf 'a\377\302b"\\\033\356\276\200\303\251\355\240\200' | od -An -tx1)"
rm "$e"

# undo
add='printf "%s\n" "$2" >"$NC_SCOPE/undo/$1"'
id='$(cat "$NC_SCOPE/id")'
code 'file and directory' 0 nc-scope -r "$R" sh -c "mkdir \"\$1/d-$id\"; : >\"\$1/f-$id\"; echo \"\$1/d-$id\" >\"\$NC_SCOPE/undo/00-dir\"; echo \"\$1/f-$id\" >\"\$NC_SCOPE/undo/01-file\"" sh "$TAP_TMP"
is 'are gone' "$(ls "$TAP_TMP" | grep -E '^[df]-')" ''
code 'a lease' 0 nc-scope -r "$R" sh -c "cp \"\$NC_SCOPE/id\" \"\$1/1000\"; echo 0123 >\"\$1/2000\"; printf '%s\n' \"\$1/1000\" >\"\$NC_SCOPE/undo/00-lease\"; printf '%s\n' \"\$1/2000\" >\"\$NC_SCOPE/undo/01-lease\"" sh "$TAP_TMP"
is 'only one that carries the id' "$(ls "$TAP_TMP" | grep 000)" 2000
sleep 100 &
s=$!
code 'a helper' 0 nc-scope -r "$R" sh -c 'set -- $1 $(cut -d" " -f22 /proc/$1/stat); echo "$1 $2" >"$NC_SCOPE/undo/00-pid"' sh $s
wait $s 2>/dev/null
is 'is killed' $? 137
sleep 100 &
s=$!
code 'a pid with another start time' 0 nc-scope -r "$R" sh -c 'echo "$1 1" >"$NC_SCOPE/undo/00-pid"' sh $s
ok 'is someone else' kill -0 $s
kill $s
wait $s 2>/dev/null
touch "$TAP_TMP/precious"
code 'what does not carry the id' 111 nc-scope -r "$R" -n bad sh -c "$add" sh 00-file "$TAP_TMP/precious"
ok 'stays' test -e "$TAP_TMP/precious"
is 'and is kept, as stopped' "$(ls "$R/bad/undo") $(jq -r .state "$R/bad/status.json")" '00-file stopped'
code 'the name does not start again' 111 nc-scope -r "$R" -n bad true
rm "$R/bad/undo/00-file"
code 'until it is cleared' 0 nc-scope -r "$R" -n bad true
code 'an unknown kind' 111 nc-scope -r "$R" -n bad -e "$e" sh -c "$add" sh 00-warp x
is 'is in the summary' "$(last container_summary '.cleanup')" '{"succeeded":false,"errors":["00-warp x: unknown kind"]}'
rm "$R/bad/undo/00-warp"
code 'the payload comes first' 3 nc-scope -r "$R" -n bad sh -c "$add; exit 3" sh 00-warp x
rm -r "$R/bad"
code 'an empty entry: nothing was made' 0 nc-scope -r "$R" sh -c ': >"$NC_SCOPE/undo/00-cgroup"'
if unshare -m true 2>/dev/null
then
  is 'mounts, newest first' "$(unshare -m sh -c "nc-scope -r \"\$1\" sh -c 'd=\"\$1/m-$id\"; mkdir \"\$d\"; echo \"\$d\" >\"\$NC_SCOPE/undo/00-dir\"; echo \"\$d\" >\"\$NC_SCOPE/undo/01-mount\"; mount -t tmpfs x \"\$d\"' sh \"\$2\" && grep -c ' /.*/m-' /proc/self/mountinfo" sh "$R" "$TAP_TMP"; ls "$TAP_TMP" | grep '^m-')" 0
else skip 'mounts' 'mount namespace'
fi
C=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
if [ -n "$C" ] && mkdir "$C/nucleus-test-$$" 2>/dev/null
then
  rmdir "$C/nucleus-test-$$"
  code 'a cgroup with processes and children' 0 nc-scope -r "$R" -e "$e" sh -c "d=\"\$1/t$$-$id\"; echo \"\$d\" >\"\$NC_SCOPE/undo/00-cgroup\"; mkdir -p \"\$d/a/b\"; setsid sh -c 'echo \$\$ >\"\$1/cgroup.procs\"; : >\"\$2\"; exec sleep 100' sh \"\$d/a/b\" \"\$NC_SCOPE/in\" & until [ -e \"\$NC_SCOPE/in\" ]; do sleep 0.01; done" sh "$C"
  is 'is gone' "$(ls "$C" | grep "^t$$-")" ''
  is 'and was measured' "$(last container_summary '[.resource_stats.source, (.resource_stats.cpu.usage_usec > 0)]')" '["cgroup",true]'
  code 'a cgroup of another name' 111 nc-scope -r "$R" -n bad sh -c "$add" sh 00-cgroup "$C"
  rm -r "$R/bad"
else skip 'a cgroup' 'writable cgroup v2'
fi
is 'nothing stays in the run directory' "$(ls -A "$R")" ''
done_testing
