#!/bin/sh
# nc-seccomp: what it takes, what it refuses, and that the filter is in force

. tests/lib/tap.sh

f=$TAP_TMP/f
mkdir "$f"

oct () { printf '\\%03o' "$(($1 & 255))" ; }

ins () # code jt jf k: one struct sock_filter, little endian
{
  printf "$(oct "$1")$(oct $(($1 >> 8)))$(oct "$2")$(oct "$3")$(oct "$4")$(oct $(($4 >> 8)))$(oct $(($4 >> 16)))$(oct $(($4 >> 24)))"
}

on () # number action: that action for that call, else allow
{
  ins 32 0 0 0
  ins 21 0 1 "$1"
  ins 6 0 0 "$2"
  ins 6 0 0 2147418112
}

allow=2147418112 errno=327680 kill=2147483648
ins 6 0 0 "$allow" >"$f/allow"
printf '1234567' >"$f/odd"
: >"$f/empty"
mkfifo "$f/fifo"
ins 255 0 0 0 >"$f/bad"
ins 21 200 200 0 >"$f/jump"

# usage and sources
code "no argument" 100 nc-seccomp
code "no prog" 100 nc-seccomp "$f/allow"
code "unknown option" 100 nc-seccomp -Z "$f/allow" true
code "-s without a number" 100 nc-seccomp -s x "$f/allow" true
code "-s of a standard stream" 100 nc-seccomp -s 1 "$f/allow" true
code "-s of a descriptor that is not open" 100 nc-seccomp -s 77 "$f/allow" true
code "-s 2^32" 100 nc-seccomp -s 4294967296 "$f/allow" true
code "absent filter" 111 nc-seccomp "$f/none" true
code "empty name" 111 nc-seccomp "" true
code "odd size" 100 nc-seccomp "$f/odd" true
code "empty file" 100 nc-seccomp "$f/empty" true
code "FIFO" 100 nc-seccomp "$f/fifo" true
code "directory" 100 nc-seccomp "$f" true
code "device" 100 nc-seccomp /dev/zero true
code "unknown instruction" 100 nc-seccomp "$f/bad" true
code "jump out of the program" 100 nc-seccomp "$f/jump" true
for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 ; do if [ $i = 0 ] ; then cp "$f/allow" "$f/big" ; else cat "$f/big" "$f/big" >"$f/two" ; mv "$f/two" "$f/big" ; fi ; done
ok "4096 instructions" nc-seccomp "$f/big" true
cat "$f/allow" >>"$f/big"
code "4097 instructions" 100 nc-seccomp "$f/big" true
like "a message with the reason" "$(nc-seccomp "$f/odd" true 2>&1)" '^nc-seccomp: fatal: filter is not a whole number of 8-byte instructions: '
code "absent prog" 127 nc-seccomp "$f/allow" "$f/none"
code "prog not executable" 126 nc-seccomp "$f/allow" "$f/odd"
ok "a path" nc-seccomp "$f/allow" true
ok "fd:N" sh -c 'nc-seccomp fd:7 true 7<"$1"' sh "$f/allow"
ok "digits" sh -c 'nc-seccomp 7 true 7<"$1"' sh "$f/allow"
code "descriptor that is not open" 111 nc-seccomp fd:77 true
code "descriptor that cannot be read" 111 sh -c 'nc-seccomp 7 true 7>>"$1"' sh "$f/allow"
is "the filter's descriptor is closed" "$(nc-seccomp 7 ls /proc/self/fd 7<"$f/allow" | tr '\n' ' ')" "$(ls /proc/self/fd | tr '\n' ' ')"
is "NC_SCOPE is removed" "$(NC_SCOPE=/x NC_SCOPED=1 nc-seccomp "$f/allow" env | grep -c ^NC_SCOPE)" 1
like "mode 2" "$(nc-seccomp -l "$f/allow" cat /proc/self/status)" '^Seccomp:.2$'
like "no_new_privs" "$(nc-seccomp "$f/allow" cat /proc/self/status)" '^NoNewPrivs:.1$'

