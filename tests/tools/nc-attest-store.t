#!/bin/sh
# also: asan
# Closures of a Nix store, by the digests of their archives; and manifests of the other kind, which follow links.
. tests/lib/tap.sh
. tests/lib/chain.sh

command -v python3 >/dev/null || { skip "all" python3; done_testing; }
d=$TAP_TMP
chmod 755 "$d"
s=$d/store
tab=$(printf '\t')
nar () { python3 tests/lib/nar.py "$@" ; }

# objects of every shape
mkdir -p "$s"
a=$s/0123456789abcdfghijklmnpqrsvwxyz-a
b=$s/zyxwvsrqpnmlkjihgfdcba9876543210-b-1.0
c=$s/00000000000000000000000000000000-file
l=$s/11111111111111111111111111111111-link
e=$s/22222222222222222222222222222222-empty
mkdir -p "$a/bin" "$a/empty" "$a/share/x" "$b" "$e"
printf '#!/bin/sh\n' >"$a/bin/run"
chmod 555 "$a/bin/run"
printf 12345678 >"$a/share/eight"
printf 1234567 >"$a/share/seven"
: >"$a/share/none"
ln -s ../bin "$a/share/link"
ln -s "$b/f" "$a/abs"
echo 'a-b' >"$a/share/x-y"
echo b >"$b/f"
head -c 3000000 /dev/zero | tr '\0' z >"$b/big"
echo file >"$c"
ln -s /nowhere "$l"
all="$a $b $c $l $e"
mkdir -p "$d/t/etc"
echo root >"$d/t/etc/passwd"
ln -s "$a/bin" "$d/t/bin"
for p in $all; do echo "$p"; done >"$d/t/.nucleus-rootfs-store-paths"
register () # form of the digest, paths: as nix-store --dump-db has them
{
  how=$1
  shift
  for p; do printf '%s\n%s\n%s\n\n1\n%s\n' "$p" "$(nar "$p" "$how")" "$(nar "$p" size)" "$p"; done
}
# shellcheck disable=SC2086
for how in hex nix sri; do register $how $all >"$d/reg-$how"; done
attest () { nc-attest -d "$s" "$@" ; }
attest -m -o "$d/plain" "$d/t"
attest -m -o "$d/m" -p full "$d/t"

# digests
is "-m -p full: the digest of each, as another program computes it" "$(sed -n "s/^n$tab//p" "$d/m" | tr '\t' ' ')" "$(for p in $all; do echo "$(nar "$p") $p"; done | sort -k2)"
mkdir "$s/33333333333333333333333333333333-e"
echo "$s/33333333333333333333333333333333-e" >"$d/l"
is "and as Nix has it, of an empty directory" "$(attest -m -p full -l "$d/l" "$d/t" | sed -n "s/^n$tab\([0-9a-f]*\).*/\1/p")" \
  "$(python3 -c 'import base64; print(base64.b64decode("pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo=").hex())')"
printf '%s\nsha256-pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo=\n96\n\n0\n' "$s/33333333333333333333333333333333-e" >"$d/r"
ok "in base64" attest -f "$d/plain" -p path -l "$d/l" -r "$d/r" "$d/t" true
printf '%s\nsha256:0sjjj9z1dhilhpc8pq4154czrb79z9cm044jvn75kxcjv6v5l2m5\n96\n\n0\n' "$s/33333333333333333333333333333333-e" >"$d/r"
ok "in Nix's own digits" attest -f "$d/plain" -p path -l "$d/l" -r "$d/r" "$d/t" true
if command -v nix-hash >/dev/null
then is "as nix-hash computes it" "$(sed -n "s/^n$tab\([0-9a-f]*\).*/\1/p" "$d/m")" "$(for p in $(sort "$d/t/.nucleus-rootfs-store-paths"); do nix-hash --type sha256 "$p"; done)"
else skip "as nix-hash computes it" nix-bin
fi
if command -v nix-store >/dev/null
then
  # a store of Nix's own making, with its own record
  NIX_STORE_DIR=$d/nix/store NIX_STATE_DIR=$d/nix/state NIX_LOG_DIR=$d/nix/log NIX_CONFIG='build-users-group ='
  export NIX_STORE_DIR NIX_STATE_DIR NIX_LOG_DIR NIX_CONFIG
  { nix-store --add "$a"; nix-store --add "$c"; } >"$d/l"
  nix-store --dump-db >"$d/r"
  unset NIX_STORE_DIR NIX_STATE_DIR NIX_LOG_DIR NIX_CONFIG
  for how in path full
  do ok "a store of Nix's own, $how" nc-attest -d "$d/nix/store" -f "$d/plain" -p $how -l "$d/l" -r "$d/r" "$d/t" true
  done
  chmod -R u+w "$d/nix"
  echo File >"$(tail -n 1 "$d/l")"
  code "and changed" 1 nc-attest -d "$d/nix/store" -f "$d/plain" -p path -l "$d/l" -r "$d/r" "$d/t" true
