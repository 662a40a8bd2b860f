#!/bin/sh
# nc-policy denied: what the kernel logged of a program under nc-seccomp -l

. tests/lib/tap.sh

T=$TAP_TMP/work
mkdir "$T"
code "denied: a word too many" 100 nc-policy denied x
for p in 0 -1 x 4294967296 ''; do code "denied: pid '$p'" 100 nc-policy denied -p "$p"; done

if [ "$(id -u)" -eq 0 ] && setpriv --reuid=1000 --regid=1000 --clear-groups cat /dev/kmsg 2>&1 </dev/null | head -n 1 | grep -q 'not permitted\|denied'
then
  err=$(setpriv --reuid=1000 --regid=1000 --clear-groups nc-policy denied 2>&1)
  is "words where the log is not readable" "$?" 111
  like "they say what it takes" "$err" '^nc-policy: fatal: unable to read /dev/kmsg: .*CAP_SYSLOG'
else skip "words where the log is not readable" "dmesg_restrict"
fi

logged=$(cat /proc/sys/kernel/seccomp/actions_logged 2>/dev/null)
if ! command -v nc-seccomp >/dev/null || [ ! -r /dev/kmsg ] || ! nc-policy denied >/dev/null 2>&1 || [ "${logged#*errno}" = "$logged" ]
then skip "a denied call" "a readable kernel log"; done_testing
fi
if [ -e /var/log/audit/audit.log ]; then skip "a denied call" "an audit daemon takes it"; done_testing; fi
nc-policy compile policies/seccomp/agent.json -o "$T/agent.bpf"

# the kernel drops records where there are many: again until it does not
denied () # pattern pid
{
  i=0
  while [ $i -lt 20 ]
  do
    nc-seccomp -l "$T/agent.bpf" sh -c 'unshare -U true; echo $$' >"$T/pid" 2>/dev/null
    got=$(nc-policy denied "$@" 2>/dev/null | tail -n 1)
    case $got in *' unshare: '*) break ;; esac
    sleep 1
    i=$((i + 1))
  done
  printf '%s\n' "$got"
}
got=$(denied)
like "a denied call, its answer, pid and program" "$got" '^20[0-9-]+T[0-9:]+Z unshare: refused, pid [0-9]+, unshare \(/.*/unshare\)$'
pid=$(printf '%s' "$got" | sed 's/.*, pid \([0-9]*\),.*/\1/')
like "of that pid" "$(nc-policy denied -p "$pid" 2>/dev/null)" "unshare: refused, pid $pid,"
is "of another pid, nothing" "$(nc-policy denied -p 4194303 2>/dev/null)" ''
# the descendants that still are there: the program itself makes the call and stays
cat >"$T/stay.py" <<'X'
import ctypes, time
c = ctypes.CDLL(None)
for i in range(300):
    c.syscall(ctypes.c_long(165), 0, 0, 0, 0, 0)
    time.sleep(0.2)
X
if command -v python3 >/dev/null && [ "$(uname -m)" = x86_64 ]
then
  nc-seccomp -l "$T/agent.bpf" sh -c "python3 $T/stay.py; :" &
  job=$!
  i=0
  while [ $i -lt 100 ] && ! nc-policy denied -p $job 2>/dev/null | grep -q ' mount: refused'; do i=$((i + 1)); sleep 0.2; done
  like "of a process and of what it started" "$(nc-policy denied -p $job 2>/dev/null | tail -n 1)" " mount: refused, pid [0-9]+, python3 "
  pkill -P $job
  wait $job 2>/dev/null
else skip "of a process and of what it started" "python3 on x86_64"
fi

# a forged record: what a program writes to the log is not the kernel's
if printf 'audit: type=1326 audit(1.000:99999999): pid=4194302 comm="forged" exe="/x" sig=0 arch=c000003e syscall=272 compat=0 ip=0x0 code=0x50000\n' >/dev/kmsg 2>/dev/null
then is "a record that a program wrote is none" "$(nc-policy denied -p 4194302 2>/dev/null)" ''
else skip "a record that a program wrote is none" "a writable /dev/kmsg"
fi
done_testing
