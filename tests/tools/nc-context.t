#!/bin/sh
# also: asan
# What a context holds, who can change it, what is left out, and its digest.
. tests/lib/tap.sh
. tests/lib/chain.sh

# all of it in a mount namespace of its own, where mounts below the sources are made
if root_with -mpuin && [ -z "${NC_CONTEXT_INSIDE-}" ]
then
  before=$(cut -d' ' -f5- /proc/self/mountinfo)
  NC_CONTEXT_INSIDE=1 unshare -m "$0"
  status=$?
  [ "$(cut -d' ' -f5- /proc/self/mountinfo)" = "$before" ] || { echo "Bail out! mounts are left"; exit 1; }
  exit $status
fi

# usage
code "no arguments" 100 nc-context
code "no program" 100 nc-context /
code "unknown option" 100 nc-context -Z / true
for bad in "" . src ../src /a/.. /../a fd: fd:x
do code "refuses the source '$bad'" 100 nc-context "$bad" true
done
for bad in "" ctx / // /. ./a /a/..
do code "refuses -d '$bad'" 100 nc-context -d "$bad" / true
done
for bad in "" 0 -1 1x 1KB 18446744073709551616 18014398509481984K 16777216T
do code "refuses -S '$bad'" 100 nc-context -S "$bad" / true
done
for bad in "" : 1 1: :1 1:1:1 a:b root 4294967295:0 0:4294967296 fd:
do code "refuses -u '$bad'" 100 nc-context -u "$bad" / true
done
code "-k without a descriptor" 100 nc-context -k -u 1:1 / true
code "-u with -b" 100 nc-context -b -u 1:1 / true

if ! root_with -mpuin
then skip "everything else" "root with pid, mount, uts, ipc and network namespaces"; done_testing
fi
d=$TAP_TMP
chmod 755 "$d"
list=$PWD/policies/lists/context-exclude
go="nc-pivot nc-init"
into () { box nc-context "$@" ; }   # [option]... source cmd...
quiet () { "$@" 2>/dev/null ; }

# wrong orders
code "without nc-rootfs" 111 nc-unshare -m nc-context / true
like "names the order" "$(err nc-unshare -m nc-context / true)" 'it is no new root; nc-rootfs goes before nc-context, and nc-pivot after it$'
code "without nc-rootfs, in /" 111 sh -c 'cd / && exec nc-unshare -m nc-context / true'
code "in the host's mount namespace" 111 unshare -pmf --mount-proc sh -c 'cd /tmp && exec nc-context / true'
code "after nc-pivot" 111 box nc-pivot nc-context /usr true

# a copy: data, mode, time, links that stay inside
mkdir -p "$d/src/sub/deep/empty" "$d/other"
echo text >"$d/src/file"
echo below >"$d/src/sub/deep/file"
chmod 640 "$d/src/file"
chmod 4755 "$d/src/sub/deep/file"
chmod 511 "$d/src/sub/deep"
ln -s sub/deep/file "$d/src/link"
ln -s ../../file "$d/src/sub/deep/up"
ln -s deep/../../file "$d/src/sub/later"
ln -s nowhere "$d/src/dangling"
touch -h -d '2001-02-03 04:05:06.789 UTC' "$d/src/file" "$d/src/sub/deep/empty" "$d/src/sub/deep" "$d/src/sub" "$d/src/link" "$d/src"
see='cd "$1" && find . -printf "%P %y %m %T@ %l\n" | LC_ALL=C sort && cat file sub/deep/file'
is "a copy is as the source: types, modes, times, links, content" "$(into "$d/src" $go sh -c "$see" sh /context)" "$(sh -c "$see" sh "$d/src")"
is "and so is a bind" "$(into -b "$d/src" $go sh -c "$see" sh /context)" "$(sh -c "$see" sh "$d/src")"
is "-d: elsewhere, with its parents" "$(into -d /a/b/c "$d/src" $go cat /a/b/c/file)" text
is "holes stay holes" "$(truncate -s 50M "$d/src/hole"; into -S 1M "$d/src" $go stat -c %s /context/hole)" 52428800
rm "$d/src/hole"
code "a change of the source is not seen in a copy" 0 into "$d/src" sh -c 'echo changed >"$1" && grep -q text context/file' sh "$d/src/file"
echo text >"$d/src/file"
chmod 640 "$d/src/file"

