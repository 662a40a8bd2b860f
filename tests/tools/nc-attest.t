#!/bin/sh
# also: asan
# Manifests of our own: made, verified; every property of a tree changed, and found.
. tests/lib/tap.sh
. tests/lib/chain.sh

d=$TAP_TMP
chmod 755 "$d"
tab=$(printf '\t')

# usage
code "no arguments" 100 nc-attest
code "no program" 100 nc-attest -f /dev/null /
code "unknown option" 100 nc-attest -Z / true
code "-m with a program" 100 nc-attest -m / true
code "-m with a manifest to verify" 100 nc-attest -m -f x /
code "-m with a pin" 100 nc-attest -m -s "$(printf %064d 0)" /
code "-o without -m" 100 nc-attest -o x / true
code "-l without -p" 100 nc-attest -l x / true
code "-r without -p" 100 nc-attest -r x / true
for bad in "" 0 "$(printf %063d 0)" "$(printf %065d 0)" "$(printf %063d 0)g" "$(printf %063d 0)A"
do code "refuses the pin '$bad'" 100 nc-attest -s "$bad" / true
done
for bad in "" p Path paths fullest
do code "refuses -p '$bad'" 100 nc-attest -p "$bad" / true
done
for bad in "" store / /nix/store/ /nix//store /nix/../store
do code "refuses -d '$bad'" 100 nc-attest -d "$bad" -p full / true
done

mkdir "$d/t"
cd "$d/t" || exit
mkdir -p dir/empty dir/full
echo content >dir/full/file
chmod 640 dir/full/file
printf '' >nothing
truncate -s 10000 holes
printf x | dd of=holes bs=1 seek=5000 conv=notrunc 2>/dev/null
ln -s dir/full/file link
ln -s . self
ln -s /nowhere dangling
mkfifo pipe
touch "new${newline}line" "tab$tab" 'back\slash' "odd$odd_byte" "del$(printf '\177')" ' blank ' a-b a.b ab
mkdir a
touch a/z
cd - >/dev/null || exit
t=$d/t
sum () { sha256sum <"$1" | cut -c1-64 ; }

# a manifest
nc-attest -m "$t" >"$d/m"
is "-m: a title, then a line for everything, in order" "$(cut -f1,2,4- <"$d/m" | LC_ALL=C sed "s/$odd_byte/<FF>/" | tr "\t" "|")" \
"nucleus-manifest 1
d|0755|.
f|0644| blank |$(sum /dev/null)
d|0755|a
f|0644|a/z|$(sum /dev/null)
f|0644|a-b|$(sum /dev/null)
f|0644|a.b|$(sum /dev/null)
f|0644|ab|$(sum /dev/null)
f|0644|back\\x5cslash|$(sum /dev/null)
l|0777|dangling|/nowhere
f|0644|del\\x7f|$(sum /dev/null)
d|0755|dir
d|0755|dir/empty
d|0755|dir/full
f|0640|dir/full/file|$(sum "$t/dir/full/file")
f|0644|holes|$(sum "$t/holes")
l|0777|link|dir/full/file
f|0644|new\\x0aline|$(sum /dev/null)
f|0644|nothing|$(sum /dev/null)
f|0644|odd<FF>|$(sum /dev/null)
p|0644|pipe
l|0777|self|.
f|0644|tab\\x09|$(sum /dev/null)"
is "with the owners" "$(sed 1d "$d/m" | cut -f3 | sort -u)" "$(id -u):$(id -g)"
nc-attest -m -o "$d/m2" "$t"
ok "-o: the same, in a file" cmp "$d/m" "$d/m2"
is "its mode" "$(stat -c %a "$d/m2")" 644
code "-o a directory" 100 nc-attest -m -o "$d" "$t"
code "-o where nothing can be written" 111 nc-attest -m -o /proc/nothing "$t"
code "to a full disk" 111 sh -c 'nc-attest -m "$1" >/dev/full' sh "$t"
cat >"$d/full.sh" <<'X'
mkdir "$1/full" && mount -t tmpfs -o size=8k full "$1/full" && cd "$1/full" || exit 99
echo old >m
head -c 9000 /dev/zero >fill 2>/dev/null
nc-attest -m -o m "$2" 2>/dev/null
echo $?
cat m
ls -A
X
if root_with -m
then is "to a file system that is full: the old one stays, and nothing beside it" "$(unshare -m sh "$d/full.sh" "$d" "$t" | tr '\n' ' ')" "111 old fill m "
else skip "a file system that is full" root
fi
is "a tree that does not change has one manifest" "$(nc-attest -m "$t" | sha256sum)" "$(sha256sum <"$d/m")"

