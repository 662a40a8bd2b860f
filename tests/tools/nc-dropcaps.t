#!/bin/sh
# also: asan
# nc-dropcaps: identity, the five sets, securebits; seen from inside

. tests/lib/tap.sh

status () { "$@" grep -E '^(Uid|Gid|Groups|Cap...|NoNewPrivs):' /proc/self/status ; }
line () { printf '%s\n' "$1" | sed -n "s/^$2:[[:space:]]*//p" | tr '\t' ' ' | sed 's/ *$//' ; }

code "no prog" 100 nc-dropcaps
code "unknown option" 100 nc-dropcaps -Z true
code "-u without -g" 100 nc-dropcaps -u 5 true
code "-O with -g" 100 nc-dropcaps -O / -g 5 true
for u in '' -1 +1 ' 1' 1x 4294967295 4294967296 18446744073709551616 root
do code "-u '$u'" 100 nc-dropcaps -u "$u" -g 5 true
done
for g in '' , 1, ,1 1,,2 1x 4294967296
do code "-G '$g'" 100 nc-dropcaps -G "$g" true
done
for c in '' , chown, ,chown CHOWN cap_ cap_cap_chown chow 0 'chown kill' all
do code "-A '$c'" 100 nc-dropcaps -A "$c" true
done
code "-O of a file" 111 nc-dropcaps -O /etc/passwd true
code "-O of nothing" 111 nc-dropcaps -O "$TAP_TMP/none" true
code "-O of a descriptor that is not open" 111 nc-dropcaps -O fd:77 true
code "absent prog" 127 nc-dropcaps "$TAP_TMP/none"
is "NC_SCOPE is removed" "$(NC_SCOPE=/x nc-dropcaps env | grep -c ^NC_SCOPE)" 0

