#!/bin/sh
# nc-trace: complete, with arguments and paths, whatever the programs are; and what happens when one of its processes is killed
# also: asan

. tests/lib/tap.sh
DEEDS=$PWD/build/tests/deeds
W=$TAP_TMP/w
O=$W/trace
mkdir "$W"
chmod 755 "$TAP_TMP"
chmod 1777 "$W"

x86=no
[ "$(uname -m)" != x86_64 ] || x86=yes
ARCH=$(if [ $x86 = yes ]; then echo c000003e; else echo c00000b7; fi)
nr () # x86_64 aarch64
{
  if [ $x86 = yes ]; then echo "$1"; else echo "$2"; fi
}
GETPPID=$(nr 110 173)
EXECVE=$(nr 59 221)

if ! nc-trace -o "$O" true 2>"$W/err"
then
  skip "all" "seccomp listeners: $(head -n 1 "$W/err")"
  done_testing
fi
count () # number: how often that call was made
{
  sed -n "s/^n $ARCH $1 //p" "$O"
}
complete () { tail -n 1 "$O" | grep -q '^end [0-9]*$'; }
waits () # cmd...: until it succeeds, 10 s at most
{
  n=0
  until "$@" 2>/dev/null; do n=$((n + 1)); [ $n -lt 200 ] || return 1; sleep 0.05; done
}
# the child of a process
child () { cat "/proc/$1/task/$1/children" | tr -d ' '; }
gone () { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }

# the exit code, the streams

for c in 0 1 42 255; do code "exit code $c" $c nc-trace -o "$O" sh -c "exit $c"; done
code "killed by a signal" 137 nc-trace -o "$O" sh -c 'kill -9 $$'
is "standard streams" "$(echo in | nc-trace -o "$O" sh -c 'cat; echo err >&2' 2>&1)" "in
err"
is "the first line" "$(head -n 1 "$O")" "nucleus trace 1 $ARCH"
ok "the last line" complete
is "mode of the file" "$(stat -c %a "$O")" 600
is "the counts add up" "$(awk '$1 == "n" { n += $4 } $1 == "end" { print n == $2 }' "$O")" 1
nc-trace -o fd:7 true 7>"$W/byfd"
ok "a descriptor" grep -q '^end ' "$W/byfd"
code "an invalid descriptor" 100 nc-trace -o fd:x true
code "a descriptor that is not open" 100 nc-trace -o fd:77 true
code "no such directory" 111 nc-trace -o "$W/none/x" true
code "no file" 100 nc-trace true

# nothing is lost

[ "$("$DEEDS" children)" = done ] || { skip "deeds" "its program"; done_testing; }
for d in threads:20000 children:20 interrupted:5000
do
  out=$(nc-trace -o "$O" "$DEEDS" "${d%:*}")
  is "${d%:*}: runs, and every call is counted" "$out $(count "$GETPPID")" "done ${d#*:}"
