#!/bin/sh
# nc-cgroup: words, the group and its end; limits need controllers and are seen in tests/vm

. tests/lib/tap.sh

code "no prog" 100 nc-cgroup -m 1M
code "unknown option" 100 nc-cgroup -Z true
for o in m M s p; do
  for v in '' -1 +1 1x ' 1' MAX 18446744073709551616; do code "-$o '$v'" 100 nc-cgroup -$o "$v" true; done
done
code "-p takes no size" 100 nc-cgroup -p 1K true
code "-p: 2^32" 100 nc-cgroup -p 4294967296 true
code "-m: a size beyond 64 bits" 100 nc-cgroup -m 16777216T true
for v in '' 0 0.0 0.00999 1. .5 1.123456 -1 1e3 1,5 99999999999; do code "-c '$v'" 100 nc-cgroup -c "$v" true; done
for v in '' 0 10001 1.5 default; do code "-w '$v'" 100 nc-cgroup -w "$v" true; done
for v in '' 8:0 '8:0 ' '8 rbps=1' ':0 rbps=1' '8:0 rbps' '8:0 rbps=' '8:0 rbps=0' '8:0 rbps=1 rbps=2' '8:0 foo=1' '8:0  rbps=1' '8:0 rbps=1 ' \
  '8:0 rbps=99999999999999999999999' '4294967296:0 rbps=1'
do code "-i '$v'" 100 nc-cgroup -i "$v" true
done
for v in '' = memory memory.max memory.max= =1 memory=1 .x=1 ../memory.max=1 a/b.c=1 'memory max=1' \
  cgroup.procs=0 cgroup.freeze=1 cgroup.kill=1 cgroup.type=threaded cgroup.subtree_control=+pids
do code "-k '$v'" 100 nc-cgroup -k "$v" true
done
for v in '' . .. .x -x a/b 'a b' 'x*' 12345678901234567890123456789012345678901234567890123456789012345; do code "-n '$v'" 100 nc-cgroup -n "$v" true; done
code "-k with a newline" 100 nc-cgroup -k 'memory.max=1
2' true
code "a limit set twice" 100 nc-cgroup -m 1M -k memory.max=2M true
nc-cgroup true 2>"$TAP_TMP/err"
like "without a scope: says what goes before" "$(cat "$TAP_TMP/err")" '^nc-cgroup: fatal: nc-scope goes before nc-cgroup'
code "a scope that has gone" 111 env NC_SCOPE="$TAP_TMP/none" nc-cgroup true

unified=
for d in /sys/fs/cgroup /sys/fs/cgroup/unified; do [ "$(stat -f -c %t "$d" 2>/dev/null)" != 63677270 ] || unified=$d; done
if [ "$(id -u)" -ne 0 ] || [ -z "$unified" ] || ! mkdir "$unified/nctest.$$" 2>/dev/null
then
  skip "the group" "a cgroup2 file system that root can write"
  done_testing
fi

R=$unified/nctest.$$
mkdir -m 700 "$TAP_TMP/run"
scope="nc-scope -r $TAP_TMP/run -n job"
left () { find "$R" -mindepth 1 -type d; ls "$TAP_TMP/run"; }
trap 'for d in $(find "$R" -depth -type d); do rmdir "$d"; done; tap_end' EXIT
own () { sed -n 's/^0:://p' /proc/self/cgroup; }
before=$(own)

# the payload says where it is, from inside
is "without the step the group is the caller's" "$($scope sed -n 's/^0:://p' /proc/self/cgroup)" "$before"
got=$($scope nc-cgroup -R "$R" -n web sed -n 's/^0:://p' /proc/self/cgroup)
like "enters NAME-ID below -R" "$got" "/nctest.$$/web-[0-9a-f]{32}\$"
is "nothing is left" "$(left)" ''
is "the caller stays where it was" "$(own)" "$before"
got=$($scope nc-cgroup -R "$R" sh -c 'cat "$NC_SCOPE"/undo/*-cgroup; sed -n s/^0:://p /proc/self/cgroup; cat "$NC_SCOPE/id"')
id=$(printf '%s\n' "$got" | sed -n '$p')
is "the journal names the group" "$(printf '%s\n' "$got" | sed -n 1p)" "$R/nucleus-$id"
like "the group is the one named" "$(printf '%s\n' "$got" | sed -n 2p)" "/nucleus-$id\$"
got=$($scope nc-cgroup -R fd:7 sh -c 'sed -n s/^0:://p /proc/self/cgroup; [ -e /proc/self/fd/7 ] || echo closed' 7<"$R")
like "-R fd:N" "$got" "/nctest.$$/nucleus-"
like "-R fd:N is closed" "$got" '^closed$'
code "-R fd:N that is not open" 111 $scope nc-cgroup -R fd:77 true
code "-R of something else" 100 $scope nc-cgroup -R / true
code "-R of a file" 111 $scope nc-cgroup -R "$R/cgroup.procs" true
code "-R of nothing" 111 $scope nc-cgroup -R "$R/none" true
ln -s "$R" "$TAP_TMP/link"
code "-R of a link" 111 $scope nc-cgroup -R "$TAP_TMP/link" true
code "the program's code" 42 $scope nc-cgroup -R "$R" sh -c 'exit 42'
inside='c=$0$(sed -n "s,^0::.*\(/[^/]*\)$,\1,p" /proc/self/cgroup)'
is "a file of the core is set" "$($scope nc-cgroup -R "$R" -k cgroup.max.depth=3 -k cgroup.max.descendants=7 sh -c "$inside; cat \$c/cgroup.max.depth \$c/cgroup.max.descendants" "$R")" '3
7'
code "what the kernel refuses" 111 $scope nc-cgroup -R "$R" -k cgroup.max.depth=x true
code "what reads back otherwise" 111 $scope nc-cgroup -R "$R" -k cgroup.max.depth=007 true
code "a file that is not there" 100 $scope nc-cgroup -R "$R" -k cgroup.max.none=1 true
is "nothing is left of what failed" "$(left)" ''
$scope nc-cgroup -R "$R" -k nonesuch.max=1 sh -c ': >"$0"' "$TAP_TMP/ran" 2>"$TAP_TMP/err"
is "a controller that is not there: refused" $? 100
like "and named" "$(cat "$TAP_TMP/err")" "^nc-cgroup: fatal: unable to set nonesuch.max: $R has no controller nonesuch;"
ok "and the program has not run" test ! -e "$TAP_TMP/ran"

