#!/bin/sh
# also: asan
# nc-secrets: where secrets come from and go to, whose they are, and where they are not.
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mpuin
then skip "secrets" "root with pid, mount, uts, ipc and network namespaces"; done_testing
fi
go="nc-pivot nc-init"
they="setpriv --reuid=7000 --regid=7001 --clear-groups"
other="setpriv --reuid=7002 --regid=7002 --clear-groups"
d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/creds"
canary=kanarienvogel-$$
echo "$canary" >"$d/secret"
echo two >"$d/creds/token"
chmod 600 "$d/secret" "$d/creds/token"
secrets () { box nc-secrets -u 7000:7001 "$@" ; }
flags () { awk -v p="$1" '$5 == p { sub(/,[a-z]*atime/, "", $6); print $6 }' ; }
mounts () { cut -d' ' -f5- /proc/self/mountinfo ; }
before=$(mounts)

# words of the line
for bad in "" : /x "/x:" ":x" x:y "/etc/passwd:/" "/etc/passwd:a/" "/etc/passwd:." "/etc/passwd:.." "/etc/passwd:a/../b" "/etc/passwd:/a/.." "/etc/passwd:/a/." \
  "/etc/passwd:a:b" fd:x:y fd:-1:y "/etc/passwd:/proc/x" "/etc/passwd:/sys/x" "/etc/passwd:/run/secrets" "/etc/passwd:$(printf %0256d 0)"
do code "-f '$(show "$bad" | cut -c 1-40)'" 100 box nc-secrets -f "$bad" true
done
for bad in "" : x :x "/x:y" "..:y" ".:y" "a/b:y" "a:" "a:b:c"
do code "-n '$bad'" 100 box nc-secrets -c "$d/creds" -n "$bad" true
done
code "-n without -c" 100 box nc-secrets -n token:x true
for bad in "" x / /a/.. /a/ /proc /sys/x
do code "-d '$bad'" 100 box nc-secrets -d "$bad" -f /etc/passwd:x true
done
for bad in "" 0 x -1 18446744073709551616 2T
do code "-S '$bad'" 100 box nc-secrets -S "$bad" -f /etc/passwd:x true
done
for bad in "" 1 1: :1 x:1 1:1:1 4294967295:1 fd:99 fd:0:1
do code "-u '$bad'" 100 box nc-secrets -u "$bad" -f /etc/passwd:x true
done
code "-c that is not absolute" 100 box nc-secrets -c creds -n token:x true
code "a source that is not absolute" 100 box nc-secrets -f secret:x true
code "two with one destination" 100 secrets -f "$d/secret:x" -f /etc/passwd:x true
code "also in other words" 100 secrets -f "$d/secret:/a//b" -f /etc/passwd:/a/./b true
code "also by the directory" 100 secrets -f "$d/secret:x" -f /etc/passwd:/run/secrets/x true
code "also by a link inside" 100 box -t /t -l t:/link nc-secrets -f "$d/secret:/t/x" -f /etc/passwd:/link/x true
code "one below the other" 100 secrets -f "$d/secret:/a" -f /etc/passwd:/a/b true
code "one descriptor twice" 100 secrets -f fd:9:a -f fd:9:b true 9<"$d/secret"
is "no secrets: nothing is made" "$(box nc-secrets $go sh -c 'ls -d /run/secrets 2>/dev/null; echo none')" none

