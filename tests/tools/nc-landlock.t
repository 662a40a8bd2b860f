#!/bin/sh
# also: asan
# nc-landlock: what it takes, what it refuses, and what the domain denies

. tests/lib/tap.sh

code "no prog" 100 nc-landlock
code "unknown option" 100 nc-landlock -Z true
for a in '' 0 8 -1 1x 4294967296 ; do code "-a '$a'" 100 nc-landlock -a "$a" true ; done
for p in '' -1 65536 4294967296 80x ; do code "-c '$p'" 100 nc-landlock -c "$p" true ; done
code "empty path" 100 nc-landlock -r '' true

nc-landlock -b -r / -x / true >/dev/null 2>&1
case $? in
  100) skip "the rest" Landlock ; done_testing ;;
esac
abi=$(for i in 7 6 5 4 3 2 1 ; do nc-landlock -b -a $i -r / -x / true >/dev/null 2>&1 && echo $i && break ; done)
best=
[ "$abi" -ge 6 ] || best=-b
ll () { nc-landlock $best -r / -x / "$@" 2>&1 ; }
lln () { nc-landlock $best -x / -r /usr -r /lib -r /lib64 -r /bin -r /etc "$@" 2>&1 ; }

d=$TAP_TMP/d
mkdir "$d" "$d/sub" "$d/other"
echo text >"$d/file"
printf '#!/bin/sh\n' >"$d/run"
chmod 755 "$d/run"

if [ "$abi" -lt 6 ]
then
  code "an ABI that lacks what is asked is refused" 100 nc-landlock -r / -x / true
  like "and names it" "$(nc-landlock -r / -x / true 2>&1)" "fatal: this kernel has Landlock ABI $abi, which lacks: .*signal scope \\(ABI 6\\)"
  like "with -b one line names it" "$(nc-landlock -b -r / -x / true 2>&1)" "warning: not enforced, because this kernel has Landlock ABI $abi: .*signal scope \\(ABI 6\\)"
fi
[ "$abi" = 7 ] || code "-a above the kernel's ABI" 100 nc-landlock -b -a 7 -r / -x / true
ok "-a of the kernel's ABI" nc-landlock $best -a "$abi" -r / -x / true
code "absent path" 111 nc-landlock $best -r "$d/none" true
code "-d of a file" 100 nc-landlock $best -d "$d/file" true
code "a descriptor that is not open" 111 nc-landlock $best -r fd:77 true
code "absent prog" 127 nc-landlock $best -r / -x / "$d/none"
code "prog that is not covered" 126 nc-landlock $best -r / -x "$d" /bin/true
code "execute needs read too" 126 nc-landlock $best -x / /bin/true
is "NC_SCOPE is removed" "$(NC_SCOPE=/x ll env | grep -c ^NC_SCOPE)" 0
like "no_new_privs" "$(ll cat /proc/self/status)" '^NoNewPrivs:.1$'
is "no descriptor is left" "$(nc-landlock $best -r / -x / -r fd:7 ls /proc/self/fd 7<"$d" 2>/dev/null | tr '\n' ' ')" "$(ls /proc/self/fd | tr '\n' ' ')"

# file system rights, each with the control that has the right
ok "read: allowed" lln -r "$d" cat "$d/file"
code "read: denied" 1 lln cat "$d/file"
ok "read of a file alone" lln -r "$d/file" cat "$d/file"
ok "read by descriptor" sh -c 'exec nc-landlock $1 -x / -r /usr -r /lib -r /lib64 -r /bin -r /etc -r fd:7 cat "$2" 7<"${2%/*}"' sh "$best" "$d/file"
code "read does not write" 1 lln -r "$d" touch "$d/new"
code "read does not execute" 126 nc-landlock $best -r / -x /usr -x /lib -x /lib64 -x /bin "$d/run"
ok "execute: allowed" nc-landlock $best -r / -x /usr -x /lib -x /lib64 -x /bin -x "$d" "$d/run"
ok "list: allowed" lln -d "$d" ls "$d"
code "list: denied" 2 lln ls "$d"
code "list does not read" 1 lln -d "$d" cat "$d/file"
ok "write: allowed" lln -w "$d" sh -c 'mkdir "$1/m" && echo x >"$1/m/f" && mv "$1/m/f" "$1/sub/f" && ln -s a "$1/l" && mkfifo "$1/p" && rm -r "$1/m" "$1/l" "$1/p" "$1/sub/f"' sh "$d"
code "write does not read" 1 lln -w "$d" cat "$d/file"
code "write: denied" 1 lln -r "$d" -w "$d/sub" mkdir "$d/m"
ok "write of a file alone" lln -w "$d/file" sh -c 'echo more >>"$1" && echo text >"$1"' sh "$d/file"
code "rename out of what is writable" 1 lln -r "$d" -w "$d/sub" sh -c 'echo x >"$1/sub/f" ; mv "$1/sub/f" "$1/other/f"' sh "$d"
ok "a device" lln -w /dev/null sh -c 'echo x >/dev/null'
code "a device that is not named" 2 lln sh -c 'echo x >/dev/null'
ok "one path, several options" lln -r "$d" -w "$d" -d "$d" sh -c 'echo x >"$1/f" && cat "$1/f" && ls "$1"' sh "$d"
is "and it is opened once" "$(strace -e trace=openat2 nc-landlock $best -r "$d" -w "$d" -x / -r / true 2>&1 | grep -c "$d")" 1
if [ "$(id -u)" = 0 ]
then
  code "device nodes cannot be made" 1 lln -w "$d" mknod "$d/null" c 1 3
  code "mounts after it fail" 1 unshare -m nc-landlock $best -r / -x / sh -c 'mount -t tmpfs none /mnt || exit 1'
  code "without it they do not" 0 unshare -m sh -c 'mount -t tmpfs none /mnt || exit 1'
