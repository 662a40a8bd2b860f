#!/bin/sh
. tests/lib/tap.sh

unpriv="setpriv --reuid=1000 --regid=1000 --clear-groups"
err () { "$@" 2>&1 >/dev/null ; }
maps () { "$@" sh -c 'cat /proc/self/uid_map; echo; cat /proc/self/gid_map' | tr -s ' \n' ' ' ; }
scope () { mkdir -p -m 700 "$TAP_TMP/run"; mkdir -m 700 "$TAP_TMP/run/$1" "$TAP_TMP/run/$1/undo"; echo "$2" >"$TAP_TMP/run/$1/id"; }
in_scope () { s=$1; shift; NC_SCOPE=$TAP_TMP/run/$s "$@" ; }
id1=0123456789abcdef0123456789abcdef
id2=fedcba9876543210fedcba9876543210

# usage
code "no program" 100 nc-userns
code "no map" 100 nc-userns true
code "unknown option" 100 nc-userns -Z true
code "two kinds of map" 100 nc-userns -a nomap -m 1:1 true
code "-j and a map" 100 nc-userns -j 9 -a nomap true
code "-j and -N" 100 nc-userns -N -j 9 true
code "-q and -N without -o" 100 nc-userns -N -q 9 true
code "unknown word for -a" 100 nc-userns -a keepid true
code "-o below 3" 100 nc-userns -o 2 -u 0:5000:1 -g 0:5000:1 true
code "-o in use" 100 sh -c 'exec 9</dev/null; exec nc-userns -o 9 -u 0:5000:1 -g 0:5000:1 true'
code "-q in use" 100 sh -c 'exec 9</dev/null; exec nc-userns -q 9 true'
code "-j that is not open" 100 nc-userns -j 99 true
code "-j of another kind of namespace" 100 sh -c 'exec 9</proc/self/ns/mnt; exec nc-userns -j 9 true'
code "-j of a file" 100 sh -c 'exec 9</dev/null; exec nc-userns -j 9 true'

# the table of maps that are refused
for bad in 0:0:1 5:0:1 0:5000:0 0:4294967295:1 4294967295:5000:1 0:4294967294:2 4294967294:5000:2 0:5000:4294967295 0:5000:4294967296 \
  0:4294967296:1 4294967296:5000:1 -1:5000:1 0:+5000:1 0:5000 0:5000:1:1 :5000:1 0::1 0:5000: "" " 0:5000:1" 0:5000:1x 00:0x10:1 \
  18446744073709551616:5000:1 0:99999999999999999999:1
do
  code "refuses -u '$bad'" 100 nc-userns -u "$bad" -g 0:5000:1 true
  code "refuses -g '$bad'" 100 nc-userns -u 0:5000:1 -g "$bad" true
done
code "ids inside twice" 100 nc-userns -u 0:5000:10 -u 9:6000:1 -g 0:5000:1 true
code "ids outside twice" 100 nc-userns -u 0:5000:10 -u 20:5009:1 -g 0:5000:1 true
code "six ranges" 100 nc-userns -u 1:5001:1 -u 2:5002:1 -u 3:5003:1 -u 4:5004:1 -u 5:5005:1 -u 6:5006:1 -g 0:5000:1 true
code "-u without -g" 100 nc-userns -u 0:5000:1 true
for bad in 1 1: :1 1:1,1 1:1, 1:,1 1:4294967295 4294967296:1 1:1,2,3,4,5 1:1,2,3,4,5,6 -1:1 a:1 "1:1 "
do code "refuses -m '$bad'" 100 nc-userns -m "$bad" true
done
for bad in 0 -1 4294967295 4294967296 1x ""
do code "refuses -R '$bad'" 100 nc-userns -R "$bad" true
done
like "host id 0 is named" "$(err nc-userns -u 0:0:1 -g 0:5000:1 true)" 'host id 0, which is never mapped$'

if [ "$(id -u)" -ne 0 ] || ! unshare -U true 2>/dev/null
then skip "everything else" "root with user namespaces"; done_testing
fi