# read-only, nosuid, nodev, noexec, on every mount: W-10
flags="awk '\$5 == \"/context\" || index(\$5, \"/context/\") == 1 { sub(/,[a-z]*atime/, \"\", \$6); print \$6 }' /proc/self/mountinfo"
mkdir "$d/src/mounted"
mount -t tmpfs under "$d/src/mounted"
echo under >"$d/src/mounted/file"
is "a copy's flags" "$(into "$d/src" $go sh -c "$flags")" ro,nosuid,nodev,noexec
is "what is mounted below is copied" "$(into "$d/src" $go cat /context/mounted/file)" under
is "W-10: a bind's flags, on every mount" "$(into -b "$d/src" $go sh -c "$flags" | sort | uniq -c | sed 's/^ *//')" "2 ro,nosuid,nodev,noexec"
for how in "" -b
do
  is "W-10: nothing can be written, below what is mounted neither${how:+ ($how)}" \
    "$(into $how "$d/src" $go sh -c 'for f in /context/new /context/mounted/new /context/file; do (: >>$f) 2>/dev/null && echo $f; done; :')" ""
  code "nothing can be executed${how:+ ($how)}" 126 into $how "$d/src" $go /context/sub/deep/file
  code "nor remounted${how:+ ($how)}" 1 into $how "$d/src" nc-pivot nc-init nc-dropcaps -u 990 -g 990 sh -c 'mount -o remount,rw /context 2>/dev/null || exit 1'
done
ok "control: the source can be written to" sh -c ': >>"$1/mounted/file"' sh "$d/src"
umount "$d/src/mounted"
rmdir "$d/src/mounted"

# links that lead out, and what is no file: left out, and named
ln -s /etc/passwd "$d/src/absolute"
ln -s ../other "$d/src/out"
ln -s sub/deep/../../../other "$d/src/sneaky"
ln -s sub "$d/src/jump"
mkdir "$d/src/sub/back"
ln -s .. "$d/src/sub/back/l1"
ln -s l1/../../other "$d/src/sub/back/l2"
mkfifo "$d/src/pipe"
mknod "$d/src/null" c 1 3
perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0) && chdir($ARGV[0]) && bind(S, sockaddr_un("socket")) or die' "$d/src"
names () { LC_ALL=C ls "$d/src" | tr '\n' ' '; }
is "left out are links that lead out, and specials" "$(quiet into "$d/src" $go ls /context | tr '\n' ' ')" "dangling file jump link sub "
is "by way of another link too" "$(quiet into "$d/src" $go ls /context/sub/back)" l1
said=$(err into "$d/src" $go true)
is "each is named in a line" "$(printf '%s\n' "$said" | sed "s,$d/,," | LC_ALL=C sort)" \
"nc-context: warning: left out src/absolute: a symbolic link that leads out of the context
nc-context: warning: left out src/null: a device, a socket or a named pipe
nc-context: warning: left out src/out: a symbolic link that leads out of the context
nc-context: warning: left out src/pipe: a device, a socket or a named pipe
nc-context: warning: left out src/sneaky: a symbolic link that leads out of the context
nc-context: warning: left out src/socket: a device, a socket or a named pipe
nc-context: warning: left out src/sub/back/l2: a symbolic link that leads out of the context"
is "once, with -i too" "$(err into -i "$d/src" $go true)" "$said"
mkdir "$d/many"
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do ln -s / "$d/many/$i"; done
is "the rest is counted" "$(err into "$d/many" $go true | tail -n 1)" "nc-context: warning: left out 2 more of $d/many"
is "a bind: pipe, socket and device are covered" "$(quiet into -b "$d/src" $go stat -c %F%t%T /context/pipe /context/socket | sort -u)" "character special file13"
code "a covered pipe cannot be written to" 1 quiet into -b "$d/src" $go sh -c '(exec 3<>/context/pipe) || exit 1'
code "control: read-only or not, a pipe that is not covered can" 0 box -b "$d/src:/x" $go sh -c 'exec 3<>/x/pipe'
rm "$d/src/pipe" "$d/src/null" "$d/src/socket" "$d/src/absolute" "$d/src/out" "$d/src/sneaky" "$d/src/sub/back/l2"