# verified
verify () { nc-attest -f "$d/m" "$t" "$@" ; }
is "what is as it was is executed" "$(verify sh -c 'echo "$@"' x 'a b' '')" "a b "
code "with its exit code" 42 verify sh -c 'exit 42'
is "with a pin" "$(nc-attest -f "$d/m" -s "$(sum "$d/m")" "$t" echo ran)" ran
is "the manifest by descriptor" "$(nc-attest -f fd:9 "$t" echo ran 9<"$d/m")" ran
is "the tree by descriptor" "$(nc-attest -f "$d/m" fd:9 echo ran 9<"$t")" ran
is "no descriptor is left" "$(nc-attest -f fd:9 fd:8 sh -c 'ls /proc/self/fd | tr "\n" " "' 9<"$d/m" 8<"$t")" "$(sh -c 'ls /proc/self/fd | tr "\n" " "')"
code "SIGCHLD that is ignored" 0 perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' nc-attest -f "$d/m" "$t" true

# everything that can be changed
cp -a "$t" "$d/kept"
tampered () # what name: after the change; then all is as it was
{
  verify touch "$d/ran" >"$d/out" 2>"$d/err"
  is "found: $1" "$? $(wc -l <"$d/err")" "1 1"
  ok "and named: $1" grep -qF -- "nc-attest: fatal: unable to verify $t: $2" "$d/err"
  rm -rf "$t"
  cp -a "$d/kept" "$t"
}
ok "control: a copy verifies" nc-attest -f "$d/m" "$d/kept" true
printf C | dd of="$t/dir/full/file" bs=1 conv=notrunc 2>/dev/null; tampered "a byte" "dir/full/file has the digest "
touch -r "$t/nothing" "$d/time"; printf x | dd of="$t/holes" bs=1 seek=9999 conv=notrunc 2>/dev/null; touch -r "$d/time" "$t/holes"; tampered "a byte, size and time kept" "holes has the digest "
fallocate -p -o 4096 -l 4096 "$t/holes" 2>/dev/null || dd if=/dev/zero of="$t/holes" bs=4096 seek=1 count=1 conv=notrunc 2>/dev/null
tampered "a hole" "holes has the digest "
truncate -s 9999 "$t/holes"; tampered "a length" "holes has the digest "
chmod 641 "$t/dir/full/file"; tampered "a mode" "dir/full/file has the mode 0641, not 0640"
chmod 4644 "$t/nothing"; tampered "a set-user-ID bit" "nothing has the mode 4644, not 0644"
chmod 1755 "$t/dir/empty"; tampered "a sticky bit, of a directory" "dir/empty has the mode 1755, not 0755"
chmod 700 "$t"; tampered "the mode of the top" ". has the mode 0700, not 0755"
ln -sfn dir/full/fil "$t/link"; tampered "where a link leads" "link leads to dir/full/fil, not dir/full/file"
ln -sfn ./dir/full/file "$t/link"; tampered "what a link says, though it leads to the same" "link leads to ./dir/full/file, not dir/full/file"
echo >"$t/dir/added"; tampered "one added" "dir/added is not in the manifest"
echo >"$t/zz"; tampered "one added at the end" "zz is not in the manifest"
mkdir "$t/dir/empty/dir"; tampered "an empty directory added" "dir/empty/dir is not in the manifest"
ln -s x "$t/dir/l"; tampered "a link added" "dir/l is not in the manifest"
rm "$t/nothing"; tampered "one removed" "nothing is missing"
rm "$t/tab$tab"; tampered "the last one removed" "tab\\x09 is missing"
rmdir "$t/dir/empty"; tampered "an empty directory removed" "dir/empty is missing"
rm "$t/dangling"; tampered "a link removed" "dangling is missing"
mv "$t/ab" "$t/ac"; tampered "one renamed" "ab is missing; differences besides it: 1"
mv "$t/dir/full" "$t/dir/emptier"; tampered "a directory renamed" "dir/emptier is not in the manifest; differences besides it: 3"
rm "$t/link"; cp "$t/dir/full/file" "$t/link"; tampered "a link made a file of the same content" "link is a file, not a link"
rm "$t/nothing"; mkdir "$t/nothing"; tampered "a file made a directory" "nothing is a directory, not a file"
rm "$t/nothing"; ln -s holes "$t/nothing"; tampered "a file made a link" "nothing is a link, not a file"
rm "$t/pipe"; : >"$t/pipe"; tampered "a pipe made a file" "pipe is a file, not a named pipe"
rm "$t/nothing"; mkfifo "$t/nothing"; tampered "a file made a pipe" "nothing is a named pipe, not a file"
mv "$t/a" "$t/b"; ln -s b "$t/a"; tampered "a directory made a link to the same" "a is a link, not a directory"
is "the program never ran" "$(ls "$d/ran" 2>/dev/null)" ""
if [ "$(id -u)" -eq 0 ]
then
  chown 1 "$t/nothing"; tampered "an owner" "nothing has the owner 1:0, not 0:0"
  chgrp 1 "$t/dir/empty"; tampered "a group" "dir/empty has the owner 0:1, not 0:0"
  chown -h 1 "$t/link"; tampered "the owner of a link" "link has the owner 1:0, not 0:0"
  mknod "$d/kept/null" c 1 3; cp -a "$d/kept/null" "$t"; nc-attest -m -o "$d/m" "$t"
  like "a device has its number" "$(grep '^c' "$d/m")" '^c.0[0-7]*.0:0.null.1:3$'
  rm "$t/null"; mknod "$t/null" c 1 5; tampered "a device" "null is the device 1:5, not 1:3"
  rm "$t/null"; mknod "$t/null" b 1 3; tampered "a kind of device" "null is a block device, not a character device"
  perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0) && chdir($ARGV[0]) && bind(S, sockaddr_un("nothing2")) or die' "$t"; tampered "a socket added" "nothing2 is not in the manifest"
