# nc-cgroup below systemd; run by tests/vm/run -s

. tests/lib/tap.sh
. tests/lib/chain.sh
C=/sys/fs/cgroup
U=/run/systemd/system
D=/run/nucleus
service () # name delegate command
{
  cat >$U/"$1".service <<S
[Service]
Type=exec
Environment=PATH=$PATH
Delegate=$2
Restart=on-failure
RestartSec=100ms
ExecStart=$3
S
}
S="$NC_BIN/nc-scope -r $D"
service web yes "$S -n web $NC_BIN/nc-cgroup -m 64M -p 50 -c 0.5 sleep 1000"
service bare no "$S -n bare $NC_BIN/nc-cgroup -p 50 sleep 1000"
service given no "$S -n given $NC_BIN/nc-cgroup -R $C/system.slice/given.service -p 50 sleep 1000"
sed -i '/^Restart/d' $U/bare.service
systemctl daemon-reload
unit=$C/system.slice/web.service
group () { ls -d $C/system.slice/"$1".service/nucleus-* 2>/dev/null; }
wait_for () { i=0; while ! "$@" && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done; "$@"; }
joined () { g=$(group "$1"); [ "$g" ] && grep -q . "$g/cgroup.procs"; }
another () { joined web && [ "$g" != "$1" ]; }

ok "a unit with Delegate=yes starts" systemctl start web
ok "its payload is in a group of the unit" wait_for joined web
g=$(group web)
is "with the limits" "$(cat "$g/memory.max" "$g/pids.max" "$g/cpu.max" | tr '\n' ' ')" '67108864 50 50000 100000 '
is "the keeper is in the leaf, and systemd knows it" "$(cat $unit/keeper/cgroup.procs)" "$(systemctl show -P MainPID web)"
is "the unit's own cgroup is empty" "$(cat $unit/cgroup.procs)" ''
systemctl set-property --runtime web.service TasksMax=500
systemctl daemon-reload
is "the limits outlive what systemd does to the unit" "$(cat "$g/pids.max")" 50
old=$g
ok "restart" systemctl restart web
ok "another group" wait_for another "$old"
ok "the old one is gone" test ! -e "$old"
joined web
old=$g
kill -9 "$(systemctl show -P MainPID web)"
ok "a keeper that is killed: the unit comes back" wait_for another "$old"
ok "and the old group is gone" test ! -e "$old"
is "there is one" "$(group web | wc -l)" 1
ok "stop" systemctl stop web
is "nothing is left" "$(ls $D; ls -d $unit 2>/dev/null)" ''

ok "a unit that is not delegated starts" systemctl start bare
ended () { [ "$(systemctl show -P SubState bare)" = failed ]; }
ok "and ends" wait_for ended
is "with 100" "$(systemctl show -P ExecMainStatus bare)" 100
like "the words" "$(journalctl -u bare -o cat --no-pager)" "make a cgroup in $C/system.slice/bare.service: systemd has not delegated it; .*Delegate=yes"
$NC_BIN/nc-scope -r $D nc-cgroup -p 5 true 2>"$TAP_TMP/err"
is "nor is a service that calls it" $? 100

# negative control, why that is refused: -R takes it as it is, and systemd takes the controller away
systemctl start given
ok "-R is taken as it is" wait_for joined given
ok "the limit is there" grep -qx 50 "$g/pids.max"
systemctl set-property --runtime given.service IOWeight=200
systemctl daemon-reload
gone () { [ ! -e "$g/pids.max" ]; }
ok "and is gone" wait_for gone
systemctl stop given

is "a scope" "$(systemd-run -q --scope -p Delegate=yes nc-scope -r $D nc-cgroup -p 7 sh -c 'read -r n </sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)/pids.max; echo $n')" 7
is "a user in a delegated unit" "$(systemd-run -q --wait --pipe -p User=nobody -p Delegate=yes -p RuntimeDirectory=nb -p RuntimeDirectoryMode=0700 \
  "$NC_BIN/nc-scope" -r /run/nb "$NC_BIN/nc-cgroup" -m 32M -p 7 sh -c 'read -r n </sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)/pids.max; echo $n')" 7

# several processes in the unit: all are moved, none is left behind
service many yes "/bin/sh -c 'sleep 1000 & sleep 1000 & exec $S -n many $NC_BIN/nc-cgroup -p 9 sleep 1000'"
systemctl daemon-reload
systemctl start many
ok "a unit with processes of its own" wait_for joined many
is "they are in the leaf, with the keeper" "$(wc -l <$C/system.slice/many.service/keeper/cgroup.procs) $(wc -l <$C/system.slice/many.service/cgroup.procs)" '3 0'
systemctl stop many

# the limit of the unit itself
systemd-run -q --wait --pipe -p Delegate=yes -p MemoryMax=32M -p MemorySwapMax=0 -p OOMPolicy=continue -p "Environment=PATH=$PATH" \
  "$NC_BIN/nc-scope" -r $D -n outer "$NC_BIN/nc-cgroup" -m max perl -e 'push @x, "x" x 1000000 for 1..100' </dev/null >"$TAP_TMP/out" 2>&1
