# For nc-assert's tests, after tap.sh and chain.sh

# holds NAME CMD...: CMD, which ends in nc-assert, goes on to a program that runs
holds ()
{
  tap_name=$1
  shift
  "$@" sh -c 'echo ran' >"$TAP_TMP/out" 2>"$TAP_TMP/err" </dev/null
  is "$tap_name" "$? $(cat "$TAP_TMP/out" "$TAP_TMP/err")" "0 ran"
}

# differs NAME PATTERN CMD...: it ends with 1 and one line, and the program has not run
differs ()
{
  tap_name=$1 tap_pattern=$2
  shift 2
  "$@" sh -c 'echo ran' >"$TAP_TMP/out" 2>"$TAP_TMP/err" </dev/null
  tap_code=$?
  if [ $tap_code -eq 1 ] && [ ! -s "$TAP_TMP/out" ] && [ "$(wc -l <"$TAP_TMP/err")" -eq 1 ] && grep -Eqx -e "nc-assert: fatal: ($tap_pattern)" "$TAP_TMP/err"
  then tap_result 0 "$tap_name"
  else tap_result 1 "$tap_name" "exit $tap_code; $(cat "$TAP_TMP/out" "$TAP_TMP/err"); pattern: $tap_pattern"
  fi
}

# closed CMD...: without descriptors above 2
closed ()
{
  nc-clean -e PATH "$@"
}
