#!/bin/sh
# nc-assert -m: every line of mountinfo. Each time a root as nc-rootfs makes it, and something mounted or changed in it by hand.
. tests/lib/tap.sh
. tests/lib/chain.sh
. tests/lib/assert.sh

if ! root_with -mpuinC
then skip "mounts" "root with every kind of namespace"; done_testing
fi

# in a root with a writable /tmp: runs the words of SCRIPT, then nc-assert -m with the options
after () # script nc-assert-option...
{
  after_script=$1
  shift
  box -t /tmp $rootfs nc-pivot nc-init sh -c "$after_script"' && exec "$@"' sh nc-assert -m "$@"
}
rootfs=
new='mount -t tmpfs -o nosuid,nodev,ro x'

holds "-m: as nc-rootfs makes it" after : -w /tmp
stated="-X -r /usr $(for p in /bin /lib /lib32 /lib64 /libx32 /nix/store /opt /sbin; do
  [ -L $p ] || [ ! -d $p ] || echo "-r $p"; done) $(box nc-pivot nc-init awk '$5 ~ "^/etc/" { print "-r " $5 }' /proc/self/mountinfo) -r $NC_BIN -w /tmp"
holds "-m: with -X" box -t /tmp -b /usr:/a nc-pivot nc-init nc-assert -m $stated -r /a
differs "-m: a writable mount that is not stated" 'mount /tmp: expected ro, found rw,.*' after :
differs "-w: stated, and not there" 'mount /srv: expected a mount, found none' after : -w /tmp -w /srv
differs "-w: it is read-only" 'mount /usr: expected rw, found ro,.*' after : -w /tmp -w /usr
differs "-r: not there" 'mount /srv: expected a mount, found none' after : -w /tmp -r /srv
differs "-x: it is executable" 'mount /tmp: expected noexec, found rw,.*' after : -w /tmp -x /tmp
rootfs='-t /home:1M,noexec'
holds "-x" after : -w /tmp -w /home -x /home
rootfs=

# flags of a mount that were weakened
differs "read-only no more" 'mount /usr: expected ro, found rw,.*' after 'mount -o remount,bind,rw,nosuid,nodev /usr' -w /tmp
differs "suid" 'mount /usr: expected nosuid, found ro,.*' after 'mount -o remount,bind,ro,suid,nodev /usr' -w /tmp
differs "devices" 'mount /usr: expected nodev, found ro,.*' after 'mount -o remount,bind,ro,nosuid,dev /usr' -w /tmp
differs "shared" 'mount /tmp: expected private, found shared:[0-9]+' after 'mount --make-shared /tmp' -w /tmp
differs "a slave" 'mount /tmp: expected private, found master:[0-9]+' \
  box -t /tmp nc-pivot nc-init sh -c 'mount --make-shared /tmp && exec unshare -m --propagation slave "$@"' sh nc-assert -m -w /tmp