# in place without privilege
is "nomap: the caller alone, to itself" "$(maps $unpriv nc-userns -a nomap)" " 1000 1000 1 1000 1000 1 "
is "nomap: setgroups is denied" "$($unpriv nc-userns -a nomap cat /proc/self/setgroups)" deny
ok "nomap: its capabilities outlive an exec" $unpriv nc-userns -a nomap unshare -m true
code "control: without the step there are none" 1 $unpriv unshare -m true
code "nested user namespaces are refused" 1 $unpriv nc-userns -a nomap unshare -U true
is "by the limit" "$($unpriv nc-userns -a nomap cat /proc/sys/user/max_user_namespaces)" 0
ok "control: -N allows them" $unpriv nc-userns -N -a nomap unshare -U true
like "the hint names the sysctl" "$(err $unpriv nc-userns -a nomap nc-userns -a nomap true)" 'user\.max_user_namespaces$'
ok "a namespace in a namespace" $unpriv nc-userns -N -a nomap nc-userns -a nomap true
code "the caller is root" 100 nc-userns -a nomap true
is "explicit, the caller alone" "$(maps $unpriv nc-userns -u 0:1000:1 -g 0:1000:1)" " 0 1000 1 0 1000 1 "
code "-o without privilege" 100 $unpriv nc-userns -o 9 -u 0:1000:1 -g 0:1000:1 true
code "-R without privilege" 100 $unpriv nc-userns -R 10 true
is "no descriptor is left" "$($unpriv nc-userns -a nomap sh -c 'ls /proc/self/fd | wc -l')" "$($unpriv sh -c 'ls /proc/self/fd | wc -l')"
if command -v python3 >/dev/null
then
  get='import ctypes;s=ctypes.c_int();ctypes.CDLL(None).prctl(2,ctypes.byref(s),0,0,0);print(s.value)'
  is "the parent-death signal stays armed" "$($unpriv setpriv --pdeathsig=KILL nc-userns -a nomap python3 -c "$get")" 9
else skip "the parent-death signal stays armed" "python3"
fi

# with /etc/subuid and /etc/subgid of our own, in a mount namespace of our own
files () # subuid subgid cmd...
{
  printf '%b' "$1" >"$TAP_TMP/subuid"
  printf '%b' "$2" >"$TAP_TMP/subgid"
  shift 2
  unshare -m sh -c 'mount --bind "$0/subuid" /etc/subuid && mount --bind "$0/subgid" /etc/subgid && exec "$@"' "$TAP_TMP" "$@"
}
like "keep-id without a range says what to do" "$(files '' '' $unpriv nc-userns -a keep-id true 2>&1)" 'no range for uid 1000 in /etc/subuid; -a nomap'
code "keep-id without a range" 100 files '' '' $unpriv nc-userns -a keep-id true
like "a malformed line is named" "$(files '1000:1000:\n' '' $unpriv nc-userns -a auto true 2>&1)" 'malformed line 1 of /etc/subuid$'
for bad in 1000 1000:1 1000:a:1 1000:1:0 1000:1:4294967296 1000:4294967295:2 :1:1 1000:1:1:1 1000:-1:1
do code "malformed: $bad" 100 files "# ok\n\nx:1:1\n$bad\n" '' $unpriv nc-userns -a auto true
done
if [ -u /usr/bin/newuidmap ] && [ -u /usr/bin/newgidmap ]
then
  s='other:100000:5\n1000:200000:65536\n'
  is "keep-id: id 0 stays unmapped" "$(maps files "$s" "$s" $unpriv nc-userns -a keep-id)" \
    " 1 200000 999 1000 1000 1 1001 200999 64535 1 200000 999 1000 1000 1 1001 200999 64535 "
  is "keep-id: a short range" "$(maps files '1000:200000:10' '1000:200000:10' $unpriv nc-userns -a keep-id)" \
    " 1 200000 10 1000 1000 1 1 200000 10 1000 1000 1 "
  is "auto: the caller is id 0" "$(maps files "$s" "$s" $unpriv nc-userns -a auto)" " 0 1000 1 1 200000 65535 0 1000 1 1 200000 65535 "
  code "auto: nested user namespaces are refused" 1 files "$s" "$s" $unpriv nc-userns -a auto unshare -U true
  is "explicit ranges" "$(maps files "$s" "$s" $unpriv nc-userns -u 0:1000:1 -u 1:200000:9 -g 0:200000:9)" " 0 1000 1 1 200000 9 0 200000 9 "
  code "explicit ranges of somebody else" 111 files "$s" "$s" $unpriv nc-userns -u 0:1000:1 -u 1:100000:5 -g 0:200000:9 true
  is "their helper's words are one line" "$(files "$s" "$s" $unpriv nc-userns -u 1:100000:5 -g 0:200000:9 true 2>&1 | wc -l)" 1
  code "no_new_privs too early" 100 files "$s" "$s" $unpriv --no-new-privs nc-userns -a auto true
  mkdir "$TAP_TMP/evil"
  for h in newuidmap newgidmap; do printf '#!/bin/sh\ntouch %s/owned\n' "$TAP_TMP" >"$TAP_TMP/evil/$h"; chmod 755 "$TAP_TMP/evil/$h"; done
  chmod 777 "$TAP_TMP"
  ok "a newuidmap of PATH is not used" env "PATH=$TAP_TMP/evil:$PATH" sh -c '
    . tests/lib/tap.sh; printf "1000:200000:9\n" >"$TAP_TMP/s"; unshare -m sh -c "
    mount --bind $TAP_TMP/s /etc/subuid; mount --bind $TAP_TMP/s /etc/subgid
    PATH=$PATH exec setpriv --reuid=1000 --regid=1000 --clear-groups nc-userns -a auto true"'
  ok "it did not run" test ! -e "$TAP_TMP/owned"
  ok "control: it would have" sh -c '"$1/evil/newuidmap" && test -e "$1/owned"' sh "$TAP_TMP"
  chmod 700 "$TAP_TMP"; rm -f "$TAP_TMP/owned"
  cp /usr/bin/newgidmap "$TAP_TMP/helper"; chmod 4777 "$TAP_TMP/helper"
  code "a helper that others can write is refused" 100 unshare -m sh -c 'mount --bind "$0/helper" /usr/bin/newgidmap && shift 0 &&
    mount --bind "$0/subuid" /etc/subuid && mount --bind "$0/subgid" /etc/subgid && exec "$@"' "$TAP_TMP" $unpriv nc-userns -a auto true
