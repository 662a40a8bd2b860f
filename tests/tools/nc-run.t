#!/bin/sh
# also: asan
# What nc-run's line means, and what it refuses. The sandbox itself: tests/chain/agent.t
. tests/lib/tap.sh
. tests/lib/chain.sh

d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/run"
line () { nc-run -n "$@" ; }

# options
code "no program" 100 nc-run
code "unknown option" 100 nc-run --zz true
code "unknown letter" 100 nc-run -Z true
code "a missing value" 100 nc-run --name
ok "--help" nc-run --help
like "--version" "$(nc-run --version)" '^nc-run [0-9.]+$'
for short in --nam=x --vol=/a:/b --serv=agent --work=/x --rootf=/x --proc --time --tmp=/x
do
  code "an abbreviation: $short" 100 line $short true
  like "is named: $short" "$(err nc-run -n $short true)" "^nc-run: fatal: (unknown option: $short|no step here does the work of)"
done
code "options end at the program" 0 line sh --zz
code "and at --" 0 line -- sh
for pair in "--name a --name b" "--hostname a --hostname b" "--user 1 --user 2" "--home /a --home /b"
do code "given twice: $pair" 100 line $pair true
done

# what the reference has and no step here does: refused by name
for opt in bundle config config-fd console-socket credential-broker \
  egress-allow egress-domain egress-tcp-port egress-udp-port gpu gpu-device gpu-driver-capabilities gpu-visible-devices gvisor-platform health-cmd \
  health-interval health-retries health-start-period hooks nat-backend pid-file \
  publish readiness-exec readiness-tcp seccomp-allow seccomp-log seccomp-mode secrets-fd trust-level
do
  if nc-run --help | grep -q -e "--$opt\b"; then skip "--$opt is refused" "nothing: nc-run has it"; continue; fi
  is "--$opt is refused by name" "$(err nc-run -n "--$opt" x true)" "nc-run: fatal: no step here does the work of --$opt"
done
for opt in credential-broker-no-proxy-env detach no-broker-proxy-env no-gpu-driver-libs readiness-sd-notify \
  sd-notify terminal
do
  if nc-run --help | grep -q -e "--$opt\b"; then skip "--$opt is refused" "nothing: nc-run has it"; continue; fi
  is "--$opt is refused by name" "$(err nc-run -n "--$opt" true)" "nc-run: fatal: no step here does the work of --$opt"
done
for words in "--runtime gvisor" "--network bridge" "--network gvisor-host" "--service-mode Agent" "--service-mode strict" "--service-mode production" \
  "--userns KEEP-ID" "--network host" "--allow-host-network" "--dns 1.1.1.1" "-p 80:80" "-d" "-v /a:/b" "--group 5" "--memlock 0" "--memlock 1Q" "--env-fd 2" \
  "--env-fd x" "--events-fd 1" "--name ../x" "--name .x" "--home relative" "--home /" "--home /a/../b" "--home /a/" "--workdir x" "--workdir /a/.." "--rootfs x" \
  "--volume /a" "--volume /a:b" "--volume a:/b" "--volume /a:/" "--volume /a:/x/" "--volume /a:/x//y" "--volume /a:/x/../y" "--volume /a:/x/." "--volume /a:/usr" \
  "--volume /a:/proc/x" "--volume /a:/dev" "--volume /a:/etc/../usr" "--volume /a:/x:RO" "--volume /a:/x:ro:y" "--volume :/x" "--tmpfs /x:0" "--tmpfs /x:4G:x" \
  "--tmpfs x" "--tmpfs /usr/x" "--tmpfs /x:1M:ro:y" "-e 1A=x" "-e A-B=x" "-e =x" "-e LD_PRELOAD=x" "-e LD_LIBRARY_PATH=x" "-e LD_AUDIT=x" "-e NC_SCOPE=x" \
  "-e NC_NOT_SET_ANYWHERE" "--user no-such-user" "--user 4294967295" "--user 4294967296" "--user -1"
do code "refuses $words" 100 line $words true
done
for w in --name --hostname --home --user --rootfs --workdir --root -e
do
  code "refuses an empty $w" 100 line $w "" true
  case $w in --hostname | --root) ;; *) code "refuses a newline in $w" 100 line $w "/a${newline}b" true ;; esac
done

if ! root_with -mpuinC || ! $unpriv unshare -U true 2>/dev/null || [ ! -e "${NC_BIN%/bin}/share/nucleus/seccomp/agent.bpf" ]
then skip "everything else" "root with every kind of namespace, users' namespaces and the agent's filter"; done_testing
fi
run="nc-run --root $d/run"

# -n prints a line that gives the same
see='cat /proc/self/mountinfo | cut -d" " -f4-; env | sort; grep -e Cap -e Seccomp /proc/self/status; pwd; uname -n'
norm () { sed 's/ [0-9]*:[0-9]* / /; s/id=[0-9]*/id=N/g' ; }
$run --name a --tmpfs "/it's:1M" -e "A=b c" sh -c "$see" | norm >"$d/one"
A="b c" sh -c "$($run -n --name a --tmpfs "/it's:1M" -e "A=b c" sh -c "$see")" | norm >"$d/two"
ok "-n: the printed line is the same sandbox" diff -u "$d/one" "$d/two"
is "-n: it does nothing" "$(line sh -c 'echo ran' | grep -cx ran)" 0
is "-n: a value given by -e is not shown" "$(line -e SECRET=hunter2 true | grep -c hunter2)" 0
is "-n: one line" "$(line -e A=1 sh -c "a${newline}b" | wc -l)" 2
is "-e: a value arrives" "$($run -e "A=b c" -e B= sh -c 'echo "$A,$B."')" "b c,."
is "-e: a later one wins" "$($run -e A=1 -e A=2 sh -c 'echo $A')" 2
is "-e NAME: the caller's value" "$(FROM=here $run -e FROM sh -c 'echo $FROM')" here
is "--env-fd" "$(printf 'A=x y\0B=2\0' | $run --env-fd 9 sh -c 'echo "$A $B"' 9<&0 </dev/null)" "x y 2"