# one more mount
more='mkdir /tmp/x &&'
holds "one more, read-only: without -X" after "$more $new /tmp/x" -w /tmp
holds "-W: those below" after "$more mount -t tmpfs -o nosuid,nodev x /tmp/x" -W /tmp
differs "-w: not those below" 'mount /tmp/x: expected ro, found rw,.*' after "$more mount -t tmpfs -o nosuid,nodev x /tmp/x" -w /tmp
differs "-X: one more" 'mount .*: expected none, found .*' after "$more $new /tmp/x" -X -w /tmp
holds "-X: one more, stated" after "$more $new /tmp/x" $stated -r /tmp/x
rootfs='-b /usr:/a'
differs "-X: one over a stated one" 'mount /a: expected no other mount, found one more' after "$new /a" $stated -r /a
rootfs=
holds "-X: two at one path, both stated" after "$more $new /tmp/x && $new /tmp/x" $stated -r /tmp/x -r /tmp/x
differs "-X: one over the root" 'mount /: expected no other mount, found one more' after "$new /" $stated
differs "-X: one over /proc" '/proc: expected a procfs, found something else' after "$new,noexec /proc" $stated
differs "-X: a second procfs over it" 'mount /proc: expected .*' after 'mount -t proc -o nosuid,nodev,noexec,ro,hidepid=invisible x /proc' $stated
differs "-X: a second devpts" 'mount /dev/pts: expected no other mount, found one more' after 'mount -t devpts -o nosuid,noexec x /dev/pts' $stated
differs "-X: a second /dev/shm" 'mount /dev/shm: expected no other mount, found one more' after 'mount -t tmpfs -o nosuid,nodev,noexec x /dev/shm' $stated
differs "one over another" 'mount /usr/games: expected ro, found rw,.*' after "mount -t tmpfs -o nosuid,nodev x /usr/games" -w /tmp
differs "one over the root" 'mount /: expected ro, found rw,.*' after 'mount -t tmpfs -o nosuid,nodev x /' -w /tmp
differs "the root is no tmpfs" 'mount /: expected tmpfs, found .*' after 'mount --bind /usr /' -w /tmp
for char in " |040" "$newline|012" "$(printf '\t')|011" '\|134'
do
  differs "a name with the byte \\${char#*|}" "mount /tmp/a\\\\${char#*|}b: expected ro, found rw,.*" \
    after "mkdir '/tmp/a${char%|*}b' && mount -t tmpfs -o nosuid,nodev x '/tmp/a${char%|*}b'" -w /tmp
  holds "stated: \\${char#*|}" after "mkdir '/tmp/a${char%|*}b' && mount -t tmpfs -o nosuid,nodev x '/tmp/a${char%|*}b'" -w /tmp -w "/tmp/a${char%|*}b"
done
differs "many mounts, and one of them" 'mount /tmp/250: expected ro, found rw,.*' \
  after "for i in \$(seq 300); do mkdir /tmp/\$i; $new /tmp/\$i; done; mount -o remount,bind,rw,nosuid,nodev /tmp/250" -w /tmp
long=$(printf '%0250d' 0)
differs "a path of four kilobytes" 'mount /tmp/0.*/0+: expected ro, found rw,.*' \
  after "cd /tmp; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do mkdir $long; cd $long; done; mount -t tmpfs -o nosuid,nodev x .; cd /" -w /tmp

# devices
holds "a device that a root needs" after : -w /tmp
differs "another device under its name" 'mount /dev/(full|null): expected .*' after 'mount --bind /dev/zero /dev/full' -w /tmp
differs "a device elsewhere" 'mount /tmp/d: expected .*' after ': >/tmp/d; mount --bind /dev/full /tmp/d' -w /tmp
holds "-d: devices that are stated" after "$more mount -t tmpfs -o nosuid,ro x /tmp/x" -w /tmp -d /tmp/x
differs "-d: not stated" 'mount /tmp/x: expected nodev, found ro,.*' after "$more mount -t tmpfs -o nosuid,ro x /tmp/x" -w /tmp

differs "a block device in /dev" 'device /dev/d: expected none, found 7:0' \
  after 'mount -o remount,bind,rw,nosuid,noexec /dev && mknod /dev/d b 7 0 && mount -o remount,bind,ro,nosuid,noexec /dev' -w /tmp
differs "another device by its name" 'device /dev/zero: expected none, found 1:1' \
  after 'mount -o remount,bind,rw,nosuid,noexec /dev && { umount /dev/zero 2>/dev/null; rm /dev/zero; } && mknod /dev/zero c 1 1 && mount -o remount,bind,ro,nosuid,noexec /dev' -w /tmp
differs "a device in a directory of /dev" 'device /dev/a/b/d: expected none, found 1:1' \
  after 'mount -o remount,bind,rw,nosuid,noexec /dev && mkdir -p /dev/a/b && mknod /dev/a/b/d c 1 1 && mount -o remount,bind,ro,nosuid,noexec /dev' -w /tmp