else skip "a store of Nix's own" nix-bin
fi
for how in hex nix sri
do
  attest -m -o "$d/m-$how" -p path -r "$d/reg-$how" "$d/t"
  ok "-m -p path: the digests of a registration, written $how" cmp "$d/m" "$d/m-$how"
done

# verified
ok "full: against the pins" attest -f "$d/m" -p full "$d/t" true
ok "full: against a registration" attest -f "$d/plain" -p full -r "$d/reg-hex" "$d/t" true
ok "full: against both" attest -f "$d/m" -p full -r "$d/reg-hex" "$d/t" true
ok "path: pins against the registration" attest -f "$d/m" -p path -r "$d/reg-nix" "$d/t" true
ok "path: without pins, the paths against the registration" attest -f "$d/plain" -p path -r "$d/reg-sri" "$d/t" true
if command -v strace >/dev/null
then
  ok "control: full reads it" test "$(strace -f -e trace=openat2,openat,open nc-attest -d "$s" -f "$d/m" -p full "$d/t" true 2>&1 | grep -c "store\"\|$(basename "$a")")" -gt 0
  is "with pins, path reads no content of the store" "$(strace -f -e trace=openat2,openat,open nc-attest -d "$s" -f "$d/m" -p path -r "$d/reg-hex" "$d/t" true 2>&1 | grep -c "store\"\\|$(basename "$a")")" 0
else skip "path reads no content" strace
fi
like "pins without -p are not passed over" "$(err attest -f "$d/m" "$d/t" true)" 'the manifest pins store paths: -p says how they are verified$'
code "and refused" 100 attest -f "$d/m" "$d/t" true
code "path with nothing to compare with" 100 attest -f "$d/plain" -p path "$d/t" true
code "full with nothing to compare with" 100 attest -f "$d/plain" -p full "$d/t" true
code "path with pins and no registration" 100 attest -f "$d/m" -p path "$d/t" true

