# nc-trace on the guest's kernel, which before 6.11 does not tell a waiting tracer that all have gone

trace_deeds=build/tests/deeds
trace_nr=110
if [ -x "$trace_deeds" ] && [ -x "$NC_BIN/nc-trace" ]
then
  for d in children:20 threads:20000
  do
    out=$(timeout 60 nc-trace -o "$TAP_TMP/trace" "$trace_deeds" "${d%:*}")
    is "trace: ${d%:*}, complete" "$out $(sed -n "s/^n c000003e $trace_nr //p" "$TAP_TMP/trace") $(tail -n 1 "$TAP_TMP/trace" | cut -d ' ' -f 1)" "done ${d#*:} end"
  done
  # shellcheck disable=SC2016
  code "trace: an orphan is waited for" 5 timeout 60 nc-trace -o "$TAP_TMP/trace" sh -c '(sleep 1; : </etc/hostname) & exit 5'
  ok "trace: what it did is there" grep -qx 'p r /etc/hostname' "$TAP_TMP/trace"
  nc-trace -o "$TAP_TMP/trace" sh -c 'sleep 300 & sleep 301' 2>/dev/null & k=$!
  sleep 2
  t=$(tr -d ' ' <"/proc/$k/task/$k/children")
  kill -9 "$t"
  wait "$k"
  is "trace: the tracer is killed, and so is the tree" "$? $(pgrep -cf '^sleep 30[01]$')" "111 0"
  nc-profile "$TAP_TMP/trace" --truncated -o "$TAP_TMP/trace.json" 2>/dev/null
  ok "trace: a profile of what there is of it" grep -q '"execve"' "$TAP_TMP/trace.json"
else skip "trace" "a build of nc-trace and the test programs"
fi