differs "another /dev" 'mount /dev: expected nodev, found .*' \
  after 'mount -t tmpfs -o nosuid,noexec x /dev && mknod /dev/d b 7 0 && mount -o remount,bind,ro,nosuid,noexec /dev' -w /tmp

# /proc
differs "a /proc that can be executed from" 'mount /proc: expected noexec, found .*' after 'mount -o remount,bind,ro,nosuid,nodev,exec /proc' -w /tmp
differs "a /proc that can be written to" 'mount /proc: expected ro, found rw,.*' after 'mount -o remount,bind,rw,nosuid,nodev,noexec /proc' -w /tmp
differs "something in place of /proc" '/proc: expected a procfs, found something else' after 'mount -t tmpfs -o nosuid,nodev,noexec,ro x /proc' -w /tmp
differs "something over a file of it" 'mount /proc/[a-z]+: expected ro, found rw,.*' after ': >/tmp/f; mount --bind /tmp/f /proc/version' -w /tmp
bound='nosuid,nodev,noexec'
differs "-X: an empty directory that can be filled" 'mount /proc/fs: expected none, found tmpfs' \
  after "mkdir /tmp/f && mount --bind /tmp/f /proc/fs && mount -o remount,bind,ro,$bound /proc/fs" $stated
differs "-X: files over a part of it" 'mount /proc/fs: expected none, found tmpfs' \
  after "mount -t tmpfs -o $bound,mode=555 x /proc/fs && echo 1 >/proc/fs/a && mount -o remount,bind,ro,$bound /proc/fs" $stated
differs "-X: a file over a file" 'mount /proc/version: expected none, found tmpfs' \
  after ": >/tmp/f; mount --bind /tmp/f /proc/version && mount -o remount,bind,ro,$bound /proc/version" $stated
differs "-X: one part of it over another" 'mount /proc/fs: expected none, found proc' after 'mount --bind /proc/sys /proc/fs' $stated
differs "a procfs elsewhere" 'mount /tmp/x: expected the procfs of /proc, found another' \
  box -t /tmp -b /proc:/mnt nc-pivot nc-init sh -c 'mkdir /tmp/x && mount --bind /mnt /tmp/x && umount -R /mnt && mount -o remount,bind,ro,nosuid,nodev,noexec /tmp/x && exec "$@"' sh nc-assert -m -P -w /tmp
differs "a /proc of another pid namespace" 'mount /proc: expected the procfs of this pid namespace, found another' \
  box -t /tmp nc-pivot nc-init unshare -pf --kill-child nc-assert -m -w /tmp
differs "no /proc" '/proc: expected a procfs, found none' box -t /tmp -p none nc-pivot nc-init nc-assert -m -w /tmp
rootfs='-p show'
differs "processes of others" 'mount /proc: expected hidepid=invisible, found .*' after : -w /tmp
holds "-P" after : -P -w /tmp
rootfs='-p rw'
differs "-p rw" 'mount /proc: expected ro, found rw,.*' after : -w /tmp
holds "-p rw, stated" after : -w /tmp -w /proc
holds "-p rw, with -X" after : $stated -w /proc
rootfs=

# the working directory
differs "the working directory is outside" 'working directory: expected one below the root, found \(unreachable\)/.*' \
  box -t /tmp nc-pivot nc-init sh -c 'mkdir /tmp/x && mount --bind /tmp/x /tmp/x && cd /tmp/x && umount -l . && exec "$@"' sh nc-assert -m -w /tmp
differs "the working directory is gone" 'working directory: expected one that is there, found a removed one' after 'mkdir /tmp/x && cd /tmp/x && rmdir /tmp/x' -w /tmp

# steps left out
differs "without nc-rootfs and nc-pivot: the host's mounts" 'mount .*: expected .*, found .*' nc-unshare -pm nc-init nc-assert -m
differs "without nc-pivot" 'mount .*: expected .*, found .*' box -t /tmp nc-init nc-assert -m -w /tmp
done_testing
