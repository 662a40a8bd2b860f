# A closure of 500 paths, as binds, as one directory, as an image, under an overlay, and as bwrap's binds; read by run.

echo 'A root of 500 paths'
tree=$BENCH/tree
[ -e "$tree/nothing" ] || {
  mkdir -p "$tree/dev" "$tree/proc" "$tree/b" && i=0
  while [ $i -lt 500 ]; do mkdir -p "$tree/b/$i"; i=$((i + 1)); done
  cp "$PROG" "$tree/nothing"
}
whole="$BIN/nc-clean nc-unshare -pm nc-rootfs"
set --
for N in 5 500; do export N; set -- "$@" "$N binds=$(line binds)"; done
set -- "$@" "tree=$whole -b $tree:/:tree nc-pivot /nothing" "tree under an overlay=$whole -o 1M -b $tree:/:tree nc-pivot /nothing"
image () # kind
{
  rm -f "$tree.$1"
  case $1 in
    erofs) mkfs.erofs "$tree.$1" "$tree" ;;
    squashfs) mksquashfs "$tree" "$tree.$1" -quiet -no-progress ;;
  esac && $whole -b "$tree.$1:/:$1" nc-pivot /nothing
}
for k in erofs squashfs
do
  if image $k >/dev/null 2>&1
  then set -- "$@" "$k=$whole -b $tree.$k:/:$k nc-pivot /nothing"
  else skipped "no image of $k"
  fi
done
if command -v bwrap >/dev/null && bwrap --unshare-all --ro-bind / / true 2>/dev/null
then
  words="bwrap --unshare-pid --proc /proc --dev /dev --ro-bind $PROG /nothing" i=0
  while [ $i -lt 500 ]; do words="$words --ro-bind $BENCH/binds/$i /b/$i"; i=$((i + 1)); done
  set -- "$@" "bwrap's 500 binds=$words /nothing"
else skipped 'bwrap does not run here'
fi
"$BENCH/bench" "$ROUNDS" "$@"
