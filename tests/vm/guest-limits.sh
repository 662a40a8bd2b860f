# What is limited stays limited, from the payload's first instruction on, and who is outside does not notice; read by guest.sh.
# Each time the same without the limit, as the control.

run="nc-run --root $D --name limited"
[ "$VM_KERNEL" = 6.1 ] || run="$run --strict-agent"
field () { sed -n "s/^$1[ =]//p" "$2"; }   # of a file with a key to a line

# a group that a neighbour works in, beside the container's
mkdir $C/neighbour
echo '+cpu +memory +io +pids' >$C/cgroup.subtree_control
neighbour () { sh -c 'echo 0 >$0/neighbour/cgroup.procs; exec "$@"' $C "$@"; }

# the first instruction is one of the group: where it may have one process, it has that one
is "the first fork is refused" "$(nc-scope -r "$D" nc-cgroup -p 1 perl -e 'print defined fork ? "forked" : "refused"')" refused
is "control: two processes" "$(nc-scope -r "$D" nc-cgroup -p 2 perl -e 'print defined(my $p = fork) ? "forked" : "refused" if 1; exit if !$p' | head -c 6)" forked
nc-scope -r "$D" nc-cgroup -m 64K sh -c ': >"$0"' "$TAP_TMP/first" 2>/dev/null
ok "what has no memory to be executed in has not run" test ! -e "$TAP_TMP/first"
got=$($run --pids 6 perl -e 'print "ran\n"; for (1..9) { $p = fork; last if !defined $p; if (!$p) { sleep 9; exit } push @p, $p } print scalar(@p), "\n"; kill 9, @p' 2>/dev/null)
like "nc-run: keepers and payload share the number" "$got" '^[123]$'

# a fork bomb: the number of processes, and the processor
bomb='$SIG{CHLD} = "IGNORE"; $| = 1; print "up\n"; while (1) { fork }'
work='use POSIX; my $t = time + 4; 1 while time < $t; print 0 + (POSIX::times())[1], "\n"'
share () # what the neighbour gets of a processor, in percent, beside the container's group
{
  read -r before <<X
$(field usage_usec $C/neighbour/cpu.stat)
X
  hog=$(field usage_usec "$1/cpu.stat")
  neighbour taskset -c 0 perl -e "$work" >/dev/null
  n=$(($(field usage_usec $C/neighbour/cpu.stat) - before))
  hog=$(($(field usage_usec "$1/cpu.stat") - hog))
  share=$((100 * n / (n + hog + 1)))
}
for limit in "--cpus 0.1 --pids 30" "--pids 30"
do
  taskset -c 0 $run $limit perl -e "$bomb" >"$TAP_TMP/up" 2>/dev/null &
  eventually grep -q up "$TAP_TMP/up"
  read -r group <"$(echo "$D"/limited/undo/*-cgroup)"
  share "$group"
  ok "$limit: a fork bomb has at most 30 processes" test "$(cat "$group/pids.peak" 2>/dev/null || cat "$group/pids.current")" -le 30
  ok "$limit: was refused more" test "$(field max "$group/pids.events")" -gt 0
  ok "$limit: outside there are processes to be had" sh -c 'sh -c :'
  case $limit in
    *cpus*) ok "$limit: the neighbour keeps the processor ($share %)" test $share -ge 75 ;;
    *) ok "control: without --cpus it has to share ($share %)" test $share -lt 75 ;;
  esac
  kill $!
  wait $! 2>/dev/null
done

# a memory hog: the neighbour loses no page
hog='$x = "x" x 150000000; print "done\n"'
sh -c 'echo 0 >$0/neighbour/cgroup.procs; exec "$@"' $C perl -e '$x = "y" x 60000000; $| = 1; print "up\n"; sleep 1000' >"$TAP_TMP/up" &
kept=$!
eventually grep -q up "$TAP_TMP/up"
faults=$(field pgmajfault $C/neighbour/memory.stat)
anon=$(field anon $C/neighbour/memory.stat)
is "control: the same memory without a limit" "$($run --pids 30 perl -e "$hog" 2>/dev/null)" 'done'
$run --memory 48M --events-jsonl "$TAP_TMP/summary" perl -e "$hog" >"$TAP_TMP/out" 2>"$TAP_TMP/err"
is "a memory hog is killed" "$? $(cat "$TAP_TMP/out")" '137 '
like "it is said why" "$(tail -n 1 "$TAP_TMP/err")" '^nc-scope: warning: out of memory: the kernel has killed in .*/limited, whose memory.max is 50331648$'
like "the summary counts it" "$(grep container_summary "$TAP_TMP/summary")" '"oom_kills":[1-9]'
like "and its limit" "$(grep container_summary "$TAP_TMP/summary")" '"memory_max":50331648,'
like "and the peak was the limit" "$(grep container_summary "$TAP_TMP/summary")" '"memory_peak":(4[0-9]|50)[0-9]{6},|"memory_peak":null'
ok "the neighbour lives" kill -0 $kept
is "no page of it was taken" "$(field pgmajfault $C/neighbour/memory.stat) $(field anon $C/neighbour/memory.stat)" "$faults $anon"
kill $kept
wait $kept 2>/dev/null

