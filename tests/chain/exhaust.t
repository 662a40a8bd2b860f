#!/bin/sh
# A start that runs out of something: descriptors, processes, room in the run directory. It starts or it says 111, the program has
# not run where it says so, and nothing is left, without nc-gc. And pids that are somebody else's by now.
. tests/lib/tap.sh
. tests/lib/chain.sh

for t in nc-scope nc-gc nc-open nc-userns nc-cgroup nc-rootfs nc-dropcaps nc-seccomp
do command -v $t >/dev/null || { skip "exhaustion" "$t"; done_testing; }
done
if ! root_with -mpuinC
then skip "exhaustion" "root with every kind of namespace"; done_testing
fi
race=$PWD/build/tests/race
[ -x "$race" ] || { mkdir -p build/tests; gcc -O1 -static -D_GNU_SOURCE -o "$race" tests/lib/race.c; }
d=$TAP_TMP
chmod 755 "$d"
cp "$race" "$d/race"
mkdir -m 777 "$d/out"
mkdir -m 700 "$d/run" "$d/run1000" "$d/full"
chown 1000:1000 "$d/run1000"
printf '\006\000\000\000\000\000\377\177' >"$d/filter"   # one instruction: allow
mounts=$(cut -d' ' -f5- /proc/self/mountinfo)
cgroup2=$(awk '$0 ~ / - cgroup2 / { print $5 }' /proc/self/mountinfo | head -n 1)
group=
[ -z "$cgroup2" ] || ! mkdir "$cgroup2/nc-exhaust-$$" 2>/dev/null || group="nc-cgroup -R $cgroup2/nc-exhaust-$$"
pids=$(awk '$0 ~ / - cgroup / && $NF ~ /(^|,)pids(,|$)/ { print $5 }' /proc/self/mountinfo | head -n 1)
[ -n "$pids" ] || pids=$cgroup2
trap 'tap_end; wait; for g in "$cgroup2" "$pids"; do find "$g/nc-exhaust-$$" "$g/nc-exhaust-pids-$$" -depth -type d -exec rmdir {} \; 2>/dev/null; done' EXIT

# descriptors with low numbers, so that a limit above them leaves room; one program of ours is needed inside
root="nc-rootfs -b $d/race:/race -B $d/out:/out -b $NC_BIN:$NC_BIN"
last="nc-seccomp -s 10 9 /race mark /out/ran"
chain () # rundir: the chain of root's in "$@" of what it runs
{
  run=$1
  shift
  "$@" "$NC_BIN/nc-clean" -e PATH="$PATH" nc-scope -r "$run" -n k -s 10 nc-open -f "9:$d/filter" nc-userns -o 11 -m 990:990 $group nc-unshare -pmuiCn -P 0 $root \
    nc-pivot nc-init nc-rlimit nc-userns -j 11 nc-dropcaps -u 990 -g 990 $last
}
theirs () # the same for a user
{
  run=$1
  shift
  "$@" "$NC_BIN/nc-clean" -e PATH="$PATH" nc-scope -r "$run" -n k -s 10 nc-open -f "9:$d/filter" nc-userns -a nomap nc-unshare -pmuin $root nc-pivot nc-init nc-dropcaps $last
}
left () # rundir
{
  find "$1" -mindepth 1 ! -path '*/.leases' ! -path '*/.leases/lock'
  [ -z "$group" ] || find "$cgroup2/nc-exhaust-$$" -mindepth 1 -type d
}

tries () # name values chain rundir prefix...: V in prefix is the value; started at the last of them, refused at the first
{
  name=$1; values=$2; how=$3; run=$4
  shift 4
  bad=; codes=
  for V in $values
  do
    export V
    rm -f "$d/out/ran"
    $how "$run" "$@" >"$d/stdout" 2>"$d/err" </dev/null
    got=$?
    codes="$codes $got"
    case $got$(cat "$d/out/ran" 2>/dev/null) in
      0. | 111) ;;
      *) bad="$bad
$V: exit $got, program: $(cat "$d/out/ran" 2>/dev/null): $(cat "$d/err")" ;;
    esac
    [ "$got" -eq 0 ] || [ "$(grep -c . "$d/err")" -ge 1 ] || bad="$bad
$V: nothing said"
    eventually sh -c '[ -z "$1" ]' sh "$(left "$run")" || bad="$bad
$V: left $(left "$run")"
    rm -rf "$run/k"
  done
  is "$name: it starts or says 111, and nothing is left" "$bad" ""
  case $codes in
    *" 111"*" 0") tap_result 0 "$name: refused at first, started at last" ;;
    *) tap_result 1 "$name: refused at first, started at last" "$codes" ;;
  esac
  echo "# $name:$codes"
}

chain "$d/run" env >"$d/stdout" 2>&1
is "control: it starts" "$? $(cat "$d/out/ran" "$d/stdout")" "0 ."
tries "3 to 40 descriptors" "$(seq 3 40 | tr '\n' ' ')" chain "$d/run" sh -c 'ulimit -n "$V"; exec "$@"' sh
tries "3 to 40 descriptors, a user" "$(seq 3 40 | tr '\n' ' ')" theirs "$d/run1000" $unpriv sh -c 'ulimit -n "$V"; exec "$@"' sh

