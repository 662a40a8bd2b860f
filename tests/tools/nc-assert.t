#!/bin/sh
# Each thing that nc-assert reads back: a line where it is so, and the same line with one step left out or weakened by hand.
# Mounts: nc-assert-mounts.t
. tests/lib/tap.sh
. tests/lib/chain.sh
. tests/lib/assert.sh

# usage
for words in "-Z true" "true" "-a 0 true" "-a x true" "-l full true" "-N 99 -n m true" "-S 2 true" "-n m true" "-P true" "-X true" "-w /x true" "-B chown true" \
  "-m -w x true" "-m -w /x/ true" "-m -w //x true" "-u -1 true" "-u 4294967295 true" "-g x true" "-G 1,,2 true" "-G , true" "-c -B nonsense true" "-f 2 true" "-f x true" \
  "-e =x true" "-R nofile true" "-R nonsense=1 true" "-o 1000 true" "-o x true" "-h a/b true" "-i a/b true" "-i abcdefghijklmnop true" "-O 9 true" "-O fd:x true" \
  "-O fd:0 -u 1 true" "-y"
do code "refuses $words" 100 nc-assert $words
done
code "-S in use" 100 sh -c 'exec 9</dev/null; exec nc-assert -S 9 true'

# descriptors
holds "-f none" closed nc-assert -f none
differs "-f none: one more" 'descriptor 9: expected closed, found open' closed sh -c 'exec 9</dev/null; exec "$@"' sh nc-assert -f none
holds "-f: that one" closed sh -c 'exec 9</dev/null; exec "$@"' sh nc-assert -f 9
differs "-f: not there" 'descriptor 9: expected open, found closed' closed nc-assert -f 9
differs "-f: far up" 'descriptor 900: expected closed, found open' closed bash -c 'exec 900</dev/null; exec "$@"' sh nc-assert -f 9
differs "-f: beyond a limit that came later" 'descriptor 900: expected closed, found open' closed bash -c 'exec 900</dev/null; ulimit -n 5; exec "$@"' sh nc-assert -f none
path_only='use Fcntl; $^F = 2000; open(F, "<&=", POSIX::open($ARGV[0], 010000000)) or die; shift; exec @ARGV'
if command -v perl >/dev/null
then
  differs "-f none: one that is but a path" 'descriptor 3: expected closed, found open' closed perl -MPOSIX -e "$path_only" / nc-assert -f none
  holds "-f: that one is but a path" closed perl -MPOSIX -e "$path_only" / nc-assert -f 3
else skip "-f none: one that is but a path" "perl"
fi

# variables
env="env -i PATH=$PATH"
holds "-e: exactly these" $env A=1 nc-assert -e PATH -e A
holds "-e: with a value" $env A=1 nc-assert -e PATH -e A=1
holds "-e: the last of one name counts" $env A=1 nc-assert -e PATH -e A=2 -e A=1
differs "-e: one more" 'variable A: expected unset, found set' $env A=1 nc-assert -e PATH
differs "-e: one less" 'variable A: expected set, found unset' $env nc-assert -e PATH -e A
differs "-e: another value, which is not said" 'variable A: expected the value given, found another' $env A=hunter2 nc-assert -e PATH -e A=1
differs "-e: a longer name" 'variable AB: expected unset, found set' $env AB=1 nc-assert -e PATH -e A
holds "-e: what nc-clean leaves" nc-clean -e PATH -e A=1 nc-assert -e PATH -e A=1

# limits and the umask
holds "-R" nc-rlimit -l nofile=512 nc-assert -R nofile=512
holds "-R: soft and hard" nc-rlimit -l nofile=256:512 nc-assert -R nofile=256:512
differs "-R: without nc-rlimit" 'limit nofile=100: expected nofile=100, found [0-9a-z]+:[0-9a-z]+|limit: expected nofile=100, found [0-9a-z:]+' nc-assert -R nofile=100
differs "-R: the soft one alone" '.*expected nofile=512, found 256:512' nc-rlimit -l nofile=256:512 nc-assert -R nofile=512
holds "-o" sh -c 'umask 027; exec "$@"' sh nc-assert -o 27
differs "-o: another" 'umask: expected 22, found 27' sh -c 'umask 027; exec "$@"' sh nc-assert -o 22
is "-o: leaves it as it was" "$(sh -c 'umask 027; exec "$@"' sh nc-assert -o 27 sh -c umask)" 0027