# -s: one byte and the end is a start, two bytes a failed exec, none never started
is "-s: a start" "$(nc-seccomp -s 7 "$f/allow" true 7>&1 | wc -c)" 1
is "-s: a failed exec" "$(nc-seccomp -s 7 "$f/allow" "$f/none" 7>&1 2>/dev/null | wc -c)" 2
is "-s: never started" "$(nc-seccomp -s 7 "$f/odd" true 7>&1 2>/dev/null | wc -c)" 0
is "-s: a filter that the kernel refuses" "$(nc-seccomp -s 7 "$f/bad" true 7>&1 2>/dev/null | wc -c)" 2
mkfifo "$f/go"
is "-s: the end comes while prog runs" "$( { nc-seccomp -s 7 "$f/allow" sh -c 'read x <"$1"' sh "$f/go" 7>&1 >/dev/null & } | timeout 20 wc -c)" 1
timeout 20 sh -c 'echo >"$1"' sh "$f/go"

# effect
case $(uname -m) in
  x86_64)
    on 83 $((errno + 95)) >"$f/mkdir"
    on 83 "$kill" >"$f/mkdirkill"
    on 157 "$kill" >"$f/prctlkill"
    on 157 $((errno + 5)) >"$f/prctlerr"
    on 59 $((errno + 1)) >"$f/exec"
    on 59 "$kill" >"$f/execkill"
    ok "without the step mkdir works" sh -c 'mkdir "$1" && rmdir "$1"' sh "$f/d"
    like "a call answered with an error number" "$(LC_ALL=C nc-seccomp "$f/mkdir" mkdir "$f/d" 2>&1)" 'Operation not supported'
    code "a call that kills" 159 sh -c 'nc-seccomp "$1" mkdir "$2" ; exit $?' sh "$f/mkdirkill" "$f/d"
    ok "nothing was made" test ! -e "$f/d"
    ok "a filter that kills the read-back call" nc-seccomp "$f/prctlkill" true
    ok "a filter that answers the read-back call with an error" nc-seccomp "$f/prctlerr" true
    ok "two filters" nc-seccomp "$f/mkdir" nc-seccomp "$f/allow" true
    code "a filter that refuses execve" 100 nc-seccomp "$f/exec" true
    code "a filter that kills execve" 100 nc-seccomp "$f/execkill" true
    is "-s: no byte for it" "$(nc-seccomp -s 7 "$f/execkill" true 7>&1 2>/dev/null | wc -c)" 0
    if strace -o /dev/null true 2>/dev/null
    then
      code "a success that is none" 111 strace -o /dev/null -e inject=seccomp:retval=0 nc-seccomp "$f/allow" touch "$f/ran"
      want=$(nc-seccomp "$f/allow" grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status)
      n=$(strace -e trace=prctl nc-seccomp "$f/allow" true 2>&1 | grep -c ^prctl)
      i=0 bad=
      while [ $((i += 1)) -le "$n" ]
      do
        for e in error=EPERM error=EINVAL retval=0
        do
          got=$(strace -o /dev/null -e "inject=prctl:$e:when=$i" nc-seccomp "$f/allow" grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status 2>/dev/null)
          [ -z "$got" ] || [ "$got" = "$want" ] || bad="$bad $i:$e"
        done
      done
      is "$n prctl calls, each failing or doing nothing" "$bad" ""
      for c in seccomp pread64 fstat openat2
      do code "$c fails" 111 strace -o /dev/null -e "inject=$c:error=EPERM" nc-seccomp "$f/allow" touch "$f/ran"
      done
      ok "prog never ran" test ! -e "$f/ran"
    else skip "faults" strace
    fi
    ;;
  *) skip "effect" "filters of x86_64" ;;
esac

done_testing
