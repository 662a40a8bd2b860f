#!/bin/sh
# also: asan
# nc-clean: what the program sees, each time beside the same probe without the step.

. tests/lib/tap.sh
T=$PWD/build/tests
d=$T/argvdump
plant=$T/plant
TMP=$TAP_TMP

dump () { "$@" >"$TMP/dump" 2>"$TMP/err"; }
field () { grep "^$1 " "$TMP/dump"; }
count () { grep -c "^$1 " "$TMP/dump"; }

dump "$plant" "$d"
is 'control: two descriptors were planted' "$(awk '$1 == "fd" && ($2 == 5 || $2 == 9)' "$TMP/dump" | wc -l)" 2
is 'control: ignored signals' "$(field disp | grep -cE ' (10|17|64) ignored')" 3
like 'control: an odd variable' "$(field env)" '^env ODD='
is 'control: a timer is armed' "$(field 'itimer 0')" 'itimer 0 armed'
is 'control: umask' "$(field umask)" 'umask 0123'
is 'control: nice' "$(field nice)" 'nice 5'
is 'control: personality' "$(field personality)" 'personality 40000'
case $(field mask) in 'mask 0') tap_result 1 'control: mask' ;; *) tap_result 0 'control: mask' ;; esac
before=$(field keyring)

dump "$plant" nc-clean "$d" word
is 'environment: PATH alone' "$(field env)" 'env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
is 'descriptors: three' "$(field fd | awk '{ print $2 }' | tr '\n' ' ')" '0 1 2 '
is 'dispositions: all default' "$(count disp)" 0
is 'mask: empty' "$(field mask)" 'mask 0'
is 'timers: off' "$(field itimer | grep -c off)" 3
is 'umask' "$(field umask)" 'umask 0022'
is 'personality' "$(field personality)" 'personality 0'
is 'arguments arrive' "$(field argv | tail -n 1)" 'argv 1 word'
after=$(field keyring)
case $before in
  *' -1') skip 'a session keyring of its own' keyrings ;;
  *) [ "$before" != "$after" ]; tap_result $? 'a session keyring of its own' "$before, $after"
    [ "$after" != "$(nc-clean "$d" | grep '^keyring ')" ]; tap_result $? 'another one each time' "$after" ;;
esac
if [ "$(id -u)" -eq 0 ]
then
  is 'nice: 0 with privilege' "$(field nice)" 'nice 0'
  dump nice -n -5 nc-clean "$d"
  is 'nice: a negative value goes' "$(field nice)" 'nice 0'
  # the user may not enter the tree that the tools were built in
  user="$TMP/user"
  mkdir "$user"
  cp -L "$NC_BIN/nc-clean" "$d" "$plant" "$user"
  chmod -R a+rx "$TMP"
  as () { setpriv --reuid=1000 --regid=1000 --clear-groups "$@"; }
  dump as "$user/plant" "$user/nc-clean" "$user/argvdump"
  is 'nice: a positive value stays without privilege' "$(field nice)" 'nice 5'
  is 'without privilege: descriptors' "$(field fd | awk '{ print $2 }' | tr '\n' ' ')" '0 1 2 '
  is 'without privilege: dispositions' "$(count disp)" 0
  dump setpriv --reuid=1000 --regid=1000 --clear-groups nice -n 0 "$user/nc-clean" "$user/argvdump"
  is 'nice: zero is zero' "$(field nice)" 'nice 0'
  dump nice -n -5 setpriv --reuid=1000 --regid=1000 --clear-groups "$user/nc-clean" "$user/argvdump"
  is 'nice: a negative value goes without privilege' "$(field nice)" 'nice 0'
else
  skip 'nice and the other user' root
fi

