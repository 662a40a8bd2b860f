#!/bin/sh
# also: asan
# What nc-rootfs binds: sources of every kind, flags on every mount, and nothing made in a bound tree.
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mpuin
then skip "binds" "root with pid, mount, uts, ipc and network namespaces"; done_testing
fi
# all of it in a mount namespace of its own, where mounts below the sources are made
if [ -z "${NC_BIND_INSIDE-}" ]
then NC_BIND_INSIDE=1 unshare -m "$0"; exit
fi
go="nc-pivot nc-init"
d=$TAP_TMP
chmod 755 "$d"
mkdir -p "$d/src/dir" "$d/src/sub" "$d/victim"
echo text >"$d/src/file"
mount -t tmpfs under "$d/src/sub"
echo below >"$d/src/sub/file"
flags () { awk -v p="$1" 'index($5 "/", p "/") == 1 { print $5, $6 }' /proc/self/mountinfo ; }
see_flags="awk 'index(\$5 \"/\", \"/x/\") == 1 { sub(/,[a-z]*atime/, \"\", \$6); print \$5, \$6 }' /proc/self/mountinfo"
can_write='for f in /x/new /x/sub/new; do (: >$f) 2>/dev/null && { echo $f; rm $f; }; done; :'

# flags, on every mount below the source
is "W-10: -b: every mount is read-only, nosuid, nodev" "$(box -b "$d/src:/x" $go sh -c "$see_flags")" \
"/x ro,nosuid,nodev
/x/sub ro,nosuid,nodev"
is "W-10: -b: no write, to none of them" "$(box -b "$d/src:/x" $go sh -c "$can_write")" ""
is "-B: every mount can be written to" "$(box -B "$d/src:/x" $go sh -c "$can_write" | tr '\n' ' ')" "/x/new /x/sub/new "
is "-B: nosuid, nodev" "$(box -B "$d/src:/x" $go sh -c "$see_flags" | sort -u)" \
"/x rw,nosuid,nodev
/x/sub rw,nosuid,nodev"
is "noexec" "$(box -b "$d/src:/x:noexec" $go sh -c "$see_flags" | cut -d, -f4 | tr '\n' ' ')" "noexec noexec "
is "dev: without nodev" "$(box -b "$d/src:/x:dev" $go sh -c "$see_flags" | grep -c nodev)" 0
like "the source keeps its own flags" "$(flags "$d/src/sub" | cut -d' ' -f2)" '^rw(,[a-z]*atime)?$'
printf '#!/bin/sh\nid -u\n' >"$d/src/suid"
cp /usr/bin/id "$d/src/id" 2>/dev/null
chmod 4755 "$d/src/id"
is "a set-uid program does not raise" "$(box -b "$d/src:/x" $go $unpriv /x/id -u)" 1000
is "control: outside it does" "$($unpriv "$d/src/id" -u)" 0
code "noexec is in force" 126 box -b "$d/src:/x:noexec" $go /x/id
ok "control: without it the program runs" box -b "$d/src:/x" $go /x/id

# a device below the source
mknod "$d/src/zero" c 1 5
code "a device below is not opened" 1 box -b "$d/src:/x" $go sh -c 'head -c1 /x/zero >/dev/null'
ok "control: with the option dev it is" box -b "$d/src:/x:dev" $go sh -c 'head -c1 /x/zero >/dev/null'
code "a device as source is not opened either" 1 box -b "$d/src/zero:/zero" $go sh -c 'head -c1 /zero >/dev/null'

# kinds of source
is "a file" "$(box -b "$d/src/file:/y/z/file" $go cat /y/z/file)" text
mkfifo "$d/src/fifo"
is "a FIFO is bound, not opened" "$(box -b "$d/src/fifo:/f" $go stat -c %F /f)" fifo
# links: followed where nobody but root can have put them
mkdir -m 777 "$d/open"
ln -s ../src "$d/open/link"
code "a link where others may write is refused" 111 box -b "$d/open/link:/x" $go true
code "and on the way to a source" 111 box -b "$d/open/link/file:/f" $go true
code "and as an image" 111 nc-unshare -m nc-rootfs -b "$d/open/link:/" true
like "and it says why" "$(err box -b "$d/open/link:/x" true)" \
  "^nc-rootfs: fatal: unable to open $d/open/link: .*; a symbolic link is followed only where nobody but root can replace it"
