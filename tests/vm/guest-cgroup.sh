# nc-cgroup where every controller is cgroup v2's and no systemd is about; read by guest.sh

C=/sys/fs/cgroup
D=$TAP_TMP/run
mkdir -m 700 "$D"
chmod 755 "$TAP_TMP"
scope="nc-scope -r $D -n job"
payload='c=/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)'
left () { find $C -name '*-????????????????????????????????'; ls "$D"; }
hog () { "$@" perl -e '$x = "x" x 100000000; print "done\n"'; }

# limits, seen from outside while the first instruction of the payload waits
modprobe loop max_loop=1 2>/dev/null
mkfifo "$TAP_TMP/gate"
nc-scope -r "$D" -n full nc-cgroup -m 64M -M 60M -s 0 -p 20 -c 1.5 -w 50 -k cpuset.cpus=0 -k memory.low=1M -i '7:0 wiops=120 rbps=2M' \
  cat "$TAP_TMP/gate" &
full=$!
i=0
while [ ! -e "$D/full/undo" ] && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
exec 8>"$TAP_TMP/gate"
read -r g <"$(echo "$D"/full/undo/*-cgroup)"
like "the group is in the root, with the scope's id" "$g" "^$C/nucleus-[0-9a-f]{32}\$"
for pair in memory.max=67108864 memory.high=62914560 memory.swap.max=0 memory.oom.group=1 memory.low=1048576 pids.max=20 'cpu.max=150000 100000' \
  cpu.weight=50 cpuset.cpus=0 'io.max=7:0 rbps=2097152 wbps=max riops=max wiops=120'
do
  value=
  read -r value <"$g/${pair%%=*}"
  is "${pair%%=*}" "$value" "${pair#*=}"
done
read -r pid <"$g/cgroup.procs"
is "the payload is in it, and nothing else" "$(cat "$g/cgroup.procs")" "$pid"
is "it is the payload" "$(cat "/proc/$pid/comm")" cat
ok "in the root of the hierarchy nothing is moved" test ! -e $C/keeper

# memory: this group dies, its neighbour lives
is "negative control: the same memory without a limit" "$(hog $scope)" 'done'
hog $scope -e "$TAP_TMP/events" nc-cgroup -m 16M >"$TAP_TMP/out" 2>&1
is "a memory hog is killed" "$?" 137
like "the event container_summary counts it" "$(grep container_summary "$TAP_TMP/events")" '"oom_kills":[1-9]'
got=$($scope nc-cgroup -m 16M -k memory.oom.group=0 sh -c "$payload; "'perl -e "\$x = q(x) x 100000000" 2>/dev/null; echo $?; grep "^oom_kill " $c/memory.events')
is "memory.oom.group=0: only the hog" "$got" '137
oom_kill 1'
ok "the neighbour lives" kill -0 "$pid"

# processes
bomb='for (1..50) { $p = fork; if (!defined $p) { $f++ } elsif (!$p) { sleep 100; exit } else { $n++; push @p, $p } } print "$n ", $f || 0, "\n"; kill 9, @p'
is "negative control: fifty forks" "$($scope perl -e "$bomb")" '50 0'
is "a fork bomb ends at pids.max" "$($scope nc-cgroup -p 20 perl -e "$bomb")" '19 31'

# time
got=$($scope nc-cgroup -c 0.1 sh -c "$payload; "'cat $c/cpu.max; i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; cat $c/cpu.stat')
like "a tenth of a core" "$got" '^10000 100000$'
like "is throttled" "$got" '^nr_throttled [1-9]'

# the cgroup namespace is rooted in the group
is "nc-unshare -C after it hides the rest" "$($scope nc-cgroup -p 20 nc-unshare -C sed -n s/^0:://p /proc/self/cgroup)" /

# what is not there, and what is not allowed
refused () # name code pattern command...
{
  name=$1 want=$2 pattern=$3
  shift 3
  "$@" sh -c ': >"$0"' "$TAP_TMP/ran" >"$TAP_TMP/out" 2>&1
  is "$name" "$? $(grep -Ec -- "$pattern" "$TAP_TMP/out") $(ls "$TAP_TMP/ran" 2>/dev/null)" "$want 1 "
}
mkdir $C/a $C/a/none
refused "a controller that the group above does not hand on is named" 100 "a/none has no controller hugetlb;" \
  $scope nc-cgroup -R $C/a/none -k hugetlb.2MB.max=0
