# What depends on the kernel's version: Landlock's ABI, and the sandbox as a whole; read by guest.sh

whole () # file
{
  /bin/sh "$1" >"$TAP_TMP/whole" 2>&1
  tap_result $? "$1" "$(grep -A4 '^not ok' "$TAP_TMP/whole" | head -n 40; tail -n 1 "$TAP_TMP/whole")"
}

case $VM_KERNEL in
  6.1) abi=2 lacks='.*signal scope \(ABI 6\)' ;;
  6.12) abi=6 lacks= ;;
esac
ok "Landlock ABI $abi" nc-landlock -b -a $abi -r / -x / true
code "no newer one" 100 nc-landlock -b -a $((abi + 1)) -r / -x / true
if [ "$lacks" ]
then
  nc-landlock -r / -x / sh -c ': >"$0"' "$TAP_TMP/ran" 2>"$TAP_TMP/err"
  is "without -b it is refused" $? 100
  like "and names what the kernel lacks" "$(cat "$TAP_TMP/err")" "ABI $abi, which lacks: $lacks"
  ok "and the program has not run" test ! -e "$TAP_TMP/ran"
else
  is "without -b there is nothing to say" "$(nc-landlock -r / -x / true 2>&1; echo $?)" 0
fi
whole tests/tools/nc-landlock.t

nc-run -- sh -c 'exit 42' 2>"$TAP_TMP/err"
is "nc-run: the program's code" $? 42
like "nc-run: says what is not enforced, or nothing" "$(cat "$TAP_TMP/err")" "^${lacks:+nc-landlock: warning: not enforced, because this kernel has Landlock ABI $abi: .*}\$"
got=$(nc-run -- sh -c 'cat /proc/self/status; cat /proc/self/cgroup; ls -A /tmp; echo here >/tmp/x && cat /tmp/x; touch /usr/x; cat /proc/net/dev' 2>&1)
like "nc-run: its own uid" "$got" '^Uid:.[1-9][0-9]*'
like "nc-run: no capability" "$got" '^CapEff:.0000000000000000$'
like "nc-run: nor a way to one" "$got" '^CapBnd:.0000000000000000$'
like "nc-run: no_new_privs" "$got" '^NoNewPrivs:.1$'
like "nc-run: a filter" "$got" '^Seccomp:.2$'
like "nc-run: a /tmp of its own" "$got" '^here$'
like "nc-run: the programs cannot be changed" "$got" '/usr/x.*: (Permission denied|Read-only file system)'
is "nc-run: loopback alone" "$(printf '%s\n' "$got" | grep -c ': *[0-9]* *[0-9]* .*0$')" 1
is "nothing is left" "$(ls /run/nucleus 2>/dev/null)" ''
got=$(setpriv --reuid=1000 --regid=1000 --clear-groups nc-run -- sh -c 'cat /proc/self/status /proc/self/uid_map; ls /root' 2>&1)
like "nc-run without privilege: in a user namespace" "$got" '^ +[0-9]+ +1000 +1$'
like "nc-run without privilege: no capability" "$got" '^CapEff:.0000000000000000$'
like "nc-run without privilege: a filter" "$got" '^Seccomp:.2$'