done
is "a thread that executes a program" "$(nc-trace -o "$O" "$DEEDS" thread-exec) $(count "$EXECVE")" "done 2"
cat >"$W/twenty" <<'S'
i=0
while [ $i -lt 20 ]; do /bin/true; ls / | cat >/dev/null; i=$((i + 1)); done
S
if command -v strace >/dev/null && strace -f -o /dev/null true 2>/dev/null
then
  nc-trace -o "$O" /bin/sh "$W/twenty"
  strace -f -c -S name -U calls,name -o "$W/counts" /bin/sh "$W/twenty"
  for c in execve:59:221 openat:257:56 close:3:57 pipe2:293:59 write:1:64
  do
    x=${c#*:}
    is "as many ${c%%:*} as strace counts" "$(count "$(nr "${x%:*}" "${x#*:}")")" "$(awk -v c="${c%%:*}" '$2 == c { print $1 }' "$W/counts")"
  done
  is "strace inside" "$(nc-trace -o "$O" strace -f -o /dev/null echo traced)" traced
else skip "counts against strace" strace
fi

# arguments

nc-trace -o "$O" "$DEEDS" requests | cat >/dev/null
IOCTL=$(nr 16 29)
is "32 values are told apart, then none" "$(grep -c "^c $ARCH $IOCTL " "$O") $(grep -c "^c $ARCH $IOCTL ffffffff \* " "$O") $(count "$IOCTL")" "33 1 40"
ok "a value" grep -q "^c $ARCH $IOCTL ffffffff 4e1f " "$O"
if command -v python3 >/dev/null
then
  nc-trace -o "$O" python3 -c 'import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)'
  ok "a socket's three" grep -q "^c $ARCH $(nr 41 198) 1 80002 0 " "$O"
fi
awk '$1 == "c"' "$O" | sort | uniq -d >"$W/twice"
is "no line stands twice" "$(cat "$W/twice")" ''

# paths

mkdir "$W/p"
[ "$(nc-trace -o "$O" "$DEEDS" paths "$W/p")" = done ]
tap_result $? "paths: runs" ''
for p in "r $W/p" "wm $W/p/below" "rwm $W/p/here" "m $W/p/socket" "md $W/p/dir" "m $W/p/here" "md $W/p/there" "m $W/p/below" "rwm $W/p/./."
do ok "path: ${p%% *} ${p##*/}" grep -Fqx "p $p" "$O"
done
# shellcheck disable=SC1003
ok "path: odd bytes on one line" grep -Fqx "p wm $W/p/line\\x0aof \\x5c two" "$O"
ok "path: a directory that was there is not made" sh -c "! grep -q '^p md $W/p\$' $O"
if [ "$(id -u)" -eq 0 ]
then
  nc-trace -o "$O" "$DEEDS" rooted "$W/p" >/dev/null
  ok "path: below a root of its own" grep -Fqx "p r $W/p/there" "$O"
  is "path: nothing is taken for the host's" "$(grep -c '^p r /there' "$O")" 0
fi
(cd / && nc-trace -o "$O" sh -c ': <etc/passwd; cd etc && : <passwd; : </dev/stdin' </etc/group)
ok "path: relative to /" grep -qx 'p r //*etc/passwd' "$O"
ok "path: /dev/stdin is the file" grep -qx 'p r /etc/group' "$O"

# clone3 shows its flags

if command -v python3 >/dev/null && nc-trace -o "$O" python3 -c 'import threading; t = threading.Thread(target=print); t.start(); t.join()' >/dev/null && grep -q "^c $ARCH 435 " "$O"
then ok "clone3: its flags" grep -qx "f $ARCH 3d0f00" "$O"
else skip "clone3: its flags" "a C library that uses it"
fi

# odd programs

if [ $x86 = yes ] && cat >"$W/x.c" <<'C' && gcc -m32 -O1 -nostdlib -static -fno-stack-protector -fno-pic -no-pie -o "$W/x32" "$W/x.c" 2>/dev/null && [ "$("$W/x32" 2>/dev/null)" = done ]
static long call (long n, long a, long b, long c) { long r ; __asm__ volatile ("int $0x80" : "=a"(r) : "a"(n), "b"(a), "c"(b), "d"(c) : "memory") ; return r ; }
void _start (void) { call(5, (long)"/etc/hostname", 0, 0) ; call(4, 1, (long)"done\n", 5) ; call(1, 7, 0, 0) ; }
C
then
  code "32-bit: exit code" 7 nc-trace -o "$O" "$W/x32"
  ok "32-bit: calls under their own architecture" grep -q '^c 40000003 5 ' "$O"
  ok "32-bit: paths" grep -qx 'p r /etc/hostname' "$O"
else skip "32-bit" "gcc -m32, or a kernel that runs it"
fi
is "a listener inside: EBUSY" "$(nc-trace -o "$O" "$DEEDS" listener)" done
err=$(nc-trace -o "$O" nc-trace -o "$W/inner" true 2>&1)
is "nc-trace inside nc-trace: 111" $? 111
like "nc-trace inside nc-trace says why" "$err" 'nc-trace: fatal: .*[Rr]esource busy; there is one listener'
printf '\006\000\000\000\000\000\377\177' >"$W/allow.bpf"
is "a filter inside" "$(nc-trace -o "$O" nc-seccomp "$W/allow.bpf" "$DEEDS" children) $(count "$GETPPID")" "done 20"
if unshare -Urpf --mount-proc true 2>/dev/null
then is "namespaces inside" "$(nc-trace -o "$O" unshare -Urpf --mount-proc "$DEEDS" children) $(count "$GETPPID")" "done 20"
else skip "namespaces inside" "user namespaces"
fi
nc-trace -o "$O" sh -c 'kill -STOP $$; echo went on' >"$W/stopped" & k=$!
stopped () { grep -q '^State:.T' "/proc/$(child "$(child "$k")")/status"; }
ok "stopped" waits stopped
kill -CONT "$k"
wait "$k"
is "and continued by a signal to the keeper" "$(cat "$W/stopped")" 'went on'

if [ "$(id -u)" -eq 0 ] && setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$NC_BIN/nc-trace"
then
  user='setpriv --reuid=65534 --regid=65534 --clear-groups'
  ok "another user: no privilege is needed" $user nc-trace -o "$W/user" "$DEEDS" children
  ok "another user: complete" grep -q '^end ' "$W/user"
  cp "$DEEDS" "$W/deeds"
  rm -f "$W/user"
  is "a program that does not let itself be read runs" "$($user nc-trace -o "$W/user" "$W/deeds" secretive /etc/passwd)" done
  ok "and the trace says what it could not see" grep -qx "u $ARCH $(nr 257 56)" "$W/user"
  ok "negative control: as root it is seen" sh -c "nc-trace -o $O $W/deeds secretive /etc/passwd && grep -qx 'p r /etc/passwd' $O"
  cp "$(command -v id)" "$W/id"
  chmod 4755 "$W/id"
  if [ "$($user "$W/id" -u)" = 0 ]
  then
    rm -f "$W/user"
    is "set-user-ID gains nothing" "$($user nc-trace -o "$W/user" "$W/id" -u)" 65534
  else skip "set-user-ID gains nothing" "a file system with set-user-ID"
  fi
  rm -f "$W/id" "$W/user"
else skip "another user" "root, and a build that others can reach"
fi
if unshare -pf true 2>/dev/null
then code "/proc of another pid namespace" 100 unshare -pf nc-trace -o "$W/x" true
fi

nc-landlock -r /usr -x /usr -r /lib -x /lib -w "$W" true 2>/dev/null && err=$(nc-landlock -r /usr -x /usr -r /lib -x /lib -r "$NC_BIN" -x "$NC_BIN" -w "$W" nc-trace -o "$W/x" true 2>&1)
case $?:$err in
  111:*'nc-trace goes before nc-landlock') ok "where /proc cannot be read" true ;;
  0:*) tap_result 1 "where /proc cannot be read" "it went on" ;;
  *) skip "where /proc cannot be read" "nc-landlock: $err" ;;
