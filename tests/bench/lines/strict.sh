# The whole of mode strict-agent, but for nc-cgroup: the controllers may be anywhere. Prints one line of words, as agent.sh.
"$BIN/nc-run" -n --root "$RUN" --strict-agent --volume "$BENCH:$BENCH:ro" -- $PROG | sed 's/ nc-cgroup .* nc-unshare / nc-unshare /'
