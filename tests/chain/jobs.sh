# Everyday work, one function a tool; everyday.t runs each inside the sandbox and outside, and compares what they print.
# Each starts in an empty directory of its own.

job_sh () { a=$(printf '%s ' one two | tr a-z A-Z); echo "$a" | while read -r x y; do echo "$y $x"; done; (exit 3); echo $?; }

job_bash () { bash -c 'a=(x{1..3}); echo "${a[@]}" $(wc -c < <(echo sub)); cat <<<here; echo x | { read -r v; echo "$v"; }; set -o pipefail; false | cat; echo $?'; }

job_sort ()
{
  seq 1000 | sort -r | uniq | sha256sum
  mkdir -p a/b; echo 1 >a/b/f; cp -a a c; mv c d; ln -s f d/b/l; ln d/b/f d/b/h; chmod 640 d/b/f; touch -d @86400 d/b/f
  stat -c '%a %h %s %Y' d/b/f; readlink d/b/l; ls -R d; date -u -d @0; t=$(mktemp); echo x >"$t"; cat "$t"; rm "$t"
  timeout 5 true; echo $?; timeout 0.1 sleep 5; echo $?; dd if=/dev/zero bs=1k count=3 2>/dev/null | wc -c; find d | LC_ALL=C sort; nice -n 5 nice
}

job_tar ()
{
  mkdir -p in/sub out; seq 100 >in/f; ln -s f in/l; chmod 750 in/sub
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf t.tar in; sha256sum t.tar
  tar -czf t.tgz in; tar -xzf t.tgz -C out; diff -r in out/in; stat -c %a out/in/sub
}

job_git ()
{
  export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_AUTHOR_DATE='@0 +0000' GIT_COMMITTER_DATE='@0 +0000'
  git -c init.defaultBranch=main init -q r; cd r; echo x >f; git add f; git commit -qm one; echo y >>f; git commit -qam two
  git log --format='%H %s'; git diff HEAD~1 --stat; git gc -q; git fsck; git clone -q . ../s; git -C ../s status --short --branch
}

job_python3 ()
{
  python3 - <<'X'
import concurrent.futures as f, hashlib, multiprocessing as m, os, socket, subprocess, tempfile, threading
with f.ThreadPoolExecutor(4) as e: print(list(e.map(lambda i: i * i, range(8))))
print(subprocess.run(["sh", "-c", "echo sub; exit 4"], capture_output=True, text=True))
with m.Pool(2) as p: print(p.map(abs, [-1, -2]))
a, b = socket.socketpair(); a.send(b"pair"); print(b.recv(4))
with tempfile.NamedTemporaryFile() as t: t.write(b"x"); t.flush(); print(os.stat(t.name).st_size)
print(hashlib.sha256(b"x").hexdigest(), len(os.urandom(8)), os.cpu_count() > 0)
X
}

job_node () { node -e 'const c = require("child_process"), w = require("worker_threads"); console.log(c.execSync("echo sub").toString().trim());
  new w.Worker("require(\"worker_threads\").parentPort.postMessage(6 * 7)", { eval: true }).on("message", m => { console.log(m); setTimeout(() => console.log("end"), 20) });
  require("fs").writeFileSync("f", "x"); console.log(require("crypto").createHash("sha256").update("x").digest("hex"))'; }

job_gcc ()
{
  printf 'int two (void) { return 2 ; }\n' >two.c
  printf '#include <stdio.h>\nint two (void) ;\nint main (void) { printf("%%d\\n", 40 + two()) ; return 5 ; }\n' >main.c
  printf 'prog: main.o two.o\n\tgcc -o prog main.o two.o\n%%.o: %%.c\n\tgcc -O1 -c $<\n' >Makefile
  make -j2 >/dev/null && ./prog; echo $?
}

job_perl () { perl -MPOSIX -e 'my $p = open my $f, "-|", "echo", "sub" or die; print <$f>; close $f; if (my $c = fork) { waitpid $c, 0; print $? >> 8, "\n" } else { POSIX::_exit(6) }
  local $SIG{ALRM} = sub { print "alarm\n" }; POSIX::raise(SIGALRM); print join(",", sort { $b <=> $a } 1..5), "\n"'; }

job_curl ()
{
  echo served >page
  python3 -u -m http.server 0 --bind 127.0.0.1 >log 2>&1 &
  s=$!
  i=0; until port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' log | grep .) || [ $i -eq 100 ]; do i=$((i + 1)); sleep 0.05; done
  curl -sS "http://127.0.0.1:$port/page"; curl -s -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$port/none"
  kill $s
}

job_ssh () { ssh -G -o ControlPath=none host.example | grep -E '^(hostname|port|ciphers|kexalgorithms) '; }

job_ssh_keygen ()
{
  ssh-keygen -q -t ed25519 -N '' -C me -f k && ssh-keygen -lf k.pub | sed -E 's/SHA256:[^ ]+/FINGERPRINT/'
  [ "$(ssh-keygen -y -f k | cut -d' ' -f2)" = "$(cut -d' ' -f2 k.pub)" ] && echo same
}

cd "$1" && mkdir "$2" && cd "$2" && "job_$2"