# changed: found in full, and by path without pins; another digest in a record, by path
found () # name pattern, after the change of a store path
{
  for how in "-f $d/m -p full" "-f $d/plain -p full -r $d/reg-hex" "-f $d/plain -p path -r $d/reg-hex"
  do
    # shellcheck disable=SC2086
    like "found: $1 (${how##* -p })" "$(attest $how "$d/t" true 2>&1; echo $?)" "^nc-attest: fatal: unable to verify $d/t: $2"
    # shellcheck disable=SC2086
    code "and the program does not run" 1 attest $how "$d/t" true
  done
}
printf x | dd of="$b/big" bs=1 seek=2999999 conv=notrunc 2>/dev/null; found "a byte" "$b has the digest "; printf z | dd of="$b/big" bs=1 seek=2999999 conv=notrunc 2>/dev/null
chmod 444 "$a/bin/run"; found "an executable that is none" "$a has"; chmod 555 "$a/bin/run"
mv "$a/share/none" "$a/share/nine"; found "a name" "$a has"; mv "$a/share/nine" "$a/share/none"
ln -sfn ../Bin "$a/share/link"; found "where a link leads" "$a has"; ln -sfn ../bin "$a/share/link"
rmdir "$a/empty"; found "an empty directory" "$a has"; mkdir "$a/empty"
echo File >"$c"; found "a path that is a file" "$c has"; echo file >"$c"
ln -sfn /nowhere/else "$l"; found "a path that is a link" "$l has"; ln -sfn /nowhere "$l"
mkfifo "$e/pipe"
code "what no archive holds" 111 attest -f "$d/m" -p full "$d/t" true
rm "$e/pipe"
mv "$e" "$d/away"
code "one that is missing" 111 attest -f "$d/m" -p full "$d/t" true
mv "$d/away" "$e"
sed "s/^$(nar "$c")\$/$(nar "$l")/" "$d/reg-hex" >"$d/reg-other"
like "another digest in the registration" "$(err attest -f "$d/m" -p path -r "$d/reg-other" "$d/t" true)" "$c is registered with $(nar "$l"), its pin is $(nar "$c")\$"
# shellcheck disable=SC2086
register hex $a $b $c $l >"$d/reg-less"
like "not registered" "$(err attest -f "$d/m" -p path -r "$d/reg-less" "$d/t" true)" "the store has not registered $e\$"
sed "/$(basename "$e")/d" "$d/m" >"$d/m-less"
like "a path that is not pinned" "$(err attest -f "$d/m-less" -p full "$d/t" true)" "the manifest lacks $e\$"
grep -v "$(basename "$e")" "$d/t/.nucleus-rootfs-store-paths" >"$d/l-less"
like "a pin whose path the list lacks" "$(err attest -f "$d/m" -p full -l "$d/l-less" "$d/t" true)" "the list lacks $e\$"
ok "control: as it was, it verifies" attest -f "$d/m" -p full -r "$d/reg-hex" "$d/t" true
for bad in relative /etc/passwd "$a/bin" "$s" "$s/" "$s/.." "$s/0123456789abcdfghijklmnpqrsvwxyz" "$s/0123456789abcdfghijklmnpqrsvwxye-x" "$s/../${a##*/}" "/other/${a##*/}"
do
  echo "$bad" >"$d/l"
  code "a list with ${bad#"$d"}" 100 attest -f "$d/plain" -p full -r "$d/reg-hex" -l "$d/l" "$d/t" true
done
for bad in 'x' "$a" "$a\\nx" "$a\\n$(nar "$a")\\nx" "$a\\n$(nar "$a")\\n1" "$a\\n$(nar "$a")\\n1\\n\\nx" "$a\\n$(nar "$a")\\n1\\n\\n2\\n$a" "$a\\nsha1:$(nar "$a")\\n1\\n\\n0" \
  "$a\\nsha256:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\\n1\\n\\n0" "$a\\n$(nar "$a")\\n99999999999999999999\\n\\n0"
do
  printf '%b\n' "$bad" >"$d/r"
  code "a registration that says $(show "$(printf %.50s "${bad#"$d"}")")" 100 attest -f "$d/plain" -p path -r "$d/r" "$d/t" true
done
code "a list that is missing" 111 attest -f "$d/plain" -p full -r "$d/reg-hex" -l "$d/missing" "$d/t" true
mv "$d/t/.nucleus-rootfs-store-paths" "$d/list"
code "no list" 100 attest -m -p full "$d/t"
mv "$d/list" "$d/t/.nucleus-rootfs-store-paths"
ln -s "$s" "$d/tolink"
mkdir -m 777 "$d/open"
ln -s "$s" "$d/open/store"
sed "s,^$s/,$d/open/store/," "$d/t/.nucleus-rootfs-store-paths" >"$d/open-list"
like "a store behind a link that others can replace" "$(nc-attest -d "$d/open/store" -m -p full -l "$d/open-list" "$d/t" 2>&1; echo $?)" 'symbolic link|ymbolic links|^111'
code "it is not opened" 111 nc-attest -d "$d/open/store" -m -p full -l "$d/open-list" "$d/t"

