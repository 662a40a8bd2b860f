#!/bin/sh
# Ten programs of Debian: traced, and run again under the policies made of the traces, which let all of it pass and refuse what
# was not done. Everything runs as another user, without privilege, in a network namespace with nothing but its loopback.

. tests/lib/tap.sh
HERE=$PWD
T=$TAP_TMP/t
CALL=$PWD/build/tests/onecall
PATH=$NC_BIN:/usr/bin:/bin:/usr/sbin:/sbin
TERM=dumb LC_ALL=C.UTF-8
export PATH TERM LC_ALL

[ "$(id -u)" -eq 0 ] || { skip "ten programs" "root, to make a namespace and become another user"; done_testing; }
unshare -n -p -f --mount-proc ip link set lo up 2>/dev/null || { skip "ten programs" "network and pid namespaces of its own"; done_testing; }
for t in nc-trace nc-profile nc-policy nc-seccomp nc-landlock
do [ -e "$NC_BIN/$t" ] || { skip "ten programs" "$t"; done_testing; }
done
chmod 755 "$TAP_TMP"
mkdir "$T" "$T/dir" "$T/out"
chown 65534:65534 "$T/dir" "$T/out"
cp "$CALL" "$T/onecall"

inside () # cmd...: as nobody, alone on the network; what is left of it ends with its first process
{
  unshare -n -p -f --kill-child --mount-proc sh -c 'ip link set lo up && setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$@"; exit $?' sh "$@"
}
inside true 2>/dev/null || { skip "ten programs" "another user"; done_testing; }
inside test -x "$NC_BIN/nc-trace" || { skip "ten programs" "a build that another user can reach"; done_testing; }

run () # cmd...: the workload of $name, in a fresh directory, after the words
{
  rm -rf "$T/dir/$name"
  mkdir "$T/dir/$name"
  chown 65534:65534 "$T/dir/$name"
  (cd "$T/dir/$name" && HOME=$T/dir/$name inside timeout 120 "$@" sh "$T/$name.sh" >"$T/got" 2>"$T/err" </dev/null)
}

passes () # what cmd...: the workload says what it said without anything before it
{
  what=$1
  shift
  run "$@"
  rc=$?
  [ $rc -eq 0 ] && cmp -s "$T/got" "$T/$name.bare"
  tap_result $? "$name: $what" "exit $rc; $(diff "$T/$name.bare" "$T/got" | head -n 5; tail -n 5 "$T/err")"
}

program () # name command: reads the workload from standard input
{
  name=$1
  cat >"$T/$name.sh"
  command -v "$2" >/dev/null || [ -x "$2" ] || { skip "$name: all" "$2"; return; }
  run env || { skip "$name: all" "a workload of $name that passes without policies: $(tail -n 1 "$T/err")"; return; }
  cp "$T/got" "$T/$name.bare"
  passes "traced" nc-trace -o "$T/out/$name.1"
  passes "traced again" nc-trace -o "$T/out/$name.2"
  # seccomp
  ok "$name: a profile of both traces" nc-profile "$T/out/$name.1" "$T/out/$name.2" -o "$T/$name.json"
  nc-profile "$T/out/$name.2" "$T/out/$name.1" -o "$T/$name.again"
  ok "$name: the order of the traces does not matter" cmp "$T/$name.json" "$T/$name.again"
  ok "$name: nc-policy compiles it" nc-policy compile "$T/$name.json" -o "$T/$name.bpf"
  passes "the whole workload again under the profile" nc-seccomp "$T/$name.bpf"
  call=
  for c in $("$T/onecall"); do grep -q "\"$c\"" "$T/$name.json" || { call=$c; break; }; done
  is "$name: $call, which it never made, is refused" "$(inside nc-seccomp "$T/$name.bpf" "$T/onecall" "$call")" 1
  is "$name: negative control: $call without the profile" "$(inside "$T/onecall" "$call")" 0
  # Landlock
  ok "$name: a Landlock policy of both traces" nc-profile --landlock "$T/out/$name.1" "$T/out/$name.2" -o "$T/$name.toml"
  set -- nc-landlock
  while IFS= read -r line; do set -- "$@" "$line"; done <<ARGV
$(nc-policy argv "$T/$name.toml")
ARGV
  passes "the whole workload again under the Landlock policy" "$@"
  like "$name: a file that it never opened is refused" "$(inside "$@" sh -c "exec 3<$HERE/Makefile && echo opened" 2>&1)" '[Pp]ermission denied'
  is "$name: negative control: the file without the policy" "$(inside sh -c "exec 3<$HERE/Makefile && echo opened")" opened
}

