# The same with two steps; the difference of the two, by thirty, is one step.
echo "$BIN/nc-clean nc-rlimit -l core=1 $PROG"