# what is left out by default
mkdir "$d/x"
n=0
for name in .git .GIT .svn target node_modules .DS_Store __pycache__ .env .env.local .ssh .gnupg .aws .azure .gcloud .docker .netrc .kube .helm \
  a.swp .a.swo k.pem k.key k.p12 k.crt k.pfx k.jks my-CREDENTIALs.json Secrets.txt the_private_key kubeconfig.yml My-KubeConfig
do
  n=$((n + 1))
  mkdir -p "$d/x/in/$n"
  case $((n % 2)) in 0) mkdir "$d/x/$name"; echo hidden >"$d/x/$name/f" ;; *) echo hidden >"$d/x/$name" ;; esac
  echo hidden >"$d/x/in/$n/$name"
done
mkdir -p "$d/x/.config/gcloud" "$d/x/in/1/.config/gcloud" "$d/x/gcloud" "$d/x/.config/other"
for f in x/.config/gcloud x/in/1/.config/gcloud; do echo hidden >"$d/$f/credentials.db"; echo hidden >"$d/$f/x"; done
for name in gcloud/kept .config/other/kept in/.gitignore in/environment in/pem in/targets in/keyboard in/.envrc; do echo kept >"$d/x/$name"; done
grep_all='cd /context && grep -rlsF "$1" . | LC_ALL=C sort | tr "\n" " "; :'
kept="./.config/other/kept ./gcloud/kept ./in/.envrc ./in/.gitignore ./in/environment ./in/keyboard ./in/pem ./in/targets "
for how in "" -b
do
  is "default list, $n names, at the top and below: nothing of them is seen${how:+ ($how)}" "$(quiet into $how -x "$list" "$d/x" $go sh -c "$grep_all" sh hidden)" ""
  is "what is called nearly so stays${how:+ ($how)}" "$(quiet into $how -x "$list" "$d/x" $go sh -c "$grep_all" sh kept)" "$kept"
  ok "control: without a list all of it is seen${how:+ ($how)}" sh -c '[ "$1" = "$2" ]' sh \
    "$(into $how "$d/x" $go sh -c "$grep_all" sh hidden | wc -w)" "$(cd "$d/x" && grep -rlF hidden . | wc -l)"
done
is "in a copy even the names are absent" "$(into -x "$list" "$d/x" $go ls -A /context | tr '\n' ' ')" ".config gcloud in "
is "also of .config/gcloud" "$(into -x "$list" "$d/x" $go ls -A /context/.config)" other
is "in a bind they are covered: directories are empty" "$(into -b -x "$list" "$d/x" $go find /context/.config/gcloud /context/node_modules /context/.GIT -type f 2>&1)" ""
code "files cannot be opened" 1 into -b -x "$list" "$d/x" $go cat /context/.git
is "and the covers have the flags" "$(into -b -x "$list" "$d/x" $go sh -c "$flags" | sort -u)" ro,nosuid,nodev,noexec
printf '# mine\n\ngcloud/\n/in/pem\n' >"$d/mine"
is "a list of one's own" "$(into -x "$d/mine" "$d/x" $go sh -c "$grep_all" sh kept)" "./.config/other/kept ./in/.envrc ./in/.gitignore ./in/environment ./in/keyboard ./in/targets "
mkdir "$d/l"
ln -s ../x/.env "$d/l/.env"
echo kept >"$d/l/f"
is "a link with such a name is covered in a bind" "$(into -b -x "$list" "$d/l" $go stat -c %F /context/.env)" "character special file"
printf 'ok\na//b\n' >"$d/bad"
code "a malformed list" 100 into -x "$d/bad" "$d/x" true
like "its line is named" "$(err into -x "$d/bad" "$d/x" true)" "^nc-context: fatal: malformed pattern in the list $d/bad, line 2\$"
mkfifo "$d/fifo"
code "a list that is a pipe" 100 into -x "$d/fifo" "$d/x" true
code "a list that is a directory" 100 into -x "$d" "$d/x" true
code "a list that is missing" 111 into -x "$d/missing" "$d/x" true

