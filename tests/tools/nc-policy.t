#!/bin/sh
# nc-policy compile: what it refuses and where, what it writes, what a program meets under the shipped policies

. tests/lib/tap.sh

T=$TAP_TMP/work
mkdir "$T"

refuse () # name LINE:COL pattern text
{
  printf '%b' "$4" >"$T/bad.json"
  rm -f "$T/bad.bpf"
  err=$(nc-policy compile "$T/bad.json" -o "$T/bad.bpf" 2>&1 >/dev/null)
  rc=$?
  [ $rc -eq 100 ] && [ ! -e "$T/bad.bpf" ] && [ "$(printf '%s\n' "$err" | wc -l)" -eq 1 ] &&
    printf '%s\n' "$err" | grep -Eq "^nc-policy: fatal: $T/bad.json:$2: .*$3"
  tap_result $? "refused: $1" "exit $rc: $err"
}

rule () # text of one argument object: a policy with it on line 1
{
  printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["ioctl"],"action":"SCMP_ACT_ALLOW","args":[%s]}]}' "$1"
}

D='"defaultAction":"SCMP_ACT_ERRNO"'

refuse "empty file" 1:1 "unexpected end" ''
refuse "space only" 2:1 "unexpected end" ' \n'
refuse "truncated" 1:18 "unexpected end" '{"defaultAction":'
refuse "not an object" 1:1 "not an object" '[]'
refuse "a bare number" 1:1 "not an object" '1'
refuse "a second value" 1:36 "syntax error" "{$D} {}"
refuse "zero byte" 1:2 "syntax error" '{\0000}'
refuse "zero byte in a string" 1:18 "zero byte" '{"defaultAction":"SCMP\\u0000"}'
refuse "not UTF-8" 1:19 "syntax error" '{"defaultAction":"\0377"}'
refuse "comment" 1:2 "syntax error" '{// x\n}'
refuse "trailing comma" 1:35 "syntax error" "{$D,}"
refuse "too many levels" 1:17 "levels" '[[[[[[[[[[[[[[[[[[['
refuse "duplicate key" 2:1 "twice" "{$D,\n$D}"
refuse "missing defaultAction" 1:1 "defaultAction" '{}'
refuse "null action" 1:18 "wrong type for: defaultAction" '{"defaultAction":null}'
refuse "unknown action" 1:18 "SCMP_ACT_ALOW; the nearest known is SCMP_ACT_ALLOW" '{"defaultAction":"SCMP_ACT_ALOW"}'
refuse "lower case action" 1:18 "unknown action" '{"defaultAction":"scmp_act_allow"}'
refuse "SCMP_ACT_NOTIFY" 1:18 "refused action: SCMP_ACT_NOTIFY" '{"defaultAction":"SCMP_ACT_NOTIFY"}'
refuse "unknown key" 2:3 "unknown key: syscals; the nearest known is syscalls" "{$D,\n  \"syscals\":[]}"
refuse "listenerPath" 1:35 "refused key: listenerPath" "{$D,\"listenerPath\":\"/x\"}"
refuse "archMap beside architectures" 1:72 "archMap beside" "{$D,\"architectures\":[\"SCMP_ARCH_X86_64\"],\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\"}]}"
refuse "archMap without the machine" 1:45 "not listed" "{$D,\"archMap\":[{\"architecture\":\"SCMP_ARCH_S390X\"}]}"
refuse "errno of an action without one" 1:53 "no meaning" '{"defaultAction":"SCMP_ACT_ALLOW","defaultErrnoRet":1}'
refuse "errno 4096" 1:53 "out of range" "{$D,\"defaultErrnoRet\":4096}"
refuse "negative errno" 1:53 "negative" "{$D,\"defaultErrnoRet\":-1}"
refuse "fraction" 1:53 "whole" "{$D,\"defaultErrnoRet\":1.0}"
refuse "exponent" 1:53 "whole" "{$D,\"defaultErrnoRet\":1e2}"
refuse "string for a number" 1:53 "wrong type" "{$D,\"defaultErrnoRet\":\"1\"}"
refuse "unknown architecture" 1:52 "unknown architecture: SCMP_ARCH_X866; the nearest known is SCMP_ARCH_X86" "{$D,\"architectures\":[\"SCMP_ARCH_X866\"]}"
refuse "x32" 1:52 "x32" "{$D,\"architectures\":[\"SCMP_ARCH_X32\"]}"
refuse "foreign architectures only" 1:51 "not listed" "{$D,\"architectures\":[\"SCMP_ARCH_S390X\"]}"
refuse "a flag that weakens" 1:44 "stays mitigated" "{$D,\"flags\":[\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\"]}"
refuse "an unknown flag" 1:44 "unknown flag: SECCOMP_FILTER_FLAG_LOGS; the nearest known is SECCOMP_FILTER_FLAG_LOG" "{$D,\"flags\":[\"SECCOMP_FILTER_FLAG_LOGS\"]}"
refuse "syscalls an object" 1:46 "wrong type" "{$D,\"syscalls\":{}}"
refuse "a rule that is a string" 1:47 "wrong type" "{$D,\"syscalls\":[\"read\"]}"
refuse "a rule without names" 1:56 "without names" "{$D,\"syscalls\":[{\"names\":[],\"action\":\"SCMP_ACT_ALLOW\"}]}"
refuse "a rule without action" 1:47 "missing key: action" "{$D,\"syscalls\":[{\"names\":[\"read\"]}]}"
refuse "unknown call" 1:57 "unknown system call: raed; the nearest known is read" "{$D,\"syscalls\":[{\"names\":[\"raed\"],\"action\":\"SCMP_ACT_ALLOW\"}]}"
refuse "upper case call" 1:57 "unknown system call: READ" "{$D,\"syscalls\":[{\"names\":[\"READ\"],\"action\":\"SCMP_ACT_ALLOW\"}]}"
refuse "empty name" 1:57 "unknown system call" "{$D,\"syscalls\":[{\"names\":[\"\"],\"action\":\"SCMP_ACT_ALLOW\"}]}"
refuse "a name with a newline" 1:57 "unknown system call: a.b" "{$D,\"syscalls\":[{\"names\":[\"a\\\\nb\"],\"action\":\"SCMP_ACT_ALLOW\"}]}"
refuse "an unknown capability in includes" 1:111 "unknown capability: CAP_SYS_ADMI; the nearest known is CAP_SYS_ADMIN" \
  "{$D,\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"caps\":[\"CAP_SYS_ADMI\"]}}]}"
