# Units that the NixOS module renders, under systemd; run by tests/vm/run -s

. tests/lib/tap.sh
. tests/lib/chain.sh
. tests/lib/nix.sh
C=/sys/fs/cgroup
U=/run/systemd/system
store=/nix/store/00000000000000000000000000000000
wait_for () { i=0; while ! "$@" && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done; "$@"; }

echo 'web:x:990:991::/:/bin/false' >>/etc/passwd
echo 'web:x:991:' >>/etc/group
echo 'extra:x:4242:web' >>/etc/group
echo secret >/etc/web.key
chmod 600 /etc/web.key
# a root file system in a store: links of its own, and the programs of the machine
mkdir -p $store-root
for l in bin lib lib64 sbin; do ln -s usr/$l $store-root/$l; done
printf '/usr\t/usr\n' >$store-binds
mkdir -p -m 700 /run/nucleus

evaluate -E "import ./tests/nix/render.nix { modules = [ ./tests/vm/units.nix ]; nucleus = \"${NC_BIN%/bin}\"; facts = { nixos = false; directories = [ \"/usr\" ]; }; }" >"$TAP_TMP/units"
is "the units are rendered" $? 0
for u in web.service web.socket dyn.service leased.service wrong.service old.service
do jq -r --arg u $u '.[$u]' <"$TAP_TMP/units" >"$U/$u"
done
evaluate -E '(import ./tests/vm/units.nix).programs.nucleus.facts.server' | jq -r . >/etc/old.pl
systemctl daemon-reload

show () { systemctl show -P "$2" "$1"; }
journal () { journalctl -u "$1" -o cat --no-pager | tail -n 20; }
running () { [ "$(show "$1" ActiveState)" = active ]; }

systemctl start web.socket
ok "web: starts, and says that it is ready" systemctl start web
running web || journal web | sed 's/^/# /'
is "web: who and what it is" "$(cat /var/lib/web/facts)" "uid 990 gid 991 listen 1 mine 1 key secret home 1 etc 0"
is "web: serves, without a network" "$(perl -e 'use Socket; socket(C,PF_INET,SOCK_STREAM,0); connect(C,sockaddr_in(8080,inet_aton("127.0.0.1"))) or die "$!"; print <C>')" "served by 990"
g=$(ls -d $C/system.slice/web.service/nucleus-* 2>/dev/null)
is "web: its limits" "$(cat "$g/memory.max" "$g/pids.max" "$g/cpu.max" | tr '\n' ' ')" "67108864 20 50000 100000 "
pid=$(tail -n 1 "$g/cgroup.procs")
is "web: no capability, no new privileges, a filter" "$(grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' "/proc/$pid/status" | tr -d '\n' | tr '\t' ' ')" "CapEff: 0000000000000000CapBnd: 0000000000000000NoNewPrivs: 1Seccomp: 2"
is "web: the groups that systemd has set for the user" "$(sed -n 's/^Groups:[[:space:]]*//p' "/proc/$pid/status" | tr ' ' '\n' | grep -c 4242)" 1
is "web: its state is its own, and nobody else's" "$(stat -c %U:%G:%a /var/lib/web /var/lib/web/starts | tr '\n' ' ')" "web:web:750 web:web:644 "
ok "web: killed" systemctl kill -s KILL web
again () { [ "$(wc -l </var/lib/web/starts)" = 2 ] && running web; }
ok "web: it comes back, with its data" wait_for again
ok "web: stops" systemctl stop web.socket web
is "web: without a failure" "$(show web Result)" success
is "web: nothing is left" "$(ls /run/nucleus; ls -d $C/system.slice/web.service 2>/dev/null)" ""

ok "dyn: a dynamic user starts" systemctl start dyn
running dyn || journal dyn | sed 's/^/# /'
like "dyn: an id of systemd's" "$(cat /var/lib/dyn/facts)" '^uid 6[0-9]{4} gid 6[0-9]{4} '
is "dyn: limits by systemd" "$(cat $C/system.slice/dyn.service/memory.max)" 67108864
ok "dyn: stops" systemctl stop dyn
is "dyn: without a failure" "$(show dyn Result)" success

ok "leased: starts" systemctl start leased
running leased || journal leased | sed 's/^/# /'
like "leased: an id that no one has" "$(ps -o uid= -C sleep | sort -n | tail -n 1)" '18[0-9]{8}'
systemctl stop leased

systemctl start wrong
ended () { [ "$(show wrong SubState)" = failed ]; }
ok "wrong: a line that cannot work ends" wait_for ended
is "wrong: with 100, once" "$(show wrong ExecMainStatus) $(show wrong NRestarts)" "100 0"

ok "old: a service of another module starts behind the chain" systemctl start old
running old || journal old | sed 's/^/# /'
like "old: as its user, without what it does not need" "$(cat /var/lib/old/facts)" '^uid 990 gid 991 .* etc 0$'
ok "old: what goes before it was confined too, and did its work" test -e /var/lib/old/pre
ok "old: reload" systemctl reload old
ok "old: the signal has reached it" wait_for test -s /var/lib/old/hup
ok "old: stops" systemctl stop old
is "old: without a failure" "$(show old Result)" success
is "nothing is left" "$(ls /run/nucleus)" ""
done_testing