# the digest
mkdir -m 700 "$d/run"
digest () # options: the digest that the events tell
{
  rm -f "$d/events"
  nc-scope -r "$d/run" -n ctx -s 102 -e "$d/events" nc-open -f "100:$d/allow.bpf" \
    nc-unshare -pm nc-rootfs -h -b "$NC_BIN:$NC_BIN" nc-context "$@" nc-pivot nc-init nc-seccomp -s 102 fd:100 true 2>"$d/err" &&
  sed -n 's/.*"container_started".*"context":{\([^}]*\)}.*/\1/p' "$d/events"
}
printf '\006\000\000\000\000\000\377\177' >"$d/allow.bpf"
sum=$(python3 tests/lib/merkle.py "$d/src")
like "-i: what the manual page says, computed by another program" "$(digest -i "$d/src")" "^\"mode\":\"copy\",\"sha256\":\"$sum\",\"files\":[0-9]+,\"bytes\":[0-9]+\$"
like "of a bind it is the same" "$(digest -b -i "$d/src")" "^\"mode\":\"bind\",\"sha256\":\"$sum\""
like "control: without -i there is none" "$(digest "$d/src")" '^"mode":"copy","files":[0-9]+,"bytes":[0-9]+$'
differs () # what: after the last command
{
  new=$(python3 tests/lib/merkle.py "$d/src")
  like "another digest: $1" "$(digest -i "$d/src")" "\"sha256\":\"$new\""
  ok "which differs: $1" [ "$new" != "$sum" ]
}
chmod 600 "$d/src/file"; differs "the mode of a file"; chmod 640 "$d/src/file"
chmod 700 "$d/src/sub"; differs "the mode of a directory"; chmod 755 "$d/src/sub"
chmod 700 "$d/src"; differs "the mode of the top"; chmod 755 "$d/src"
echo Text >"$d/src/file"; differs "content"; echo text >"$d/src/file"
ln -sfn file "$d/src/link"; differs "where a link leads"; ln -sfn sub/deep/file "$d/src/link"
mv "$d/src/file" "$d/src/fil"; differs "a name"; mv "$d/src/fil" "$d/src/file"
mkdir "$d/src/void"; differs "an empty directory"; rmdir "$d/src/void"
rm "$d/src/jump"; mkdir "$d/src/jump"; differs "a type"; rmdir "$d/src/jump"; ln -s sub "$d/src/jump"
touch "$d/src/file"
like "the same digest: another time" "$(digest -i "$d/src")" "\"sha256\":\"$sum\""
like "what is left out does not count" "$(digest -i -x "$list" "$d/x")" "\"sha256\":\"$(python3 tests/lib/merkle.py "$(cp -a "$d/x" "$d/y"; cd "$d/y" || exit; grep -rlZF hidden . | xargs -0 rm -f; for f in .* *; do case $f in .|..|.config|gcloud|in) ;; *) rm -rf "$f" ;; esac; done; rm -rf .config/gcloud in/1/.config/gcloud; echo "$d/y")")\""
like "in a bind neither" "$(digest -b -i -x "$list" "$d/x")" "\"sha256\":\"$(python3 tests/lib/merkle.py "$d/y")\""
# something writes to the source all the time: never is what was read first what is there then
mkdir "$d/busy"
perl -e 'open F, ">", $ARGV[0] or die; for ($i = 0; ; $i++) { sysseek F, 0, 0; syswrite F, sprintf "%20d", $i or die }' "$d/busy/f" &
busy=$!
# what takes a while to read before it
head -c 8M /dev/zero >"$d/busy/a"
eventually test -s "$d/busy/f"
busy_refused () { into -i "$@" "$d/busy" true 2>"$d/err"; [ $? -eq 111 ]; }
for how in "" -b
do
  ok "a source that changes while it is read is refused, sooner or later${how:+ ($how)}" eventually busy_refused $how
  like "and it says so${how:+ ($how)}" "$(cat "$d/err")" "^nc-context: fatal: unable to verify the context at /context: it is not what $d/busy held before"
