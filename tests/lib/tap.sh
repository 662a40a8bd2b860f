# TAP for the shell tests: . tests/lib/tap.sh
# NC_BIN is the directory of the tools under test; it comes first in PATH.

: "${NC_BIN:=$PWD/build/fused/bin}"
PATH=$NC_BIN:$PATH
export PATH NC_BIN
# whatever the caller's: nc-clean keeps a positive one without privilege, and sets it to 0 with
[ "$(id -u)" -ne 0 ] || renice -n 0 -p $$ >/dev/null
tap_n=0
tap_failed=0
TAP_TMP=$(mktemp -d) || exit 1
# what a test started in the background ends with it, also where the time limit ends it
tap_end ()
{
  jobs -p >"$TAP_TMP/jobs"
  # shellcheck disable=SC2046
  kill $(cat "$TAP_TMP/jobs") 2>/dev/null
  rm -rf "$TAP_TMP"
}
trap tap_end EXIT
trap 'exit 143' HUP INT TERM

tap_result () # 0|1 name [diagnostic]
{
  tap_n=$((tap_n + 1))
  if [ "$1" -eq 0 ]
  then echo "ok $tap_n - $2"
  else
    echo "not ok $tap_n - $2"
    tap_failed=1
    [ -z "${3-}" ] || printf '%s\n' "$3" | sed 's/^/# /'
  fi
}

ok () # name cmd...: passes when cmd exits 0
{
  tap_name=$1
  shift
  if "$@" >"$TAP_TMP/out" 2>&1
  then tap_result 0 "$tap_name"
  else tap_result 1 "$tap_name" "exit $?: $(head -c 2000 "$TAP_TMP/out")"
  fi
}

code () # name status cmd...: passes when cmd exits with status
{
  tap_name=$1
  tap_want=$2
  shift 2
  "$@" >"$TAP_TMP/out" 2>&1
  tap_got=$?
  [ "$tap_got" -eq "$tap_want" ]
  tap_result $? "$tap_name" "exit $tap_got, expected $tap_want: $(head -c 2000 "$TAP_TMP/out")"
}

is () # name got expected
{
  [ "$2" = "$3" ]
  tap_result $? "$1" "got: $2
expected: $3"
}

like () # name text pattern (grep -E)
{
  printf '%s\n' "$2" | grep -Eq -- "$3"
  tap_result $? "$1" "got: $2
pattern: $3"
}

skip () # name missing-feature
{
  tap_n=$((tap_n + 1))
  echo "ok $tap_n - $1 # SKIP $2"
}

done_testing ()
{
  echo "1..$tap_n"
  exit "$tap_failed"
}
