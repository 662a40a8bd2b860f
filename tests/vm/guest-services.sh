# PostgreSQL and nginx as units that the NixOS module renders, in production, under systemd; run by tests/vm/run -s

. tests/lib/tap.sh
. tests/lib/chain.sh
. tests/lib/nix.sh
C=/sys/fs/cgroup/system.slice
U=/run/systemd/system
P=/etc/nucleus/policies
store=/nix/store/00000000000000000000000000000000
bin=/usr/lib/postgresql/15/bin
wait_for () { i=0; while ! "$@" && [ $i -lt 300 ]; do sleep 0.1; i=$((i + 1)); done; "$@"; }
show () { systemctl show -P "$2" "$1"; }
running () { [ "$(show "$1" ActiveState)" = active ]; }
# what a unit that is not there said
well () { running "$1" || { journalctl -u "$1" -o cat --no-pager | tail -n 20 | sed 's/^/# /'; return 1; } ; }

mkdir -p $store-root /run/nucleus /srv/www /srv/disk
chmod 700 /run/nucleus
for l in bin lib lib64 sbin; do ln -s usr/$l $store-root/$l; done
printf '/usr\t/usr\n' >$store-binds
for n in postgresql nginx
do
  echo "secret of $n" >/etc/$n.key
  chmod 600 /etc/$n.key
  mkdir -p $P/$n-seccomp-policy
  f=policies/seccomp/$n.json
  nc-policy compile -s "$(nc-policy digest $f)" -o $P/$n-seccomp-policy/policy.bpf $f
  is "$n: its filter is made" $? 0
done

evaluate -E "import ./tests/nix/render.nix { modules = [ ./tests/vm/units-services.nix ]; nucleus = \"${NC_BIN%/bin}\"; policies = \"$P\"; facts = { nixos = false; directories = [ \"/usr\" ]; }; }" >"$TAP_TMP/units"
is "the units are rendered" $? 0
for u in postgresql.service nginx.service nginx.socket mapped.service leased.service large.service
do jq -r --arg u $u '.[$u]' <"$TAP_TMP/units" >"$U/$u"
done
systemctl daemon-reload

group () { ls -d $C/"$1".service/nucleus-* 2>/dev/null; }
limits () { g=$(group "$1"); cat "$g/memory.max" "$g/pids.max" "$g/cpu.max" | tr '\n' ' '; }
# of the program, not of what stays outside
program () { pgrep -o -x "$1"; }

if [ -x $bin/initdb ]; then . tests/vm/guest-postgresql.sh; else skip postgresql "postgresql 15"; fi
if command -v nginx >/dev/null && command -v curl >/dev/null; then . tests/vm/guest-nginx.sh; else skip nginx "nginx and curl"; fi
. tests/vm/guest-mapped.sh
. tests/vm/guest-measure.sh
is "nothing is left" "$(ls /run/nucleus)" ""
done_testing