else skip "ranges without privilege" "newuidmap and newgidmap"
fi

# with privilege
is "-o: the caller stays in its own" "$(nc-userns -o 9 -u 0:5000:1 -g 0:6000:1 readlink /proc/self/ns/user)" "$(readlink /proc/self/ns/user)"
is "-o and -j: the maps" "$(maps nc-userns -o 9 -u 0:5000:1 -u 7:7:1 -g 0:6000:2 nc-userns -j 9)" " 0 5000 1 7 7 1 0 6000 2 "
is "-j closes the descriptor" "$(nc-userns -o 9 -u 0:5000:1 -g 0:6000:1 nc-userns -j 9 sh -c 'test -e /proc/self/fd/9; echo $?')" 1
seven="nc-userns -j 9 setpriv --reuid=7 --regid=7 --clear-groups"
code "-j: nested user namespaces are refused" 1 nc-userns -o 9 -u 7:7:1 -g 7:7:1 $seven unshare -U true
ok "control: -N allows them" nc-userns -N -o 9 -u 7:7:1 -g 7:7:1 $seven unshare -U true
is "the host keeps its limit" "$(nc-userns -o 9 -u 0:5000:1 -g 0:6000:1 cat /proc/sys/user/max_user_namespaces)" "$(cat /proc/sys/user/max_user_namespaces)"
ok "-j: setgroups and setuid are left to nc-dropcaps" nc-userns -o 9 -u 7:7:1 -g 7:7:1 $seven true
ok "-j: no id of the host's can be taken" sh -c '! "$@"' sh nc-userns -o 9 -u 7:7:1 -g 7:7:1 nc-userns -j 9 setpriv --reuid=0 true
ok "control: without it one can" setpriv --reuid=0 true
ok "-j: no power over the host's mounts" sh -c '! "$@"' sh unshare -m nc-userns -o 9 -u 7:7:1 -g 7:7:1 nc-userns -j 9 mount -t tmpfs x /mnt
ok "control: without it there is" unshare -m mount -t tmpfs x /mnt
code "-j of a namespace of somebody else" 100 $unpriv sh -c 'exec 9</proc/self/ns/user; exec nc-userns -j 9 true'
is "in place with privilege: id 0 where it is mapped" "$(nc-userns -u 0:5000:9 -g 0:5000:9 sh -c 'id -u; id -g; id -G' | tr '\n' ' ')" "0 0 0 "
ok "many groups" nc-userns -u 5:5005:1 -g 1:5001:1 -g 2:5002:1 -g 3:5003:1 -g 4:5004:1 -g 5:5005:1 true

