#!/bin/sh
# The same as agent.t for the strict modes, which need limits: a cgroup of version 2 whose controllers are free.
. tests/lib/tap.sh
. tests/lib/chain.sh

C=/sys/fs/cgroup
if ! root_with -mpuinC || ! $unpriv unshare -U true 2>/dev/null
then skip "the strict modes" "root with every kind of namespace, and user namespaces for users"; done_testing
fi
if ! grep -qw pids $C/cgroup.controllers 2>/dev/null || ! grep -qw memory $C/cgroup.controllers || [ "$(cat /proc/self/cgroup)" != 0::/ ]
then skip "the strict modes" "the root cgroup of version 2, with the controllers pids and memory"; done_testing
fi
if ! nc-landlock -a 6 -r / -x / true 2>/dev/null
then skip "the strict modes" "Landlock ABI 6"; done_testing
fi
if [ ! "${IN_STORE-}" ]
then in_store "$0" "the strict modes"; exit
fi
d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/run" "$d/run1000"
chown 1000:1000 "$d/run1000"

# a root file system that has what the probe runs, and a file that shows whose it is
root=/nix/store/0123456789abcdfghijklmnpqrsvwxyz-root
mkdir -p $root/bin $root/etc $root/srv
programs $root sh cat awk find sed grep sort ls env id stat tr uname readlink sleep rm
echo root >$root/srv/file
: >$root/etc/hosts
: >$root/etc/passwd
chmod -R go-w $root

# a group that is the user's, as a service manager hands one over
mkdir $C/nc-test
chown 1000 $C/nc-test $C/nc-test/cgroup.procs $C/nc-test/cgroup.threads $C/nc-test/cgroup.subtree_control
echo '+pids +memory' >$C/cgroup.subtree_control
cat >"$d/as-user" <<X
#!/bin/sh
g=$C/nc-test
[ ! -d \$g/keeper ] || g=\$g/keeper
echo \$\$ >\$g/cgroup.procs && exec $unpriv "\$@"
X
chmod 755 "$d/as-user"
as_user=$d/as-user

run () # who option... cmd
{
  who=$1
  shift
  case $who in
    strict-root) started "$d/run" --strict-agent "$@" ;;
    strict-sudo) SUDO_UID=1000 SUDO_GID=1000 started "$d/run" --strict-agent "$@" ;;
    strict-zero) started "$d/run" --strict-agent --user 0 "$@" ;;
    strict-user) "$as_user" env -i PATH="$PATH" TERM=dumb SECRET=hunter2 nc-run --root "$d/run1000" --strict-agent "$@" ;;
    production) started "$d/run" --service-mode production --rootfs $root --user 990 --group 990 --memory 256M --cpus 1 "$@" ;;
  esac
}
started () # rundir option...
{
  started_in=$1
  shift
  env -i PATH="$PATH" TERM=dumb SECRET=hunter2 ${SUDO_UID:+SUDO_UID=$SUDO_UID SUDO_GID=$SUDO_GID} nc-run --root "$started_in" "$@"
}
vol_options () { [ "$1" != production ] || echo :rw,noexec ; }
unset SUDO_UID SUDO_GID
whos="strict-root strict-sudo strict-zero strict-user production"
. tests/chain/sandbox.sh

# a group that cannot be made is fatal
for who in $whos
do
  case $who in strict-user) by="$unpriv sh" ;; *) by=sh ;; esac
  run $who -n sh -c 'echo ran' >"$d/line"
  unshare -m sh -c 'mount -o remount,ro,bind $0 && exec "$@"' $C $by "$d/line" >"$d/out" 2>"$d/err"
  is "$who: no group, no start" "$(cat "$d/out")" ""
  like "$who: and words" "$(tail -n 1 "$d/err")" '^nc-cgroup: fatal: unable to .*(Read-only file system|Permission denied)'
done

# one step left out by hand: what is read back differs
for who in $whos
do
  case $who in strict-user) by="$as_user sh" ;; *) by=sh ;; esac
  run $who -n sh -c 'echo ran' >"$d/line"
  is "$who: control: the line as it is" "$($by "$d/line" 2>&1)" ran
  sed 's/ nc-dropcaps.* nc-assert -c/ nc-assert -c/' "$d/line" >"$d/less"
  $by "$d/less" >"$d/out" 2>"$d/err"
  is "$who: without nc-dropcaps" "$? $(cat "$d/out")" "1 "
  like "$who: is named" "$(tail -n 1 "$d/err")" '^nc-assert: fatal: .*: expected .*, found '
  sed 's/ -w \/tmp//' "$d/line" >"$d/less"
  $by "$d/less" >"$d/out" 2>"$d/err"
  is "$who: a mount that is not stated" "$? $(cat "$d/out")" "1 "
  like "$who: is named" "$(tail -n 1 "$d/err")" '^nc-assert: fatal: mount /tmp: expected ro, found rw'
done

rmdir $C/nc-test/keeper $C/nc-test
is "nothing is left behind" "$(find "$d/run" "$d/run1000" -mindepth 1 ! -path '*/.leases*'; find $C -name '*-????????????????????????????????')" ""
done_testing
