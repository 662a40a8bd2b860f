#!/bin/sh
# also: asan
. tests/lib/tap.sh
. tests/lib/chain.sh

# usage and order
code "no arguments" 100 nc-init
code "unknown option" 100 nc-init -Z true
code "not the first process" 100 nc-init true
like "names the order" "$(err nc-init true)" 'nc-unshare -p goes before nc-init$'
is "and the program did not run" "$(nc-init echo ran 2>/dev/null)" ""

if ! root_with -mp
then skip "everything else" "root with pid and mount namespaces"; done_testing
fi
# -m and a new /proc, so that what is seen is the namespace's own
inside () { nc-unshare -pm sh -c 'mount -t proc proc /proc && exec "$@"' sh "$@" ; }
like "a second time" "$(err inside nc-init nc-init true)" 'nc-unshare -p goes before nc-init$'

# exit codes
bad=
for n in $(seq 0 255)
do
  nc-unshare -p nc-init sh -c "exit $n"
  [ $? -eq "$n" ] || bad="$bad $n"
done
is "exit codes 0 to 255 come back through both keepers" "$bad" ""
bad=
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 24 25 26 27 29 30 31 34 64
do
  nc-unshare -p nc-init sh -c "kill -$n \$\$; sleep 9"
  [ $? -eq $((128 + n)) ] || bad="$bad $n"
done
is "signals come back as 128+n" "$bad" ""
code "a program that is not there" 127 nc-unshare -p nc-init /nonexistent
code "a program that is none" 126 nc-unshare -p nc-init /etc/passwd
is "nothing of its own is printed" "$(nc-unshare -p nc-init true 2>&1)" ""

# the program's place
is "the program is the first process's child" "$(nc-unshare -p nc-init sh -c 'echo $PPID')" 1
is "in a session of its own" "$(inside nc-init sh -c 'read -r pid c s pp pg sid r </proc/self/stat; echo $pg $sid $$' )" \
  "$(inside nc-init sh -c 'echo $$ $$ $$')"
is "the signal mask arrives as it was" "$(inside nc-init grep SigBlk /proc/self/status)" "$(grep SigBlk /proc/self/status)"

# pid 1 as the program sees it
one='for f in CapInh CapPrm CapEff CapAmb NoNewPrivs Seccomp; do sed -n "s/^$f:[[:space:]]*/$f /p" /proc/1/status; done'
is "pid 1: CAP_KILL alone, no_new_privs, a filter" "$(inside nc-init sh -c "$one")" \
"CapInh 0000000000000000
CapPrm 0000000000000020
CapEff 0000000000000020
CapAmb 0000000000000000
NoNewPrivs 1
Seccomp 2"
is "pid 1: fixed text as command line" "$(inside nc-init sh -c "tr -d '\0' </proc/1/cmdline")" nc-init
is "control: the program's own is seen" "$(inside nc-init sh -c "tr '\0' ' ' </proc/\$\$/cmdline; :" | cut -c1-5)" "sh -c"
SECRET=hunter2; export SECRET
is "pid 1: no environment" "$(inside nc-init sh -c "tr -d '\0' </proc/1/environ")" ""
is "control: the program has it" "$(inside nc-init sh -c "tr '\0' '\n' </proc/\$\$/environ" | grep SECRET)" SECRET=hunter2
is "pid 1: no descriptor" "$(inside nc-init sh -c 'ls /proc/1/fd | wc -l' 9</)" 0
is "control: the program has it" "$(inside nc-init sh -c 'ls /proc/$$/fd | grep -cx 9' 9</)" 1
is "pid 1: not dumpable" "$(inside nc-init $unpriv stat -c %u /proc/1/fd)" 0
code "pid 1: not killed from inside" 0 inside nc-init sh -c 'kill -9 1; kill -STOP 1; kill -SEGV 1; exit 0'
ok "pid 1: an unprivileged program may not signal it" inside nc-init $unpriv perl -e 'exit(kill(0, 1) != 0)'
# reaping
orphans='for (1..40) { my $p = fork; if (!$p) { if (!fork) { select undef, undef, undef, 0.02; exit 3 } exit 0 } waitpid $p, 0 }
  for (1..100) { select undef, undef, undef, 0.05;
    my @p = grep { m,/(\d+)$, && $1 != 1 && $1 != $$ } glob "/proc/[0-9]*"; exit 0 unless @p } print "@p\n"; exit 1'
ok "forty orphans are reaped" inside nc-init perl -e "$orphans"
code "control: a first process that does not wait leaves zombies" 1 inside perl -e \
  'my $p = fork; if (!$p) { fork or exit 0; exit 0 } sleep 1; my @z = grep { open F, "<", "$_/stat" and <F> =~ /\) Z/ } glob "/proc/[0-9]*"; exit(@z > 0)'
code "the code is the program's, not an orphan's" 7 nc-unshare -p nc-init sh -c '(sleep 0.05; exit 3) & exec sh -c "sleep 0.1; exit 7"'
nc-unshare -p nc-init sh -c 'sleep 4711 & exit 0'
code "what the program leaves behind ends with it" 1 pgrep -xf 'sleep 4711'

# signals
payload='$SIG{$_} = sub { open F, ">>", $ARGV[0]; print F "$_[0]\n"; close F } for qw(HUP INT QUIT TERM USR1 USR2 ALRM WINCH CONT);
  $SIG{CHLD} = "DEFAULT"; open F, ">", $ARGV[1]; close F; select undef, undef, undef, 0.05 while 1'
chmod 777 "$TAP_TMP"
start () # step...
{
  rm -f "$TAP_TMP/got" "$TAP_TMP/up"
  nc-unshare -p nc-init "$@" perl -e "$payload" "$TAP_TMP/got" "$TAP_TMP/up" &
  k=$!
  eventually test -e "$TAP_TMP/up"
}
for who in env "$unpriv"
do
  start $who
  for s in HUP INT QUIT TERM USR1 USR2 ALRM WINCH CONT
  do
    kill -$s "$k"
    ok "SIG$s arrives through both keepers ($(echo $who | cut -c1-7))" eventually grep -qx "$s" "$TAP_TMP/got"
  done
  one=$(cat "/proc/$k/task/$k/children")
  kill -9 $one
  wait "$k"
  is "kill -9 of the first process: 137" $? 137
done
start env
one=$(cat "/proc/$k/task/$k/children")
child=$(cat /proc/${one% }/task/${one% }/children)
kill -9 "$k"
wait "$k" 2>/dev/null
ok "kill -9 of the outer keeper ends the first process" eventually gone "${one% }"
ok "and the program" eventually gone "${child% }"
# sockets of a service manager
pid='echo ${LISTEN_PID-none} $$'
is "-l: LISTEN_PID is the program's" "$(LISTEN_PID=77 nc-unshare -p nc-init -l sh -c "$pid" | awk '$1 == $2 { print "same" }')" same
is "control: without it, it stays" "$(LISTEN_PID=77 nc-unshare -p nc-init sh -c "$pid" | cut -d' ' -f1)" 77
is "-l: none is made where there was none" "$(env -u LISTEN_PID nc-unshare -p nc-init -l sh -c "$pid" | cut -d' ' -f1)" none
is "-l: the rest of the environment stays" "$(LISTEN_PID=77 A=1 LISTEN_FDS=2 nc-unshare -p nc-init -l sh -c 'echo $A $LISTEN_FDS')" "1 2"
done_testing
