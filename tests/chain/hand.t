#!/bin/sh
# The chain by hand: as an execline script, and as a service under s6; both are the same sandbox.
# NC_GOLDEN=write writes golden/hand.txt anew.
. tests/lib/tap.sh
. tests/lib/chain.sh

for t in execlineb s6-svscan s6-svwait s6-svc nc-scope nc-seccomp nc-landlock nc-userns nc-rlimit
do command -v $t >/dev/null || { skip "the chain by hand" "$t"; done_testing; }
done
if ! root_with -mpuinC || ! unshare -U true 2>/dev/null
then skip "the chain by hand" "root with every kind of namespace"; done_testing
fi
LANG=C.UTF-8; export LANG
d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/run"
server=$PWD/build/tests/server
[ -x "$server" ] || { mkdir -p build/tests; gcc -O1 -static -D_GNU_SOURCE -o "$server" tests/lib/server.c; }

# a root file system of a dozen programs, the libraries they need and the server
i=$d/image
mkdir -p "$i/bin" "$i/lib" "$i/lib64" "$i/tmp"
for p in sh env find awk sed grep ls sort tr id uname cat sleep
do
  f=$(command -v $p)
  cp -L "$f" "$i/bin/$p"
  for l in $(ldd "$f" 2>/dev/null | grep -o '/[^ ]*')
  do [ -e "$i$l" ] || { mkdir -p "$i${l%/*}" && cp -L "$l" "$i$l"; }
  done
done
cp "$server" "$i/bin/web"
{ cat tests/chain/probe.sh; echo 'echo "== end"; exec /bin/web 8080'; } >"$i/bin/probe.sh"
{ cat tests/chain/probe.sh; echo 'echo "== end"'; } >"$i/bin/once.sh"
printf '\006\000\000\000\000\000\377\177' >"$d/filter"   # one instruction: allow
[ ! -e "${NC_BIN%/bin}/share/nucleus/seccomp/agent.bpf" ] || cp "${NC_BIN%/bin}/share/nucleus/seccomp/agent.bpf" "$d/filter"

# the two scripts; separate executables are named by path, bound and made executable
cp tests/chain/web.execline "$d/web"
cp -R tests/chain/service "$d/service"
if [ "$(readlink "$NC_BIN/nc-init")" != nucleus ]
then sed -i "s,^nc-landlock,& -x $NC_BIN,; s,^nc-rootfs,& -b $NC_BIN:$NC_BIN,; s,^nc-,$NC_BIN/nc-," "$d/web" "$d/service/run"
fi

# by hand
execlineb -s3 "$d/web" "$d/run" "$d/filter" "$i" /bin/sh /bin/once.sh "$NC_BIN" >"$d/hand" 2>"$d/err" 3>/dev/null </dev/null
is "execline: exit code" $? 0
is "execline: nothing on stderr" "$(cat "$d/err")" ""
[ "${NC_GOLDEN-}" != write ] || cp "$d/hand" tests/chain/golden/hand.txt
ok "execline: the program sees what is on the list" diff -u tests/chain/golden/hand.txt "$d/hand"
code "execline: the program's code comes back" 7 execlineb -s3 "$d/web" "$d/run" "$d/filter" "$i" /bin/sh -c 'exit 7' 3>/dev/null

# under s6
mkdir "$d/scan"
mv "$d/service" "$d/scan/web"
NC_TEST_RUN=$d/run NC_TEST_FILTER=$d/filter NC_TEST_IMAGE=$i s6-svscan "$d/scan" >"$d/log" 2>&1 </dev/null &
svscan=$!
s=$d/scan/web
eventually s6-svok "$s"
ok "s6: ready" s6-svwait -U -t 20000 "$s"
is "s6: it says so" "$(s6-svstat -o up,ready "$s")" "true true"
sed '/^== end/q' "$d/log" >"$d/seen"
ok "s6: the same sandbox" diff -u "$d/hand" "$d/seen"
inner () # the server's own pid: the last of the line of children
{
  p=$(s6-svstat -o pid "$s")
  while c=$(cat "/proc/$p/task/$p/children" 2>/dev/null) && [ -n "$c" ]; do p=${c%% *}; done
  echo "$p"
}
ask='use Socket; socket(C,PF_INET,SOCK_STREAM,0); connect(C,sockaddr_in(8080,inet_aton("127.0.0.1"))) or die "$!\n"; print <C>'
is "s6: it serves, on its own loopback" "$(nsenter -t "$(inner)" -n perl -e "$ask")" served
code "control: not on the host's" 111 perl -e "$ask"
code "a name in use" 111 execlineb -s3 "$d/web" "$d/run" "$d/filter" "$i" /bin/sh -c 'exit 7' 3>/dev/null

old=$(inner)
ok "s6: restarts, ready again" s6-svc -wR -T 20000 -r "$s"
ok "the old server is gone" gone "$old"
old=$(inner)
kill -9 "$(s6-svstat -o pid "$s")"
ok "kill -9 of the service: the server goes too" eventually gone "$old"
ok "and s6 starts the next" eventually sh -c "[ \"\$(s6-svstat -o ready '$s')\" = true ]"
old=$(inner)
ok "s6: down" s6-svc -wD -T 20000 -d "$s"
is "by the server's own code" "$(s6-svstat -o exitcode "$s")" 0
ok "the server is gone" gone "$old"
s6-svscanctl -t "$d/scan"
wait "$svscan"
is "nothing is left" "$(find "$d/run" -mindepth 1 ! -path '*/.leases*')" ""
done_testing