# who is killed may be a child of what ends with a code of its own
nc-scope -r "$D" -n child nc-cgroup -m 16M -k memory.oom.group=0 sh -c 'perl -e "$0"; exit 3' "$hog" >/dev/null 2>"$TAP_TMP/err"
is "the shell of one that was killed" $? 3
is "it is said which limit" "$(tail -n 1 "$TAP_TMP/err")" "nc-scope: warning: out of memory: the kernel has killed in $D/child, whose memory.max is 16777216"

# an I/O hog and a neighbour at one disk: how often each has written while the neighbour writes two hundred times
modprobe virtio_blk
eventually test -b /dev/vda
read -r dev </sys/class/block/vda/dev
written () { sed -n "s/^$dev .*wios=\([0-9]*\).*/\1/p" "$1/io.stat"; }
begun () { read -r group <"$(echo "$D"/io/undo/*-cgroup)" && [ "$(written "$group")" ]; }
beside () # option of nc-cgroup...
{
  nc-scope -r "$D" -n io nc-cgroup "$@" sh -c 'while dd if=/dev/zero of=/dev/vda bs=4k count=9999 oflag=direct conv=notrunc status=none; do :; done' &
  eventually begun
  before=$(written "$group")
  neighbour dd if=/dev/zero of=/dev/vda bs=4k count=200 seek=40000 oflag=direct conv=notrunc status=none
  hogged=$(($(written "$group") - before))
  ok "$*: the I/O hog goes on" grep -q . "$group/cgroup.procs"
  kill $!
  wait $! 2>/dev/null
}
beside -k io.weight='default 100'
ok "control: it writes $hogged times while a neighbour writes 200 times" test "$hogged" -ge 100
beside -i "$dev wiops=2"
ok "an I/O hog with a limit: $hogged times" test "$hogged" -lt 50
beside -i "$dev wbps=4K"
ok "the same in bytes: $hogged times" test "$hogged" -lt 50

# swap is no way out of a limit
mkswap /dev/vda >/dev/null && swapon /dev/vda
hog='$x = "x" x 60000000; print "done\n"'
is "control: what may swap does not end" "$(nc-scope -r "$D" nc-cgroup -m 24M perl -e "$hog" 2>/dev/null)" 'done'
nc-scope -r "$D" nc-cgroup -m 24M -s 8M perl -e "$hog" >/dev/null 2>&1
is "the limit of swap" $? 137
$run --memory 24M perl -e "$hog" >/dev/null 2>&1
is "nc-run --memory: no swap" $? 137
swapoff /dev/vda

# a group that cannot be made, or a limit that cannot be set: no start
if [ "$VM_KERNEL" != 6.1 ]
then
  cannot () # name pattern command...
  {
    tap_name=$1 tap_pattern=$2
    shift 2
    "$@" $run sh -c ': >"$0"' "$TAP_TMP/ran" 2>"$TAP_TMP/err"
    case $? in 100 | 111) tap_code=refused ;; *) tap_code=$? ;; esac
    is "$tap_name: no start" "$tap_code $(ls "$TAP_TMP/ran" 2>/dev/null)" 'refused '
    like "$tap_name: words" "$(tail -n 1 "$TAP_TMP/err")" "$tap_pattern"
  }
  cannot "a read-only cgroup file system" '^nc-cgroup: fatal: .*Read-only file system' unshare -m sh -c 'mount -o remount,ro,bind $0; exec "$@"' $C
  cannot "no cgroup file system" '^nc-cgroup: fatal: .*no cgroup2 file system' unshare -m sh -c 'mount -t tmpfs x $0; exec "$@"' $C
  mkdir $C/bare $C/bare/inner
  cannot "a missing controller" '^nc-cgroup: fatal: .*pids' sh -c 'echo 0 >$0/bare/inner/cgroup.procs; exec "$@"' $C
  sleep 0.1
  rmdir $C/bare/inner/keeper $C/bare/inner $C/bare 2>/dev/null
fi
rmdir $C/neighbour
is "nothing is left of the limits" "$(left)" ''
