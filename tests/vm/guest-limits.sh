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
like "it is said why" "$(tail -n 1 "$TAP_TMP/err")" '^nc-scope: warning: out of memory: the kernel has killed [1-9][0-9]* process(es)? of '
like "the summary counts it" "$(grep container_summary "$TAP_TMP/summary")" '"oom_kills":[1-9]'
like "and the peak was the limit" "$(grep container_summary "$TAP_TMP/summary")" '"memory_peak":(4[0-9]|50)[0-9]{6},|"memory_peak":null'
ok "the neighbour lives" kill -0 $kept
is "no page of it was taken" "$(field pgmajfault $C/neighbour/memory.stat) $(field anon $C/neighbour/memory.stat)" "$faults $anon"
kill $kept
wait $kept 2>/dev/null

# an I/O hog: a hundred writes a second at most, whatever the disk can do
truncate -s 16M "$TAP_TMP/disk"
disk=$(losetup -f --show "$TAP_TMP/disk")
dev=$(lsblk -dnro MAJ:MIN "$disk" 2>/dev/null || echo "7:${disk#/dev/loop}")
write='s=$(date +%s%N); dd if=/dev/zero of="$0" bs=4k count=60 oflag=direct status=none; e=$(date +%s%N); echo $((60000000000 / (e - s)))'
free=$(nc-scope -r "$D" nc-cgroup -p 30 sh -c "$write" "$disk")
held=$(nc-scope -r "$D" nc-cgroup -i "$dev wiops=20" sh -c "$write" "$disk")
ok "control: $free writes a second without a limit" test "$free" -gt 60
ok "an I/O hog: $held of 20 a second" test "$held" -le 30
losetup -d "$disk"

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
