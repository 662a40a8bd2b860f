# A root of $N read-only binds of empty directories.
printf '%s ' "$BIN/nc-clean" nc-unshare -pm nc-rootfs -b "$BENCH:$BENCH"
i=0
while [ "$i" -lt "$N" ]; do printf -- '-b %s:/b/%s ' "$BENCH/binds/$i" "$i"; i=$((i + 1)); done
echo "nc-pivot $PROG"