# Landlock's ABI
abi=0
while nc-assert -a $((abi + 1)) true 2>/dev/null; do abi=$((abi + 1)); done
if [ $abi -gt 0 ]
then differs "-a: a later one than this kernel's" "Landlock: expected ABI $((abi + 1)) or later, found $abi" nc-assert -a $((abi + 1))
else differs "-a: no Landlock" 'Landlock: expected ABI 1 or later, found none' nc-assert -a 1
fi

if [ "$(id -u)" -ne 0 ] || ! root_with -mpuinCT
then skip "everything else" "root with every kind of namespace"; done_testing
fi

# lockdown; a file that says so is not believed
unshare -m sh -c 'mount -t securityfs s /sys/kernel/security 2>/dev/null; cat /sys/kernel/security/lockdown' >"$TAP_TMP/lockdown" 2>/dev/null
case $(cat "$TAP_TMP/lockdown") in
  *'[confidentiality]'*) holds "-l confidentiality" nc-assert -l confidentiality ;;
  *'[integrity]'*)
    holds "-l integrity" nc-assert -l integrity
    differs "-l confidentiality" 'kernel lockdown: expected confidentiality, found integrity' nc-assert -l confidentiality ;;
  *)
    differs "-l integrity" 'kernel lockdown: expected integrity, found .*' nc-assert -l integrity
    differs "-l: not what a file of somebody's says" 'kernel lockdown: expected integrity, found .*' \
      unshare -m sh -c 'mount -t tmpfs x /sys/kernel/security && echo "none integrity [confidentiality]" >/sys/kernel/security/lockdown; exec "$@"' sh nc-assert -l integrity ;;
esac
if unshare -m sh -c 'mount -t securityfs s /sys/kernel/security 2>/dev/null; test -e /sys/kernel/security/lockdown'
then
  for level in integrity confidentiality
  do
    code "-l $level: a file over the kernel's is not read" 111 unshare -m sh -c 'mountpoint -q /sys/kernel/security || mount -t securityfs s /sys/kernel/security
      echo "none integrity [confidentiality]" >"$0" && mount --bind "$0" /sys/kernel/security/lockdown && exec nc-assert -l '$level' true' "$TAP_TMP/fake"
  done
else skip "-l: a file over the kernel's is not read" "kernel lockdown"
fi

# namespaces
for pair in "C cgroup" "T time" "i ipc" "m mnt" "n net" "p pid" "u uts"
do
  letter=${pair% *}
  make=$letter
  [ $letter != T ] || make=pT   # a time namespace is entered by fork or exec, and in the multicall program there is no exec
  holds "-n $letter" nc-assert -S 104 nc-unshare -$make nc-assert -N 104 -n $letter
  other=m
  [ $letter != m ] || other=u
  differs "-n $letter: left out" "namespace ${pair#* }: expected one of its own, found that of the record" nc-assert -S 104 nc-unshare -$other nc-assert -N 104 -n $letter
done
holds "-n U" $unpriv nc-assert -S 104 nc-userns -a nomap nc-assert -N 104 -n U
differs "-n U: left out" 'namespace user: expected one of its own, found that of the record' $unpriv nc-assert -S 104 nc-assert -N 104 -n U
holds "-n: late" nc-assert -S 104 nc-userns -o 101 -u 0:990:1 -g 0:990:1 nc-userns -j 101 nc-assert -N 104 -n U
holds "the record is used up" nc-assert -S 104 nc-unshare -m nc-assert -N 104 -n m nc-clean -e PATH nc-assert -f none
code "no record: a file" 100 sh -c 'exec 9</etc/passwd; exec nc-assert -N 9 -n m true'
code "no record: empty" 100 sh -c 'exec 9</dev/null; exec nc-assert -N 9 -n m true'
code "no record: a pipe that somebody writes to" 100 sh -c 'head -c 136 /dev/zero | { exec 9<&0 </dev/null; nc-assert -N 9 -n m true; }'