else skip "owners, devices" root
fi
ok "control: in the end all of it is as it was" verify true

# the manifest itself
code "a pin that differs" 100 nc-attest -f "$d/m" -s "$(printf %064d 0)" "$t" true
like "both are named" "$(err nc-attest -f "$d/m" -s "$(printf %064d 0)" "$t" true)" "digest differs: $d/m has the SHA-256 $(sum "$d/m"), its pin is 0{64}\$"
sed 's/dir\/empty$/dir\/emptx/' "$d/m" >"$d/m3"
code "one that was changed together with the tree verifies" 0 sh -c 'cp -a "$1" "$2" && mv "$2/dir/empty" "$2/dir/emptx" && exec nc-attest -f "$3" "$2" true' sh "$t" "$d/t3" "$d/m3"
code "but not with the pin" 100 nc-attest -f "$d/m3" -s "$(sum "$d/m")" "$d/t3" true
code "no manifest" 100 nc-attest "$t" true
nc-attest -m -o "$t/.nucleus-rootfs-sha256" "$t"
ok "one that lies in the tree: it does not count" nc-attest "$t" true
nc-attest -m -o "$t/.nucleus-rootfs-sha256" "$t"
ok "nor when it is made again" nc-attest "$t" true
chmod 600 "$t/ab"
code "all else does" 1 nc-attest "$t" true
chmod 644 "$t/ab"
code "with -f it is a file as others" 1 nc-attest -f "$d/m" "$t" true
rm "$t/.nucleus-rootfs-sha256"
code "a manifest that is missing" 111 nc-attest -f "$d/missing" "$t" true
mkfifo "$d/fifo"
code "a manifest that is a pipe" 100 nc-attest -f "$d/fifo" "$t" true
code "a manifest that is a directory" 100 nc-attest -f "$d" "$t" true
z=$(printf %064d 0)
top=$(printf 'd\t0755\t0:0\t.')
malformed () # name text of one line after the top
{
  printf 'nucleus-manifest 1\n%s\n%b\n' "$top" "$2" >"$d/bad"
  code "malformed: $1" 100 nc-attest -f "$d/bad" "$t" true
  like "its line is named: $1" "$(err nc-attest -f "$d/bad" "$t" true)" "^nc-attest: fatal: malformed $d/bad, line 3: "
}
malformed "a type" 'x\t0644\t0:0\ta'
malformed "two letters" 'ff\t0644\t0:0\ta\t'$z
malformed "no type" '\t0644\t0:0\ta'
malformed "an empty line" ''
malformed "a mode of three digits" 'f\t644\t0:0\ta\t'$z
malformed "a mode of five digits" 'f\t00644\t0:0\ta\t'$z
malformed "a mode of other digits" 'f\t0648\t0:0\ta\t'$z
malformed "no owner" 'f\t0644\t\ta\t'$z
malformed "an owner without a group" 'f\t0644\t0\ta\t'$z
malformed "an owner with a zero before it" 'f\t0644\t00:0\ta\t'$z
malformed "an owner out of range" 'f\t0644\t4294967296:0\ta\t'$z
malformed "a name for an owner" 'f\t0644\troot:root\ta\t'$z
malformed "an absolute path" 'f\t0644\t0:0\t/a\t'$z
malformed "a path that goes up" 'f\t0644\t0:0\ta/../b\t'$z
malformed "a path with a dot" 'f\t0644\t0:0\t./a\t'$z
malformed "a path that ends in a slash" 'd\t0755\t0:0\ta/'
malformed "a path with an empty part" 'd\t0755\t0:0\ta//b'
malformed "an empty path" 'd\t0755\t0:0\t'
malformed "a second top" "d\\t0755\\t0:0\\t."
malformed "a digest of 63 digits" 'f\t0644\t0:0\ta\t'${z#0}
malformed "a digest in upper case" 'f\t0644\t0:0\ta\t'${z#0}A
malformed "no digest" 'f\t0644\t0:0\ta'
malformed "a directory with a digest" 'd\t0755\t0:0\ta\t'$z
malformed "a link without a text" 'l\t0777\t0:0\ta\t'
malformed "a device without a number" 'c\t0644\t0:0\ta'
malformed "a device with half a number" 'c\t0644\t0:0\ta\t1:'
malformed "a field more" 'f\t0644\t0:0\ta\t'$z'\tx'
malformed "an escape of what needs none" 'f\t0644\t0:0\t\\\\x61\t'$z
malformed "half an escape" 'f\t0644\t0:0\ta\\\\x0\t'$z
malformed "a zero byte, escaped" 'f\t0644\t0:0\ta\\\\x00\t'$z
malformed "a zero byte" 'f\t0644\t0:0\ta\0000b\t'$z
malformed "a raw control byte" 'f\t0644\t0:0\ta\0001\t'$z
malformed "a store path that is none" 'n\t'$z'\t/etc/passwd'
for two in 'b a' 'a a' 'a.b a/b' 'a/b a'
do
  # shellcheck disable=SC2086
  set -- $two
  printf 'nucleus-manifest 1\n%s\nd\t0755\t0:0\t%s\nd\t0755\t0:0\t%s\n' "$top" "$1" "$2" >"$d/bad"
  like "out of order: $two" "$(err nc-attest -f "$d/bad" "$t" true)" "^nc-attest: fatal: malformed $d/bad, line 4: not in order\$"
done
printf 'nucleus-manifest 1\n%s' "$top" >"$d/bad"
code "a last line without its end" 100 nc-attest -f "$d/bad" "$t" true
printf 'nucleus-manifest 1\n' >"$d/bad"
code "nothing but a title" 100 nc-attest -f "$d/bad" "$t" true
printf 'nucleus-manifest 2\n%s\n' "$top" >"$d/bad"
like "a later version" "$(err nc-attest -f "$d/bad" "$t" true)" "another version than nucleus-manifest 1\$"
head -n 5 "$d/m" >"$d/bad"
code "a part of one" 1 nc-attest -f "$d/bad" "$t" true

# sources
ln -s t "$d/tolink"
code "a tree that is missing" 111 nc-attest -m "$d/missing"
code "a tree that is a file" 111 nc-attest -m "$d/m"
code "a tree that is a pipe" 111 nc-attest -m "$d/fifo"
code "a tree that is a device" 111 nc-attest -m /dev/null
code "a magic link" 111 nc-attest -m /proc/self/cwd
mkdir -m 777 "$d/open"
ln -s "$t" "$d/open/link"
code "a link that others can replace" 111 nc-attest -m "$d/open/link"
mkdir "$d/deep"
python3 -c 'import os, sys
os.chdir(sys.argv[1])
for i in range(1000): os.mkdir("d" * 20); os.chdir("d" * 20)
open("n" * 255, "w").write("deep")' "$d/deep"
nc-attest -m -o "$d/deepm" "$d/deep"
is "1000 deep, and a name of 255 bytes" "$(tail -n 1 "$d/deepm" | cut -f5)" "$(printf deep | sha256sum | cut -c1-64)"
ok "and verified" nc-attest -f "$d/deepm" "$d/deep" true

# by several processes, where there is enough to read
mkdir "$d/large"
for i in 1 2 3 4 5 6 7 8 9; do head -c 700000 /dev/zero | tr '\0' "$i" >"$d/large/$i"; done
nc-attest -m -o "$d/lm" "$d/large"
is "the digests of many" "$(sed -n 's/^f//p' "$d/lm" | cut -f5)" "$(cat "$d/large/"* >/dev/null; for i in 1 2 3 4 5 6 7 8 9; do sum "$d/large/$i"; done)"
if command -v strace >/dev/null && [ "$(nproc)" -gt 1 ]
then
  strace -f -o "$d/trace" nc-attest -f "$d/lm" "$d/large" true
  ok "as many processes as processors" [ "$(grep -c 'prctl(PR_SET_PDEATHSIG' "$d/trace")" -eq $(($(nproc) < 9 ? $(nproc) - 1 : 8)) ]
  strace -f -o "$d/trace" taskset -c 0 nc-attest -f "$d/lm" "$d/large" true
  is "one, where it may use one" "$(grep -c 'prctl(PR_SET_PDEATHSIG' "$d/trace")" 0
  strace -f -o "$d/trace" -e trace=prctl -e inject=prctl:signal=KILL nc-attest -f "$d/lm" "$d/large" touch "$d/ran2" 2>"$d/err"
  status=$?
  # with the sanitizers the first process calls prctl(2) too
  if [ "${NC_BUILD-}" = asan ]; then is "a process that is killed: the program does not run" "$(ls "$d/ran2" 2>/dev/null)" ""
  else is "a child that is killed is an error" "$status $(cat "$d/err") $(ls "$d/ran2" 2>/dev/null)" "111 nc-attest: fatal: unable to read $d/large: a child was killed "
  fi
else skip "processes" "strace and two processors"
fi
printf X | dd of="$d/large/7" bs=1 seek=699999 conv=notrunc 2>/dev/null
like "a byte of many" "$(err nc-attest -f "$d/lm" "$d/large" true)" "^nc-attest: fatal: unable to verify $d/large: 7 has the digest "
code "with SIGCHLD ignored, too" 1 perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' nc-attest -f "$d/lm" "$d/large" true

# swapped while it is read: as it was, or an error
mkdir "$d/race"
echo one >"$d/race/a"
echo two >"$d/race/b"
nc-attest -m -o "$d/rm" "$d/race"
perl -e 'my ($a, $b) = @ARGV; my $nr = `uname -m` =~ /aarch64/ ? 276 : 316; for (1 .. 100000) { syscall($nr, -100, $a, -100, $b, 2) == 0 or die }' "$d/race/a" "$d/race/b" &
racer=$!
: >"$d/codes"
while kill -0 $racer 2>/dev/null
do nc-attest -f "$d/rm" "$d/race" true 2>/dev/null; echo $? >>"$d/codes"
done
is "100,000 swaps: verified, different, or an error" "$(sort -u "$d/codes" | grep -vE '^(0|1|111)$')" ""
wait $racer

# in a chain, and in its events
if root_with -mpuin
then
  mkdir -m 700 "$d/run"
  printf '\006\000\000\000\000\000\377\177' >"$d/allow.bpf"
  nc-scope -r "$d/run" -n a -s 102 -e "$d/events" nc-open -f "100:$d/allow.bpf" nc-unshare -pm nc-rootfs -h -b "$NC_BIN:$NC_BIN" \
    "$NC_BIN/nc-attest" -f "$d/m" -s "$(sum "$d/m")" "$t" "$NC_BIN/nc-pivot" nc-init nc-seccomp -s 102 fd:100 true
  is "between nc-rootfs and nc-pivot" $? 0
  ok "and the events tell what was verified" grep -q "\"container_started\".*\"rootfs\":{\"manifest\":\"$(sum "$d/m")\",\"format\":\"nucleus-manifest 1\",\"pinned\":\"sha256\",\"entries\":$(($(wc -l <"$d/m") - 1))}" "$d/events"
  rm -f "$d/events"
  nc-scope -r "$d/run" -n a -s 102 -e "$d/events" "$NC_BIN/nc-attest" -f "$d/deepm" "$t" "$NC_BIN/nc-seccomp" -s 102 "$d/allow.bpf" true 2>/dev/null
  is "control: what is not verified does not start" "$? $(grep -c container_started "$d/events")" "1 0"
  cp -a "$t" "$d/owned"
  chown 1000:1000 "$d/owned/nothing"
  nc-attest -m -o "$d/om" "$d/owned"
  if $unpriv nc-userns -a nomap true 2>/dev/null
  then
    chmod 644 "$d/owned/dir/full/file"
    nc-attest -m -o "$d/om" "$d/owned"
    is "in a user namespace, owners as it shows them" "$($unpriv nc-userns -a nomap "$NC_BIN/nc-attest" -f "$d/om" "$d/owned" echo ran)" ran
    chown 0:0 "$d/owned/nothing"
    like "one that it maps is told from others" "$($unpriv nc-userns -a nomap "$NC_BIN/nc-attest" -f "$d/om" "$d/owned" echo ran 2>&1)" 'nothing has the owner 65534:65534, not 1000:1000$'
  else skip "user namespaces" "user namespaces for users"
  fi
else skip "in a chain" "root with namespaces"
fi
done_testing