zero=0000000000000000
if [ "$(id -u)" = 0 ] && setpriv --reuid=1000 --regid=1000 --clear-groups true 2>/dev/null
then
  user="setpriv --reuid=1000 --regid=1000 --clear-groups"
  like "without the step there are capabilities" "$(line "$(status env)" CapEff)" '[1-9a-f]'
  s=$(status nc-dropcaps -u 990 -g 991 -G 7,5)
  is "uid" "$(line "$s" Uid)" "990 990 990 990"
  is "gid" "$(line "$s" Gid)" "991 991 991 991"
  is "groups" "$(line "$s" Groups)" "5 7"
  is "no_new_privs" "$(line "$s" NoNewPrivs)" 1
  for c in CapInh CapPrm CapEff CapBnd CapAmb ; do is "$c is empty" "$(line "$s" $c)" $zero ; done
  s=$(status nc-dropcaps -u 0 -g 0)
  for c in CapInh CapPrm CapEff CapBnd CapAmb ; do is "uid 0: $c is empty" "$(line "$s" $c)" $zero ; done
  is "uid 0: no group" "$(line "$s" Groups)" ""
  is "no ids: they stay" "$(line "$(status $user nc-dropcaps)" Uid)" "1000 1000 1000 1000"
  code "uid 0 without capabilities is not root" 1 nc-dropcaps sh -c 'chown 5 "$1" 2>/dev/null || exit 1' sh "$TAP_TMP/out"
  s=$(status nc-dropcaps -u 990 -g 990 -B net_raw,cap_kill -A cap_chown)
  is "-B" "$(line "$s" CapBnd)" 0000000000002020
  is "-A in the ambient set" "$(line "$s" CapAmb)" 0000000000000001
  is "-A in the inheritable set" "$(line "$s" CapInh)" 0000000000000001
  is "-A is effective after the exec" "$(line "$s" CapEff)" 0000000000000001
  s=$(status nc-dropcaps -u 990 -g 990 -I kill -E chown)
  is "-I in the inheritable set" "$(line "$s" CapInh)" 0000000000000020
  is "-E does not outlive an exec" "$(line "$s" CapPrm)" $zero
  code "an ambient capability works" 0 nc-dropcaps -u 990 -g 990 -A chown,dac_override chown 5 "$TAP_TMP"
  code "without it it does not" 1 nc-dropcaps -u 990 -g 990 chown 5 "$TAP_TMP"
  chown 0 "$TAP_TMP"
  is "securebits are locked" "$(nc-dropcaps -u 990 -g 990 setpriv -d | sed -n 's/^Securebits: //p')" "$(nc-dropcaps setpriv -d | sed -n 's/^Securebits: //p')"
  like "and these" "$(nc-dropcaps setpriv -d)" 'noroot,noroot_locked,no_setuid_fixup,no_setuid_fixup_locked,keep_caps_locked'
  ok "twice" nc-dropcaps -u 990 -g 990 nc-dropcaps true
  mkdir "$TAP_TMP/dir"
  code "-O of root's directory" 100 nc-dropcaps -O "$TAP_TMP/dir" true
  chown 990 "$TAP_TMP/dir"
  code "-O of root's group" 100 nc-dropcaps -O "$TAP_TMP/dir" true
  chown 990:991 "$TAP_TMP/dir"
  is "-O" "$(line "$(status nc-dropcaps -O "$TAP_TMP/dir")" Uid)" "990 990 990 990"
  is "-O: gid" "$(line "$(status nc-dropcaps -O "$TAP_TMP/dir")" Gid)" "991 991 991 991"
  is "-O fd:N" "$(line "$(status nc-dropcaps -O fd:7 7<"$TAP_TMP/dir")" Uid)" "990 990 990 990"
  is "-O fd:N is closed" "$(nc-dropcaps -O fd:7 ls /proc/self/fd 7<"$TAP_TMP/dir" | tr '\n' ' ')" "$(ls /proc/self/fd | tr '\n' ' ')"
  chown 65534:65534 "$TAP_TMP/dir"
  code "-O of nobody's directory" 100 nc-dropcaps -O "$TAP_TMP/dir" true

  # without privilege
  chmod 755 "$TAP_TMP"
  code "another uid without privilege" 111 $user nc-dropcaps -u 990 -g 990 true
  like "the message says the order" "$($user nc-dropcaps -u 990 -g 990 true 2>&1)" 'needs CAP_SETGID for this: it goes before nc-seccomp and after nc-userns$'
  code "a capability that is not there" 111 $user nc-dropcaps -A chown true
  code "a bounding set without privilege" 111 $user nc-dropcaps -B chown true
  s=$(status $user nc-dropcaps)
  is "sets without privilege" "$(line "$s" CapPrm)" $zero
  is "no_new_privs without privilege" "$(line "$s" NoNewPrivs)" 1
  is "groups that stay are named" "$(setpriv --reuid=1000 --regid=1000 --groups 4,5,1000 nc-dropcaps true 2>&1)" "nc-dropcaps: warning: unable to drop the supplementary groups, kept: 4 5"
  is "the own group alone is no warning" "$(setpriv --reuid=1000 --regid=1000 --groups 1000 nc-dropcaps true 2>&1)" ""
  code "-G without privilege" 111 setpriv --reuid=1000 --regid=1000 --groups 4,5 nc-dropcaps -G 4,5 true
  if unshare -U true 2>/dev/null
  then
    ok "in a user namespace of one id" setpriv --reuid=1000 --regid=1000 --groups 4 unshare -r nc-dropcaps -u 0 -g 0 true
    code "an id that is not mapped" 111 $user unshare -r nc-dropcaps -u 5 -g 5 true
    is "a new user namespace afterwards changes nothing outside" "$($user nc-dropcaps unshare -r cat /proc/sys/kernel/ostype)" Linux
  else skip "user namespace" "user namespaces"
  fi

  # the parent death signal outlives the change of uid
  if setpriv --pdeathsig TERM true 2>/dev/null
  then
    like "it is armed" "$(setpriv --pdeathsig TERM nc-dropcaps -u 990 -g 990 setpriv -d)" 'Parent death signal: (SIG)?(TERM|15|\[TERM\])'
    like "the control: setpriv clears it" "$(setpriv --pdeathsig TERM setpriv --reuid=990 --regid=990 --clear-groups setpriv -d)" 'Parent death signal: \[?none'
  else skip "parent death signal" "setpriv --pdeathsig"
  fi

  if strace -o /dev/null true 2>/dev/null
  then
    fault () # name inject
    {
      code "$1" 111 strace -o /dev/null -e "inject=$2" nc-dropcaps -u 990 -g 990 -G 5 touch "$TAP_TMP/dir/ran"
    }
    chown 990 "$TAP_TMP/dir"
    for c in setgroups setresgid setresuid capset capget getgroups getresuid getresgid
    do
      fault "$c fails" "$c:error=EPERM"
      fault "$c does nothing" "$c:retval=0"
    done
    ok "prog never ran" test ! -e "$TAP_TMP/dir/ran"
    # each prctl of the step, the first of which are libcap's at the start of the image
    want=$(status nc-dropcaps -u 990 -g 990)
    n=$(strace -e trace=prctl nc-dropcaps -u 990 -g 990 /bin/true 2>&1 | grep -c ^prctl)
    i=0 bad=
    while [ $((i += 1)) -le "$n" ]
    do
      for f in error=EPERM error=EINVAL retval=0
      do
        got=$(strace -o /dev/null -e "inject=prctl:$f:when=$i" nc-dropcaps -u 990 -g 990 grep -E '^(Uid|Gid|Groups|Cap...|NoNewPrivs):' /proc/self/status 2>/dev/null)
        [ -z "$got" ] || [ "$got" = "$want" ] || bad="$bad $i:$f"
      done
    done
    is "$n prctl calls, each failing or doing nothing" "$bad" ""
  else skip "faults" strace
  fi
else skip "effect" root
fi

is "-G keep: the caller's groups" "$(setpriv --groups=991,44 nc-dropcaps -u 990 -g 991 -G keep id -G)" "991 44"
is "control: without it there are none" "$(setpriv --groups=991,44 nc-dropcaps -u 990 -g 991 id -G)" 991
code "-G keep: not root's" 100 setpriv --groups=0,44 nc-dropcaps -u 990 -g 991 -G keep true
done_testing
