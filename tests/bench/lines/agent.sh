# The whole agent sandbox: the line that nc-run composes. Prints one line of words; $BIN, $BENCH, $PROG are given.
"$BIN/nc-run" -n --root "$RUN" --volume "$BENCH:$BENCH:ro" -- $PROG