refuse "an unknown architecture in excludes" 1:113 "unknown architecture: amd46; the nearest known is amd64" \
  "{$D,\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"excludes\":{\"arches\":[\"amd46\"]}}]}"
refuse "a kernel that is no version" 1:115 "invalid kernel version: 4.x" \
  "{$D,\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"minKernel\":\"4.x\"}}]}"
refuse "an empty list of what is allowed" 1:1 "allows no call" "{$D}"
refuse "nothing but refusals" 1:1 "allows no call" "{$D,\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_TRAP\"}]}"
for v in 4294967296 9223372036854775808 18446744065119617025
do refuse "$v for 32 bits" '1:[0-9]+' "32 bits" "$(rule "{\"index\":1,\"value\":$v,\"op\":\"SCMP_CMP_EQ\"}")"
done
for v in 18446744073709551616 99999999999999999999999999 1e400
do refuse "value $v" '1:[0-9]+' "64 bits" "$(rule "{\"index\":1,\"value\":$v,\"op\":\"SCMP_CMP_EQ\"}")"
done
refuse "index 6" '1:[0-9]+' "index out of range" "$(rule '{"index":6,"value":1,"op":"SCMP_CMP_EQ"}')"
refuse "index 2^32" '1:[0-9]+' "index out of range" "$(rule '{"index":4294967296,"value":1,"op":"SCMP_CMP_EQ"}')"
refuse "an argument the call lacks" '1:[0-9]+' "no such argument, or its width" "$(rule '{"index":3,"value":1,"op":"SCMP_CMP_EQ"}')"
refuse "unknown operator" '1:[0-9]+' "nearest known is SCMP_CMP_EQ" "$(rule '{"index":1,"value":1,"op":"SCMP_CMP_EQQ"}')"
refuse "missing value" '1:[0-9]+' "missing key: value" "$(rule '{"index":1,"op":"SCMP_CMP_EQ"}')"
refuse "valueTwo of an operator without it" '1:[0-9]+' "valueTwo" "$(rule '{"index":1,"value":1,"valueTwo":1,"op":"SCMP_CMP_EQ"}')"
refuse "bits outside the mask" '1:[0-9]+' "outside the mask" "$(rule '{"index":1,"value":1,"valueTwo":2,"op":"SCMP_CMP_MASKED_EQ"}')"
refuse "one argument twice" '1:[0-9]+' "compared twice" "$(rule '{"index":1,"value":1,"op":"SCMP_CMP_GT"},{"index":1,"value":9,"op":"SCMP_CMP_LT"}')"
head -c 1100000 /dev/zero | tr '\0' ' ' >"$T/long.json"
code "refused: more than 1 MiB" 100 nc-policy compile "$T/long.json" -o "$T/bad.bpf"

