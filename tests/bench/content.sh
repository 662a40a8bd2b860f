# Part of tests/bench/run: what a container is given. Closures of 5 and of 500 paths, contexts, workspaces, attestation.

if [ -e "$BIN/nc-context" ] && [ -e "$BIN/nc-workspace" ]
then
  echo 'A root file system of 500 store paths, against one of 5'
  few=$(((ROUNDS + 3) / 4))
  for n in 5 500
  do
    tree=$BENCH/tree$n
    [ -d "$tree/bin" ] || {
      mkdir -p "$tree/nix/store" "$tree/bin" "$tree/dev" "$tree/proc" "$tree/tmp"
      i=0
      while [ $i -lt $n ]; do mkdir "$tree/nix/store/$i-path"; echo $i >"$tree/nix/store/$i-path/file"; i=$((i + 1)); done
      cp "$PROG" "$tree/bin/nothing"
    }
    for p in "$tree"/nix/store/*; do printf '%s\t%s\n' "$p" "${p#"$tree"}"; done >"$BENCH/list$n"
    printf '%s\t%s\n' "$tree/bin" /bin >>"$BENCH/list$n"
    command -v mkfs.erofs >/dev/null && mkfs.erofs "$BENCH/erofs$n" "$tree" >/dev/null 2>&1
    { printf 'exec bwrap --unshare-all --proc /proc --dev /dev --tmpfs /tmp'; awk -F '\t' '{ printf " --ro-bind %s %s", $1, $2 }' "$BENCH/list$n"; echo ' /bin/nothing'; } >"$BENCH/bwrap$n"
  done
  start () { echo "$BIN/nc-unshare -pmuiCn nc-rootfs $* -t /tmp:64M nc-pivot -d / nc-init /bin/nothing"; }
  for kind in binds tree erofs
  do
    case $kind in binds) opt=-f\ $BENCH/list ;; tree) opt=-b\ $BENCH/tree ;; erofs) opt=-b\ $BENCH/erofs; [ -f "$BENCH/erofs5" ] || continue ;; esac
    case $kind in binds) end= ;; *) end=:/:$kind ;; esac
    # shellcheck disable=SC2086
    "$BENCH/bench" "$few" "500 paths, $kind=$(start ${opt}500$end)" "5 paths, $kind=$(start ${opt}5$end)" || skipped "$kind does not run here"
  done
  if command -v bwrap >/dev/null
  then "$BENCH/bench" "$(((ROUNDS + 19) / 20))" "500 paths, binds=$(start -f "$BENCH/list500")" "500 paths, bwrap=sh $BENCH/bwrap500"
  fi

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
  "$BENCH/bench" 3 "copy-in-out, 1 GB=$BIN/nc-workspace -m copy-in-out -s $BENCH/state $big/large $PROG" "cp -a and rm, 1 GB=$BENCH/copied $big/large $BENCH" \
    "overlay-in-out, 1 GB=$BIN/nc-workspace -m overlay-in-out -s $BENCH/state2 $big/large $PROG"

  echo 'Attestation of a gigabyte'
  "$BIN/nc-attest" -m -o "$BENCH/manifest" "$big" &&
  printf '#!/bin/sh\nfind "$1" -type f -print0 | xargs -0 sha256sum >/dev/null\n' >"$BENCH/sums" && chmod +x "$BENCH/sums" &&
  "$BENCH/bench" 3 "nc-attest=$BIN/nc-attest -f $BENCH/manifest $big $PROG" "sha256sum, one process=$BENCH/sums $big" | tee "$BENCH/attested" &&
  awk -F '  +' '/, ms  / { split($2, a, ","); printf "  %-46s %8.0f\n", a[1] ", MB/s", 1024 * 1000 / $3 }' "$BENCH/attested"
  rm -rf "$big" "$BENCH/state" "$BENCH/state2"
fi