# leases
code "a lease without a scope" 100 env -u NC_SCOPE nc-userns -R 5 true
like "says which step is missing" "$(err env -u NC_SCOPE nc-userns -m 990:990 true)" ': ids are leased to a scope: nc-scope goes before nc-userns$'
code "a scope that has gone" 111 in_scope absent nc-userns -R 5 true
scope web $id1
scope db $id2
L=$TAP_TMP/run/.leases
first () { in_scope "$1" nc-userns -o 9 -R 1 nc-userns -j 9 awk '{print $2}' /proc/self/uid_map ; }
free () { for u in "$TAP_TMP/run/$1"/undo/*-lease; do rm -f "$(cat "$u")" "$u"; done ; }
a=$(files '' '' env NC_SCOPE="$TAP_TMP/run/web" nc-userns -o 9 -R 1 nc-userns -j 9 awk '{print $2}' /proc/self/uid_map)
b=$(files '' '' env NC_SCOPE="$TAP_TMP/run/db" nc-userns -o 9 -R 1 nc-userns -j 9 awk '{print $2}' /proc/self/uid_map)
like "a lease of the built-in range" "$a" '^18789[89][0-9]{4}$|^1879[0-9]{6}$'
ok "two names have two ids" test -n "$a" -a -n "$b" -a "$a" -ne "$b"
is "the lease names its scope" "$(cat "$L/$a")" "$id1
web 1"
is "the journal names the lease" "$(cat "$TAP_TMP"/run/web/undo/*-lease)" "$L/$a"
is "the directory is private" "$(stat -c %a "$L")" 700
free web
ok "undo frees it" test ! -e "$L/$a"
is "the same name has the same id again" "$(files '' '' env NC_SCOPE="$TAP_TMP/run/web" nc-userns -o 9 -R 1 nc-userns -j 9 awk '{print $2}' /proc/self/uid_map)" "$a"
free web; free db
n='nucleus:300000:3\n'
leased () { files "$1" "$2" env NC_SCOPE="$TAP_TMP/run/$3" nc-userns $4 sh -c 'cat /proc/self/uid_map; echo; cat /proc/self/gid_map' 2>&1 | tr -s ' \n' ' ' ; }
is "-m: id 0 is a leased one's" "$(leased 'nucleus:300000:1\n' 'nucleus:300000:1\n' web '-o 9 -m 990:991,992 nc-userns -j 9')" \
  " 990 990 1 0 300000 1 991 991 1 992 992 1 0 300000 1 "
free web
is "-m 0:0: the leased one alone" "$(leased 'nucleus:300000:1\n' 'nucleus:300000:1\n' web '-o 9 -m 0:0 nc-userns -j 9')" " 0 300000 1 0 300000 1 "
free web
like "-m of an id that is leased" "$(leased 'nucleus:990:1\n' 'nucleus:990:1\n' web '-o 9 -m 990:990')" 'an id mapped twice'
free web
is "-R: a range from id 0" "$(leased "$n" "$n" web '-R 3')" " 0 300000 3 0 300000 3 "
like "an exhausted range" "$(leased "$n" "$n" db '-R 1')" 'unable to lease ids: all of'
code "an exhausted range is a failure" 111 files "$n" "$n" env NC_SCOPE="$TAP_TMP/run/db" nc-userns -R 1 true
free web
like "freed, it is there again" "$(leased "$n" "$n" db '-R 1')" '^ 0 30000[0-2] 1 0 30000[0-2] 1 $'
code "more than the range" 111 files "$n" "$n" env NC_SCOPE="$TAP_TMP/run/db" nc-userns -R 4 true
free db
is "the part that both files give" "$(leased 'nucleus:300000:10\n' 'nucleus:300009:10\n' web '-R 1')" " 0 300009 1 0 300009 1 "
free web
for i in 1 2 3; do leased "$n" "$n" web '-R 1'; done | sort >"$TAP_TMP/three"
is "one scope may have several" "$(sort -u "$TAP_TMP/three" | grep -o '30000[0-2]' | sort -u | wc -l)" 3
free web
code "a range in one file only" 100 files "$n" '' env NC_SCOPE="$TAP_TMP/run/web" nc-userns -R 1 true
code "host id 0 is never leased" 100 files 'nucleus:0:9\n' 'nucleus:0:9\n' env NC_SCOPE="$TAP_TMP/run/web" nc-userns -R 1 true
code "a malformed line of somebody else" 100 files "x:1\n$n" "$n" env NC_SCOPE="$TAP_TMP/run/web" nc-userns -R 1 true
like "the built-in range of somebody else" "$(leased '' 'a:1:1\nx:1878000000:2000000\n' web '-R 1')" 'line 2 of /etc/subgid has ids of the built-in range'
chmod 755 "$L"
code "a directory of leases that others can read" 111 in_scope web nc-userns -R 1 true
chmod 700 "$L"
is "refusals leased nothing" "$(ls "$L")" lock
like "-q: a descriptor whose owner is leased" "$(files "$n" "$n" env NC_SCOPE="$TAP_TMP/run/web" nc-userns -q 9 stat -L -c %u:%g /proc/self/fd/9)" \
  '^30000[0-2]:30000[0-2]$'
is "-q: leaves nothing in the scope" "$(ls "$TAP_TMP/run/web" | tr '\n' ' ')" "id undo "
free web
is "-q: no user namespace" "$(files "$n" "$n" env NC_SCOPE="$TAP_TMP/run/web" nc-userns -q 9 readlink /proc/self/ns/user)" "$(readlink /proc/self/ns/user)"
free web
two='nucleus:300000:2\n'
is "-o with -q: one lease, the workload's id and root's" "$(leased "$two" "$two" web '-o 9 -q 8 nc-userns -j 9')" " 300001 300001 1 0 300000 1 300001 300001 1 0 300000 1 "
free web
is "the descriptor is the workload's" "$(files "$two" "$two" env NC_SCOPE="$TAP_TMP/run/web" nc-userns -o 9 -q 8 stat -L -c %u:%g /proc/self/fd/8)" 300001:300001
free web
code "-o with -q needs two ids" 111 files 'nucleus:300000:1\n' 'nucleus:300000:1\n' env NC_SCOPE="$TAP_TMP/run/web" nc-userns -o 9 -q 8 true
code "-o with -q needs privilege" 100 $unpriv nc-userns -o 9 -q 8 true
free web
ok "many at once have one each" sh -c 'for i in 1 2 3 4 5 6 7 8; do NC_SCOPE=$1/run/web nc-userns -q 9 true & done; wait; test "$(ls "$1/run/.leases" | wc -l)" -eq 9' sh "$TAP_TMP"
free web

# a child in the making dies with its maker
if command -v strace >/dev/null
then
  strace -o "$TAP_TMP/trace" -e trace=pread64 -e inject=pread64:delay_enter=2000000 nc-userns -o 9 -u 0:5000:1 -g 0:5000:1 true 2>/dev/null &
  t=$!
  for i in 1 2 3 4 5 6 7 8 9 10; do m=$(pgrep -P $t nc-userns) && c=$(pgrep -P "$m") && break; sleep 0.1; done
  ok "the child is there while the map is written" kill -0 "$c"
  kill -KILL "$m"; wait $t 2>/dev/null
  gone () { ! grep -q '^State:.[^Z]' "/proc/$c/status" 2>/dev/null ; }
  for i in 1 2 3 4 5 6 7 8 9 10; do gone && break; sleep 0.1; done
  ok "and dies with its maker" gone
  for c in clone setns capset capget close kill wait4 openat2 pread64
  do
    strace -f -o /dev/null -e "inject=$c:error=EPERM" nc-userns -u 0:5000:1 -u 9:9:1 -g 9:5000:1 touch "$TAP_TMP/ran" 2>/dev/null
    is "fail closed: $c" "$? $(test -e "$TAP_TMP/ran" && echo ran)" "111 "
  done
  for n in 1 2
  do
    strace -f -o /dev/null -e "inject=write:retval=1:when=$n" nc-userns -u 0:5000:1 -u 9:9:1 -g 9:5000:1 touch "$TAP_TMP/ran" 2>/dev/null
    is "fail closed: short write $n" "$? $(test -e "$TAP_TMP/ran" && echo ran)" "111 "
  done
  ok "control: without the fault it runs" nc-userns -u 0:5000:1 -u 9:9:1 -g 9:5000:1 true
else skip "a child dies with its maker, fail closed" "strace"
fi
# the owner of a descriptor
mkdir "$TAP_TMP/owned" "$TAP_TMP/roots"
chown 5001:5002 "$TAP_TMP/owned"
scope owned $id1
is "-m fd:N: its owner and further groups, to themselves" \
  "$(in_scope owned sh -c 'exec 9<"$1"; exec nc-userns -m fd:9,5003 cat /proc/self/uid_map /proc/self/gid_map' sh "$TAP_TMP/owned" | awk '{ print $1 ":" $2 == $1 ":" $1, $1 }' | sort -u | tr '\n' ' ')" \
  "0 0 1 5001 1 5002 1 5003 "
code "-m fd:N: not root's" 100 in_scope owned sh -c 'exec 9<"$1"; exec nc-userns -m fd:9 true' sh "$TAP_TMP/roots"
code "-m fd:N: not open" 100 in_scope owned nc-userns -m fd:9 true
done_testing