# every prefix of a good policy is refused, none writes

P=policies/seccomp
printf '%s' "$(rule '{"index":1,"value":1,"op":"SCMP_CMP_EQ"}')" >"$T/good.json"
size=$(wc -c <"$T/good.json")
bad=0 n=1
while [ $n -lt "$size" ]
do
  head -c $n "$T/good.json" >"$T/cut.json"
  nc-policy compile "$T/cut.json" -o "$T/cut.bpf" 2>/dev/null
  { [ $? -eq 100 ] && [ ! -e "$T/cut.bpf" ]; } || bad=$((bad + 1))
  n=$((n + 1))
done
is "every prefix of a good policy is refused" "$bad" 0

# the command line

code "no verb" 100 nc-policy
code "no file" 100 nc-policy compile
code "two files" 100 nc-policy compile $P/agent.json $P/agent.json
code "unknown option" 100 nc-policy compile -Z $P/agent.json
code "-o without a name" 100 nc-policy compile $P/agent.json -o
like "unknown verb" "$(nc-policy chekc 2>&1)" '^nc-policy: fatal: unknown verb: chekc$'
code "absent file" 111 nc-policy compile "$T/absent" -o "$T/x"
nc-policy compile -o "$T/a" $P/agent.json
nc-policy compile $P/agent.json >"$T/b"
nc-policy compile "fd:5" -o- 5<$P/agent.json >"$T/c"
ok "the option stands before or after, output is the same" cmp "$T/a" "$T/b"
ok "a descriptor" cmp "$T/a" "$T/c"
is "mode of the output" "$(umask 077; nc-policy compile $P/agent.json -o "$T/m" && stat -c %a "$T/m")" 644
ln "$T/a" "$T/old"
nc-policy compile $P/service.json -o "$T/a"
ok "the output is replaced, not rewritten" cmp "$T/old" "$T/b"
if [ -c /dev/full ]
then
  code "standard output is full" 111 sh -c "nc-policy compile $P/agent.json >/dev/full"
  code "a device is not replaced" 111 nc-policy compile $P/agent.json -o /dev/full
  ok "it is still a device" test -c /dev/full
fi
code "no such directory" 111 nc-policy compile $P/agent.json -o "$T/none/x"
mkdir "$T/small"
if mount -t tmpfs -o size=4k,nr_inodes=2 nc-policy-test "$T/small" 2>/dev/null
then
  head -c 4096 /dev/zero >"$T/small/fill" 2>/dev/null
  code "no space" 111 nc-policy compile $P/agent.json -o "$T/small/x"
  is "nothing is left of it" "$(ls -A "$T/small")" fill
  umount "$T/small"
else skip "no space" "mount"
fi
printf '{%s,"syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}' "$D" >"$T/none.json"
like "a policy without execve is compiled with a warning" "$(nc-policy compile "$T/none.json" -o "$T/none.bpf" 2>&1; ls "$T/none.bpf")" 'warning: .*execve'

# effects, where there is a loader