done
kill $busy
wait $busy 2>/dev/null
ok "control: once it does not, it is taken" into -i "$d/busy" true

# owners
own='stat -c %u:%g /context /context/file /context/link /context/sub/deep/empty | sort -u | tr "\n" " "'
is "the caller owns a copy" "$(into "$d/src" $go sh -c "$own")" "0:0 "
is "-u: the workload does" "$(into -u 990:991 "$d/src" $go sh -c "$own")" "990:991 "
is "-u keeps set-user-ID bits, which have no effect" "$(into -u 990:991 "$d/src" $go stat -c %a /context/sub/deep/file)" 4755
chown 992:993 "$d/other"
is "-u fd:N" "$(into -u fd:9 "$d/src" $go sh -c "$own" 9<"$d/other")" "992:993 "
is "its descriptor is closed" "$(into -u fd:9 "$d/src" $go sh -c '[ -e /proc/self/fd/9 ] && echo open; :' 9<"$d/other")" ""
is "-k: it is not" "$(into -k -u fd:9 "$d/src" $go sh -c '[ -e /proc/self/fd/9 ] && echo open' 9<"$d/other")" open
code "-u fd:N that is not open" 111 into -u fd:57 "$d/src" true
is "the source keeps its owner" "$(stat -c %u "$d/src/file")" 0
is "no other descriptor is left" "$(into -i "$d/src" $go sh -c 'ls /proc/self/fd | tr "\n" " "')" "$(box $go sh -c 'ls /proc/self/fd | tr "\n" " "')"

# sources by descriptor
is "fd:N, a directory" "$(into fd:9 $go cat /context/file 9<"$d/src")" text
is "it is closed" "$(into fd:9 $go sh -c '[ -e /proc/self/fd/9 ] && echo open; :' 9<"$d/src")" ""
is "-b fd:N, a detached tree" "$(nc-open -t "100:$d/src" nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" nc-context -b -i fd:100 $go sh -c "cat /context/file; $flags")" "text
ro,nosuid,nodev,noexec"
is "its descriptor is gone" "$(nc-open -t "100:$d/src" nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" nc-context -b fd:100 $go sh -c 'ls /proc/self/fd | grep -x 100; :')" ""
code "fd:N that is no directory" 111 into fd:9 true 9</etc/passwd
code "fd:N that is not open" 111 into fd:57 true

