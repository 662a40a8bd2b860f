#!/bin/sh
# also: asan
# What nc-rootfs makes itself: /dev, /proc, /sys, /etc, tmpfs, masks, and the view of the host's programs.
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mpuin
then skip "the view" "root with pid, mount, uts, ipc and network namespaces"; done_testing
fi
go="nc-pivot nc-init"

# /dev
is "/dev: these and no more" "$(inside ls /dev | tr '\n' ' ')" "fd full null ptmx pts random shm stderr stdin stdout tty urandom zero "
nodes='echo x >/dev/null; [ -z "$(cat /dev/null)" ] || echo null; for n in zero random urandom; do [ "$(head -c4 /dev/$n | wc -c)" = 4 ] || echo $n; done
  (echo x >/dev/full) 2>/dev/null && echo full; : >/dev/shm/f || echo shm; (: </dev/tty) 2>&1 | grep -q "No such device or address" || echo tty
  script -qec "echo pty" /dev/null </dev/null | grep -q pty || echo pts; echo done'
is "W-01: each node works for uid 1000" "$(inside $unpriv sh -c "$nodes" 2>&1)" "done"
is "W-01: each node works for root" "$(inside sh -c "$nodes" 2>&1)" "done"
if command -v nc-userns >/dev/null && $unpriv unshare -U true 2>/dev/null
then
  is "W-01: each node works in a user namespace" "$($unpriv nc-userns -a nomap nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" $go sh -c "$nodes" 2>&1)" "done"
else skip "each node works in a user namespace" "nc-userns"
fi
code "/dev is read-only" 2 inside sh -c ': >/dev/new'
code "no device is made there" 1 inside mknod /dev/mem c 1 1
code "nor in shm" 0 inside sh -c 'mknod /dev/shm/mem c 1 1 && ! head -c1 /dev/shm/mem 2>/dev/null'
is "the host's devices stay" "$(stat -c '%t %T %a' /dev/null /dev/zero | tr '\n' ' ')" "1 3 666 1 5 666 "
is "pts is an instance of its own" "$(inside ls /dev/pts)" ptmx

# /proc
numbers='ls /proc | grep -c "^[0-9]"'
is "/proc shows these processes alone" "$(inside ls /proc | grep '^[0-9]' | tr '\n' ' ')" "1 2 "
proc_ro='for f in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/irq/default_smp_affinity /proc/self/oom_score_adj; do
  [ ! -e $f ] || { (: >>$f) 2>/dev/null && echo $f; }; done; :'
is "read-only, all of it" "$(inside sh -c "$proc_ro")" ""
is "-p rw: its own files can be written to" "$(box -p rw $go sh -c "$proc_ro")" /proc/self/oom_score_adj
is "control: without the step more" "$(nc-unshare -pm sh -c 'mount -t proc proc /proc; '"$proc_ro" | grep -c core_pattern)" 1
masks=$(inside awk '$5 ~ "^/proc/" { print $5 }' /proc/self/mountinfo)
for f in acpi asound config.gz driver interrupts kallsyms kcore keys kpagecgroup kpagecount kpageflags latency_stats sched_debug scsi sysrq-trigger timer_list timer_stats
do
  if [ ! -e "/proc/$f" ] || ! nc-unshare -pm sh -c 'mount -t proc proc /proc; test -e /proc/'"$f"; then skip "/proc/$f is masked" "/proc/$f"
  else is "/proc/$f is masked" "$(inside sh -c "if [ -d /proc/$f ]; then ls -A /proc/$f; else head -c1 /proc/$f; fi" 2>&1)" ""
  fi
done
for f in bus fs irq sys
do is "-p rw: /proc/$f is read-only" "$(box -p rw $go sh -c "[ ! -e /proc/$f ] || awk '\$5 == \"/proc/$f\" { print substr(\$6, 1, 3) }' /proc/self/mountinfo")" \
  "$([ ! -e /proc/$f ] || echo ro,)"
done
is "-p rw: the masks stay" "$(box -p rw $go awk '$5 ~ "^/proc/" { print $5 }' /proc/self/mountinfo | grep -vx -e /proc/bus -e /proc/fs -e /proc/irq -e /proc/sys)" "$masks"
code "-p rw: a mask is not written through" 0 box -p rw $go sh -c 'echo b >/proc/sysrq-trigger 2>/dev/null; exit 0'
is "-p subset: processes alone" "$(box -p subset $go sh -c 'ls /proc | grep -v "^[0-9]"' | tr '\n' ' ')" "self thread-self "
is "-p none" "$(box -p none $go sh -c 'ls /proc 2>/dev/null; echo none')" none
hidden='exec '"$unpriv"' sh -c "ls /proc | grep -cx 1"'
is "another's processes are hidden" "$(inside sh -c "$hidden")" 0
is "control: -p show" "$(box -p show $go sh -c "$hidden")" 1
is "-p rw -p subset" "$(box -p rw -p subset $go sh -c 'echo 1 >/proc/self/oom_score_adj && ls /proc | grep -c sys')" 0

# /sys
is "no /sys by itself" "$(inside sh -c 'ls /sys 2>/dev/null; echo none')" none
is "-s: the network is this one's" "$(box -s $go ls /sys/class/net)" lo
is "-s: read-only" "$(box -s $go awk '$5 == "/sys" { print substr($6, 1, 23) }' /proc/self/mountinfo)" ro,nosuid,nodev,noexec,
is "-s: firmware, fs and kernel are empty" "$(box -s $go ls -A /sys/fs /sys/kernel /sys/firmware 2>/dev/null | grep -v '^/sys\|^$')" ""

