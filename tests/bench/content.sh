# Part of tests/bench/run: what a container is given. Contexts, workspaces, attestation.

if [ -e "$BIN/nc-context" ] && [ -e "$BIN/nc-workspace" ]
then
  echo 'A context of 10,000 files, and a workspace of a gigabyte'
  big=$BENCH/big
  [ -d "$big/many" ] || {
    mkdir -p "$big/many" "$big/large"
    i=0
    while [ $i -lt 100 ]; do mkdir "$big/many/$i"; j=0; while [ $j -lt 100 ]; do echo "$i $j" >"$big/many/$i/$j"; j=$((j + 1)); done; i=$((i + 1)); done
    i=0
    while [ $i -lt 64 ]; do head -c 16777216 /dev/urandom >"$big/large/$i"; i=$((i + 1)); done
  }
  printf '#!/bin/sh\ncp -a "$1" "$2/copy" && rm -rf "$2/copy"\n' >"$BENCH/copied"
  chmod +x "$BENCH/copied"
  line="$BIN/nc-unshare -pm nc-rootfs -b $BENCH:/b"
  "$BENCH/bench" 5 "nc-context, 10000 files=$line nc-context $big/many nc-pivot -d / nc-init /b/nothing" "cp -a to memory and rm=$BENCH/copied $big/many $RUN" \
    "nc-context -i, 10000 files=$line nc-context -i $big/many nc-pivot -d / nc-init /b/nothing"
  rest="nc-pivot -d / nc-init /b/nothing"
  work () { echo "$BIN/nc-workspace -m $1 -s $BENCH/state $big/large nc-unshare -pm nc-rootfs -b $BENCH:/b $2 $rest"; }
  "$BENCH/bench" 3 "copy-in-out, 1 GB=$(work copy-in-out "-B $BENCH/state/tree:/workspace")" "cp -a and rm, 1 GB=$BENCH/copied $big/large $BENCH" \
    "overlay-in-out, 1 GB=$(work overlay-in-out "-V /workspace:$big/large:$BENCH/state")" "bind-rw, 1 GB=$(work bind-rw "-B $big/large:/workspace")"

  echo 'Attestation of a gigabyte'
  "$BIN/nc-attest" -m -o "$BENCH/manifest" "$big" &&
  printf '#!/bin/sh\nfind "$1" -type f -print0 | xargs -0 sha256sum >/dev/null\n' >"$BENCH/sums" && chmod +x "$BENCH/sums" &&
  "$BENCH/bench" 3 "nc-attest=$BIN/nc-attest -f $BENCH/manifest $big $PROG" "sha256sum, one process=$BENCH/sums $big" | tee "$BENCH/attested" &&
  awk -F '  +' '/, ms  / { split($2, a, ","); printf "  %-46s %8.0f\n", a[1] ", MB/s", 1024 * 1000 / $3 }' "$BENCH/attested"
  rm -rf "$big" "$BENCH/state"
fi
