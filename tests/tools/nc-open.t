#!/bin/sh
# also: asan
. tests/lib/tap.sh

D=$TAP_TMP/d
mkdir -p "$D/dir/sub"
echo content >"$D/file"
mkfifo "$D/fifo"
ln -s file "$D/link"
unpriv="setpriv --reuid=1000 --regid=1000 --clear-groups"
err () { "$@" 2>&1 >/dev/null ; }

code "no program" 100 nc-open
code "unknown option" 100 nc-open -Z true
code "-i without -t" 100 nc-open -i 0 -f "100:$D/file" true
for bad in 100 100: :x 2:/etc/passwd 0:/etc/passwd 1048576:/etc/passwd 4294967296:/etc/passwd 4294967396:/etc/passwd \
  -3:/etc/passwd +100:/etc/passwd "100 :/etc/passwd" 0x64:/etc/passwd
do code "refuses -f '$bad'" 100 nc-open -f "$bad" true
done
code "refuses a number given twice" 100 nc-open -f "100:$D/file" -d "100:$D/dir" true
code "refuses a number in use" 100 sh -c 'exec 7</dev/null; exec nc-open -f 7:"$1" true' sh "$D/file"

is "-f: the file is readable" "$(nc-open -f "100:$D/file" cat /proc/self/fd/100)" content
is "-f: survives an exec, not close-on-exec" "$(nc-open -f "9:$D/file" sh -c 'cat <&9')" content
is "-f: a symbolic link is followed" "$(nc-open -f "9:$D/link" sh -c 'cat <&9')" content
flags () { nc-open "$@" sh -c 'grep ^flags: /proc/self/fdinfo/9 | tr -dc 0-7' | sed 's/^0*//; s/.*\(.\)$/\1/'; }
is "-f: read-only" "$(flags -f "9:$D/file")" 0
is "-w: read and write" "$(flags -w "9:$D/file")" 2
is "no O_NONBLOCK is left" "$(nc-open -f "9:$D/file" sh -c 'sed -n "s/^flags:.*\(....\)$/\1/p" /proc/self/fdinfo/9')" 0000
code "-f: cannot be written to" 1 nc-open -f "9:$D/file" sh -c 'echo x >&9 || exit 1'
ok "-w: can be written to" nc-open -w "9:$D/file" sh -c 'printf content >&9'
code "-w: the file must exist" 111 nc-open -w "9:$D/absent" true
ok "-w: made nothing" test ! -e "$D/absent"
like "an absent file is named" "$(err nc-open -f "9:$D/absent" true)" "^nc-open: fatal: unable to open $D/absent: "
for k in f w
do
  code "-$k refuses a named pipe and does not block" 100 timeout 10 nc-open -$k "9:$D/fifo" true
  code "-$k refuses a device" 100 nc-open -$k 9:/dev/null true
done
like "what is refused is named" "$(err nc-open -f "9:$D/fifo" true)" "^nc-open: fatal: not a regular file: $D/fifo$"
code "-f refuses a directory" 100 nc-open -f "9:$D/dir" true
if command -v python3 >/dev/null
then
  python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$D/sock"
  code "-f refuses a socket" 100 nc-open -f "9:$D/sock" true
else skip "-f refuses a socket" "python3"
fi
is "-d: the directory" "$(cd "$D/dir" && nc-open -d 9:. ls /proc/self/fd/9/)" sub
code "-d refuses a file" 111 nc-open -d "9:$D/file" true
code "a magic link is refused" 111 nc-open -f 9:/proc/self/exe true
ok "control: the same path opens without the step" sh -c 'exec 9</proc/self/exe'
code "a directory through a magic link is refused" 111 nc-open -d 9:/proc/self/cwd/tests true

is "fd:N as a source" "$(nc-open -f "8:$D/file" nc-open -f 9:fd:8 sh -c 'cat <&9')" content
code "fd:N of another access mode" 100 nc-open -w "8:$D/file" nc-open -f 9:fd:8 true
code "fd:N that is not open" 111 nc-open -f 9:fd:77 true
code "fd:N of another kind" 100 nc-open -f "8:$D/file" nc-open -d 9:fd:8 true

if [ "$(id -u)" -ne 0 ]
then skip "-t: detached trees" "root"
else
  mkdir "$D/tree"
  is "-t: submounts are in the tree" "$(unshare -m sh -c 'mount -t tmpfs x "$1" && mkdir "$1/a" && mount -t tmpfs y "$1/a" &&
    echo deep >"$1/a/f" && exec nc-open -t 9:"$1" sh -c "cat /proc/self/fd/9/a/f"' sh "$D/tree")" deep
  is "-t: survives into another mount namespace" "$(nc-open -t "9:$D" unshare -m sh -c 'umount -l /mnt 2>/dev/null
    cat /proc/self/fd/9/file')" content
  code "-t without privilege" 111 $unpriv nc-open -t 9:/usr true
  code "-i refuses what is no user namespace" 100 sh -c 'exec 8</proc/self/ns/mnt; exec nc-open -i 8 -t 9:"$1" true' sh "$D"
  code "-i refuses a closed descriptor" 100 nc-open -i 88 -t "9:$D" true
  map="-u 0:500000:1 -g 0:500000:1"
  chown 0:0 "$D/file"
  if nc-userns -o 8 $map nc-open -i 8 -t "9:$D" true 2>/dev/null
  then
    is "-i: root's file is shown as the mapped id's" \
      "$(nc-userns -o 8 $map nc-open -i 8 -t "9:$D" stat -c '%u:%g' /proc/self/fd/9/file)" 500000:500000
    is "control: without -i it is root's" "$(nc-open -t "9:$D" stat -c '%u:%g' /proc/self/fd/9/file)" 0:0
  else skip "-i: idmapped tree" "idmapped mounts on this file system"
  fi
fi
done_testing
