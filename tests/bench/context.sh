# Part of tests/bench/run: copies of 10,000 files against cp -a into a tmpfs, and manifests verified against sha256sum of the same bytes.

# medians of the last command: name a / b
ratio () # label first second
{
  awk -F '  +' -v l="$1" -v x="$2, ms" -v y="$3, ms" 'index($2, x) == 1 { a = $3 } index($2, y) == 1 { b = $3 }
    END { if (b > 0) printf "  %-46s %8.3f\n", l, a / b }' "$BENCH/ratio"
}

if [ -e "$BIN/nc-context" ] && [ -e "$BIN/nc-attest" ]
then
  echo 'Contexts and manifests'
  rm -rf "$BENCH/context" "$BENCH/large"
  mkdir -p "$BENCH/context" "$BENCH/large" "$BENCH/copied"
  perl -e 'for (0 .. 9999) { my $d = $ARGV[0] . "/" . $_ % 100; mkdir $d; open F, ">", "$d/$_" or die; print F "x" x 2000; close F }' "$BENCH/context"
  for i in 1 2 3 4 5 6 7 8; do head -c 16M /dev/urandom >"$BENCH/large/$i"; done
  printf '#!/bin/sh\nmount -t tmpfs copied %s && exec cp -a %s %s\n' "$BENCH/copied" "$BENCH/context" "$BENCH/copied" >"$BENCH/copy"
  printf '#!/bin/sh\nexec sha256sum %s/* >/dev/null\n' "$BENCH/large" >"$BENCH/sums"
  chmod +x "$BENCH/copy" "$BENCH/sums"
  "$BIN/nc-attest" -m -o "$BENCH/manifest" "$BENCH/large"
  here="$BIN/nc-unshare -m $BIN/nc-rootfs $BIN/nc-context"
  "$BENCH/bench" "$(((ROUNDS + 9) / 10))" "context, copied=$here $BENCH/context $PROG" "context, bound=$here -b $BENCH/context $PROG" \
    "context, digest=$here -i $BENCH/context $PROG" "cp -a=$BIN/nc-unshare -m $BENCH/copy" \
    "nc-attest=$BIN/nc-attest -f $BENCH/manifest $BENCH/large $PROG" "sha256sum=$BENCH/sums" >"$BENCH/ratio"
  ratio '10,000 files: nc-context / cp -a' 'context, copied' 'cp -a'
  ratio '10,000 files: nc-context -b / cp -a' 'context, bound' 'cp -a'
  ratio '10,000 files: nc-context -i / cp -a' 'context, digest' 'cp -a'
  awk -F '  +' '/^  (nc-attest|sha256sum), ms/ { split($2, n, ","); printf "  %-46s %8.0f\n", n[1] ", MB a second", 8 * 16.777 * 1000 / $3 }' "$BENCH/ratio"
  ratio '128 MiB: nc-attest / sha256sum' nc-attest sha256sum
else skipped 'no nc-context or no nc-attest'
fi
