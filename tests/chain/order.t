#!/bin/sh
# Orders that cannot work: each fails, the program does not run, and the message names the order that does, or the path that is gone.
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mpuin
then skip "wrong orders" "root with pid, mount, uts, ipc and network namespaces"; done_testing
fi
for t in nc-scope nc-open nc-userns nc-landlock nc-dropcaps nc-rlimit nc-seccomp
do command -v $t >/dev/null || { skip "wrong orders" $t; done_testing; }
done
d=$TAP_TMP
mkdir -m 700 "$d/run"
printf '\006\000\000\000\000\000\377\177' >"$d/bpf"   # one instruction: allow
before=$(cut -d' ' -f5- /proc/self/mountinfo)

wrong () # name status pattern step...
{
  tap_name=$1; tap_want=$2; tap_pattern=$3
  shift 3
  "$@" echo ran >"$d/out" 2>"$d/err"
  is "$tap_name" "$? $(cat "$d/out")" "$tap_want "
  like "$tap_name: says why" "$(tail -n 1 "$d/err")" "$tap_pattern"
}

unshare="nc-unshare -pmuin"
rootfs="nc-rootfs -h -b $NC_BIN:$NC_BIN"
scope="nc-scope -r $d/run"
landlock="nc-landlock -r / -x / -w /"
drop="nc-dropcaps -u 990 -g 990"

# namespaces and the first process
wrong "nc-init without nc-unshare -p" 100 'nc-unshare -p goes before nc-init' nc-init
wrong "nc-init before nc-unshare -p" 100 'nc-unshare -p goes before nc-init' nc-init $unshare
wrong "nc-init twice" 100 'nc-unshare -p goes before nc-init' $unshare nc-init nc-init
wrong "nc-unshare after nc-dropcaps" 111 'goes before|go before|goes after' $drop $unshare
wrong "nc-unshare after nc-landlock" 111 'nc-landlock goes after|goes before nc-landlock' $landlock $unshare

# the root
wrong "nc-pivot without nc-rootfs" 111 'nc-rootfs goes before nc-pivot' $unshare nc-pivot
wrong "nc-pivot before nc-rootfs" 111 'nc-rootfs goes before nc-pivot' $unshare nc-pivot $rootfs
wrong "nc-pivot twice" 111 'nc-rootfs goes before nc-pivot' $unshare $rootfs nc-pivot nc-pivot
wrong "nc-rootfs after nc-pivot" 100 'nc-unshare -m goes before nc-rootfs' $unshare $rootfs nc-pivot $rootfs
wrong "nc-rootfs after nc-landlock" 111 'nc-landlock goes after|goes before nc-landlock' $unshare $landlock $rootfs nc-pivot
wrong "nc-pivot after nc-landlock" 111 'nc-landlock goes after|goes before nc-landlock' $unshare $rootfs $landlock nc-pivot
wrong "nc-rootfs after nc-dropcaps" 111 'go(es)? before|goes after' $unshare $drop $rootfs nc-pivot
wrong "nc-pivot after nc-dropcaps" 111 'goes before nc-dropcaps|nc-dropcaps goes after' $unshare $rootfs $drop nc-pivot

# identity
wrong "nc-userns -j without -o" 100 'nc-userns -o goes before nc-userns -j' nc-userns -j 101
wrong "nc-userns -j before -o" 100 'nc-userns -o goes before nc-userns -j' $scope nc-userns -j 101 nc-userns -o 101 -m 990:990
wrong "leased ids without nc-scope" 100 'nc-scope goes before nc-userns' nc-userns -o 101 -m 990:990
wrong "leased ids before nc-scope" 100 'nc-scope goes before nc-userns' nc-userns -o 101 -m 990:990 $scope
wrong "leased ids after nc-pivot" 100 'nc-scope goes before nc-userns' $scope $unshare $rootfs nc-pivot nc-userns -o 101 -m 990:990 nc-init
wrong "nc-userns -j before nc-rootfs" 111 'nc-userns -j goes after|goes before nc-userns -j' $scope nc-userns -o 101 -m 990:990 nc-userns -j 101 $unshare $rootfs nc-pivot nc-init
wrong "nc-userns -j after nc-dropcaps" 100 'goes before|goes after' $scope nc-userns -o 101 -m 990:990 $drop nc-userns -j 101
wrong "nc-dropcaps twice, to another user" 111 'goes? (before|after)' $drop nc-dropcaps -u 991 -g 991
wrong "a lower oom_score_adj after nc-userns" 111 'nc-rlimit goes before nc-userns' $scope nc-userns -o 101 -m 990:990 nc-userns -j 101 nc-rlimit -o -500

# descriptors
wrong "nc-open after nc-pivot" 111 'unable to open .*: No such file' $unshare $rootfs nc-pivot nc-init nc-open -f "100:$d/bpf"
wrong "nc-seccomp without nc-open" 111 'nc-open goes before' nc-seccomp fd:100
wrong "nc-clean after nc-open" 111 'nc-open goes before|nc-clean goes before' nc-open -f "100:$d/bpf" nc-clean -e "PATH=$PATH" nc-seccomp fd:100
wrong "nc-seccomp -s without nc-scope -s" 100 'nc-scope -s goes before|goes before nc-seccomp' nc-seccomp -s 102 "$d/bpf"
wrong "nc-scope after nc-pivot" 111 'unable to open .*: No such file' $unshare $rootfs nc-pivot nc-init nc-scope -r "$d/run"

# nothing of this stays
ok "the host's mounts stay" test "$(cut -d' ' -f5- /proc/self/mountinfo)" = "$before"
is "no run directory stays" "$(find "$d/run" -mindepth 1 ! -path '*/.leases*')" ""

# the order that the messages name does work
is "the right order" "$($scope nc-open -f "100:$d/bpf" nc-userns -o 101 -m 990:990 $unshare $rootfs nc-pivot nc-init nc-rlimit nc-userns -j 101 \
  $landlock $drop nc-seccomp fd:100 echo ran)" ran
done_testing