# the other kind: files by every path that leads to them
o=$d/o
mkdir -p "$o/etc" "$o/lib"
echo root >"$o/etc/passwd"
echo lib >"$o/lib/x"
ln -s lib "$o/lib64"
ln -s "$a/bin" "$o/bin"
ln -s x "$o/lib/y"
list_of () { (cd "$1" && find -L . -type f ! -path ./.nucleus-rootfs-sha256 -printf '%P\n' | while IFS= read -r f; do printf '%s\t%s\n' "$(sha256sum <"$f" | cut -c1-64)" "$f"; done) ; }
list_of "$o" >"$d/other"
{ echo; cat "$d/other"; echo; } >"$o/.nucleus-rootfs-sha256"
is "W-60: of a tree with links, what it lists" "$(cut -f2 <"$d/other" | LC_ALL=C sort | tr '\n' ' ')" "bin/run etc/passwd lib/x lib/y lib64/x lib64/y "
ok "W-60: the other kind is read where no -f is given" attest "$o" true
ok "its lines are in any order" attest -f "$d/other" "$o" true
ok "and it can be pinned" attest -s "$(sha256sum <"$o/.nucleus-rootfs-sha256" | cut -c1-64)" "$o" true
code "the pin counts" 100 attest -s "$(printf %064d 0)" "$o" true
other_found () # name pattern
{
  like "W-60, found: $1" "$(err attest "$o" true)" "^nc-attest: fatal: unable to verify $o: $2"
  code "and the program does not run: $1" 1 attest "$o" true
}
echo Root >"$o/etc/passwd"; other_found "content" "etc/passwd has the digest "; echo root >"$o/etc/passwd"
echo >"$o/etc/new"; other_found "one added" "etc/new is not in the manifest"; rm "$o/etc/new"
mv "$o/lib/x" "$o/lib/z"; ln -sfn z "$o/lib/y"; other_found "one renamed" "lib/x is missing"; mv "$o/lib/z" "$o/lib/x"; ln -sfn x "$o/lib/y"
ln -s . "$o/etc/loop"; other_found "a link to its own directory ends at once" "etc/loop is a link to a directory that it is in"; rm "$o/etc/loop"
ln -s ../lib "$o/etc/l"; ln -s ../etc "$o/lib/e"; other_found "two links in a circle" "etc/l/e is a link to a directory that it is in"; rm "$o/etc/l" "$o/lib/e"
ln -s / "$o/etc/out"; other_found "a link that leads out" "etc/out is a link that leads out of it"; rm "$o/etc/out"
ln -s "$s" "$o/etc/out"; other_found "a link to the store itself" "etc/out is a link that leads out of it"; rm "$o/etc/out"
ln -s "$s/../secret" "$o/etc/out"; echo x >"$d/secret"; other_found "out of the store" "etc/out is a link that leads out of it"; rm "$o/etc/out"
ln -s /missing "$o/etc/out"; other_found "a link to nothing" "etc/out is a link to nothing"; rm "$o/etc/out"
ok "control: as it was, it verifies" attest "$o" true
chmod 4755 "$o/etc/passwd"
mkdir "$o/void"
ok "W-60: what that kind does not cover: modes, empty directories" attest "$o" true
attest -m -o "$d/om" "$o"
chmod 755 "$o/etc/passwd"
code "W-60: our own does" 1 attest -f "$d/om" "$o" true
printf 'x' >"$o/.nucleus-rootfs-sha256"
code "malformed" 100 attest "$o" true
for bad in "$(printf %063d 0)\\tx" "$(printf %064d 0) x" "$(printf %064d 0)\\t" "$(printf %064d 0)\\t/etc/passwd" "$(printf %063d 0)G\\tx"
do
  printf '%b\n' "$bad" >"$o/.nucleus-rootfs-sha256"
  code "malformed: $(show "$(printf '%b' "$bad" | tail -c 15)")" 100 attest "$o" true
done
{ cat "$d/other"; head -n 1 "$d/other"; } >"$o/.nucleus-rootfs-sha256"
like "twice the same path" "$(err attest "$o" true)" 'twice in it is '
: >"$o/.nucleus-rootfs-sha256"
code "an empty one stands for a tree without files" 1 attest "$o" true
rm "$o/.nucleus-rootfs-sha256"
ln -s "$d/other" "$o/.nucleus-rootfs-sha256"
code "one that is a link" 111 attest "$o" true
done_testing
