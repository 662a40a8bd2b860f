#!/bin/sh
# Races, counted: nc-gc against nc-gc and a start of the same name; a bind source swapped for a link while a container starts; its
# cgroup removed, emptied, frozen and killed by others. The separate executables run a tenth of the rounds.
. tests/lib/tap.sh
. tests/lib/chain.sh

for t in nc-scope nc-gc nc-open nc-rootfs nc-cgroup
do command -v $t >/dev/null || { skip "races" "$t"; done_testing; }
done
race=$PWD/build/tests/race
[ -x "$race" ] || { mkdir -p build/tests; gcc -O1 -static -D_GNU_SOURCE -o "$race" tests/lib/race.c; }
d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/run"
mounts=$(cut -d' ' -f5- /proc/self/mountinfo)
part=1
[ "${NC_BUILD-}" != split ] || part=10

# one name: the start always starts, but where another start has the name; nobody loses his directory or shares the name
mkdir "$d/work"
rounds=$((5000 / part))
"$race" gc $rounds "$d/run" "$d/work" >"$d/out"
like "two nc-gc and a start of one name, $rounds times" "$(cat "$d/out")" "^$rounds rounds, [0-9]+ refused\$"
is "and nothing was wrong" "$(sed '$d' "$d/out")" ""
echo "# $(cat "$d/out")"

# a source swapped for a link: bound is what was meant, or nothing
if root_with -m
then
  mkdir -p "$d/s/dir/sub" "$d/canary/sub"
  : >"$d/s/dir/inside"; : >"$d/s/dir/sub/inside"
  : >"$d/canary/canary"; : >"$d/canary/sub/canary"
  for at in "$d/s/dir" "$d/canary"
  do mkdir -p "$at/dev" "$at/proc" "$at/x"; : >"$at/race"
  done
  : >"$d/s/dir/x/inside"; : >"$d/canary/x/canary"
  echo good >"$d/s/dir/secret"; echo canary >"$d/canary/secret"
  ln -s "$d/canary" "$d/s/link"
  cp "$race" "$d/race"
  total=0
  swapped () # name rounds cmd...
  {
    name=$1
    n=$(($2 / part))
    shift 2
    "$race" swap "$d/s/dir" "$d/s/link" 2>"$d/err" &
    swap=$!
    "$race" starts $n "$@" >"$d/out"
    kill $swap
    wait $swap 2>/dev/null
    total=$((total + n))
    is "W-30: $name: $n starts, and bound was the source or nothing" "$(grep -Ev '^(0|111) ' "$d/out")$(cat "$d/err")" ""
    like "$name: the source at times" "$(cat "$d/out")" '^0 '
    like "$name: refused at times" "$(cat "$d/out")" '^111 '
  }
  try="-b $d/race:/race nc-pivot /race probe"
  code "control: what the canary would be seen by" 1 nc-unshare -m nc-rootfs -b "$d/canary:/x" $try
  swapped "the source" 4000 "$NC_BIN/nc-unshare" -m nc-rootfs -b "$d/s/dir:/x" $try
  swapped "a directory above it" 3000 "$NC_BIN/nc-unshare" -m nc-rootfs -B "$d/s/dir/sub:/x" $try
  swapped "nc-open -t" 2600 "$NC_BIN/nc-unshare" -m nc-open -t "100:$d/s/dir" nc-rootfs -b fd:100:/x $try
  swapped "nc-rootfs, own" 1000 "$NC_BIN/nc-unshare" -m nc-rootfs -u 7000:7000 -b "$d/s/dir:/x:own" $try
  swapped "nc-rootfs, a tree" 1000 "$NC_BIN/nc-unshare" -pm nc-rootfs -b "$d/s/dir:/:tree" $try
  swapped "nc-rootfs, what lies below an overlay" 1000 "$NC_BIN/nc-unshare" -pm nc-rootfs -o 1M -b "$d/s/dir:/:tree" $try
  read_secret="-d /x nc-pivot /usr/bin/grep -q good /x/secret"
  code "control: what the canary's secret would be seen by" 1 nc-unshare -m nc-rootfs -h nc-secrets -f "$d/canary/secret:secret" $read_secret
  swapped "nc-secrets" 1000 "$NC_BIN/nc-unshare" -m nc-rootfs -h nc-secrets -f "$d/s/dir/secret:secret" $read_secret
  if root_with -mpuinC
  then swapped "nc-run --volume" 400 "$NC_BIN/nc-run" --root "$d/run" --name k --volume "$d/s/dir:/x" --volume "$d/race:/race:ro" /race probe
  else skip "nc-run --volume" "every kind of namespace"
  fi
  echo "# $total starts"
