#!/bin/sh
# also: asan
# What every tool keeps, driven by tests/lib/tools.tsv: a new tool is one line there.

. tests/lib/tap.sh
here=$PWD
: "${NC_BUILD:=fused}"
T=$here/build/tests
TMP=$TAP_TMP
TAB=$(printf '\t')
payload=$T/argvdump
printf '\006\000\000\000\000\000\377\177' >"$TMP/allow.bpf"
mkdir -m 700 "$TMP/run"
: >"$TMP/file"
printf 'nucleus-manifest 1\nd\t0700\t%s:%s\t.\n' "$(id -u)" "$(id -g)" >"$TMP/manifest"
chmod 755 "$TMP"
chmod 644 "$TMP/file"

absent ()
{
  case $1 in
    landlock) ! unshare -m sh -c 'mount -t securityfs s /sys/kernel/security 2>/dev/null; cat /sys/kernel/security/lsm' 2>/dev/null | grep -qw landlock ;;
    cgroup) [ -d /run/systemd/system ] || { [ ! -w /sys/fs/cgroup/cgroup.procs ] && [ ! -w /sys/fs/cgroup/unified/cgroup.procs ]; } ;;
    *) false ;;
  esac
}

# runs the words of $1, split at blanks, before the rest; output in $TMP/out and $TMP/err
run ()
{
  words=$1
  shift
  # shellcheck disable=SC2086
  $words "$@" >"$TMP/out" 2>"$TMP/err" </dev/null 3<&- 9</dev/null
  status=$?
}

one_line () # pattern: nothing on stdout, and one line on stderr, which matches
{
  [ ! -s "$TMP/out" ] && [ "$(wc -l <"$TMP/err")" -eq 1 ] && grep -Eq -- "$1" "$TMP/err"
}

refused () # name status pattern
{
  [ "$status" -eq "$2" ] && one_line "$3"
  tap_result $? "$1" "exit $status, expected $2; stdout: $(head -c 200 "$TMP/out"); stderr: $(head -c 400 "$TMP/err")"
}

# arguments: tool before options
arguments ()
{
  run "$2" "$1"
  if [ "$kind" != command ]; then refused "$1: no arguments" 100 "^$1: (usage|fatal): "; fi
  run "$2" "$1" -Z
  refused "$1: -Z" 100 "^$1: (usage|fatal): "
  run "$2" "$1" --zz
  refused "$1: --zz" 100 "^$1: (usage|fatal): "
  run "" "$T/plant" -0 "$NC_BIN/$1"
  [ "$status" -ne 0 ] && [ "$status" -lt 126 ] && [ ! -s "$TMP/out" ]
  tap_result $? "$1: an empty argument list" "exit $status: $(head -c 300 "$TMP/err")"
}

progs ()
{
  run "$2 $1 $3"
  refused "$1: no program" 100 "^$1: (usage|fatal): "
  run "$2 $1 $3" /nonexistent/prog
  refused "$1: an absent program by path" 127 "^nc-[a-z]+: fatal: unable to exec /nonexistent/prog: "
  # a directory of PATH that another user may not enter would count, and give 126
  (
    case " $4 " in *' uid '*)
      step=$(command -v "$1")
      PATH=/usr/bin:/bin
      set -- "$step" "$2" "$3" "$4" ;;
    esac
    run "$2 $1 $3" no-such-program
    echo "$status" >"$TMP/status"
  )
  status=$(cat "$TMP/status")
  refused "$1: an absent program by name" 127 "^nc-[a-z]+: fatal: unable to exec no-such-program: "
  # what is in the root after pivot is in the directory of the test programs
  cp "$TMP/file" "$T/not-executable"
  run "$2 $1 $3" "$T/not-executable"
  refused "$1: a program that is not executable" 126 "^nc-[a-z]+: fatal: unable to exec $T/not-executable: "
  run "$2 $1 $3" "$payload" -x 42
  [ "$status" -eq 42 ] && [ ! -s "$TMP/err" ]
  tap_result $? "$1: the program's exit code, and nothing said" "exit $status: $(head -c 300 "$TMP/err")"
}

# Everything arrives byte for byte, but for the fields that the table lists.
arrives ()
{
  odd=$(printf 'x\001\377\n=\\')
  hide=$(printf '%s' "$4" | tr ' ' '|')
  run "$T/plant $2" "$payload" '' 'a b' "$odd" -- -x '*'
  grep -Ev "^($hide) " "$TMP/out" >"$TMP/before"
  run "$T/plant $2 $1 $3" "$payload" '' 'a b' "$odd" -- -x '*'
  cp "$TMP/out" "$TMP/all"
  grep -Ev "^($hide) " "$TMP/all" >"$TMP/after"
  diff "$TMP/before" "$TMP/after" >"$TMP/diff" && grep -q '^argv 6 \*$' "$TMP/all"
  tap_result $? "$1: argv, environment, descriptors and the rest arrive unchanged but for: $4" "exit $status, $(head -c 400 "$TMP/err")
$(head -c 1500 "$TMP/diff")"
  # no descriptor of the step itself is left; those that the line names are from 100
  run "$T/plant $2" "$payload"
  awk '$1 == "fd" { print "fd " $2 " " }' "$TMP/out" >"$TMP/planted"
  grep '^fd ' "$TMP/all" | grep -vFf "$TMP/planted" | awk '$2 < 100' >"$TMP/diff"
  is "$1: leaves no descriptor of its own" "$(cat "$TMP/diff")" ''
  is "$1: nothing close-on-exec arrives" "$(grep -c '^fd .* flags 1 ' "$TMP/all")" 0
}