refused "a file that the kernel lacks is named" 100 "set memory.nonesuch: this kernel has no such file" $scope nc-cgroup -k memory.nonesuch=1
refused "a device that is not there" 111 "set io.max to 259:999 rbps=1024: " $scope nc-cgroup -i '259:999 rbps=1K'
refused "a value that the kernel prints otherwise" 111 "set cpuset.cpus to 0,1: it reads back as 0-1" $scope nc-cgroup -k cpuset.cpus=0,1
refused "a value that the kernel takes back in the same line" 111 "set cpuset.cpus.partition to root: it reads back as root invalid" \
  $scope nc-cgroup -R $C/a -k cpuset.cpus=0 -k cpuset.cpus.partition=root
echo '-cpuset' >$C/a/cgroup.subtree_control
mkdir $C/t
echo threaded >$C/t/cgroup.type
refused "a threaded cgroup has no memory of its own" 100 "/t has no controller memory;" $scope nc-cgroup -R $C/t -m 32M
refused "and no process but those of its domain" 111 "read $C/t/cgroup.procs: (Operation n|N)ot supported" $scope nc-cgroup -R $C/t -p 9
rmdir $C/t
echo 0 >$C/a/none/cgroup.max.descendants
refused "a group that cannot be made" 111 "make the cgroup $C/a/none/nucleus-" $scope nc-cgroup -R $C/a/none
is "nothing is left of any" "$(left)" "$g
full"

# a delegated cgroup with processes of its own: they move to keeper, and the second time it is there
got=$(sh -c 'echo 0 >$0/a/cgroup.procs; for limit in p9 m32M; do nc-scope -r "$1" -n job nc-cgroup -$limit sed -n s/^0:://p /proc/self/cgroup; done; sed -n s/^0:://p /proc/self/cgroup' $C "$D")
like "the group is a child of the caller's, twice" "$(echo $got)" '^/a/nucleus-[0-9a-f]{32} /a/nucleus-[0-9a-f]{32} /a/keeper$'
is "controllers are on in the delegated cgroup" "$(cat $C/a/cgroup.subtree_control)" 'memory pids'
is "keeper alone is left" "$(ls -d $C/a/*/)" "$C/a/keeper/
$C/a/none/"
rmdir $C/a/keeper $C/a/none $C/a

# Several at once, in a cgroup that all have to empty: none takes another, which has gone into a group of its own meanwhile, out of it.
for round in 1 2 3
do
  mkdir $C/b
  got=$(sh -c 'echo 0 >$0/b/cgroup.procs
    for i in 1 2 3 4 5 6; do nc-scope -r "$1" -n job$i nc-cgroup -p 9 -m 32M sh -c "$2; cat \$c/pids.max" & done; wait' $C "$D" "$payload" 2>&1)
  is "six at once keep their limits, round $round" "$(echo $got)" '9 9 9 9 9 9'
  rmdir $C/b/keeper $C/b
done

# another user
mkdir -m 700 "$TAP_TMP/user"
chown 1000:1000 "$TAP_TMP/user"
mkdir $C/u
user="setpriv --reuid=1000 --regid=1000 --clear-groups"
uscope="$user nc-scope -r $TAP_TMP/user -n job"
chmod 777 "$TAP_TMP"
refused "a user in the root: the hint" 111 "Permission denied; under systemd a unit or scope needs Delegate=yes" $uscope nc-cgroup -p 20
refused "the same without a limit" 111 "open $C/cgroup.procs: Permission denied; .*Delegate=yes" $uscope nc-cgroup
chown 1000 $C/u $C/u/cgroup.procs $C/u/cgroup.threads $C/u/cgroup.subtree_control
got=$(sh -c 'echo 0 >$0/u/cgroup.procs; exec "$@"' $C $uscope nc-cgroup -p 20 -m 32M sh -c "$payload; "'echo ${c%-*}; cat $c/pids.max')
is "a user in a cgroup of its own" "$got" "$C/u/nucleus
20"
rmdir $C/u/keeper $C/u
refused "a read-only cgroup file system: the hint" 111 "Read-only file system; .*Delegate=yes" \
  unshare -m sh -c 'mount -o remount,ro,bind $0; exec "$@"' $C $scope nc-cgroup -p 20

# the end of a group that is frozen, after its keeper was killed
echo 1 >"$g/cgroup.freeze"
kill -9 $full
ok "negative control: it is still there" test -d "$g"
nc-gc -r "$D" >/dev/null 2>&1
is "nc-gc: nothing is left" "$(left)" ''