mount -t tmpfs -o mode=755 roots /run
mkdir -m 755 /run/a
mkdir -m 775 /run/group
mkdir -m 1775 /run/sticky
mkdir -m 777 /run/all
mkdir -m 755 /run/all/below /run/theirs
chown 1000 /run/theirs
for in in a group sticky all all/below theirs
do ln -s "$d/src" "/run/$in/absolute"; ln -s ../a/relative "/run/$in/up"
done
ln -sf "../..$d/src/file" /run/a/relative
ln -s loop /run/a/loop
ln -s /proc/self/cwd /run/a/magic
is "a link of root's: what it points to" "$(box -b /run/a/absolute/file:/f $go cat /f)" text
is "a relative one" "$(box -b /run/a/relative:/f $go cat /f)" text
is "several" "$(box -b /run/./sticky//up:/f $go cat /f)" text
is "where it is Nix's store" "$(box -b /run/sticky/absolute/file:/f $go cat /f)" text
for in in group all all/below theirs
do code "in $in: refused" 111 box -b "/run/$in/absolute/file:/f" $go true
done
ln -s ../all/up /run/a/out
code "by a link of root's to one of others'" 111 box -b /run/a/out:/f $go true
code "a loop" 111 box -b /run/a/loop:/x $go true
code "a link to a magic link" 111 box -b /run/a/magic:/x $go true
code "nothing at its end" 111 box -b /run/a/absolute/missing:/x $go true
code "relative to where we are: refused" 111 sh -c 'cd /run/a && exec "$@"' sh nc-open -t 9:relative true
umount /run
odd="$d/a${newline}b ${odd_byte}\\c"
echo odd >"$odd"
is "a name with newline, space and odd bytes" "$(box -b "$d/a${newline}b ${odd_byte}\\\\c:/odd$newline" $go cat "/odd$newline")" odd
mkdir "$d/co:lon"
echo colon >"$d/co:lon/f"
is "a name with a colon, written \\:" "$(box -b "$d/co\\:lon:/c\\:" $go cat /c:/f)" colon
for bad in "$d/vanished:/x" "$d/src/file/x:/x" "/proc/self/cwd:/x" "/proc/self/root:/x" "/proc/self/fd/0:/x" "$d/co:/x"
do
  is "refuses the source $(show "${bad#"$d"}")" "$(box -b "$bad" $go echo ran 2>/dev/null; echo $?)" 111
done
like "and names it" "$(err box -b /vanished:/x true)" '^nc-rootfs: fatal: unable to open /vanished: No such file or directory$'

# descriptors
if command -v nc-open >/dev/null
then
  is "fd:N, a detached tree" "$(nc-open -t "100:$d/src" nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" -b fd:100:/x $go cat /x/file)" text
  is "and its descriptor is gone" "$(nc-open -t "100:$d/src" nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" -b fd:100:/x $go ls /proc/self/fd | grep -cx 100)" 0
  is "it is read-only, recursively" "$(nc-open -t "100:$d/src" nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" -b fd:100:/x $go sh -c "$can_write")" ""
else skip "fd:N, a detached tree" "nc-open"
fi

# lists, links
printf '%s\n\n%s\t%s\n' "$d/src/file" "$d/src" /there >"$d/list"
is "-f: one path, or two" "$(box -f "$d/list" $go cat "$d/src/file" /there/sub/file | tr '\n' ' ')" "text below "
is "-f from a descriptor" "$(box -f fd:9 $go cat "$d/src/file" 9<"$d/list")" text
is "-l" "$(box -l ../nowhere:/a/b/link $go readlink /a/b/link)" ../nowhere
code "-l twice" 111 box -l a:/l -l b:/l $go true

# directories and files do not stand for each other
code "a file on a directory" 111 box -t /t -b "$d/src/file:/t" $go true
code "a directory on a file" 111 box -b "$d/src/file:/t" -b "$d/src/dir:/t" $go true
code "below a file" 111 box -b "$d/src/file:/t" -t /t/x $go true
code "a file on /" 111 box -b "$d/src/file:/" $go true
code "a destination that ends in a slash" 100 box -b "$d/src/dir:/t/" $go true

