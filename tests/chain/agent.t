#!/bin/sh
# What a program sees in the agent's sandbox, for each way to start it; and what it cannot do there.
# The tests are those of sandbox.sh.
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mpuinC || ! $unpriv unshare -U true 2>/dev/null
then skip "the agent's sandbox" "root with every kind of namespace, and user namespaces for users"; done_testing
fi
d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/run" "$d/run1000"
chown 1000:1000 "$d/run1000"
run () # who option... cmd: nc-run as one of the four
{
  who=$1
  shift
  case $who in
    agent-root) env -i PATH="$PATH" TERM=dumb SECRET=hunter2 nc-run --root "$d/run" "$@" ;;
    agent-sudo) env -i PATH="$PATH" TERM=dumb SECRET=hunter2 SUDO_UID=1000 SUDO_GID=1000 nc-run --root "$d/run" "$@" ;;
    agent-zero) env -i PATH="$PATH" TERM=dumb SECRET=hunter2 nc-run --root "$d/run" --user 0 "$@" ;;
    agent-user) $as_user env -i PATH="$PATH" TERM=dumb SECRET=hunter2 nc-run --root "$d/run1000" "$@" ;;
  esac
}

as_user=$unpriv
vol_options () { : ; }
whos="agent-root agent-sudo agent-zero agent-user"
. tests/chain/sandbox.sh
is "nothing is left behind" "$(find "$d/run" "$d/run1000" -mindepth 1 ! -path '*/.leases*')" ""
done_testing
