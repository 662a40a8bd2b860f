#!/bin/sh
# A source that another process swaps 100,000 times while contexts are made of it: what is seen is what was meant, or an error; never
# what a link leads to, and nothing hangs on a pipe.
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -m
then skip "races" "root with mount namespaces"; done_testing
fi
d=$TAP_TMP
chmod 755 "$d"
mounts=$(cut -d' ' -f5- /proc/self/mountinfo)
mkdir -p "$d/canary/sub" "$d/src/dir/sub" "$d/src/in"
echo canary >"$d/canary/f"
echo canary >"$d/canary/sub/f"
echo canary >"$d/secret"
for f in dir/f dir/sub/f in/f; do echo inside >"$d/src/$f"; done
: >"$d/src/in/z"

# N exchanges of two names
swap () { perl -e 'my ($n, $a, $b) = @ARGV; my $nr = `uname -m` =~ /aarch64/ ? 276 : 316;
  for (1 .. $n) { syscall($nr, -100, $a, -100, $b, 2) == 0 or die "renameat2: $!" } print $n' 100000 "$1" "$2" ; }

# what A is swapped for must not be seen, whatever else happens: contexts are made until the swapping has ended
raced () # name A B option...
{
  name=$1
  swap "$2" "$3" >"$d/swapped" 2>"$d/err" &
  swap=$!
  shift 3
  : >"$d/codes"
  while kill -0 $swap 2>/dev/null
  do
    timeout 20 nc-unshare -m nc-rootfs nc-context "$@" "$source" sh -c 'grep -rqs canary context && exit 99; [ ! -e context/in/z ] || exit 0; exit 98' 2>>"$d/said"
    echo $? >>"$d/codes"
  done
  wait $swap
  is "$name: 100,000 swaps" "$(cat "$d/swapped" "$d/err")" 100000
  is "$name: made, or refused; nothing else" "$(sort -u "$d/codes" | grep -vE '^(0|111)$')" ""
  ok "$name: control: it was tried" test -s "$d/codes"
  echo "# $(sort "$d/codes" | uniq -c | tr -s ' \n' ' ')"
}
both () # name A B: by copy, bind, with a digest
{
  raced "$1, copied" "$2" "$3"
  raced "$1, copied with a digest" "$2" "$3" -i
  raced "$1, bound" "$2" "$3" -b
}
source=$d/src
code "control: the canary is seen where it is" 99 nc-unshare -m nc-rootfs nc-context "$d/canary" sh -c 'grep -rqs canary context && exit 99'
ln -s "$d/canary" "$d/src/link"
raced "W-30: a directory for a link, copied" "$d/src/dir" "$d/src/link"
raced "W-30: a directory for a link, copied with a digest" "$d/src/dir" "$d/src/link" -i
rm -rf "$d/src/link" "$d/src/dir"
mkdir "$d/src/dir"
echo inside >"$d/src/dir/f"
ln -s ../../secret "$d/src/dir/l"
raced "a file for a link, copied" "$d/src/dir/f" "$d/src/dir/l"
rm -rf "$d/src/dir"/*
echo inside >"$d/src/dir/f"
mkfifo "$d/src/dir/p"
both "a file for a pipe" "$d/src/dir/f" "$d/src/dir/p"
rm -rf "$d/src/dir"/*
mkdir "$d/aside"
# one that vanishes, and comes back
both "a directory for one elsewhere" "$d/src/dir" "$d/aside"
source=$d/s/src
mkdir "$d/s"
mv "$d/src" "$d/s/src"
ln -s "$d/canary" "$d/s/link"
raced "W-30: the source itself for a link, copied" "$d/s/src" "$d/s/link"
raced "W-30: the source itself for a link, bound" "$d/s/src" "$d/s/link" -b
is "what is refused is said in a line that names it" "$(grep -Ev '^nc-context: (fatal: unable to .*/src|warning: (left out|covered) .*/src/)' "$d/said" | head -n 3)" ""
is "nothing is left mounted" "$(cut -d' ' -f5- /proc/self/mountinfo)" "$mounts"
done_testing
