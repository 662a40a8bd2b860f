#!/bin/sh
# kill -9 of a running container, and at times of its start (kills.t: before each system call): after nc-gc nothing is left of
# it, neither processes nor mounts, run directories or leases.
. tests/lib/tap.sh
. tests/lib/chain.sh

for t in bash nc-scope nc-gc nc-run nc-seccomp nc-landlock
do command -v $t >/dev/null || { skip "kill -9" "$t"; done_testing; }
done
if ! root_with -mpuinC
then skip "kill -9" "root with every kind of namespace"; done_testing
fi
d=$TAP_TMP
mkdir -m 700 "$d/run"
mark=nc-kill-$$
run="nc-run --root $d/run"
left () # what a container of ours could have left
{
  grep -l "[n]${mark#n}" /proc/[0-9]*/cmdline 2>/dev/null
  cut -d' ' -f5- /proc/self/mountinfo
  find "$d/run" -mindepth 1 ! -path '*/.leases/lock' ! -path '*/.leases'
  cat /proc/sysvipc/shm
}
swept () { nc-gc -r "$d/run"; [ "$(left)" = "$before" ]; }   # the kernel may take its time to end the processes
$run true >/dev/null 2>&1
before=$(left)
inside="exec -a $mark sleep 1000"

start () # step...: one container in the background, its outermost process in $k
{
  rm -f "$d/vol/up"
  mkdir -p -m 777 "$d/vol"
  $run --name box --volume "$d/vol:/vol" "$@" bash -c ": >/vol/up; $inside" 2>/dev/null &
  k=$!
}
running () { eventually test -e "$d/vol/up" ; }
descend () # n: the n-th process below $k
{
  p=$k
  for _ in $(seq "$1"); do p=$(cat "/proc/$p/task/$p/children"); p=${p%% *}; done
  echo "$p"
}

# running, and each of its processes killed: the scope's keeper, the namespaces' keeper, the first process, the program
for n in 0 1 2 3
do
  start
  ok "process $n: it runs" running
  kill -9 "$(descend $n)"
  wait "$k" 2>/dev/null
  ok "process $n killed: nothing is left" eventually swept
done
start --user 0
ok "with a user namespace: it runs" running
kill -9 "$k"
wait "$k" 2>/dev/null
ok "the scope's keeper killed: nothing is left" eventually swept

# a name that a dead keeper held is free again, without nc-gc
start
running
kill -9 "$k"
wait "$k" 2>/dev/null
code "the next start clears what the last left" 7 $run --name box sh -c 'exit 7'
ok "nothing is left" eventually swept

# while it starts: after every delay of a few hundred microseconds, the outermost process alone or the whole group
bad=
for i in $(seq 0 19)
do
  start
  perl -e 'select undef, undef, undef, $ARGV[0] / 2000' "$i"
  kill -9 "$k"
  wait "$k" 2>/dev/null
  eventually swept || bad="$bad $i: $(left)"
done
is "killed while it starts, at twenty times: nothing is left" "$bad" ""
done_testing