esac

# signals

: >"$W/out"
nc-trace -o "$O" sh -c 'trap "echo term; exit 3" TERM; echo up; while :; do sleep 0.05; done' >"$W/out" & k=$!
waits grep -q up "$W/out"
kill -TERM "$k"
wait "$k"
is "TERM is forwarded once" "$? $(grep -c term "$W/out")" "3 1"
ok "complete after it" complete
: >"$W/out"
nc-trace -o "$O" "$DEEDS" group >"$W/out" & k=$!
waits grep -q 'done' "$W/out"
sleep 0.2
ok "an orphan is waited for" kill -0 "$k"
kill -TERM "$k"
wait "$k"
is "and gets the signals; the exit code is that of the program" $? 0

# what is left to the keeper and the tracer

: >"$W/out"
env SECRET=xyzzy nc-trace -o "$O" sh -c 'echo up; exec sleep 50' >"$W/out" 7<"$W/allow.bpf" & k=$!
waits grep -q up "$W/out"
t=$(child "$k")
links () { for f in /proc/"$1"/fd/*; do readlink "$f"; done 2>/dev/null | grep -cE 'allow.bpf|/out$'; }
is "descriptors of the program in the keeper and the tracer" "$(links "$k") $(links "$t")" "0 0"
is "negative control: in the program" "$(links "$(child "$t")")" 2
is "environment of the keeper and the tracer" "$(cat "/proc/$k/environ" "/proc/$t/environ" | tr -d '\0')" ''

kill "$k"
wait "$k" 2>/dev/null

# each call of its own fails once: the program does not run, or all is as it should be

# (a sanitizer makes calls of its own before)
if command -v strace >/dev/null && strace -f -o /dev/null true 2>/dev/null && [ "${NC_BUILD:-fused}" != asan ]
then
  bad=
  # how often each call was made, and the paths: all but the addresses, which differ from run to run
  shape () { grep '^[nfpe]' "$O"; }
  out=$(nc-trace -o "$O" "$DEEDS" exec)
  want=$(shape)
  for call in clone:1 getrandom:1 mmap:2 openat2:1 openat2:2 openat2:3 openat2:4 pidfd_open:1 prctl:1 prctl:2 prctl:3 prctl:4 readlinkat:1 \
    read:1 getdents64:1 rt_sigaction:1 rt_sigaction:5 rt_sigaction:11 rt_sigprocmask:1 rt_sigprocmask:2 seccomp:1 seccomp:2 unshare:1 \
    close_range:1 close_range:2 ioctl:1 ioctl:2 ioctl:3 ioctl:9 write:1 fstat:1 fstatfs:1 \
    close:1 close:2 close:3 munmap:1 futex:1 sched_yield:1 wait4:1 wait4:2 poll:1 rt_sigtimedwait:1 process_vm_readv:1 uname:1
  do
    for e in EPERM EINTR ENOMEM ENOSPC ENOSYS
    do
      # it is tried again, but the program's own fails as well
      [ $call=$e != write:1=EINTR ] || continue
      rm -f "$O"
      out=$(timeout 20 strace -f -o /dev/null -e "inject=${call%:*}:error=$e:when=${call#*:}" nc-trace -o "$O" "$DEEDS" exec 2>"$W/err")
      case $?:$out:$call in
        # the keeper waits while the program runs, and the tracer sees its end
        111:*:rt_sigtimedwait:1 | 111:*:wait4:2 | 111:*:poll:1) ;;
        111::* | 100::*) ;;
        0:done:process_vm_readv:1) grep -qx "u $ARCH $EXECVE" "$O" || bad="$bad $call=$e: a path is missing;" ;;
        0:done:*) [ "$(shape)" = "$want" ] || bad="$bad $call=$e: another trace;" ;;
        *) bad="$bad $call=$e: $? $out;" ;;
      esac
    done
  done
  is "a call of its own fails: closed" "$bad" ''
  for e in EPERM EINTR ENOMEM ENOSPC ENOSYS
  do
    is "memory that is not read, $e: runs" "$(strace -f -o /dev/null -e "inject=process_vm_readv:error=$e" nc-trace -o "$O" sh -c ': </etc/passwd; echo done')" 'done'
    is "memory that is not read, $e: is in the trace" "$(grep -c '^p' "$O") $(grep -cx -e "u $ARCH $EXECVE" -e "u $ARCH $(nr 257 56)" "$O")" "0 2"
    # the keeper has one of these, before
    (cd /etc && strace -f -o /dev/null -e "inject=readlinkat:error=$e:when=2+" nc-trace -o "$O" sh -c ': <passwd; : <group')
    is "directories that are not read, $e: in the trace" "$(grep -c '^p r /etc/passwd$' "$O") $(grep -c group "$O") $(grep -cx "u $ARCH $(nr 257 56)" "$O")" "1 0 1"
  done
  out=$(strace -f -o /dev/null -e inject=process_vm_readv:error=EFAULT nc-trace -o "$O" sh -c ': </etc/passwd; echo done')
  is "negative control: memory that is not there is nothing to note" "$out $(grep -c '^[pu]' "$O")" "done 0"
  out=$(timeout 60 strace -f -o /dev/null -e inject=wait4:error=ENOSYS nc-trace -o "$O" "$DEEDS" exec 2>"$W/err")
  is "wait4 never works: 111, and no hang" "$? $out" "111 "
else skip "a call of its own fails" "strace, and a build without sanitizers"
fi

# killed

: >"$W/out"
nc-trace -o "$O" sh -c 'echo up; exec sleep 50' >"$W/out" 2>/dev/null & k=$!
waits grep -q up "$W/out"
t=$(child "$k")

p=$(child "$t")
kill -9 "$t"
wait "$k" 2>/dev/null
is "the tracer is killed: 111" $? 111
ok "and the program with it" waits gone "$p"
ok "the trace has no end" sh -c "! grep -q '^end' $O"
for who in keeper tracer
do
  : >"$W/out"
  nc-trace -o "$O" sh -c 'sleep 51 & (setsid sh -c "sleep 52; :" &) ; echo up; while :; do :; done' >"$W/out" 2>"$W/err" & k=$!
  waits grep -q up "$W/out"
  sleep 0.3
  t=$(child "$k")
  list=$(pgrep -f '^sleep 5[12]$'; child "$t")
  if [ $who = keeper ]; then kill -9 "$k"; else kill -9 "$t"; fi
  wait "$k" 2>/dev/null
  left=
  for p in $list; do waits gone "$p" || left="$left $p"; done
  is "the $who is killed: nobody of the tree is left" "$(echo $list | wc -w)$left" 3
  ok "the $who is killed: nor the other of the two" waits gone "$t"
  like "the $who is killed: it is said" "$(cat "$W/err")" 'nc-trace: fatal: the (keeper|tracer) was killed'
done
if [ -c /dev/full ]
then
  nc-trace -o /dev/full sh -c 'sleep 0.5; echo survived' >"$W/out" 2>"$W/err"
  is "a full disk: 111, and the program is not run" "$? $(cat "$W/out")" "111 "
  like "a full disk: it is said" "$(cat "$W/err")" '^nc-trace: fatal: unable to write /dev/full: No space'
fi
done_testing
