# What a program sees in a sandbox of nc-run, for each way to start it; and what it cannot do there. For agent.t and strict.t, which set
#
#   d            a scratch directory
#   whos         the ways
#   run          run WHO OPTION... CMD: nc-run that way
#   as_user      what makes a command an ordinary user's
#   vol_options  what follows a writable volume's destination, that way
#
# NC_GOLDEN=write tests/chain/agent.t writes golden/agent-*.txt anew: read the difference before it is committed.

try=$PWD/build/tests/breakout
[ -x "$try" ] || { mkdir -p build/tests; gcc -O1 -static -D_GNU_SOURCE -o "$try" tests/lib/breakout.c; }
cp "$try" "$d/breakout"
mkdir -m 777 "$d/vol"

# the golden list of each
for who in $whos
do
  golden=tests/chain/golden/$who.txt
  (umask 077; run $who -e LANG=C.UTF-8 sh -c "$(cat tests/chain/probe.sh)" probe "$NC_BIN" 9</ 8<"$0") >"$d/seen" 2>"$d/err" </dev/null
  [ "${NC_GOLDEN-}" != write ] || cp "$d/seen" "$golden"
  ok "$who: sees what is on the list" diff -u "$golden" "$d/seen"
  is "$who: nothing on stderr" "$(cat "$d/err")" ""
done

# each namespace is its own
for who in $whos
do
  run $who sh -c 'for n in cgroup ipc mnt net pid user uts; do echo $n $(readlink /proc/self/ns/$n); done' >"$d/in"
  sh -c 'for n in cgroup ipc mnt net pid user uts; do echo $n $(readlink /proc/self/ns/$n); done' >"$d/out"
  case $who in agent-root | agent-sudo) same=user ;; *) same= ;; esac
  is "$who: namespaces shared with the host" "$(grep -Fx -f "$d/in" "$d/out" | cut -d' ' -f1)" "$same"
done

# ways out: each works outside, as the control, and is refused to each
sleep 1000 &
victim=$!
perl -MSocket -e 'socket(A,PF_UNIX,SOCK_STREAM,0); bind(A,pack("S a*",AF_UNIX,"\0nc-agent-$$")) and listen(A,9) or die;
  socket(T,PF_INET,SOCK_STREAM,0); bind(T,sockaddr_in(0,INADDR_LOOPBACK)) and listen(T,9) or die;
  open F,">","$ARGV[0].new"; printf F "%s %s\n", "nc-agent-$$", (sockaddr_in(getsockname T))[0]; close F; rename "$ARGV[0].new",$ARGV[0]; sleep 1000' "$d/servers" &
servers=$!
eventually test -e "$d/servers"
read -r abstract port <"$d/servers"

refused () # what [arg inside [arg outside]]
{
  if ! unshare -m "$d/breakout" "$1" ${3-${2-}} >"$d/out" 2>&1
  then skip "no $1 ${2-}" "$1 outside ($(cut -d: -f2 "$d/out"))"; return
  fi
  for who in $whos
  do code "$who: no $1 ${2-}" 1 run $who --volume "$d/breakout:/breakout:ro" --volume "$d/vol:/vol$(vol_options $who)" /breakout "$1" ${2-}
  done
}
refused mount /tmp /mnt
refused userns
refused mountns
refused ptrace 1 "$victim"
refused ptrace "$victim"
refused kill "$victim"
refused make /usr/bin/.nc-test
refused make /.nc-test
refused make /breakout.new
refused make /etc/.nc-test
refused write /proc/sys/kernel/core_pattern
refused write /proc/sys/kernel/hostname
refused write /usr/bin/env
refused setuid /vol "$d/vol"
refused setuid /tmp
refused device /vol "$d/vol"
refused device /tmp
refused device /dev/shm
refused abstract "$abstract"
refused loopback "$port"
refused handle /usr
refused io_uring
refused keyctl
refused bpf
refused perf
for family in 17 38 40   # AF_PACKET AF_ALG AF_VSOCK
do refused family $family
done
for who in $whos
do code "$who: the first process is not killed" 7 run $who sh -c 'kill -9 1 2>/dev/null; kill -9 -1 2>/dev/null; exit 7'
done
kill "$victim" "$servers"

# a terminal: its input queue is not the sandbox's to fill
if command -v script >/dev/null && script -qec "$d/breakout tiocsti" /dev/null </dev/null >/dev/null
then
  for who in $whos
  do
    run $who -n --volume "$d/breakout:/breakout:ro" /breakout tiocsti >"$d/line"
    case $who in *-user) sed -i "s,^,$as_user ," "$d/line" ;; esac
    code "$who: no TIOCSTI" 1 script -qec "sh $d/line" /dev/null </dev/null
  done
else skip "no TIOCSTI" "script, or TIOCSTI outside"
fi

# what a volume gives, and no more
echo host >"$d/vol/file"
chmod 666 "$d/vol/file"
for who in $whos
do
  is "$who: a volume" "$(run $who --volume "$d/vol:/vol$(vol_options $who)" sh -c 'cat /vol/file; echo new >/vol/new; cat /vol/new; rm -f /vol/new' | tr '\n' ' ')" "host new "
  is "$who: a volume that is ro" "$(run $who --volume "$d/vol:/vol:ro" sh -c 'cat /vol/file; (: >/vol/new) 2>/dev/null || echo refused' | tr '\n' ' ')" "host refused "
  code "$who: noexec" 126 run $who --volume "$d:/vol:ro,noexec" /vol/breakout userns
done