if mkdir "$pids/nc-exhaust-pids-$$" 2>/dev/null && [ -e "$pids/nc-exhaust-pids-$$/pids.max" ]
then
  P=$pids/nc-exhaust-pids-$$; export P
  tries "1 to 8 processes in a cgroup" "1 2 3 4 5 6 7 8" chain "$d/run" sh -c 'echo "$V" >"$P/pids.max"; echo $$ >"$P/cgroup.procs"; exec "$@"' sh
else skip "1 to 8 processes in a cgroup" "the pids controller"
fi
install -d -m 700 -o 61234 -g 61234 "$d/run61234"
user="setpriv --reuid=61234 --regid=61234 --clear-groups"
tries "1 to 8 processes of a user" "1 2 3 4 5 6 7 8" theirs "$d/run61234" $user sh -c 'ulimit -p "$V" 2>/dev/null || ulimit -u "$V"; exec "$@"' sh

# room: inodes, then pages; the leases' directory and lock stay
small () # rundir option of tmpfs, in which V is the value, cmd...: with a file system of its own there
{
  unshare -m sh -c 'd=$1; o=$2; shift 2; mount -t tmpfs -o "mode=700,$(eval echo "$o")" full "$d" && "$@"; e=$?
    find "$d" -mindepth 1 ! -path "*/.leases" ! -path "*/.leases/lock" >&3; exit $e' sh "$@" 3>"$d/found"
}
in_small () { chain "$1" small "$d/full" "$option"; e=$?; [ ! -s "$d/found" ] || { echo "left $(cat "$d/found")" >&2; return 99; }; return $e; }
option='nr_inodes=$V'
tries "a run directory of 1 to 16 inodes" "$(seq 1 16 | tr '\n' ' ')" in_small "$d/full"
bare () # what runs at once
{
  run=$1
  shift
  "$@" "$NC_BIN/nc-scope" -r "$run" -n k "$race" mark "$d/out/ran"
}
in_bare () { bare "$1" small "$d/full" "$option"; e=$?; [ ! -s "$d/found" ] || { echo "left $(cat "$d/found")" >&2; return 99; }; return $e; }
tries "a run directory of 1 to 16 inodes, and a program that runs at once" "$(seq 1 16 | tr '\n' ' ')" in_bare "$d/full"
option='size=$((4096 * V))'
tries "a run directory of 1 to 12 pages" "$(seq 1 12 | tr '\n' ' ')" in_small "$d/full"
tries "a run directory of 1 to 12 pages, and a program that runs at once" "$(seq 1 12 | tr '\n' ' ')" in_bare "$d/full"

# pids: who has the pid now is not who was meant; the start time tells, in 100ths of a second
cat >"$d/reuse" <<'E2'
start () { sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f20; }
nc-scope -r "$1/run" -n k sh -c 'echo $$ >"$1.new"; mv "$1.new" "$1"; exec sleep 1000' sh "$1/child" &
keeper=$!
until [ -e "$1/child" ] && [ -e "$1/run/k/status.json" ]; do sleep 0.01; done
child=$(cat "$1/child")
kill -9 $keeper
while [ -e "/proc/$child" ]; do sleep 0.01; done
sleep 0.05
"$1/race" reuse "$child" /bin/sleep 1000 >/dev/null || exit 9
case $2 in
  pid) echo "$child $(($(start "$child") - 1))" >"$1/run/k/undo/00-pid" ;;
  ours) echo "$child $(start "$child")" >"$1/run/k/undo/00-pid" ;;
  status) sed -i "s/_ticks\":[0-9]*/_ticks\":$(start "$child")/g" "$1/run/k/status.json" ;;
esac
case $2 in next) nc-scope -r "$1/run" -n k true ;; *) nc-gc -r "$1/run" ;; esac || exit 8
sleep 0.05
if kill -0 "$child" 2>/dev/null; then echo alive; else echo killed; fi
ls "$1/run"
E2
reuse () { unshare -pf --kill-child --mount-proc sh "$d/reuse" "$d" "$1"; }
if unshare -pf --mount-proc "$race" reuse 99 /bin/true >/dev/null 2>&1
then
  is "the child's pid is somebody else's: nc-gc lets him be" "$(reuse gc 2>&1)" alive
  is "so does the next start" "$(reuse next 2>&1)" alive
  is "and a pid in the journal" "$(reuse pid 2>&1)" alive
  is "control: with his own start time he is ended" "$(reuse ours 2>&1)" killed
  is "control: in status.json too" "$(reuse status 2>&1)" killed
else skip "pids that are somebody else's" "clone3 with set_tid"
fi
is "the host has the mounts it had" "$(cut -d' ' -f5- /proc/self/mountinfo)" "$mounts"
done_testing