# host name and interfaces
holds "-h" nc-unshare -u -h box nc-assert -h box
differs "-h: left out" 'hostname: expected box, found .*' nc-unshare -u nc-assert -h box
holds "-i lo" nc-unshare -n nc-assert -i lo
differs "-i lo: down" 'interface lo: expected up, found down or absent' unshare -n sh -c 'exec "$@"' sh nc-assert -i lo
if nc-unshare -n ip link add d0 type dummy 2>/dev/null
then
  differs "-i lo: another one" 'interface d0: expected down or absent, found up' nc-unshare -n sh -c 'ip link add d0 type dummy && ip link set d0 up && exec "$@"' sh nc-assert -i lo
  holds "-i: both" nc-unshare -n sh -c 'ip link add d0 type dummy && ip link set d0 up && exec "$@"' sh nc-assert -i lo -i d0
else skip "-i lo: another one" "dummy interfaces"
fi

# identity
drop="nc-dropcaps -u 990 -g 991"
holds "-u -g" $drop nc-assert -u 990 -g 991
differs "-u: left out" 'real uid: expected 990, found 0' nc-assert -u 990 -g 991
differs "-g: another" 'real gid: expected 992, found 991' $drop nc-assert -u 990 -g 992
differs "-u: the effective one" 'effective uid: expected 0, found 990' setpriv --euid=990 nc-assert -u 0
holds "-G none" $drop nc-assert -G none
differs "-G none: left out" 'supplementary groups: expected none, found 7,8' setpriv --groups 8,7 nc-assert -G none
holds "-G" nc-dropcaps -u 990 -g 991 -G 7,8 nc-assert -G 8,7
differs "-G: one less" 'supplementary groups: expected 7,8, found 7' nc-dropcaps -u 990 -g 991 -G 7 nc-assert -G 7,8
mkdir "$TAP_TMP/dir"
chown 990:991 "$TAP_TMP/dir"
holds "-O" closed sh -c "exec 9<$TAP_TMP/dir; exec \"\$@\"" sh nc-dropcaps -k -O fd:9 nc-assert -O fd:9 -f none
differs "-O: another" 'real uid: expected 990, found 1' sh -c "exec 9<$TAP_TMP/dir; exec \"\$@\"" sh nc-dropcaps -u 1 -g 1 nc-assert -O fd:9

# capabilities, securebits, no_new_privs
holds "-c" $drop nc-assert -c -y
differs "-c: left out" 'effective set: expected none, found .*cap_chown.*' nc-assert -c
none="setpriv --bounding-set=-all --inh-caps=-all"
differs "-c: without the securebits" 'securebits: expected ef, found 0' $none --reuid=990 --regid=991 --clear-groups nc-assert -c
differs "-c: a bounding set" 'bounding set: expected none, found cap_chown' nc-dropcaps -u 990 -g 991 -B chown nc-assert -c
holds "-c -B" nc-dropcaps -u 990 -g 991 -B chown nc-assert -c -B chown
differs "-c -B: left out" 'bounding set: expected cap_chown, found none' $drop nc-assert -c -B chown
differs "-c: an ambient set" '(effective|permitted|inheritable) set: expected none, found cap_kill' nc-dropcaps -u 990 -g 991 -A kill -B kill nc-assert -c -B kill
holds "-c -A" nc-dropcaps -u 990 -g 991 -A kill -B kill nc-assert -c -B kill -A kill
differs "-c -A: left out" '(effective|permitted|inheritable) set: expected cap_kill, found none' nc-dropcaps -u 990 -g 991 -B kill nc-assert -c -B kill -A kill
differs "-c: an inheritable set" '(permitted|inheritable) set: expected none, found cap_kill' nc-dropcaps -u 990 -g 991 -I kill -B kill nc-assert -c -B kill
holds "-c -I" nc-dropcaps -u 990 -g 991 -I kill -B kill nc-assert -c -B kill -I kill
holds "-y" setpriv --no-new-privs nc-assert -y
differs "-y: left out" 'no_new_privs: expected 1, found 0' nc-assert -y
holds "-k" nc-unshare -p nc-assert -k
differs "-k: left out" 'parent death signal: expected 9, found 0' nc-assert -k

# under Landlock, and with a filter before
holds "the process is read under Landlock" closed nc-landlock -r / -x / $drop nc-assert -u 990 -g 991 -G none -c -y -o 22 -f none
code "mounts are not: 111" 111 box nc-pivot nc-init nc-landlock -r /usr -x /usr -r "$NC_BIN" -x "$NC_BIN" nc-assert -m true
code "no descriptor to be had: 111" 111 sh -c 'ulimit -n 3; exec nc-assert -S 104 true'
done_testing