else skip "device nodes and mounts" root
fi
code "sixteen domains are the limit" 111 sh -c 'l= ; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 ; do l="$l nc-landlock $1 -r / -x /" ; done ; exec $l true' sh "$best"

# scopes
if [ "$abi" -ge 6 ]
then
  sleep 60 & victim=$!
  ok "without the step a signal passes" kill -0 $victim
  code "a signal does not leave the domain" 1 ll sh -c 'kill -0 "$1" || exit 1' sh $victim
  ok "-S lets it" ll -S sh -c 'kill -0 "$1"' sh $victim
  kill $victim
else skip "scopes" "Landlock ABI 6"
fi

# TCP: a port where nobody listens answers ECONNREFUSED, a denied one EACCES
if [ "$abi" -ge 4 ] && command -v bash >/dev/null
then
  to () { LC_ALL=C "$@" bash -c '(exec 3<>/dev/tcp/127.0.0.1/9) 2>&1' ; }
  like "without -t connect is not handled" "$(to ll)" 'refused|unreachable'
  like "-t denies" "$(to ll -t)" 'Permission denied'
  like "-c of that port" "$(to ll -c 9)" 'refused|unreachable'
  like "-c of another port" "$(to ll -c 10)" 'Permission denied'
  like "-l leaves connect alone" "$(to ll -l 9)" 'refused|unreachable'
  like "-t -c of that port" "$(to ll -t -c 9)" 'refused|unreachable'
else skip "TCP" "Landlock ABI 4 and bash"
fi
if [ "$abi" -ge 4 ] && command -v python3 >/dev/null
then
  to () { "$@" python3 -c 'import socket,sys
try: socket.socket().bind(("127.0.0.1", 0)); print("bound")
except OSError as e: print(e.errno)' ; }
  is "bind without -t" "$(to ll -w /dev/null)" bound
  is "bind with -t" "$(to ll -w /dev/null -t)" 13
  is "bind with -l" "$(to ll -w /dev/null -l 0)" bound
  is "bind with -c" "$(to ll -w /dev/null -c 9)" bound
else skip "TCP bind" "Landlock ABI 4 and python3"
fi

# neighbours
if [ "$(uname -m)" = x86_64 ]
then
  # landlock_create_ruleset answers ENOSYS, everything else is allowed
  printf '\040\0\0\0\0\0\0\0\025\0\0\001\274\001\0\0\006\0\0\0\046\0\005\0\006\0\0\0\0\0\377\177' >"$d/hide.bpf"
  code "after nc-seccomp" 100 nc-seccomp "$d/hide.bpf" nc-landlock -r / -x / true
  like "the message says the order" "$(nc-seccomp "$d/hide.bpf" nc-landlock -r / -x / true 2>&1)" 'nc-landlock goes before nc-seccomp$'
  ok "before nc-dropcaps and nc-seccomp" nc-landlock $best -r / -x / nc-dropcaps nc-seccomp "$d/hide.bpf" true
else skip "after nc-seccomp" "filters of x86_64"
fi

# the proof, and what becomes of faults
if strace -o /dev/null true 2>/dev/null
then
  for c in landlock_restrict_self landlock_add_rule landlock_create_ruleset prctl openat2 fstat
  do
    n=0 bad=
    while [ $((n += 1)) -le 12 ]
    do
      for f in error=EPERM retval=0
      do
        got=$(strace -o "$TAP_TMP/trace" -e "inject=$c:$f:when=$n" nc-landlock $best -x / -r /usr -r /lib -r /lib64 -r /bin -r /etc cat "$d/file" /etc/passwd 2>/dev/null)
        case $got in *text*) bad="$bad $n:$f" ;; esac
      done
    done
    is "faults of $c" "$bad" ""
  done
  if [ "$abi" -ge 6 ]
  then
    old () { strace -o /dev/null -e "inject=landlock_create_ruleset:retval=$1:when=1" nc-landlock $2 -r / -x / -c 80 true 2>&1 ; }
    for a in 1 2 3 5
    do
      code "as on ABI $a: refused" 100 old $a
      like "as on ABI $a: named" "$(old $a)" "fatal: this kernel has Landlock ABI $a, which lacks: .*signal scope \\(ABI 6\\)$"
      ok "as on ABI $a: -b" old $a -b
      is "as on ABI $a: one line" "$(old $a -b | wc -l)" 1
      code "as on ABI $a: below the floor" 100 old $a "-b -a 6"
    done
  else skip "older ABIs" "Landlock ABI 6"
  fi
  who=
  [ "$(id -u)" != 0 ] || who="setpriv --reuid=1000 --regid=1000 --clear-groups"
  for a in "" "$who" "$who -A" "$who -A -S"
  do
    case $a in *-A*) o=${a#"$who"} ; w=$who ;; *) o= ; w=$a ;; esac
    # without a scope and without privilege there is nothing that a domain would refuse
    want=111
    [ "$o" != " -A -S" ] || want=0
    [ "$abi" -ge 6 ] || [ -z "$w" ] || want=0
    code "nothing but the root is listed: a domain that is none [$a]" $want \
      $w strace -o /dev/null -e inject=landlock_restrict_self:retval=0 nc-landlock $best $o -r / -x / true
  done
else skip "faults" strace
fi

done_testing
