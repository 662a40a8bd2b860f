# Part of tests/bench/run: what recording costs, as a part of what strace -f costs: the time above that of the bare program.

if [ -e "$BIN/nc-trace" ] && command -v strace >/dev/null && strace -f -o /dev/null true 2>/dev/null
then
  echo 'Tracing'
  for work in 'list: ls -lR /usr/share/doc' 'forks: i=0; while [ $i -lt 50 ]; do /bin/true; i=$((i + 1)); done' 'archive: tar cf - -C / usr/include/linux'
  do
    name=${work%%:*}
    printf '#!/bin/sh\nexec >/dev/null\n%s\n' "${work#*: }" >"$BENCH/$name"
    chmod +x "$BENCH/$name"
    "$BENCH/bench" "$(((ROUNDS + 9) / 10))" "$name, bare=$BENCH/$name" "$name, nc-trace=$BIN/nc-trace -o $BENCH/trace $BENCH/$name" \
      "$name, strace -f=strace -f -o $BENCH/strace $BENCH/$name" | grep ', ms ' | tee "$BENCH/traced"
    # of the lower quartiles: what else the machine does is in all three
    awk -F '[][ ]+' -v n="$name" '/bare, ms/ { a = $(NF - 3) } /nc-trace, ms/ { b = $(NF - 3) } /strace -f, ms/ { c = $(NF - 3) }
      END { if (c > a) printf "  %-46s %8.3f\n", n ": nc-trace / strace -f, above bare", (b - a) / (c - a) }' "$BENCH/traced"
    tail -n 1 "$BENCH/trace" | sed -n 's/^end \(.*\)/  (\1 calls)/p'
  done
else skipped 'no nc-trace or no strace'
fi