# what it is like
is "0400, the workload's" "$(secrets -f "$d/secret:tok" $go stat -c '%a %u:%g %F %n' /run/secrets/tok /run/secrets)" \
"400 7000:7001 regular file /run/secrets/tok
500 7000:7001 directory /run/secrets"
is "the workload reads it" "$(secrets -f "$d/secret:tok" $go $they cat /run/secrets/tok)" "$canary"
code "another cannot" 1 secrets -f "$d/secret:tok" $go $other cat /run/secrets/tok
is "control: root can" "$(secrets -f "$d/secret:tok" $go cat /run/secrets/tok)" "$canary"
is "read-only, nosuid, nodev, noexec" "$(secrets -f "$d/secret:tok" -f "$d/secret:/etc/tls/key" $go cat /proc/self/mountinfo | { tee "$d/m" | flags /run/secrets; flags /etc/tls/key <"$d/m"; })" \
"ro,nosuid,nodev,noexec
ro,nosuid,nodev,noexec"
code "not even root writes to it" 2 secrets -f "$d/secret:tok" $go sh -c ': >/run/secrets/tok'
code "nor makes one" 2 secrets -f "$d/secret:tok" $go sh -c ': >/run/secrets/new'
like "in memory" "$(secrets -f "$d/secret:tok" $go stat -f -c %T /run/secrets)" '^(tmpfs|ramfs)$'
like "that is not swapped" "$(secrets -f "$d/secret:tok" $go cat /proc/self/mountinfo | grep ' /run/secrets ')" ' - (tmpfs .*noswap|ramfs )'
if command -v strace >/dev/null
then is "a ramfs, where the kernel has no noswap" "$(box strace -qqf -e trace=fsconfig -e inject=fsconfig:error=EINVAL:when=3 -o /dev/null nc-secrets -u 7000:7001 -f "$d/secret:tok" nc-pivot stat -f -c %T /run/secrets)" ramfs
else skip "a ramfs, where the kernel has no noswap" strace
fi
is "-d" "$(secrets -d /keys -f "$d/secret:a/b" $go sh -c 'stat -c "%a %u %n" /keys /keys/a /keys/a/b; ls /run 2>/dev/null')" \
"500 7000 /keys
500 7000 /keys/a
400 7000 /keys/a/b"
is "no duplicate: one name each (W-34)" "$(secrets -f "$d/secret:/etc/tls/key" -f "$d/secret:tok" $go ls /run/secrets /etc/tls | tr '\n' ' ')" \
"/etc/tls: key  /run/secrets: tok "
is "only a destination elsewhere: no directory of secrets" "$(secrets -f "$d/secret:/etc/tls/key" $go sh -c 'ls -d /run/secrets 2>/dev/null; cat /etc/tls/key')" "$canary"
is "an owner by descriptor, which is closed" "$(chown 7005:7006 "$d/creds"; box nc-secrets -u fd:9 -f "$d/secret:tok" $go sh -c 'stat -c %u:%g /run/secrets/tok; ls /proc/self/fd | grep -cx 9' 9<"$d/creds" | tr '\n' ' '; chown 0:0 "$d/creds")" "7005:7006 0 "
is "with -k it stays" "$(box nc-secrets -k -u fd:9 -f "$d/secret:tok" $go sh -c 'ls /proc/self/fd | grep -cx 9' 9<"$d/creds")" 1
is "no descriptor of its own stays" "$(secrets -f "$d/secret:tok" -f "$d/secret:/x/y" -f "$d/secret:/etc/passwd" $go ls /proc/self/fd)" "$(box $go ls /proc/self/fd)"

