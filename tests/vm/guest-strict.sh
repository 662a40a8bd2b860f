# The strict modes: all of strict.t where the kernel has what they need, words and no start where it lacks it; read by guest.sh

case $VM_KERNEL in
  6.12) whole tests/chain/strict.t ;;
  6.1)
    for mode in "--strict-agent" "--strict-agent --user 0" "--strict-agent --user 990 --group 990"
    do
      nc-run $mode sh -c ': >"$0"' "$TAP_TMP/ran" 2>"$TAP_TMP/err"
      is "$mode: refused" $? 100
      like "$mode: in words" "$(tail -n 1 "$TAP_TMP/err")" '^nc-landlock: fatal: .*ABI 2'
      ok "$mode: nothing has run" test ! -e "$TAP_TMP/ran"
    done
    is "nothing is left of them" "$(ls /run/nucleus 2>/dev/null; find $C -name '*-????????????????????????????????')" '' ;;
esac