# descriptors
dump "$plant" nc-clean -k 9 "$d"
is '-k keeps one' "$(field fd | awk '{ print $2 }' | tr '\n' ' ')" '0 1 2 9 '
dump "$plant" nc-clean -k 9 -k 5 -k 9 -k 1 "$d"
is '-k in any order and twice' "$(field fd | awk '{ print $2 }' | tr '\n' ' ')" '0 1 2 5 9 '
code '-k: a descriptor that is not open' 100 nc-clean -k 77 true
dump sh -c 'exec "$@" <&-' x nc-clean "$d"
is 'a closed descriptor 0 is filled' "$(field fd | awk '{ print $2 }' | tr '\n' ' ')" '0 1 2 '
dump sh -c 'exec "$@" <&-' x "$d"
is 'control: it was closed' "$(field 'fd 0')" ''

# environment
dump env -i A=1 B=2 'C=a b' "$NC_BIN/nc-clean" -e A -e B=3 -e C -e D -e E= "$d"
is '-e' "$(field env | sort)" "env A=1
env B=3
env C=a\\x20b
env E=
env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
dump env -i AB=1 A=2 "$NC_BIN/nc-clean" -e A=5 -e AB -e A "$d"
is '-e: the later one counts, and no name is a part of another' "$(field env | grep -v PATH= | sort)" "env A=2
env AB=1"
dump env -i PATH=/bin:/usr/bin "$NC_BIN/nc-clean" -e PATH "$d"
is '-e PATH: the caller has it' "$(field env)" 'env PATH=/bin:/usr/bin'
dump nc-clean -e PATH=/x "$d"
is '-e PATH=: given' "$(field env)" 'env PATH=/x'
code '-e: no name' 100 nc-clean -e =x true
code '-e: an empty word' 100 nc-clean -e '' true
set --
i=0
while [ $i -lt 600 ]; do set -- "$@" -e "V$i=$i"; i=$((i + 1)); done
dump nc-clean "$@" "$d"
is 'six hundred variables' "$(count env)" 601

# signals of libc's own: 32 to 34
cat >"$TMP/rt.pl" <<'END'
$a = pack("L!4", 1, 0, 0, 0);
for my $s (32, 33, 34) { syscall(13, $s, $a, 0, 8) == 0 or exit 99 }
exec @ARGV; exit 127;
END
if [ "$(uname -m)" = x86_64 ] && command -v perl >/dev/null
then
  dump perl "$TMP/rt.pl" "$d"
  is 'control: ignored signals of libc' "$(field disp | grep -cE '3[234] ignored')" 3
  dump perl "$TMP/rt.pl" nc-clean "$d"
  is 'signals of libc, too' "$(count disp)" 0
else
  skip 'signals of libc' 'perl on x86_64'
fi

# the strings of the environment in a process that stays, as a keeper's do
family () { echo "$p $(cat "/proc/$p/task/$p/children" 2>/dev/null)"; }
sleeps () { for q in $(family); do grep -qsx sleep "/proc/$q/comm" && return; done; false; }
environ_of () # words...: environ of the process that runs sleep, and of the one that waits for it
{
  SECRET=hunter2 "$@" &
  p=$!
  i=0
  until sleeps || [ $i -eq 100 ]; do sleep 0.05; i=$((i + 1)); done
  seen=$(for q in $(family); do tr '\0' '\n' <"/proc/$q/environ"; done 2>/dev/null)
  kill -9 "$p" 2>/dev/null
  wait "$p" 2>/dev/null
}
environ_of sleep 60
like 'control: the environment of a plain child is readable' "$seen" '^SECRET=hunter2$'
environ_of nc-clean sleep 60
is 'the environment of prog is what was given' "$(printf '%s\n' "$seen" | grep -c hunter2)" 0
if [ "$(id -u)" -eq 0 ] && [ -e "$NC_BIN/nc-unshare" ] && [ "${NC_BUILD:-fused}" != asan ]
then
  environ_of nc-clean "$NC_BIN/nc-unshare" -p sleep 60
  like 'a keeper has a child with its own' "$seen" '^PATH='
  is 'a keeper and its child show no old variable' "$(printf '%s\n' "$seen" | grep -c hunter2)" 0
  environ_of nc-unshare -p sleep 60
  like 'control: without the step the child shows it' "$seen" '^SECRET=hunter2$'
else
  skip 'the environment of a keeper' 'root, nc-unshare'
fi
done_testing