# sources
is "a pipe, read to its end, and closed" "$(head -c 200000 /dev/zero | tr '\0' x | { box nc-secrets -f fd:9:big $go sh -c 'wc -c </run/secrets/big; ls /proc/self/fd | grep -cx 9' 9<&0 </dev/null; } | tr '\n' ' ')" "200000 0 "
is "a pipe that is slow" "$( (printf a; sleep 0.2; printf b) | { box nc-secrets -f fd:9:s $go cat /run/secrets/s 9<&0 </dev/null; })" ab
is "a memfd, from its start" "$(python3 -c 'import os, sys
fd = os.memfd_create("m", 0)
os.write(fd, b"in memory")
os.dup2(fd, 9)
os.execvp(sys.argv[1], sys.argv[1:])' nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" nc-secrets -f fd:9:m $go cat /run/secrets/m)" "in memory"
is "systemd's credentials" "$(secrets -c "$d/creds" -n token:/run/token -n token:t $go cat /run/token /run/secrets/t | tr '\n' ' ')" "two two "
printf 'a\000b\377\n' >"$d/binary"
is "byte for byte" "$(secrets -f "$d/binary:b" $go cat /run/secrets/b | od -An -c)" "$(od -An -c "$d/binary")"
odd="$d/a${newline}b :c"
cp "$d/secret" "$odd"
is "odd names" "$(secrets -f "$d/a${newline}b \\:c:x\\:y$newline" $go cat "/run/secrets/x:y$newline")" "$canary"
mkfifo "$d/fifo"
: >"$d/empty"
mkdir "$d/dir"
ln -s "$d/secret" "$d/link"
mkdir -m 777 "$d/all"; chmod 777 "$d/all"; ln -s "$d/secret" "$d/all/link"
ln -s "$d/secret" "$d/creds/link"
mkfifo "$d/creds/fifo"
for bad in "$d/absent" "$d/fifo" "$d/empty" "$d/dir" /dev/zero /dev/null "$d/all/link" "/proc/self/fd/0" "$d/secret/x"
do code "no secret: ${bad#"$d"/}" 111 timeout 10 nc-unshare -pm nc-rootfs -h -b "$NC_BIN:$NC_BIN" nc-secrets -f "$bad:x" true
done
for bad in absent link fifo
do code "no credential: $bad" 111 timeout 10 nc-unshare -pm nc-rootfs -h nc-secrets -c "$d/creds" -n $bad:x true
done
code "an empty pipe" 111 sh -c ': | "$@"' sh nc-unshare -pm nc-rootfs -h nc-secrets -f fd:0:x true
code "a descriptor that is not open" 111 secrets -f fd:99:x true
code "a directory's" 111 secrets -f fd:9:x true 9<"$d/dir"
code "a terminal's, a device's" 111 secrets -f fd:9:x true 9</dev/zero
like "an empty one is named" "$(err secrets -f "$d/empty:x" true)" "^nc-secrets: fatal: unable to use the secret $d/empty: it is empty$"
head -c 100000 /dev/zero >"$d/large"
code "-S: what is larger" 111 secrets -S 50K -f "$d/large:x" true
code "-S: all together" 111 secrets -S 150K -f "$d/large:x" -f "$d/large:y" true
code "-S: of a pipe without end" 111 sh -c 'yes | "$@"' sh nc-unshare -pm nc-rootfs -h nc-secrets -f fd:0:x true
ok "-S: exactly as much" secrets -S 200000 -f "$d/large:x" -f "$d/large:/y" $go true

# destinations
r=$d/root
mkdir -p "$r/bin" "$r/etc/ssl" "$r/dev" "$r/proc" "$r/run" "$r/data" "$r$NC_BIN"
chmod 755 "$r"
programs "$r" nc-init sh ls cat id awk grep touch stat find
echo image >"$r/etc/passwd"
ln -s passwd "$r/etc/link"
ln -s /etc/absent "$r/etc/dangling"
chown 5:6 "$r/etc"
touch "$d/stamp"
sleep 0.02
for how in "-b $r:/:tree" "-b $r:/" "-o 1M -b $r:/"
do
  image () { nc-unshare -pmuin nc-rootfs $how -b "$NC_BIN:$NC_BIN" "$@" ; }
  is "W-34, $how: /etc/tls/cert.pem on a read-only root without /etc/tls" "$(image nc-secrets -u 7000:7001 -f "$d/secret:/etc/tls/cert.pem" $go /bin/sh -c 'cat /etc/tls/cert.pem /etc/passwd /etc/link; stat -c "%a %u %n" /etc/tls/cert.pem' | tr '\n' ' ')" \
    "$canary image image 400 7000 /etc/tls/cert.pem "
  is "what else is there stays, mode and owner too" "$(image nc-secrets -f "$d/secret:/etc/new" $go /bin/sh -c 'stat -c "%a %u:%g" /etc; ls /etc' | tr '\n' ' ')" "755 5:6 dangling link new passwd ssl "
  is "over a file that is there" "$(image nc-secrets -f "$d/secret:/etc/passwd" $go cat /etc/passwd)" "$canary"
  is "through a link of the image's, inside it" "$(image nc-secrets -f "$d/secret:/etc/link" $go cat /etc/passwd)" "$canary"
  is "at the top" "$(image nc-secrets -f "$d/secret:/top/deep/x" -f "$d/secret:/etc/a/b" -f "$d/secret:/y" -f "$d/secret:tok" $go cat /top/deep/x /etc/a/b /y /run/secrets/tok /etc/passwd | grep -c "$canary")" 4
  is "nothing of the host is below it" "$(image nc-secrets -f "$d/secret:/top/x" $go cat /proc/self/mountinfo | awk '$5 == "/"' | grep -c .)" 1
  is "/proc and /dev are as they were" "$(image nc-secrets -f "$d/secret:/top/x" $go /bin/sh -c 'echo x >/dev/null && stat -f -c %T /proc /dev; awk "\$5 == \"/proc\" { print \$6 }" /proc/self/mountinfo | grep -c ^ro' | tr '\n' ' ')" "proc tmpfs 1 "
  is "a cover is read-only" "$(image nc-secrets -f "$d/secret:/etc/tls/x" -f "$d/secret:/top/x" $go /bin/sh -c 'touch /etc/n /etc/tls/n /top/n /etc/ssl/n 2>/dev/null; find /etc /top -name n')" ""
  code "a directory as destination" 111 image nc-secrets -f "$d/secret:/etc/ssl" true
  code "a link that leads nowhere" 111 image nc-secrets -f "$d/secret:/etc/dangling" true
  code "below a file" 111 image nc-secrets -f "$d/secret:/etc/passwd/x" true
