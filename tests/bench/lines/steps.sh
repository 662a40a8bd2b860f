# A fused chain of thirty-two steps that do little.
printf '%s ' "$BIN/nc-clean"
i=1
while [ "$i" -lt 32 ]; do printf 'nc-rlimit -l core=1 '; i=$((i + 1)); done
echo "$PROG"