program postgresql "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1)" <<'W'
set -e
PATH=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1):$PATH
initdb -D data -A trust -U me -E UTF8 >/dev/null
pg_ctl -D data -w -l log -o "-k $PWD -h 127.0.0.1 -p 7432" start >/dev/null
pgbench -h "$PWD" -p 7432 -U me -i -s 1 postgres >/dev/null 2>&1
pgbench -h 127.0.0.1 -p 7432 -U me -n -c 2 -j 2 -t 40 postgres | grep 'transactions actually processed'
psql -h "$PWD" -p 7432 -U me -At -c 'create table t (i int); insert into t select generate_series(1, 1000); select count(*), sum(i) from t' postgres
pg_ctl -D data -w -l log -o "-k $PWD -h 127.0.0.1 -p 7432" restart >/dev/null
psql -h "$PWD" -p 7432 -U me -At -c 'select max(i) from t' -c 'vacuum analyze t' postgres
pg_ctl -D data -w -m fast stop >/dev/null
W

program nginx nginx <<'W'
set -e
mkdir -p www tmp
echo hello >www/index.html
cat >conf <<C
pid $PWD/pid;
error_log $PWD/error;
events { worker_connections 64; }
http {
  access_log $PWD/access;
  client_body_temp_path tmp/a; proxy_temp_path tmp/b; fastcgi_temp_path tmp/c; uwsgi_temp_path tmp/d; scgi_temp_path tmp/e;
  server { listen 127.0.0.1:7480; root $PWD/www; location /up { proxy_pass http://127.0.0.1:7480/; } }
}
C
nginx -p "$PWD" -e "$PWD/error" -c "$PWD/conf"
curl -s --retry 20 --retry-connrefused --retry-delay 0 http://127.0.0.1:7480/
curl -s http://127.0.0.1:7480/up
curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:7480/absent
nginx -p "$PWD" -e "$PWD/error" -c "$PWD/conf" -s reload
sleep 1
curl -s http://127.0.0.1:7480/
nginx -p "$PWD" -e "$PWD/error" -c "$PWD/conf" -s quit
while [ -e pid ]; do sleep 0.1; done
W

program redis redis-server <<'W'
set -e
redis-server --bind 127.0.0.1 --port 7379 --dir "$PWD" --appendonly yes --daemonize no >log 2>&1 &
sleep 0.1
until redis-cli -p 7379 ping >/dev/null 2>&1; do sleep 0.1; done
redis-cli -p 7379 set key value
redis-cli -p 7379 get key
redis-cli -p 7379 eval 'return 6 * 7' 0
redis-cli -p 7379 save
redis-cli -p 7379 shutdown || :
wait
W

program node node <<'W'
cat >main.js <<'J'
const http = require('http'), fs = require('fs'), cp = require('child_process'), zlib = require('zlib')
const { Worker } = require('worker_threads')
const s = http.createServer((q, r) => r.end('served ' + q.url)).listen(0, '127.0.0.1', () => {
  http.get({ port: s.address().port, host: '127.0.0.1', path: '/x' }, r => {
    r.on('data', d => console.log(String(d)))
    r.on('end', () => s.close(() => {
      fs.writeFileSync('f', zlib.gzipSync('text'))
      console.log(String(zlib.gunzipSync(fs.readFileSync('f'))), fs.readdirSync('.').length)
      fs.mkdirSync('d/e', { recursive: true }); fs.rmSync('d', { recursive: true })
      console.log(String(cp.execSync('echo child')))
      new Worker('require("worker_threads").parentPort.postMessage(7)', { eval: true }).on('message', m => console.log(m))
    }))
  })
})
J
node main.js
W

program python3 /usr/bin/python3 <<'W'
/usr/bin/python3 - <<'P'
import hashlib, json, os, shutil, socket, subprocess, tempfile, threading
t = threading.Thread(target=print, args=("thread",)); t.start(); t.join()
s = socket.create_server(("127.0.0.1", 0)); c = socket.create_connection(s.getsockname()); a, _ = s.accept()
c.sendall(b"over the loopback"); print(a.recv(64).decode())
d = tempfile.mkdtemp(dir=".")
with open(d + "/f", "w") as f: json.dump([1, 2], f)
os.rename(d + "/f", d + "/g"); print(open(d + "/g").read()); shutil.rmtree(d)
print(subprocess.run(["sort"], input=b"b\na\n", capture_output=True).stdout.decode().split())
print(hashlib.sha256(b"x").hexdigest()[:8])
if os.fork() == 0: os._exit(3)
print(os.waitstatus_to_exitcode(os.wait()[1]))
P
W

program git git <<'W'
set -e
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE='1000000000 +0000' GIT_COMMITTER_DATE='1000000000 +0000'
git -c init.defaultBranch=main init -q a
cd a
git config user.name me
git config user.email me@localhost
i=0
while [ $i -lt 20 ]; do echo $i >file$i; i=$((i + 1)); done
git add .
git commit -q -m one
git checkout -q -b side
git mv file1 moved
git commit -q -m two
git checkout -q main
git merge -q --no-edit side
git log --format=%s
git gc -q
git clone -q . ../b
git -C ../b status --short
git -C ../b rev-parse HEAD
git diff --stat HEAD~1
W

program gcc gcc <<'W'
set -e
printf '#include <stdio.h>\nextern int f (int) ;\nint main (void) { printf("%%d\\n", f(20)) ; return 0 ; }\n' >a.c
printf 'int f (int i) { return i + 1 ; }\n' >b.c
gcc -O2 -Wall -g -c a.c
gcc -O1 -pipe -c b.c
ar rc libb.a b.o
gcc -o prog a.o libb.a
./prog
gcc -static -o prog2 a.c b.c
./prog2
gcc -S -o - b.c | grep -c '^f:'
W

program bash bash <<'W'
cat >script <<'B'
set -eo pipefail
shopt -s globstar
mkdir -p d/e
for i in {1..5}; do echo "line $i" >"d/e/$i"; done
echo d/**
cat d/e/* | sort -r | head -n 2
while read -r x; do last=$x; done < <(cat d/e/5)
echo "$last" "$(wc -l <<<"$last")"
trap 'echo caught' USR1
kill -USR1 $$
coproc cat
echo through >&"${COPROC[1]}"
read -r y <&"${COPROC[0]}"
echo "$y"
(sleep 0.1; exit 4) & wait $! || echo "status $?"
rm -r d
printf '%s\n' "$((2 ** 40))"
B
bash script
W

program curl curl <<'W'
mkdir -p www
echo page >www/index.html
echo more >www/more
cat >serve.py <<'P'
import functools, http.server, sys
h = functools.partial(http.server.SimpleHTTPRequestHandler, directory="www")
http.server.ThreadingHTTPServer(("127.0.0.1", 7481), h).serve_forever()
P
/usr/bin/python3 serve.py >log 2>&1 &
curl -s --retry 50 --retry-connrefused --retry-delay 0 http://127.0.0.1:7481/
curl -s -Z -o one -o two http://localhost:7481/more http://localhost:7481/index.html
cat one two
curl -s -I http://127.0.0.1:7481/more | head -n 1 | cut -c 1-12
curl -s -T www/more http://127.0.0.1:7481/up -o /dev/null -w '%{http_code}\n'
curl -s "file://$PWD/www/more"
curl -s http://127.0.0.1:1/ || echo "no one: $?"
kill $!
W

program tar tar <<'W'
set -e
mkdir -p src/a/b out
i=0
while [ $i -lt 50 ]; do echo "$i" >"src/a/b/$i"; i=$((i + 1)); done
ln -s b/1 src/a/link
ln src/a/b/2 src/a/hard
tar czf x.tgz src
tar tzf x.tgz | wc -l
tar xzpf x.tgz -C out
diff -r src out/src && echo same
tar cJf x.txz src
tar xJf x.txz -C out --overwrite
tar --delete -f x.tar src 2>/dev/null || echo none
tar cf - src | tar xf - -C out
rm -r out
W

done_testing
