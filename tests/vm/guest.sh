# What a machine without systemd shows, in one boot; run by tests/vm/run

. tests/lib/tap.sh
. tests/lib/chain.sh
. tests/vm/guest-cgroup.sh
. tests/vm/guest-limits.sh
. tests/vm/guest-sandbox.sh
. tests/vm/guest-strict.sh
. tests/vm/guest-trace.sh
. tests/vm/guest-files.sh
done_testing