is "a memory hog in a unit with a limit of its own" $? 137
is "it is said that the limit is not the group's" "$(cat "$TAP_TMP/out")" "nc-scope: warning: out of memory: the kernel has killed in $D/outer, whose memory.max is max"

# a leaf that systemd makes
if [ "$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')" -ge 254 ]
then
  service sub "yes
DelegateSubgroup=keeper" "$S -n sub $NC_BIN/nc-cgroup -m 64M -p 50 -c 0.5 sleep 1000"
  service other "yes
DelegateSubgroup=other" "$S -n other $NC_BIN/nc-cgroup -R $C/system.slice/other.service -m 64M -p 50 sleep 1000"
  systemctl daemon-reload
  for name in sub other
  do
    systemctl start $name
    ok "DelegateSubgroup=: the payload of $name is in a group of the unit" wait_for joined $name
    is "DelegateSubgroup=: with the limits" "$(cat "$g/memory.max" "$g/pids.max" | tr '\n' ' ')" '67108864 50 '
    is "DelegateSubgroup=: the keeper is where systemd has put it" "$(cat $C/system.slice/$name.service/$(echo $name | sed s/sub/keeper/)/cgroup.procs)" "$(systemctl show -P MainPID $name)"
    systemctl stop $name
    is "DelegateSubgroup=: nothing is left" "$(ls $D; ls -d $C/system.slice/$name.service 2>/dev/null)" ''
  done
else skip "DelegateSubgroup=" "systemd 254"
fi

# a user's own manager, which delegates a scope in user@1000.service
echo 'tester:x:1000:1000::/tmp:/bin/sh' >>/etc/passwd
if systemctl start user@1000.service 2>/dev/null
then
  as="setpriv --reuid=1000 --regid=1000 --clear-groups env XDG_RUNTIME_DIR=/run/user/1000"
  got=$($as systemd-run -q --user --scope -p Delegate=yes nc-scope nc-cgroup -m 32M -p 7 sh -c 'c=$(sed -n s/^0:://p /proc/self/cgroup); echo $c; cat /sys/fs/cgroup$c/pids.max' 2>&1)
  like "a user's scope" "$got" '^/user.slice/user-1000.slice/user@1000.service/.*\.scope/nucleus-[0-9a-f]*$'
  like "and its limit" "$got" '^7$'
else skip "a user's own manager" "pam_systemd"
fi

# the strict modes as units: delegated, and not
mkdir -p /nix/store
mount -t tmpfs -o mode=755 store /nix/store
root=/nix/store/0-root
mkdir -p $root/bin
programs $root sh cat sed
chmod -R go-w $root
unit () # property command...
{
  property=$1
  shift
  systemd-run -q --wait --pipe -p "$property" -p "Environment=PATH=$PATH" "$@" </dev/null
}
inside='echo ran; cat /proc/self/cgroup; sed -n "s/^Cap...:[^0-9a-f]*//p" /proc/self/status'
user="setpriv --reuid=1000 --regid=1000 --clear-groups env XDG_RUNTIME_DIR=/run/user/1000 systemd-run -q --user --scope -p Delegate=yes"
for mode in --strict-agent "--strict-agent --user 0" "--service-mode production --rootfs $root --memory 64M --cpus 1 --user 990 --group 990"
do
  got=$(unit Delegate=yes "$NC_BIN/nc-run" $mode sh -c "$inside" 2>"$TAP_TMP/err")
  status=$?
  case $VM_KERNEL in
    6.12) is "$mode: in a delegated unit" "$status $(echo $got)" "0 ran 0::/ $(echo 0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000)" ;;
    *)
      is "$mode: refused by a kernel that lacks Landlock's ABI 6" "$status $got" '100 '
      like "$mode: in words" "$(tail -n 1 "$TAP_TMP/err")" '^nc-landlock: fatal: .*ABI 2' ;;
  esac
  got=$(unit Delegate=no "$NC_BIN/nc-run" $mode sh -c "$inside" 2>"$TAP_TMP/err")
  is "$mode: refused in a unit that is not delegated" "$? $got" '100 '
  like "$mode: in words" "$(tail -n 1 "$TAP_TMP/err")" '^nc-cgroup: fatal: .*systemd has not delegated it; .*Delegate=yes'
done
got=$(unit Delegate=yes -p ProtectControlGroups=yes "$NC_BIN/nc-run" --strict-agent sh -c "$inside" 2>"$TAP_TMP/err")
is "--strict-agent: refused where the unit's cgroups are read-only" "$? $got" '111 '
like "--strict-agent: in words" "$(tail -n 1 "$TAP_TMP/err")" '^nc-cgroup: fatal: .*Read-only file system'
if [ "$VM_KERNEL" = 6.12 ] && systemctl is-active -q user@1000.service
then like "--strict-agent: in a user's scope" "$($user nc-run --strict-agent sh -c 'echo ran $(cat /proc/self/cgroup)' 2>&1)" '^ran 0::/$'
fi
is "nothing is left of them" "$(ls $D)" ''
done_testing
