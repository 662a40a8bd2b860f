# What the rendered units cost, printed and not judged: a part of guest-services.sh. Start to ready is what systemd has noted,
# the middle of five; the machine is emulated, so that only the ratios say something.

took () { echo $((($(show "$1" ActiveEnterTimestampMonotonic) - $(show "$1" InactiveExitTimestampMonotonic)) / 1000)); }
middle () # unit
{
  for i in 1 2 3 4 5; do systemctl start "$1" && took "$1"; systemctl stop "$1"; done | sort -n | sed -n 3p
}
ratio () { awk "BEGIN { printf \"%.2f\", $1 / $2 }"; }
score () { systemd-analyze security --offline=true --no-pager "$U/$1.service" 2>/dev/null | sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p'; }

if [ -x $bin/initdb ]
then
  common="Type=notify
User=postgres
StateDirectory=postgresql
StateDirectoryMode=0750
RuntimeDirectory=postgresql
ExecStartPre=/etc/postgresql.setup
ExecStart=$bin/postgres -D /var/lib/postgresql/data -c listen_addresses= -c unix_socket_directories=/run/postgresql -c shared_buffers=16MB"
  printf '[Service]\n%s\n' "$common" >$U/pg-bare.service
  # a root of its own with the same in it, and directives for what the chain does
  mkdir -p /run/confined
  cp -a $store-root/. /run/confined/
  cat >$U/pg-directives.service <<S
[Service]
$common
RootDirectory=/run/confined
MountAPIVFS=yes
BindReadOnlyPaths=/usr /etc/passwd /etc/group /etc/postgresql.setup /run/systemd/notify
LoadCredential=key:/etc/postgresql.key
MemoryMax=256M
TasksMax=40
CPUQuota=100%
CapabilityBoundingSet=
LockPersonality=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateIPC=yes
PrivateNetwork=yes
PrivateTmp=yes
PrivateUsers=yes
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0077
S
  systemctl daemon-reload
  unit=$(middle postgresql) bare=$(middle pg-bare) directives=$(middle pg-directives)
  [ "$directives" ] || journalctl -u pg-directives -o cat --no-pager | tail -n 12 | sed 's/^/# /'
  echo "# postgresql, start to ready: the unit $unit ms, bare $bare ms, with directives of systemd's ${directives:=0} ms"
  [ "${bare:-0}" -eq 0 ] || [ "$directives" -eq 0 ] ||
    echo "# postgresql, ratios: the unit $(ratio "$unit" "$bare") of bare, directives $(ratio "$directives" "$bare") of bare, the unit $(ratio "$unit" "$directives") of directives"
fi
for u in postgresql nginx pg-bare pg-directives
do [ ! -e $U/$u.service ] || echo "# systemd-analyze security: $u $(score $u)"
done

# the line does not grow with the closure, whose paths are in a file
mkdir -p $store-large/nix/store
cp -a $store-root/. $store-large/
{
  cat $store-binds
  i=100
  while [ $i -lt 600 ]; do echo "/nix/store/00000000000000000000000000000$i-package"; i=$((i + 1)); done
} >$store-large-binds
(cd / && sed -n 's,^/\([^	]*\)$,\1,p' $store-large-binds | xargs mkdir -p && cd $store-large && sed -n 's,^/\([^	]*\)$,\1,p' $store-large-binds | xargs mkdir -p)
ok "large: a closure of 500 paths starts" systemctl start large
begun () { pid=$(pgrep -n -x sleep) && [ "$(grep -c -- '-package ' "/proc/$pid/mountinfo")" = 500 ]; }
ok "large: with all of them" wait_for begun
well large
systemctl stop large
size () { sed -n 's/^ExecStart=//p' "$U/$1.service" | wc -c; }
echo "# size of ExecStart: $(size large) bytes with a closure of 500 paths, $(size mapped) with one and a volume; the list of the paths: $(wc -c <$store-large-binds)"