done
is "nothing was made in the image" "$(find "$r" -newer "$d/stamp")" ""
mkdir "$d/volume"
is "a file of a volume" "$(: >"$d/volume/there"; box -B "$d/volume:/v" nc-secrets -f "$d/secret:/v/there" $go cat /v/there)" "$canary"
code "a volume that lacks it: nothing is made there" 111 box -B "$d/volume:/v" nc-secrets -f "$d/secret:/v/sub/x" $go true
like "and it says so" "$(err box -B "$d/volume:/v" nc-secrets -f "$d/secret:/v/x" $go true)" 'unable to make /v/x: what is bound there can be written to, and nothing is made in it'
mkdir "$d/tmpfs"
is "nor in a tmpfs of the host's" "$(unshare -m sh -c 'mount -t tmpfs t "$1" && shift && "$@"; echo $?; ls '"$d/tmpfs" sh "$d/tmpfs" nc-unshare -pm nc-rootfs -h -b "$NC_BIN:$NC_BIN" -B "$d/tmpfs:/v" nc-secrets -f "$d/secret:/v/x" true 2>/dev/null)" 111
is "and the volume is as it was" "$(ls "$d/volume"; cat "$d/volume/there")" there
is "read-only volumes" "$(box -b "$d/volume:/v" nc-secrets -f "$d/secret:/v/x" $go sh -c 'cat /v/x; ls /v' | tr '\n' ' ')" "$canary there x "
is "below a home of its own, whose owner has the directories" "$(box -u 7000:7001 -t /home/agent:1M,mode=700,own nc-secrets -u 7000:7001 -f "$d/secret:/home/agent/.ssh/id" $go $they sh -c 'cat /home/agent/.ssh/id; : >/home/agent/.ssh/config; stat -c "%u %a" /home/agent/.ssh' | tr '\n' ' ')" "$canary 7000 755 "
is "over a socket or device: bound, not opened" "$(box nc-secrets -f "$d/secret:/dev/full" $go cat /dev/full)" "$canary"
# W-29
mkdir "$d/victim"
for name in etc run
do
  for to in "$d/victim" "../../../../../../../..$d/victim" /proc/self/root/etc
  do
    rm -rf "$d/plant"; cp -a "$r" "$d/plant"; rm -rf "$d/plant/$name"; ln -s "$to" "$d/plant/$name"
    nc-unshare -pmuin nc-rootfs -b "$d/plant:/:tree" -b "$NC_BIN:$NC_BIN" nc-secrets -f "$d/secret:/$name/x" -f "$d/secret:tok" $go true >/dev/null 2>&1
    is "W-29: a link planted at /$name to $(show "${to#"$d"}") leads nowhere on the host" "$(ls -A "$d/victim"; grep -c "$d/victim" /proc/self/mountinfo)" 0
  done
done
rm -rf "$d/plant"; cp -a "$r" "$d/plant"; ln -s /proc "$d/plant/etc/kernel"
code "what the kernel makes up, by a link" 111 nc-unshare -pmuin nc-rootfs -b "$d/plant:/:tree" nc-secrets -f "$d/secret:/etc/kernel/x" true

# order
code "before nc-rootfs" 111 nc-unshare -pm nc-secrets -f "$d/secret:x" true
code "in another file system than the root's" 111 sh -c 'cd /proc/sys && exec "$@"' sh nc-unshare -pm nc-secrets -f "$d/secret:x" true
like "says so" "$(err nc-unshare -pm nc-secrets -f "$d/secret:x" true)" 'nc-rootfs goes before nc-secrets, which goes before nc-pivot$'
code "after nc-pivot" 111 box nc-pivot nc-secrets -f /etc/services:x true
code "in the mount namespace of the host" 111 unshare -pmf --mount-proc nc-secrets -f "$d/secret:x" true
if $unpriv unshare -U true 2>/dev/null
then
  install -o 1000 -m 600 "$d/secret" "$d/users"
  user () { $unpriv nc-userns -a nomap nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" nc-secrets "$@" ; }
  is "without privilege: the caller's, and not swapped either" "$(user -f "$d/users:tok" -f "$d/users:/etc/tls/x" $go sh -c 'cat /run/secrets/tok /etc/tls/x; stat -f -c %T /run/secrets; stat -c "%u %a" /run/secrets/tok' | tr '\n' ' ')" "$canary $canary ramfs 1000 400 "
else skip "without privilege" "user namespaces for users"
fi

# where it is not
if command -v strace >/dev/null && command -v python3 >/dev/null
then
  box strace -qqf -s 4096 -o "$d/trace" nc-secrets -u 7000:7001 -f "$d/secret:tok" -f "$d/secret:/etc/tls/key" -f fd:9:pipe true 9<"$d/secret" >/dev/null 2>&1
  is "no byte of it passes through the memory of the step" "$(grep -c "$canary" "$d/trace")" 0
  ok "control: its calls were seen" grep -q 'sendfile' "$d/trace"
  mkdir -m 700 "$d/run"
  export NC_TEST=visible-word
  nc-clean -k 9 -e PATH -e NC_TEST nc-scope -n box -r "$d/run" -e "$d/events" nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" nc-secrets -u 7000:7001 -f "$d/secret:tok" \
    -f "$d/secret:/etc/tls/key" -f fd:9:pipe $go sh -c 'echo up; exec sleep 1000' 9<"$d/secret" >"$d/out.log" 2>"$d/err.log" &
  k=$!
  eventually grep -q up "$d/out.log"
  eventually grep -q running "$d/run/box/status.json"
  # every process of it, as a core file or a look into /proc would show it
  python3 - "$k" "$canary" "$NC_TEST" "$d" >"$d/found" <<'P'
import os, sys
root, words = int(sys.argv[1]), [w.encode() for w in sys.argv[2:4]]
children = {}
for p in filter(str.isdigit, os.listdir('/proc')):
    try: children.setdefault(int(open(f'/proc/{p}/stat').read().rsplit(')', 1)[1].split()[1]), []).append(int(p))
    except OSError: pass
todo, all = [root], []
while todo: all.append(todo.pop()); todo += children.get(all[-1], [])
def memory(p):
    out = b''
    with open(f'/proc/{p}/mem', 'rb', 0) as m:
        for l in open(f'/proc/{p}/maps'):
            a, b = (int(x, 16) for x in l.split()[0].split('-'))
            if 'r' not in l.split()[1] or '[v' in l or b - a > 1 << 28: continue
            try: m.seek(a); out += m.read(b - a)
            except (OSError, ValueError): pass
    return out
for word in words:
    n = 0
    for p in all:
        for name in 'cmdline', 'environ', 'comm', 'mountinfo':
            try: n += open(f'/proc/{p}/{name}', 'rb').read().count(word)
            except OSError: pass
        n += memory(p).count(word)
    for base, dirs, files in os.walk(sys.argv[4] + '/run'):
        for f in files: n += open(os.path.join(base, f), 'rb').read().count(word)
    for f in 'events', 'out.log', 'err.log': n += open(sys.argv[4] + '/' + f, 'rb').read().count(word)
    print(n > 0)
print(len(all) >= 4)
P
  is "not in any memory, argv, environment, state, event or message; the control is, and every process was looked at" "$(tr '\n' ' ' <"$d/found")" "False True True "
  kill "$k"; wait "$k" 2>/dev/null
  ok "nor in what is left, nor in the summary" sh -c '! grep -rqs "$1" "$2/run" "$2/events" "$2/err.log"' sh "$canary" "$d"
  like "nor in a message of an error" "$(err secrets -S 1 -f "$d/secret:x" true | grep -c "$canary")" '^0$'
else skip "where it is not" "strace and python3"
fi
is "the host's mounts stay" "$(mounts)" "$before"
done_testing