# exit codes
bad=
for n in 0 1 2 99 100 111 126 127 128 255
do
  $run sh -c "exit $n"
  [ $? -eq $n ] || bad="$bad $n"
done
is "the program's exit code comes back" "$bad" ""
for n in 1 2 6 9 11 15
do code "signal $n: $((128 + n))" $((128 + n)) $run sh -c "kill -$n \$\$; sleep 9"
done
code "a program that is not there" 127 $run /nonexistent
code "a program that is none" 126 $run /etc/passwd
# nor does the code hang on where the stack happens to begin, once a keeper gave back what it no longer needs: a signal tells it to
bad=
for i in $(seq 0 255)
do
  env -i PATH="$PATH" PAD="$(printf '%*s' $((16 * i)) '')" setarch -R nc-clean -e PATH nc-scope -r "$d/run" sh -c 'trap "" HUP; kill -HUP $PPID; exit 7'
  [ $? -eq 7 ] || bad="$bad $i"
done 2>/dev/null
is "the code comes back for every place of the stack" "$bad" ""

# Ctrl-C in a terminal: the container gets one SIGINT and ends
cat >"$d/terminal.py" <<'X'
import os, pty, sys
pid, fd = pty.fork()
if not pid: os.execvp(sys.argv[1], sys.argv[1:])
out = b""
while True:
    try: data = os.read(fd, 1000)
    except OSError: break
    if not data: break
    out += data
    if b"ready" in data: os.write(fd, b"\x03")
print(out.count(b"got INT"), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
X
if [ -x /usr/bin/python3 ]
then
  is "Ctrl-C: once, and the code comes back" "$(/usr/bin/python3 "$d/terminal.py" $run perl -e '$| = 1; $SIG{INT} = sub { $n++; print "got INT\n" };
    print "ready\n"; sleep 9; select undef, undef, undef, 0.3; exit 40 + $n')" "1 41"
  is "Ctrl-C: a program without a handler ends" "$(/usr/bin/python3 "$d/terminal.py" $run sh -c 'echo ready; exec sleep 9')" "0 130"
  is "Ctrl-C: what the program waits for gets it too" "$(/usr/bin/python3 "$d/terminal.py" $run sh -c \
    'trap : INT; perl -e "\$| = 1; \$SIG{INT} = sub { print qq(got INT\n); exit }; print qq(ready\n); sleep 2"; exit 5')" "1 5"
else skip "Ctrl-C" "python3"
fi
is "nothing is left" "$(find "$d/run" -mindepth 1 ! -path '*/.leases*')" ""
# as a service
mkdir "$d/owned"
chown 990:991 "$d/owned"
chmod 755 "$d/owned"
for mode in agent strict-agent
do
  if [ $mode = strict-agent ] && ! $run --strict-agent true 2>/dev/null; then skip "--user-of, $mode" "cgroups with the controller pids"; continue; fi
  is "--user-of, $mode: the owner of the directory" "$($run --service-mode $mode --user web --user-of "$d/owned" --volume "$d/owned:/o" \
    sh -c 'id -u; id -g; id -un; stat -c %u /o; : >/o/made && stat -c %u:%g /o/made' | tr '\n' ' ')" "990 991 web 990 990:991 "
done
code "--user-of: not root's" 100 $run --user-of "$d" true
listen='echo $LISTEN_FDS $LISTEN_FDNAMES; [ "$LISTEN_PID" = $$ ] && echo mine; [ -e /proc/self/fd/3 ] && [ -e /proc/self/fd/4 ] && [ ! -e /proc/self/fd/5 ] && echo both'
is "--listen-fds: two sockets, for the pid inside" "$(LISTEN_FDS=2 LISTEN_FDNAMES=a:b LISTEN_PID=1 $run --listen-fds 2 sh -c "$listen" 3</dev/null 4</dev/null 5</dev/null | tr '\n' ' ')" "2 a:b mine both "
code "--listen-fds: one that is not open" 100 $run --listen-fds 2 true 3</dev/null
is "--keep-fd" "$($run --keep-fd 7 sh -c 'echo in >&7' 7>"$d/seven"; cat "$d/seven")" in
code "--sd-notify: no socket" 100 env -u NOTIFY_SOCKET nc-run --root "$d/run" --sd-notify true
if [ -x /usr/bin/python3 ]
then
  cat >"$d/notify.py" <<'X'
import os, socket, subprocess, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
s.settimeout(10)
send = "use Socket; socket(S,PF_UNIX,SOCK_DGRAM,0); send(S,q(READY=1),0,sockaddr_un($ENV{NOTIFY_SOCKET})) or die"
subprocess.run(sys.argv[2:] + ["perl", "-e", send], env=dict(os.environ, NOTIFY_SOCKET=sys.argv[1]), check=True)
print(s.recv(100).decode())
X
  is "--sd-notify: what the program says arrives" "$(/usr/bin/python3 "$d/notify.py" "$d/notify" $run --sd-notify)" "READY=1"
fi
done_testing