# bad sources
ln -s src "$d/tolink"
mkdir -m 777 "$d/open"
ln -s "$d/src" "$d/open/link"
ln -s "$d/src" "$d/open/parent"
for bad in "$d/missing" "$d/fifo" "$d/src/file" /dev/null "$d/open/link" "$d/open/parent/sub" /proc/self/cwd /proc/self/root /proc/self/fd/9 "$d/src/file/x"
do
  for how in "" -b
  do code "refuses the source $(show "${bad#"$d"}")${how:+ ($how)}" 111 into $how "$bad" true 9</etc
  done
done
like "names a source that is missing" "$(err into /vanished true)" '^nc-context: fatal: unable to open /vanished: No such file or directory$'
like "says why a link is refused" "$(err into "$d/open/link" true)" 'a symbolic link is followed only where nobody but root can replace it'

# odd names, depth
odd="$d/odd/a${newline}b $odd_byte\\c"
long=$(printf '%255s' | tr ' ' n)
mkdir -p "$odd/$long"
echo odd >"$odd/$long/$long"
for how in "" -b
do is "names with newlines, 255 bytes and odd bytes${how:+ ($how)}" "$(into -i $how "$d/odd" $go sh -c 'cat "$1/$2/$2"' sh "/context/${odd#"$d"/odd/}" "$long")" odd
done
like "a name is one line of a message" "$(ln -s / "$d/odd/l${newline}k"; err into "$d/odd" true)" 'left out .*/odd/l\\x0ak: '
python3 -c 'import os, sys
os.chdir(sys.argv[1])
for i in range(1000): os.mkdir("d" * 20); os.chdir("d" * 20)
open("bottom", "w").write("deep")' "$d/other"
count="python3 -c 'import os
os.chdir(\"/context\")
n = 0
while os.path.isdir(\"d\" * 20): os.chdir(\"d\" * 20); n += 1
print(n, open(\"bottom\").read())'"
for how in "" -b
do is "1000 deep${how:+ ($how)}" "$(into -i $how "$d/other" $go sh -c "$count")" "1000 deep"
done

# a file system that is full
dd if=/dev/zero of="$d/src/big" bs=64k count=4 2>/dev/null
code "ENOSPC, content" 111 into -S 64k "$d/src" true
like "is named, with what to do" "$(err into -S 64k "$d/src" true)" "^nc-context: fatal: unable to copy $d/src/big: No space left on device; the tmpfs of the context is full: -S\$"
rm "$d/src/big"
code "ENOSPC, names" 111 into -S 4k "$d/x" true
ok "control: with room it is copied" into "$d/x" true

# mount points
code "nothing is made in a bound tree" 111 box -b "$d/src:/x" nc-context -d /x/new "$d/src" true
code "nor in a writable one" 111 box -B "$d/src:/x" nc-context -d /x/new "$d/src" true
mkdir -p "$d/img/dev" "$d/img/proc" "$d/img/x" "$d/beside"
code "nor in one of the file system that the root is of" 111 box -b "$d/img:/:tree" -B "$d/beside:/x" nc-context -d /x/new "$d/src" true
is "and nothing was" "$(ls -A "$d/beside")" ""
like "it says why" "$(err box -B "$d/src:/x" nc-context -d /x/new "$d/src" true)" 'unable to make the mount point /x/new: what was bound there lacks it, and nothing is made in a bound tree$'
is "what is there is used" "$(box -b "$d/x:/x" nc-context -d /x/gcloud "$d/src" $go cat /x/gcloud/file)" text
code "a file is no mount point" 111 box -b "$d/src/file:/x" nc-context -d /x "$d/src" true
# W-29: a link planted in a tree is not left through
ln -s "$d/other" "$d/src/planted"
code "W-29: nor is a link that leads out of the new root" 111 box -B "$d/src:/x" nc-context -d /x/planted/new "$d/src" true
is "W-29: nothing was made on the host" "$(ls "$d/other" | tr -d d)" ""
rm "$d/src/planted"

# a terminal is told
if command -v script >/dev/null && command -v strace >/dev/null
then
  mkdir "$d/slow"
  for i in 1 2 3 4 5 6 7 8; do echo "$i" >"$d/slow/$i"; done
  slow="strace -f -o /dev/null -e trace=symlink,fchmod -e inject=fchmod:delay_exit=200000"
  script -qec "nc-unshare -m nc-rootfs $slow nc-context $d/slow echo done" /dev/null >"$d/shown" </dev/null
  like "progress on a terminal" "$(tr '\r' '\n' <"$d/shown")" '^nc-context: [0-9]+ files, 0 MiB'
  like "which is cleared before the program runs" "$(tr -d '\r' <"$d/shown" | tail -n 1)" '^(.*\[K)?done$'
  is "control: nothing of it elsewhere" "$(err nc-unshare -m nc-rootfs $slow nc-context "$d/slow" true)" ""
else skip "progress on a terminal" "script and strace"
fi

# without privilege
cp -a "$d/src" "$d/users"
chown -R 1000:1000 "$d/users"
chmod 755 "$d/users/sub/deep"
if $unpriv nc-userns -a nomap true 2>/dev/null
then
  user () { $unpriv nc-userns -a nomap nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" nc-context "$@" ; }
  is "without privilege, a copy" "$(user -i "$d/users" $go sh -c "cat /context/file; $flags; stat -c %u /context/file")" "text
ro,nosuid,nodev,noexec
1000"
  is "a bind, with covers" "$(echo hidden >"$d/users/.env"; user -b -i -x "$list" "$d/users" $go sh -c "$flags; cat /context/.env 2>/dev/null" | sort -u)" ro,nosuid,nodev,noexec
  code "what it may not read is an error" 111 user "$d/run" true
else skip "without privilege" "user namespaces for users"
fi
done_testing