if ! command -v nc-seccomp >/dev/null
then
  skip "programs under the policies" "nc-seccomp"
  done_testing
fi
for p in agent agent-net service service-net; do nc-policy compile $P/$p.json -o "$T/$p.bpf"; done

same () # name cmd...: equal output and status, with and without the agent's filter
{
  name=$1
  shift
  if ! command -v "$1" >/dev/null; then skip "agent: $name" "$1"; return; fi
  out=$(cd "$T" && "$@" 2>&1 </dev/null; echo $?)
  in=$(cd "$T" && nc-seccomp "$T/agent.bpf" "$@" 2>&1 </dev/null; echo $?)
  is "agent: $name" "$in" "$out"
}

HOME=$T
export HOME GIT_CONFIG_NOSYSTEM=1
same "sh substitution" sh -c 'echo $(echo a | sort) $(id -u)'
same "bash substitution" bash -c 'echo $(echo a | tr a b) <(:) >/dev/null; wait; echo done'
same "coreutils" sh -c 'rm -rf d e; mkdir d; echo x >d/f; cp -a d e; touch -d @1 d/f; mv e/f e/g; ln -s g e/l; chmod 750 d; stat -c "%a %Y" d/f; ls -R e; timeout 9 nice sort d/f; mkfifo d/p; du -s e >/dev/null; rm -r d e'
same "tar" sh -c 'rm -rf t u; mkdir t u; echo 1 >t/a; ln t/a t/b; tar czf t.tgz t && tar xzpf t.tgz -C u && ls -R u && cat u/t/b'
same "git" sh -c 'rm -rf g h; git init -q g && cd g && echo 1 >a && git add a && git -c user.name=a -c user.email=a@b commit -qm m && git clone -q . ../h && git log --format=%s'
same "python3" python3 -c 'import subprocess, threading, socket
print(subprocess.run(["echo", "a"], capture_output=True).stdout)
t = threading.Thread(target=print, args=("thread",)); t.start(); t.join()
s = socket.create_server(("127.0.0.1", 0)); socket.create_connection(s.getsockname()); print("connected")'
same "node" node -e 'console.log(require("child_process").execSync("echo a") + "")'
printf 'int f (void) ; int main (void) { return f() ; }\n' >"$T/a.c"
printf 'int f (void) { return 7 ; }\n' >"$T/b.c"
printf 'prog: a.o b.o\n\t$(CC) -o $@ a.o b.o\n' >"$T/Makefile"
same "make and a compiler" make -s -B prog
same "what they made" "$T/prog"
same "perl" perl -e 'print `echo a`, join(",", map { $_ * 2 } 1 .. 3), "\n"'
same "ssh -G" ssh -G -F /dev/null localhost
same "ssh-keygen" sh -c 'rm -f k k.pub; ssh-keygen -q -t ed25519 -N "" -f k && ssh-keygen -y -f k | cut -c1-11'
same "curl from loopback" sh -c 'python3 -c "
import http.server, threading, subprocess
class H(http.server.BaseHTTPRequestHandler):
  def do_GET(s): s.send_response(200); s.end_headers(); s.wfile.write(b\"served\")
  def log_message(s, *a): pass
s = http.server.ThreadingHTTPServer((\"127.0.0.1\", 0), H)
threading.Thread(target=s.serve_forever, daemon=True).start()
print(subprocess.run([\"curl\", \"-sf\", \"http://localhost:%d/\" % s.server_port], capture_output=True).stdout)"'

if command -v python3 >/dev/null && [ "$(uname -m)" = x86_64 ]
then
  cat >"$T/probe.py" <<'PROBE'
import ctypes, sys
c = ctypes.CDLL(None, use_errno=True)
def call(*a):
    ctypes.set_errno(0)
    r = c.syscall(*[ctypes.c_long(x) for x in a])
    return ctypes.get_errno() if r == -1 else 0
H = 1 << 40
T = sys.argv[1]
for name, want, args in [
    ("unshare(CLONE_NEWUSER)", 1, (272, 0x10000000)), ("unshare(CLONE_FS)", 1, (272, 0x200)), ("clone3", 38, (435, 0, 0)),
    ("clone(CLONE_NEWUTS)", 1, (56, 0x04000011, 0, 0, 0, 0)), ("number 511", 38, (511,)), ("number 400", 38, (400,)),
    ("TIOCSTI", 1, (16, 0, 0x5412, 0)), ("TIOCSTI with high bits", 1, (16, 0, H | 0x5412, 0)),
    ("TIOCLINUX with high bits", 1, (16, 0, H | 0x541c, 0)), ("AF_ALG", 97, (41, 38, 5, 0)),
    ("AF_VSOCK with high bits", 97, (41, H | 40, 1, 0)), ("AF_UNIX with high bits", 0, (41, H | 1, 1, 0)),
    ("NETLINK_AUDIT", 97, (41, 16, 3, 9)), ("raw socket", 97, (41, 2, 3, 1)), ("fchmod 04755", 1, (91, 3, 0o4755)),
    ("fchmod 02755 with high bits", 1, (91, 3, H | 0o2755)), ("fchmod 0755", 0, (91, 3, 0o755)), ("openat2", 38, (437, 0, 0, 0, 0)),
    ("bpf", 1, (321, 0, 0, 0)), ("io_uring_setup", 1, (425, 1, 0)), ("keyctl", 1, (250, 0, 0)), ("userfaultfd", 1, (323, 0)),
    ("perf_event_open", 1, (298, 0, 0, 0, 0, 0)), ("ptrace", 1, (101, 0, 0, 0, 0)), ("process_vm_readv", 1, (310, 0, 0, 0, 0, 0, 0)),
    ("kcmp", 1, (312, 0, 0, 0, 0, 0)), ("pidfd_getfd", 1, (438, 0, 0, 0)), ("mount", 1, (165, 0, 0, 0, 0, 0)),
    ("fsopen", 1, (430, 0, 0)), ("setns", 1, (308, 0, 0)), ("personality(READ_IMPLIES_EXEC)", 1, (135, 0x400000)),
    ("modify_ldt", 1, (154, 0, 0, 0)), ("landlock_create_ruleset", 1, (444, 0, 0, 1)), ("seccomp", 1, (317, 0, 0, 0)),
    ("prctl(PR_SET_SECCOMP)", 22, (157, 22, 9, 0, 0, 0)), ("mknod, a device", 1, (133, 0, 0o20600, 0))]:
    if name.startswith("fchmod"):
        f = open(T + "/mode", "w")
        args = (args[0], f.fileno()) + args[2:]
    got = call(*args)
    print("same" if got == want else "DIFFERENT", name, got, want)
PROBE
  got=$(nc-seccomp "$T/agent.bpf" python3 "$T/probe.py" "$T" 2>&1)
  is "agent: refused and allowed calls" "$(printf '%s\n' "$got" | grep -v '^same ')" ""
  like "negative control: without the filter the answers differ" "$(unshare -m python3 "$T/probe.py" "$T" 2>&1)" '^DIFFERENT'
  code "x32: killed" 159 sh -c "nc-seccomp $T/agent.bpf python3 -c 'import ctypes; ctypes.CDLL(None).syscall(0x40000027)'; exit \$?"
  is "x32: negative control" "$(python3 -c 'import ctypes; ctypes.CDLL(None).syscall(0x40000027); print("alive")')" alive
  inet='import socket, sys
try: socket.socket(socket.AF_INET); print("made")
except OSError as e: print(e.errno)'
  is "service: no AF_INET" "$(nc-seccomp "$T/service.bpf" python3 -c "$inet")" 97
  is "service-net: AF_INET" "$(nc-seccomp "$T/service-net.bpf" python3 -c "$inet")" made
  ping='import socket
try: socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 1)
except OSError as e: print(e.errno)'
  is "agent: no echo socket" "$(nc-seccomp "$T/agent.bpf" python3 -c "$ping")" 97
  is "agent-net: as without a filter" "$(nc-seccomp "$T/agent-net.bpf" python3 -c "$ping")" "$(python3 -c "$ping")"
else skip "calls by number" "python3 on x86_64"
fi

done_testing
