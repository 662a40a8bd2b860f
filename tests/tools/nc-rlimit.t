#!/bin/sh
# also: asan
# nc-rlimit: limits and oom_score_adj, seen from inside

. tests/lib/tap.sh

limit () # words of /proc/self/limits for the name that follows
{
  tap_limit=$1
  shift
  "$@" cat /proc/self/limits | sed -n "s/^$tap_limit  *\([^ ]*\)  *\([^ ]*\).*/\1 \2/p"
}

code "no prog" 100 nc-rlimit
code "unknown option" 100 nc-rlimit -Z true
for l in '' nofile nofile= nofile=1: =1 NOFILE=1 nofil=1 nofiles=1 nofile=5:4 nofile=-1 nofile=+1 'nofile= 1' nofile=1x nofile=1K \
  nofile=1:2:3 nofile=18446744073709551615 nofile=18446744073709551616 as=1P as=16777216T as=K as=unlimite
do code "-l '$l'" 100 nc-rlimit -l "$l" true
done
like "an unknown name is repeated" "$(nc-rlimit -l files=1 true 2>&1)" 'unknown limit: files=1$'
code "given twice" 100 nc-rlimit -l nofile=64 -l nofile=64 true
for o in '' - -- --1 +1 1001 -1001 4294967296 1x
do code "-o '$o'" 100 nc-rlimit -o "$o" true
done
code "absent prog" 127 nc-rlimit "$TAP_TMP/none"

is "without the step nofile is another" "$([ "$(limit 'Max open files' env)" != "33 44" ] && echo yes)" yes
is "soft and hard" "$(limit 'Max open files' nc-rlimit -l nofile=33:44)" "33 44"
is "soft alone is both" "$(limit 'Max open files' nc-rlimit -l nofile=44)" "44 44"
is "bytes" "$(limit 'Max file size' nc-rlimit -l fsize=2k:1M)" "2048 1048576"
is "core is 1" "$(limit 'Max core file size' nc-rlimit)" "1 1"
is "core is 0 where the line says so" "$(limit 'Max core file size' nc-rlimit -l core=0)" "0 0"
is "unlimited stays" "$(limit 'Max cpu time' nc-rlimit -l cpu=1000:unlimited)" "1000 unlimited"
for n in as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack
do code "name $n" 0 sh -c 'nc-rlimit -l "$1=$(prlimit --raw --noheadings -o HARD --"$1")" true' sh "$n"
done
ok "a low limit is in force" sh -c '! nc-rlimit -l fsize=1 sh -c "echo many words >\"\$1\"" sh "$1" 2>/dev/null' sh "$TAP_TMP/f"
ok "without it the file is written" sh -c 'echo many words >"$1"' sh "$TAP_TMP/f"

bare=
[ "$(id -u)" != 0 ] || bare="setpriv --reuid=1000 --regid=1000 --clear-groups"
code "a hard limit cannot be raised" 111 nc-rlimit -l nofile=40 $bare nc-rlimit -l nofile=41 true
like "the message names it and the order" "$(nc-rlimit -l nofile=40 $bare nc-rlimit -l nofile=41 true 2>&1)" 'unable to set nofile=41: .*; only CAP_SYS_RESOURCE raises a hard limit, so nc-rlimit goes before nc-userns'
code "core=1 above a hard limit of 0" 111 nc-rlimit -l core=0 $bare nc-rlimit true
code "core=0 then" 0 nc-rlimit -l core=0 $bare nc-rlimit -l core=0 true

if [ -w /proc/self/oom_score_adj ]
then
  is "oom_score_adj" "$(nc-rlimit -o 700 cat /proc/self/oom_score_adj)" 700
  is "oom_score_adj, the most" "$(nc-rlimit -o 1000 cat /proc/self/oom_score_adj)" 1000
  code "it cannot be lowered" 111 nc-rlimit -o 700 $bare nc-rlimit -o -1000 true
  if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null
  then
    code "a /proc that is none" 111 unshare -m sh -c 'mount -t tmpfs none /proc && exec nc-rlimit -o 5 true'
    code "a /proc that is a part of one" 111 unshare -m sh -c 'mount --bind /proc/self /proc && exec nc-rlimit -o 5 true'
    code "a file that is mounted over" 111 unshare -m sh -c 'mount --bind /proc/$$/comm /proc/$$/oom_score_adj && exec nc-rlimit -o 5 true'
  else skip "a false /proc" "mount namespaces"
  fi
else skip "oom_score_adj" "/proc"
fi
is "no descriptor is left" "$(nc-rlimit -o 1000 ls /proc/self/fd | tr '\n' ' ')" "$(ls /proc/self/fd | tr '\n' ' ')"

if strace -o /dev/null true 2>/dev/null
then
  bad=
  # call and how many the step makes
  for c in prlimit64:4 openat2:2 fstatfs:1 fstat:1 write:1 pread64:1
  do
    for f in error=EPERM retval=0
    do
      n=0
      while [ $((n += 1)) -le "${c#*:}" ]
      do
        got=$(strace -o /dev/null -e "inject=${c%:*}:$f:when=$n" nc-rlimit -o 900 -l nofile=99 cat /proc/self/oom_score_adj /proc/self/limits 2>/dev/null |
          grep -cE '^900$|^Max open files  *99  *99 |^Max core file size  *1  *1 ')
        [ "$got" = 0 ] || [ "$got" = 3 ] || bad="$bad $c:$f:$n"
      done
    done
  done
  is "faults" "$bad" ""
else skip "faults" strace
fi

done_testing