numbers ()
{
  printf '%s\n' "$3" | tr ';' '\n' >"$TMP/templates"
  while IFS= read -r template
  do
    for bad in 4294967296 18446744073709551616 -1 +1 0x1 1x ' 1' '1 ' ''
    do
      # shellcheck disable=SC2086
      ( set -f
        IFS=' '
        set -- $2 "$1" $template "$payload"
        for w
        do
          shift
          case $w in *@*) w=$(printf '%s' "$w" | sed "s/@/$bad/g") ;; esac
          set -- "$@" "$w"
        done
        "$@" >"$TMP/out" 2>"$TMP/err" </dev/null 3<&- 9</dev/null )
      status=$?
      refused "$1 $template: refuses \"$bad\"" 100 "^$1: (usage|fatal): "
    done
  done <"$TMP/templates"
}

letters () # tool
{
  string=$(sed -n 's/.*subgetopt_r(argc, argv, "\([^"]*\)".*/\1/p' tools/"$1"/*.c | head -n 1)
  if [ "$kind" != command ]
  then
    # USAGE may be continued over lines
    text=$(cat tools/"$1"/*.c | sed -e :a -e '/\\$/N; s/\\\n//; ta' | sed -n 's/^#define USAGE //p' | head -n 1)
    set_=$(printf '%s' "$string" | tr -d ': ' | fold -w 1 | LC_ALL=C sort -u | tr -d '\n')
    inusage=$(printf '%s' "$text" | grep -oE '(^|[][ |"])-[A-Za-z0-9]' | sed 's/.*-//' | LC_ALL=C sort -u | tr -d '\n')
    takes=$(printf '%s' "$string" | grep -oE '[A-Za-z0-9]:' | tr -d ':' | LC_ALL=C sort -u | tr -d '\n')
    inusagetakes=$(printf '%s' "$text" | grep -oE '(^|[][ |"])-[A-Za-z0-9] +[A-Za-z]' | sed 's/.*-\(.\) .*/\1/' | LC_ALL=C sort -u | tr -d '\n')
    is "$1: the letters of USAGE are those of the option string" "$inusage" "$set_"
    is "$1: the letters that take an argument in USAGE, too" "$inusagetakes" "$takes"
  fi
  page=tools/$1/$1.8
  [ -f "$page" ]
  tap_result $? "$1: has a page" "$page is missing"
  [ -f "$page" ] || return 0
  if [ "$kind" != command ]
  then is "$1: the letters of the page's list are those of the option string" \
    "$(sed -n 's/^\.It Fl \([A-Za-z0-9]\)\( .*\)\{0,1\}$/\1/p' "$page" | LC_ALL=C sort -u | tr -d '\n')" "$set_"
  fi
  if command -v mandoc >/dev/null
  then is "$1: the page is clean" "$(mandoc -Tlint -W warning "$page" 2>&1)" ''
  else skip "$1: the page is clean" mandoc
  fi
  for section in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' 'WHAT THIS DOES NOT DO' EXAMPLES 'SEE ALSO'
  do
    grep -Eq "^\.Sh \"?$section\"?\$" "$page"
    tap_result $? "$1: the page has $section" ''
  done
}

root=no
[ "$(id -u)" -eq 0 ] && root=yes

for dir in tools/nc-*
do
  tool=${dir#tools/}
  [ -e "$NC_BIN/$tool" ] || [ -f "$dir/$tool.c" ] || [ -f "$dir/Makefile" ] || continue
  grep -q "^$tool$TAB" tests/lib/tools.tsv
  tap_result $? "$tool: has a line in tests/lib/tools.tsv"
done

# read takes adjacent tabs as one, so no field is empty: "-"
grep -v '^#' tests/lib/tools.tsv >"$TMP/table"
while IFS=$TAB read -r tool kind before options changes numbers feature <&3
do
  [ -e "$NC_BIN/$tool" ] || continue
  [ "$before" != - ] || before=
  [ "$options" != - ] || options=
  options=$(printf '%s' "$options" | sed "s,@T@,$T,g; s,@TMP@,$TMP,g; s,@BIN@,$NC_BIN,g")
  before=$(printf '%s' "$before" | sed "s,@T@,$T,g; s,@TMP@,$TMP,g; s,@BIN@,$NC_BIN,g")
  numbers=$(printf '%s' "$numbers" | sed "s,@T@/,$T/,g; s,@TMP@/,$TMP/,g")
  letters "$tool"
  if [ "$kind" = command ]
  then
    arguments "$tool" ''
    continue
  fi
  if [ -n "$before" ] && [ "$root" = no ]
  then
    skip "$tool: all" root
    continue
  fi
  arguments "$tool" "$before"
  if absent "$feature" || [ "$root" = no ]
  then skip "$tool: running a program" "$feature"
  else
    progs "$tool" "$before" "$options" "$changes"
    arrives "$tool" "$before" "$options" "$changes"
  fi
  [ "$numbers" = - ] || numbers "$tool" "$before" "$numbers"
done 3<"$TMP/table"
rm -f "$T/not-executable"
done_testing
