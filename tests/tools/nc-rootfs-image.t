#!/bin/sh
# also: asan
# Roots that are one file system: a directory (tree), an image (erofs, squashfs), an overlay over any of them (-o).
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mpuin
then skip "roots of one file system" "root with pid, mount, uts, ipc and network namespaces"; done_testing
fi
go="nc-pivot nc-init"
w="nc-pivot -w nc-init"
d=$TAP_TMP
chmod 755 "$d"
r=$d/ro,ot:x
q=$d/ro,ot\\:x
mkdir -p "$r/bin" "$r/etc" "$r/dev" "$r/proc" "$r/tmp" "$r/data/deep" "$r$NC_BIN" "$d/victim"
chmod 755 "$r"
programs "$r" nc-init sh ls cat id awk grep touch stat mv rm mkdir sleep
chown 5:6 "$r/data"
echo image:x:0:0::/:/bin/sh >"$r/etc/passwd"
echo image >"$r/etc/hosts"
ln -s ../run/absent/resolv.conf "$r/etc/resolv.conf"
PATH=$PATH:/bin
# the tools are found in the new root only where they are separate files, or bound
root () { nc-unshare -pmuin nc-rootfs "$@" ; }
kinds=tree
src_tree=$q
have ()
{
  "$2" "$3" "$4" $5 >"$d/made" 2>&1 && grep -qw "$1" /proc/filesystems || { skip "an image of $1" "$1"; return; }
  kinds="$kinds $1"
}
have erofs mkfs.erofs "$d/im,age:x.erofs" "$r" ""
have squashfs mksquashfs "$r" "$d/im,age:x.squashfs" "-quiet -no-progress"
image () { [ "$1" = tree ] && echo "$q:/:tree" || echo "$d/im,age\\:x.$1:/:$1" ; }
# the files that loop devices hold, of this test's; where the mount that a file is on has been left, its path begins there
held () { cat /sys/block/loop*/loop/backing_file 2>/dev/null | grep "${d##*/}" ; }
none_held () { ! held ; }
older () { uname -r | awk -F'[.]' -v a="$1" -v b="$2" '{ exit !($1 + 0 < a || $1 + 0 == a && $2 + 0 < b) }' ; }
loops () { held | grep -c . ; }
mounts () { cut -d' ' -f5- /proc/self/mountinfo ; }
before=$(mounts)
all () { (cd "$r" && find . -exec stat -c '%n %a %u %g %Y %s' {} + | LC_ALL=C sort) ; }
lower=$(all)