# tmpfs
of () { box -t "$1" $go sh -c "stat -c '%a %u %g' $2; awk '\$5 == \"$2\" { print \$6, \$NF }' /proc/self/mountinfo" | sed 's/,[a-z]*atime//' | tr '\n' ' ' ; }
is "-t: defaults" "$(of /t /t)" "1777 0 0 rw,nosuid,nodev rw,size=65536k "
is "-t: size, mode, owner" "$(of /t:1M,mode=700,uid=7,gid=8 /t)" "700 7 8 rw,nosuid,nodev rw,size=1024k,mode=700,uid=7,gid=8 "
is "-t: size=, ro, noexec" "$(of /a/b:size=64k,ro,noexec /a/b)" "1777 0 0 ro,nosuid,nodev,noexec rw,size=64k "
is "-t own" "$(box -u 7:8 -t /t:own $go stat -c '%u %g' /t)" "7 8"
they="setpriv --reuid=7 --regid=8 --clear-groups"
is "W-35: any workload can write to a tmpfs, and to one of its own" "$(box -u 7:8 -t /tmp:64M -t /v:1M,mode=700,own $go $they sh -c ': >/tmp/f && : >/v/f && stat -c "%a %u" /tmp /v' | tr '\n' ' ')" "1777 0 700 7 "
code "control: not to one of mode 700 that is another's" 2 box -u 7:8 -t /v:1M,mode=700 $go $they sh -c ': >/v/f'
is "a home: private, the workload's, and nothing in it runs" "$(box -u 7:8 -t /home/agent:1M,mode=700,own,noexec $go $they sh -c 'cp /bin/true /home/agent/t; /home/agent/t 2>/dev/null; echo $?; stat -c "%a %u %g" /home/agent' | tr '\n' ' ')" "126 700 7 8 "
mkdir "$TAP_TMP/provider"; echo key >"$TAP_TMP/provider/key"; chmod 755 "$TAP_TMP"
is "what is mounted below it: ro and rw" "$(box -u 7:8 -t /home/agent:1M,mode=700,own,noexec -b "$TAP_TMP/provider:/home/agent/.config/x:noexec" -B "$TAP_TMP/provider:/home/agent/.state:noexec" $go sh -c 'cat /home/agent/.config/x/key; (: >/home/agent/.config/x/n) 2>/dev/null; echo $?; : >/home/agent/.state/n; echo $?' | tr '\n' ' ')" "key 2 0 "
code "-t: the size is a bound" 1 box -t /t:64k $go sh -c 'head -c 1000000 /dev/zero >/t/f 2>/dev/null'
code "-S: so is the root's" 1 box -S 1M nc-pivot -w nc-init sh -c 'head -c 3000000 /dev/zero >/f 2>/dev/null'
ok "control: by default it holds more" box nc-pivot -w nc-init sh -c 'head -c 3000000 /dev/zero >/f'

# masks and read-only paths by name, in the order of the line
mkdir -p "$TAP_TMP/src/dir/sub"
echo secret >"$TAP_TMP/src/key"
echo secret >"$TAP_TMP/src/dir/key"
s=$TAP_TMP/src
is "-m: a file" "$(box -B "$s:/x" -m /x/key $go cat /x/key)" ""
is "-m: a directory" "$(box -B "$s:/x" -m /x/dir $go ls -A /x/dir)" ""
code "-m: not written to" 2 box -B "$s:/x" -m /x/dir $go sh -c ': >/x/dir/new'
is "the source has it still" "$(cat "$s/key" "$s/dir/key" | sort -u)" secret
code "-m of what is not there" 111 box -B "$s:/x" -m /x/missing $go true
is "-r" "$(box -B "$s:/x" -r /x/dir $go sh -c '(: >/x/dir/new) 2>/dev/null || echo refused; : >/x/new && rm /x/new && cat /x/dir/key' | tr '\n' ' ')" "refused secret "
code "-r of what is not there" 111 box -r /missing $go true

# /etc
etc () { box -e "$@" $go sh -c 'for f in passwd group hosts hostname resolv.conf; do echo "$f:"; cat /etc/$f 2>/dev/null; done' ; }
is "W-36: -e -u -H -n" "$(etc -u 1000:1001:me:/home/me -H box -n 1.2.3.4 -n ::1)" "passwd:
root:x:0:0:root:/:/bin/false
me:x:1000:1001::/home/me:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
group:
root:x:0:
me:x:1001:
nogroup:x:65534:
hosts:
127.0.0.1 localhost
::1 localhost
127.0.1.1 box
hostname:
box
resolv.conf:
nameserver 1.2.3.4
nameserver ::1"
is "-u 0:0" "$(box -e -u 0:0:root:/root $go head -1 /etc/passwd)" "root:x:0:0:root:/root:/bin/sh"
is "-u fd:N: the owner of a file" "$(box -e -u fd:9:me $go sed -n 2p /etc/passwd 9<"$(touch "$s/owned"; chown 5:6 "$s/owned"; echo "$s/owned")")" "me:x:5:6::/:/bin/sh"
is "without -e there is none of them" "$(inside sh -c 'ls /etc/passwd /etc/hosts 2>/dev/null')" ""

# the host's programs, and nothing of its state
is "-h: no accounts, keys or state" "$(inside sh -c 'ls -d /home /root /var /run /srv /boot /mnt /media /etc/shadow /etc/passwd /etc/ssh/ssh_host* /etc/hostname 2>/dev/null')" ""
is "-h: a link stays a link" "$(inside readlink /bin)" "$(readlink /bin)"
is "-h: read-only" "$(inside awk '$5 == "/usr" { print substr($6, 1, 15) }' /proc/self/mountinfo)" ro,nosuid,nodev
code "nothing is made there" 1 inside touch /usr/bin/new
done_testing