# the end: what was started inside, in groups of its own, frozen
$scope nc-cgroup -R "$R" sh -c "$inside"'
  mkdir -p $c/sub/deep
  for d in $c/sub $c/sub/deep; do setsid sleep 1000 & echo $! >$d/cgroup.procs; echo $! >>$1/pids; done
  echo 1 >$c/sub/cgroup.freeze' "$R" "$TAP_TMP"
is "the payload ended" $? 0
is "groups made inside, frozen ones too, are removed" "$(left)" ''
ended () { ! grep -qs '^State:[[:space:]]*[DRSTt]' "/proc/$1/status"; }
for pid in $(cat "$TAP_TMP/pids"); do ok "what they held is killed" ended "$pid"; done

# every system call of the step fails once: no program, or, for those of libc's own and a close in between, the very same
if strace -o /dev/null true 2>/dev/null
then
  mkdir -m 700 "$TAP_TMP/scope" "$TAP_TMP/scope/undo"
  echo 0123456789abcdef0123456789abcdef >"$TAP_TMP/scope/id"
  fault () # strace's words
  {
    rm -rf "$TAP_TMP/ran" "$TAP_TMP"/scope/undo/*
    NC_SCOPE=$TAP_TMP/scope strace "$@" nc-cgroup -R "$R" -k cgroup.max.depth=5 sh -c "$inside; "'cat $c/cgroup.max.depth >$1/ran' "$R" "$TAP_TMP" 2>"$TAP_TMP/err"
    status=$?
    for d in "$R"/nucleus-*; do [ ! -d "$d" ] || rmdir "$d"; done
  }
  fault -o "$TAP_TMP/trace"
  is "the line as it is" "$status $(cat "$TAP_TMP/ran")" '0 5'
  sed '1d; /^execve/,$d; s/(.*//' "$TAP_TMP/trace" | grep -v '^exit' >"$TAP_TMP/calls"
  ok "there are calls" grep -q mkdirat "$TAP_TMP/calls"
  bad= n=0
  for call in $(sort -u "$TAP_TMP/calls")
  do
    i=0
    while [ $((i += 1)) -le "$(grep -cx "$call" "$TAP_TMP/calls")" ]
    do
      n=$((n + 1))
      fault -o /dev/null -e "inject=$call:error=EIO:when=$i"
      case "$call $status $([ -e "$TAP_TMP/ran" ] && cat "$TAP_TMP/ran")" in
        *' 111 ' | *' 100 ' | 'arch_prctl '*' ') ;;
        'brk 0 5' | 'close 0 5' | 'fcntl 0 5' | 'mmap 0 5' | 'munmap 0 5' | 'prctl 0 5' | 'set_tid_address 0 5') ;;
        *) bad="$bad $call:$i:$status" ;;
      esac
    done
  done
  is "$n calls, each failing: no program" "$bad" ''
  for call in mkdirat write
  do
    bad=
    for i in 1 2 3
    do
      fault -o /dev/null -e "inject=$call:retval=0:when=$i"
      case $status in 0) [ "$(cat "$TAP_TMP/ran" 2>/dev/null)" = 5 ] || bad="$bad $i" ;; 111) [ ! -e "$TAP_TMP/ran" ] || bad="$bad $i" ;; *) bad="$bad $i:$status" ;; esac
    done
    is "$call that does nothing" "$bad" ''
  done
  # killed at any call, its scope finds what there is
  bad=
  for call in $(sort -u "$TAP_TMP/calls")
  do
    i=0
    while [ $((i += 1)) -le "$(grep -cx "$call" "$TAP_TMP/calls")" ]
    do
      $scope strace -o /dev/null -e "inject=$call:signal=KILL:when=$i" nc-cgroup -R "$R" true 2>/dev/null
      [ -z "$(left)" ] || bad="$bad $call:$i"
    done
  done
  is "killed at any call, nothing is left" "$bad" ''
else skip "faults" strace
fi

# a keeper that was killed: the sweeper does it
$scope nc-cgroup -R "$R" sh -c 'echo $$ >"$0/pid"; exec sleep 1000' "$TAP_TMP" &
keeper=$!
i=0
while [ ! -s "$TAP_TMP/pid" ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
kill -9 $keeper
wait $keeper 2>/dev/null
like "negative control: kill -9 leaves the group" "$(left)" "^$R/nucleus-"
nc-gc -r "$TAP_TMP/run" >/dev/null 2>&1
is "nc-gc removes it" "$(left)" ''
done_testing