for k in $kinds
do
  i=$(image "$k")
  is "$k: the whole of it is there" "$(root -b "$i" -b "$NC_BIN:$NC_BIN" $go sh -c 'cat /etc/passwd && stat -c %u:%g /data' | tr '\n' ' ')" "image:x:0:0::/:/bin/sh 5:6 "
  is "$k: the root is one mount, read-only, nosuid, nodev" \
    "$(root -b "$i" -b "$NC_BIN:$NC_BIN" $go awk '$5 == "/" || $5 == "/bin" || $5 == "/data" { print $5, $6 }' /proc/self/mountinfo | sed 's/,relatime//')" "/ ro,nosuid,nodev"
  code "$k: it cannot be written to" 1 root -b "$i" -b "$NC_BIN:$NC_BIN" $w touch /new
  code "$k: nor mounted over by a link of ours" 111 root -b "$i" -b "$NC_BIN:$NC_BIN" -l x:/link $go true
  is "$k: /dev and /proc are ours" "$(root -b "$i" -b "$NC_BIN:$NC_BIN" $go stat -f -c %T /dev /proc | tr '\n' ' ')" "tmpfs proc "
  like "$k: a mount point that is not there is named" "$(err root -b "$i" -t /absent/x true)" 'unable to make the mount point /absent: what was bound there lacks it'
  code "$k: and it is 111" 111 root -b "$i" -t /absent $go true
  is "$k: -t where there is a directory" "$(root -b "$i" -b "$NC_BIN:$NC_BIN" -t /tmp $go stat -f -c %T /tmp)" tmpfs
  is "$k: -e: hosts is ours, passwd the image's, a link that leads nowhere stays" \
    "$(root -b "$i" -b "$NC_BIN:$NC_BIN" -e -H box -n 1.1.1.1 $go sh -c 'grep -c box /etc/hosts; cat /etc/passwd; cat /etc/resolv.conf 2>/dev/null; ls /etc' | tr '\n' ' ')" \
    "1 image:x:0:0::/:/bin/sh hosts passwd resolv.conf "
  into="nc-userns -o 101 -u 0:5000:100 -g 0:5000:100 nc-unshare -pmuin nc-rootfs -i 101"
  # squashfs takes idmapped mounts since Linux 6.2; before, an image of it keeps its owners
  if [ "$k" = squashfs ] && older 6 2; then top=0 data=5:6; else top=5000 data=5005:5006; fi
  is "$k: -i: owners by a user namespace" "$($into -b "$i" -b "$NC_BIN:$NC_BIN" $go stat -c %u:%g /data)" "$data"
  [ "$k" = tree ] || is "$k: no path of the host shows" "$(root -b "$i" -b "$NC_BIN:$NC_BIN" $go grep -c "$d" /proc/self/mountinfo)" 0
  code "$k: writable is -o's" 100 nc-unshare -pm nc-rootfs -B "$i" true
  code "$k: only one" 100 nc-unshare -pm nc-rootfs -b "$i" -b "$i" true
  code "$k: not together with one of entries" 100 nc-unshare -pm nc-rootfs -b "$i" -b "$q:/" true

  # overlay
  mkdir -m 700 "$d/keep:$k"
  for o in 4M "$d/keep:$k"
  do
    ok "$k -o $(basename $o): it can be written to, all over" root -o "$o" -b "$i" -b "$NC_BIN:$NC_BIN" $w \
      sh -c 'echo x >/new && echo new:x:1:1::/: >>/etc/passwd && rm /bin/id && mkdir /data/deep/er && mv /data/deep /data/other'
    is "$k -o: not without nc-pivot -w" "$(root -o 1M -b "$i" -b "$NC_BIN:$NC_BIN" $go sh -c 'touch /n 2>/dev/null; echo $?')" 1
  done
  is "$k -o SIZE: it goes with the container" "$(root -o 4M -b "$i" -b "$NC_BIN:$NC_BIN" $w sh -c 'ls /new 2>/dev/null; ls -d /data/* /bin/id' | tr '\n' ' ')" "/bin/id /data/deep "
  is "$k -o DIR: it is there the next time" "$(root -o "$d/keep:$k" -b "$i" -b "$NC_BIN:$NC_BIN" $w sh -c 'cat /new; ls -d /data/*; [ -e /bin/id ] || echo gone' | tr '\n' ' ')" "x /data/other gone "
  is "$k -o DIR: two directories of ours in it" "$(ls "$d/keep:$k" | tr '\n' ' ')" "upper work "
  is "$k -o: the root has the mode and owner of what it lies over" "$(root -o 4M -b "$i" -b "$NC_BIN:$NC_BIN" $w stat -c %a:%u:%g /)" 755:0:0
  is "$k -o: nosuid, nodev" "$(root -o 4M -b "$i" -b "$NC_BIN:$NC_BIN" $w awk '$5 == "/" { print $6 }' /proc/self/mountinfo | cut -d, -f1-3)" rw,nosuid,nodev
  is "$k -o: a size is kept" "$(root -o 1M -b "$i" -b "$NC_BIN:$NC_BIN" $w sh -c 'awk "BEGIN { for (i = 0 ; i < 60000 ; i++) print \"a line of more than fifty bytes, so that they are 3 MB\" }" >/big 2>/dev/null; echo $?')" 2
  is "$k -o: missing mount points are made, in the upper directory" "$(root -o 4M -b "$i" -b "$NC_BIN:$NC_BIN" -t /absent/x -l y:/link $w sh -c 'stat -f -c %T /absent/x; ls -d /link' | tr '\n' ' ')" "tmpfs /link "
  is "$k -o -e: hosts and resolv.conf are ours, the account the image's" \
    "$(root -o 4M -b "$i" -b "$NC_BIN:$NC_BIN" -e -n 1.1.1.1 $w sh -c 'cat /etc/hosts /etc/resolv.conf /etc/passwd' | tr '\n' ' ')" \
    "127.0.0.1 localhost ::1 localhost nameserver 1.1.1.1 image:x:0:0::/:/bin/sh "
  is "$k -o -e, kept, twice" "$(for n in 1 2; do root -o "$d/keep:$k" -b "$i" -b "$NC_BIN:$NC_BIN" -e -n 1.1.1.1 -H box$n $w cat /etc/hostname /etc/resolv.conf; done | tr '\n' ' ')" \
    "box1 nameserver 1.1.1.1 box2 nameserver 1.1.1.1 "
  is "$k -o: no path of the host shows" "$(root -o "$d/keep:$k" -b "$i" -b "$NC_BIN:$NC_BIN" $w grep -c "$d" /proc/self/mountinfo)" 0
  is "$k -o: nothing but the root is mounted there" "$(root -o 4M -b "$i" -b "$NC_BIN:$NC_BIN" $w awk '$5 == "/"' /proc/self/mountinfo | grep -c .)" 1
  is "$k -o -i: what lies below has its owners by the user namespace" "$($into -o 4M -b "$i" -b "$NC_BIN:$NC_BIN" $w stat -c %u / /data | tr '\n' ' ')" "$top ${data%:*} "
done
is "an overlay over a list of binds" "$(root -o 4M -b "$q:/" -b "/etc/services:/lists/services" -b "$NC_BIN:$NC_BIN" $w sh -c 'touch /etc/n && ls /lists')" services
they="setpriv --reuid=7000 --regid=7001 --clear-groups"
is "own under an overlay: the workload may change what it sees" "$(root -u 7000:7001 -o 4M -b "$q:/:own" -b "$NC_BIN:$NC_BIN" -b /usr:/usr $w /usr/bin/$they sh -c 'stat -c %u:%g / /etc/passwd && echo x >>/etc/passwd && mkdir /new && stat -c %u /new' | tr '\n' ' ')" "7000:7001 7000:7001 7000 "
code "control: without it it may not" 2 root -u 7000:7001 -o 4M -b "$q:/" -b "$NC_BIN:$NC_BIN" -b /usr:/usr $w /usr/bin/$they sh -c ': >>/etc/passwd'
code "own without an overlay" 100 root -b "$q:/:own" true
code "a directory that is a file" 111 root -b "$q/etc/passwd:/:tree" true
code "-o without a root file system" 100 nc-unshare -pm nc-rootfs -h -o 4M true
for bad in "" 0 x -1 rel/dir /x/../y 1Q
do code "-o '$bad'" 100 nc-unshare -m nc-rootfs -b "$q:/:tree" -o "$bad" true
done
code "-o twice" 100 nc-unshare -m nc-rootfs -b "$q:/:tree" -o 1M -o 2M true
mkdir -m 700 "$d/theirs"; chown 1000 "$d/theirs"
code "-o: a directory of another's" 111 root -b "$q:/:tree" -o "$d/theirs" true
ln -s "$d/keep:tree" "$d/link"
code "-o: a link" 111 root -b "$q:/:tree" -o "$d/link" true
mkdir -m 777 "$d/open"; chmod 777 "$d/open"
code "-o: one that others may write to" 111 root -b "$q:/:tree" -o "$d/open" true
code "-o: one that is not there" 111 root -b "$q:/:tree" -o "$d/absent" true
is "control: nothing was made in them" "$(ls -A "$d/theirs"; ls -A "$d/open")" ""
is "what lies below has not changed" "$(all)" "$lower"
is "nor have the host's mounts" "$(mounts)" "$before"
if command -v nc-open >/dev/null
then
  is "a tree by descriptor" "$(nc-open -t "100:$r" nc-unshare -pmuin nc-rootfs -b fd:100:/:tree -b "$NC_BIN:$NC_BIN" $go sh -c 'cat /etc/passwd; touch /n 2>/dev/null; echo $?; ls /proc/self/fd | grep -cx 100' | tr '\n' ' ')" "image:x:0:0::/:/bin/sh 1 0 "
fi

# images
for k in $kinds
do
  [ "$k" != tree ] || continue
  f="$d/im,age:x.$k"
  i=$(image $k)
  is "$k by descriptor" "$(root -b "fd:9:/:$k" -b "$NC_BIN:$NC_BIN" $go sh -c 'cat /etc/passwd; ls /proc/self/fd | grep -cx 9' 9<"$f" | tr '\n' ' ')" "image:x:0:0::/:/bin/sh 0 "
  mkfifo "$d/fifo" 2>/dev/null
  ln -sf "$f" "$d/to-$k"; mkdir -p "$d/all"; chmod 777 "$d/all"; ln -sf "$f" "$d/all/to-$k"
  code "$k: a FIFO" 111 timeout 10 nc-unshare -pm nc-rootfs -b "$d/fifo:/:$k" true
  code "$k: a directory" 111 nc-unshare -pm nc-rootfs -b "$q:/:$k" true
  code "$k: a device" 111 nc-unshare -pm nc-rootfs -b "/dev/null:/:$k" true
  code "$k: a link that others can replace" 111 nc-unshare -pm nc-rootfs -b "$d/all/to-$k:/:$k" true
  code "$k: absent" 111 nc-unshare -pm nc-rootfs -b "$d/absent:/:$k" true
  head -c 100000 /dev/urandom >"$d/noise"
  : >"$d/empty"
  head -c 5000 "$f" >"$d/short"
  for bad in noise empty short
  do
    code "$k: a file that is none ($bad)" 111 nc-unshare -pm nc-rootfs -b "$d/$bad:/:$k" true
    is "$k: and no loop device stays ($bad)" "$(loops)" 0
  done
  like "$k: and it is named" "$(err nc-unshare -pm nc-rootfs -b "$d/noise:/:$k" true)" "^nc-rootfs: fatal: unable to mount the $k image $d/noise: "
  is "$k: many at once" "$(for n in 1 2 3 4 5 6 7 8 9 10; do root -b "$i" -b "$NC_BIN:$NC_BIN" $go cat /etc/hosts & done; wait)" "$(for n in 1 2 3 4 5 6 7 8 9 10; do echo image; done)"
  ok "$k: no loop device stays" eventually none_held
  nc-unshare -pmuin nc-rootfs -b "$i" -b "$NC_BIN:$NC_BIN" $go sh -c 'echo up; exec sleep 1000' >"$d/up.$k" &
  k_pid=$!
  eventually grep -q up "$d/up.$k"
  [ "$k" = erofs ] || ok "control: while it runs there is one" eventually held
  kill -9 "$k_pid"
  wait "$k_pid" 2>/dev/null
  ok "$k: after kill -9 none stays" eventually none_held
  ok "$k: the image can be removed and made anew" sh -c "cp '$f' '$f.copy' && mv '$f.copy' '$f'"
  if command -v strace >/dev/null
  then
    code "a kernel without $k: 100" 100 nc-unshare -pm strace -qqf -e trace=fsopen -e inject=fsopen:error=ENODEV:when=1 -o /dev/null nc-rootfs -b "$i" true
    like "and says so" "$(err nc-unshare -pm strace -qqf -e trace=fsopen -e inject=fsopen:error=ENODEV:when=1 -o /dev/null nc-rootfs -b "$i" true)" "this kernel has no $k file system"
    [ "$k" = squashfs ] || is "erofs by a loop device, where the kernel does not take the file" \
      "$(nc-unshare -pmuin strace -qqf -e trace=fsconfig -e inject=fsconfig:error=ENOTBLK:when=3 -o /dev/null nc-rootfs -b "$i" -b "$NC_BIN:$NC_BIN" nc-pivot grep -c /dev/loop /proc/self/mountinfo)" 1
  fi
  if $unpriv unshare -U true 2>/dev/null
  then like "$k without privilege: refused, and why" "$(cp "$f" "$d/user-image" && chmod 644 "$d/user-image" && err $unpriv nc-userns -a nomap nc-unshare -pm nc-rootfs -b "$d/user-image:/:$k" true)" "; an image takes privilege$"
  fi
done
if command -v strace >/dev/null
then code "a kernel without overlay: 100" 100 nc-unshare -pm strace -qqf -e trace=fsopen -e inject=fsopen:error=ENODEV:when=1 -o /dev/null nc-rootfs -b "$q:/:tree" -o "$d/keep:tree" true
fi
if $unpriv unshare -U true 2>/dev/null
then
  user () { $unpriv nc-userns -a nomap nc-unshare -pmuin nc-rootfs "$@" ; }
  mkdir -m 700 "$d/mine"; chown 1000:1000 "$d/mine"
  is "tree without privilege" "$(user -b "$i" -b "$q:/:tree" -b "$NC_BIN:$NC_BIN" $go cat /etc/hosts 2>/dev/null; user -b "$q:/:tree" -b "$NC_BIN:$NC_BIN" $go cat /etc/hosts)" image
  for o in 4M "$d/mine"
  do is "-o without privilege" "$(user -o "$o" -b "$q:/:tree" -b "$NC_BIN:$NC_BIN" $w sh -c 'mkdir /made && echo mine >/made/n && cat /made/n /etc/hosts' | tr '\n' ' ')" "mine image "
  done
else skip "roots without privilege" "user namespaces for users"
fi

# W-29
touch "$d/stamp"
sleep 0.02
for name in dev proc etc tmp run workspace
do
  for to in "$d/victim" "../../../../../../../..$d/victim" /data
  do
    p=$d/plant
    rm -rf "$p"
    cp -a "$r" "$p"
    rm -rf "$p/$name"
    ln -s "$to" "$p/$name"
    for o in "" "-o 1M"
    do
      # what it does: end, or stay inside; never on the host
      root $o -b "$p:/:tree" -b "$NC_BIN:$NC_BIN" -e -H box -t /tmp -t /run/x -b /etc/services:/workspace/file $go true >/dev/null 2>&1
      is "W-29: a link planted at /$name to $(show "${to#"$d"}") leads nowhere on the host${o:+, with -o}" "$(find "$d/victim" -newer "$d/stamp"; ls -A "$d/victim"; grep -c "$d/victim" /proc/self/mountinfo)" 0
    done
    rm -rf "$d/up"; mkdir -m 700 "$d/up" "$d/up/work"; mkdir "$d/up/upper"; ln -s "$to" "$d/up/upper/$name"
    root -o "$d/up" -b "$q:/:tree" -b "$NC_BIN:$NC_BIN" -e -H box -t /tmp -t /run/x -b /etc/services:/workspace/file $go true >/dev/null 2>&1
    is "W-29: nor one in a kept upper directory: $name to $(show "${to#"$d"}")" "$(find "$d/victim" -newer "$d/stamp"; ls -A "$d/victim"; grep -c "$d/victim" /proc/self/mountinfo)" 0
  done
done
rm -rf "$d/plant"; cp -a "$r" "$d/plant"; rmdir "$d/plant/dev"; ln -s /data "$d/plant/dev"
like "a link at /dev is refused by name" "$(err root -b "$d/plant:/:tree" true)" '^nc-rootfs: fatal: unable to mount /dev: the root file system has a symbolic link there$'
rm "$d/plant/dev"; mkdir "$d/plant/dev"; ln -s "$d/victim" "$d/up/upper/x"; rm -rf "$d/up/upper"; ln -s "$d/victim" "$d/up/upper"
code "a link as upper directory" 111 root -o "$d/up" -b "$d/plant:/:tree" true
is "control: the same line without links runs" "$(root -b "$d/plant:/:tree" -b "$NC_BIN:$NC_BIN" $go cat /etc/hosts)" image
is "the host's mounts stay" "$(mounts)" "$before"
done_testing
