# What the rendered units cost, printed and not judged: a part of guest-services.sh. Start to ready is what systemd has noted,
# the least of five, which take turns; the machine is emulated, so that only the ratios say something.

took () { echo $((($(show "$1" ActiveEnterTimestampMonotonic) - $(show "$1" InactiveExitTimestampMonotonic)) / 1000)); }
once () # unit: milliseconds from start to ready
{
  systemctl start "$1" && took "$1"
  systemctl stop "$1"
}
ratio () { awk "BEGIN { printf \"%.2f\", $1 / $2 }"; }
score () { systemd-analyze security --offline=true --no-pager "$U/$1.service" 2>/dev/null | sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p'; }

# a root of its own with the same in it, and directives for what the chain does
mkdir -p /run/confined
cp -a $store-root/. /run/confined/
confined="RootDirectory=/run/confined
MountAPIVFS=yes
BindReadOnlyPaths=/usr /srv /etc/passwd /etc/group /etc/postgresql.setup /run/systemd/notify
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
RestrictAddressFamilies=AF_UNIX AF_INET
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0077"
touch /etc/postgresql.setup
pair () # unit memory directives: bare, and confined
{
  printf '[Service]\n%s\n' "$3" >"$U/$1-bare.service"
  printf '[Service]\n%s\n%s\nMemoryMax=%s\nLoadCredential=key:/etc/%s.key\n' "$3" "$confined" "$2" "$1" >"$U/$1-confined.service"
}
compare () # unit what function
{
  for i in 1 2 3 4 5
  do for u in "" -bare -confined; do $3 "$1$u" >>"$TAP_TMP/took$u"; done
  done
  least () { sort -n "$TAP_TMP/took$1" | head -n 1; rm -f "$TAP_TMP/took$1"; }
  a=$(least "") b=$(least -bare) c=$(least -confined)
  [ "$c" ] || journalctl -u "$1-confined" -o cat --no-pager | tail -n 12 | sed 's/^/# /'
  echo "# $1, $2: the unit $a ms, bare $b ms, with directives of systemd's $c ms"
  [ ! "$a" ] || [ ! "$b" ] || [ ! "$c" ] ||
    echo "# $1, ratios: the unit $(ratio "$a" "$b") of bare, directives $(ratio "$c" "$b") of bare, the unit $(ratio "$a" "$c") of directives"
}

[ ! -x $bin/initdb ] || {
  pair postgresql 256M "Type=notify
User=postgres
StateDirectory=postgresql
StateDirectoryMode=0750
RuntimeDirectory=postgresql
ExecStartPre=/etc/postgresql.setup
ExecStart=$bin/postgres -D /var/lib/postgresql/data -c listen_addresses= -c unix_socket_directories=/run/postgresql -c shared_buffers=16MB"
  systemctl daemon-reload
  compare postgresql "start to ready" once
}
first () # unit: from the start to the first answer, over its socket
{
  systemctl start "$1.socket"
  t=$(date +%s%N)
  systemctl start "$1" && [ "$(get)" = page ] && echo $((($(date +%s%N) - t) / 1000000))
  systemctl stop "$1.socket" "$1"
}
[ ! -e /srv/nginx.conf ] || {
  pair nginx 64M "User=www-data
StateDirectory=nginx
LogsDirectory=nginx
Environment=NGINX=3;
ExecStart=/usr/sbin/nginx -e /var/log/nginx/error -c /srv/nginx.conf -g 'daemon off;'"
  for u in bare confined; do cp $U/nginx.socket $U/nginx-$u.socket; done
  systemctl daemon-reload
  compare nginx "start to the first answer" first
}
for u in postgresql postgresql-bare postgresql-confined nginx nginx-bare nginx-confined
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
new () { sed -n 's,^/\(.*-package\)$,\1,p' $store-large-binds | xargs mkdir -p; }
(cd / && new)
(cd $store-large && new)
ok "large: a closure of 500 paths starts" systemctl start large
begun () { pid=$(pgrep -n -x sleep) && [ "$(grep -c -- '-package ' "/proc/$pid/mountinfo")" = 500 ]; }
ok "large: with all of them" wait_for begun
well large
systemctl stop large
size () { sed -n 's/^ExecStart=//p' "$U/$1.service" | wc -c; }
echo "# size of ExecStart: $(size large) bytes with a closure of 500 paths, $(size mapped) with one and a volume; the list of the paths: $(wc -c <$store-large-binds)"