# nothing is made in a bound tree
touch "$d/stamp"
sleep 0.02
changed () { find "$d/src" "$d/victim" -newer "$d/stamp" ; }
for how in -b -B
do
  for what in "-t /x/dir/missing" "-b /etc/passwd:/x/missing" "-b /usr:/x/dir/a/b" "-l a:/x/link" "-t /x/missing/deep/er"
  do code "$how, then $what: the mount point is missing" 111 box $how "$d/src:/x" $what $go true
  done
done
like "and it says why" "$(err box -B "$d/src:/x" -t /x/missing $go true)" \
  'unable to make the mount point /x/missing: what was bound there lacks it, and nothing is made in a bound tree$'
is "a mount point that is there is used" "$(box -B "$d/src:/x" -b /etc/passwd:/x/file -t /x/dir $go stat -f -c %T /x/dir)" tmpfs
ok "a tmpfs below it is ours again" box -B "$d/src:/x" -t /x/dir -t /x/dir/new $go test -d /x/dir/new
# links planted in a tree that was writable before
ln -s "$d/victim" "$d/src/abs"
ln -s ../../../../../../../..$d/victim "$d/src/rel"
ln -s /tmp "$d/src/tmp"
ln -s "$d/victim/made" "$d/src/dangling"
touch "$d/stamp"
for link in abs rel dangling
do
  code "W-29: a planted link ($link) is not left through" 111 box -B "$d/src:/x" -t "/x/$link/new" $go true
  code "nor is it a mount point ($link)" 111 box -B "$d/src:/x" -b "/etc/passwd:/x/$link" $go true
done
is "where its target exists inside, it is that" "$(box -t /tmp -B "$d/src:/x" -b /etc/passwd:/x/tmp/p $go ls /tmp)" p
is "nothing was made" "$(changed)" ""

# a whole root file system
mkdir -p "$d/image/bin" "$d/image/etc" "$d/image/tmp" "$d/image/srv"
echo image >"$d/image/etc/passwd"
echo 'nameserver 9.9.9.9' >"$d/image/etc/resolv.conf"
echo hidden >"$d/image/.manifest"
echo no >"$d/image/tmp/old"
ln -s "$d/victim" "$d/image/proc"
ln -s "$d/victim" "$d/image/dev"
ln -s "$d/victim" "$d/image/sys"
ln -s /srv "$d/image/data"
echo srv >"$d/image/srv/f"
touch "$d/stamp"
sleep 0.02
image () { nc-unshare -pmuin nc-rootfs -b "$d/image:/" -b /usr:/usr -b "$NC_BIN:$NC_BIN" -l usr/lib:/lib -l usr/lib64:/lib64 "$@" ; }
is "an image: its own entries" "$(image $go /usr/bin/cat /etc/passwd /data/f | tr '\n' ' ')" "image srv "
is "its dev, proc and tmp are not used" "$(image -t /tmp $go /usr/bin/stat -f -c %T /proc /dev /tmp | tr '\n' ' ')" "proc tmpfs tmpfs "
is "nothing of /tmp, no file that begins with a dot" "$(image -t /tmp $go /usr/bin/find /tmp /.manifest /.etc 2>/dev/null)" /tmp
is "-e: accounts are the image's, resolv.conf is ours" "$(image -e -n 1.1.1.1 $go /usr/bin/cat /etc/passwd /etc/resolv.conf | tr '\n' ' ')" "image nameserver 1.1.1.1 "
is "a file that /etc lacks stays absent" "$(image -e -H box $go /usr/bin/ls /etc | tr '\n' ' ')" "passwd resolv.conf "
code "read-only" 1 image $go /usr/bin/touch /etc/new
is "nothing was made in the image" "$(find "$d/image" "$d/victim" -newer "$d/stamp")" ""
code "an image that is no directory" 111 nc-unshare -pm nc-rootfs -b "$d/src/file:/" true
code "an image by descriptor" 100 nc-unshare -pm nc-rootfs -b fd:9:/ true 9</etc
umount "$d/src/sub"
done_testing
