#!/bin/sh
# kill -9 of each process of a start before each of its system calls: after nc-gc, or the next start of that name, nothing is
# left of it. tests/lib/kills.pl says how. NC_KILLS=N kills at one of N of its points (1; with the separate executables 2).
. tests/lib/tap.sh
. tests/lib/chain.sh

for t in perl nc-scope nc-gc nc-run nc-seccomp nc-landlock nc-userns nc-cgroup
do command -v $t >/dev/null || { skip "kill -9 at each system call" "$t"; done_testing; }
done
if ! root_with -mpuinC
then skip "kill -9 at each system call" "root with every kind of namespace"; done_testing
fi
if ! [ -L /bin ] || ! [ -x /usr/bin/true ]
then skip "kill -9 at each system call" "a merged /usr"; done_testing
fi
[ "${NC_BUILD-}" != split ] || : "${NC_KILLS:=2}"
TOP=$PWD
[ -x build/tests/inject ] || { mkdir -p build/tests; gcc -O1 -static -D_GNU_SOURCE -o build/tests/inject tests/lib/inject.c; }
d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/run" "$d/run1000"
chown 1000:1000 "$d/run1000"
mkdir "$d/src"
printf '\006\000\000\000\000\000\377\177' >"$d/filter"   # one instruction: allow
mounts=$(cut -d' ' -f5- /proc/self/mountinfo)
links=$(ip -o link 2>/dev/null | cut -d: -f2)
CGROUP=$(awk '$0 ~ / - cgroup2 / { print $5 }' /proc/self/mountinfo | head -n 1)
group=
if [ -n "$CGROUP" ] && mkdir "$CGROUP/nc-kills-$$" 2>/dev/null
then
  CGROUP=$CGROUP/nc-kills-$$
  group="nc-cgroup -R $CGROUP"
  trap 'tap_end; wait; find "$CGROUP" -depth -type d -exec rmdir {} \; 2>/dev/null' EXIT
else CGROUP=
fi
SUBID=
export TOP TAP_TMP RUN CGROUP PREPARE AS SUBID
total=0

matrix () # name modes stride cmd...
{
  name=$1; modes=$2; stride=$(($3 * ${NC_KILLS:-1}))
  shift 3
  unshare -pmnif --kill-child --mount-proc --propagation private sh -c '[ -z "$SUBID" ] || { mount --bind "$SUBID" /etc/subuid; mount --bind "$SUBID" /etc/subgid; }
    exec perl tests/lib/kills.pl "$@"' kills "$modes" "$stride" "$@" >"$d/seen" 2>&1 &
  wait $!
  is "$name: nothing is left" "$? $(grep -c '^bad' "$d/seen") $(sed '$d' "$d/seen" | head -c 3000)" "0 0 "
  read -r points waited <<EOF
$(grep -x '[0-9]* [0-9]*' "$d/seen")
EOF
  echo "# $name: killed at ${points:-0} points; processes were waited for ${waited:-0} times"
  total=$((total + ${points:-0}))
}

clean="$NC_BIN/nc-clean -e PATH=$PATH"
scope="nc-scope -n k -s 102"
root="-b /usr:/usr -l usr/bin:/bin -l usr/lib:/lib $([ ! -L /lib64 ] || echo "-l usr/lib64:/lib64") -b $NC_BIN:$NC_BIN -b $d/src:/src -t /tmp"
inner="nc-pivot nc-init nc-rlimit"
outer="nc-landlock -d / -r / -x / nc-dropcaps -u 990 -g 990 nc-seccomp -s 102 100 /bin/true"

user="$(command -v setpriv) ${unpriv#* }"
RUN=$d/run PREPARE= AS=
matrix "root: a leased id, a cgroup, a late user namespace" one,all,now 4 \
  $clean $scope -r "$RUN" nc-open -f "100:$d/filter" nc-userns -o 101 -m 990:990 $group \
  nc-unshare -pmuiCn -h k -P 0 nc-rootfs -i 101 $root $inner nc-userns -j 101 $outer
matrix "root: leased ids, no program" one,all 1 $clean $scope -r "$RUN" nc-userns -o 101 -R 100 nc-unshare -pmn nc-init nc-userns -j 101 /bin/true
matrix "root: nc-run" one,all,now 9 "$NC_BIN/nc-run" --root "$RUN" --name k --volume "$d/src:/src" true

# what is cleared was left by a keeper that killed itself; the rest of it dies meanwhile
PREPARE="$NC_BIN/nc-scope -r $RUN -n k nc-userns -q 103 nc-userns -o 101 -R 5 $group /bin/sh -c 'kill -9 \$PPID; exec sleep 99'"
matrix "root: nc-gc itself" one,now 1 "$NC_BIN/nc-gc" -r "$RUN"
matrix "root: the next start" one,all,now 1 "$NC_BIN/nc-scope" -r "$RUN" -n k /bin/true

if $unpriv unshare -Urmpn true 2>/dev/null
then
  RUN=$d/run1000 PREPARE= AS=$user
  matrix "a user" one,all,now 6 $user $clean $scope -r "$RUN" nc-open -f "100:$d/filter" nc-userns -a nomap \
    nc-unshare -pmuin nc-rootfs $root $inner nc-landlock -d / -r / -x / nc-dropcaps nc-seccomp -s 102 100 /bin/true
  if [ -u "$(command -v newuidmap)" ] && [ -e /etc/subuid ] && [ -e /etc/subgid ] && id -nu 1000 >/dev/null 2>&1
  then
    echo 1000:7000000:1000 >"$d/ids"
    SUBID=$d/ids
    matrix "a user: newuidmap" one,all,now 9 $user $clean $scope -r "$RUN" nc-userns -a auto nc-unshare -pmn nc-init /bin/true
  else skip "a user: newuidmap" "newuidmap, /etc/subuid or user 1000"
  fi
else skip "a user" "user namespaces for users"
fi
is "at least 1000 points" "$([ "${NC_KILLS:-1}" -gt 2 ] || [ "$total" -ge 1000 ] || echo "$total")" ""
echo "# $total points"
is "the host has the mounts it had" "$(cut -d' ' -f5- /proc/self/mountinfo)" "$mounts"
is "and the links" "$(ip -o link 2>/dev/null | cut -d: -f2)" "$links"
done_testing