else skip "a bind source swapped for a link" "root with mount namespaces"
fi

# a cgroup that others remove, empty, freeze or kill
group=$(awk '$0 ~ / - cgroup2 / { print $5 }' /proc/self/mountinfo | head -n 1)/nc-races-$$
if mkdir "$group" 2>/dev/null
then
  trap 'tap_end; wait; find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null' EXIT
  left () { find "$d/run" -mindepth 1 ! -path '*/.leases*'; find "$group" -mindepth 1 -type d; }
  grouped () { nc-scope -r "$d/run" -n k nc-cgroup -R "$group" "$@" ; }
  its () { echo "$group"/nucleus-* ; }
  for set in "" "-k cgroup.max.depth=5"
  do
    rm -f "$d/ran"
    "$race" rmdir "$group" &
    remover=$!
    n=$((1000 / part))
    "$race" starts $n "$NC_BIN/nc-scope" -r "$d/run" -n k nc-cgroup -R "$group" $set "$race" mark "$d/ran" >"$d/out"
    kill $remover
    wait $remover 2>/dev/null
    is "removed while it is made ($set), $n times: started or refused" "$(grep -Ev '^(0|111) ' "$d/out")" ""
    is "and the program ran where it says so" "$(wc -c 2>/dev/null <"$d/ran")" "$(sed -n 's/^0 //p' "$d/out")"
    is "and nothing is left" "$(left)" ""
    echo "# removed while it is made: $(tr '\n' ';' <"$d/out")"
  done

  sleeper () # cmd that acts on the group once it runs; its code in $code
  {
    rm -f "$d/up"
    nc-scope -r "$d/run" -n k nc-cgroup -R "$group" sh -c ': >"$1"; exec sleep 1000' sh "$d/up" 2>"$d/err" &
    k=$!
    eventually test -e "$d/up"
    "$@"
    wait $k 2>/dev/null
    code=$?
  }
  empty () { for p in $(cat "$(its)/cgroup.procs"); do echo "$p" >"${group%/*}/cgroup.procs"; done; rmdir "$(its)"; kill $k; }
  sleeper empty
  is "emptied and removed while it runs: the program's own end" "$code $(cat "$d/err") $(left)" "143  "
  killed () { echo 1 >"$(its)/cgroup.kill"; }
  sleeper killed
  is "killed by others: 137" "$code $(cat "$d/err") $(left)" "137  "
  frozen () { echo 1 >"$(its)/cgroup.freeze"; kill -9 $k; }
  sleeper frozen
  code "frozen, and its keeper killed: nc-gc" 0 nc-gc -r "$d/run"
  is "leaves nothing" "$(left)" ""
  nested () { mkdir -p "$(its)/a/b"; for p in $(cat "$(its)/cgroup.procs"); do echo "$p" >"$(its)/a/b/cgroup.procs"; done; kill -9 $k; }
  sleeper nested
  code "groups made in it by others: nc-gc" 0 nc-gc -r "$d/run"
  is "leaves none of them" "$(left)" ""
  rmdir "$group"
  code "its root removed before the start" 111 grouped "$race" mark "$d/none"
  ok "and no program" test ! -e "$d/none"
  is "and nothing left" "$(find "$d/run" -mindepth 1 ! -path '*/.leases*')" ""
else skip "a cgroup removed by others" "a cgroup2 file system to make a group in"
fi
is "the host has the mounts it had" "$(cut -d' ' -f5- /proc/self/mountinfo)" "$mounts"
done_testing
