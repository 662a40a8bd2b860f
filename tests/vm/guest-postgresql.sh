# PostgreSQL: a part of guest-services.sh

cat >/etc/postgresql.setup <<S
#!/bin/sh
[ -e /var/lib/postgresql/data/PG_VERSION ] || exec $bin/initdb -D /var/lib/postgresql/data -U postgres -A trust --no-locale --no-sync --no-instructions
S
chmod 755 /etc/postgresql.setup
psql () { $bin/psql -h /run/postgresql -U postgres -d postgres -XAtq -c "$1" 2>&1; }
# what a program of the server's says, inside
inside_pg () { psql "create temp table o (l text); copy o from program \$p\$$1\$p\$ with (format csv, delimiter e'\\x01', quote e'\\x02'); select l from o"; }

# Debian's own unit of that name wants its clusters
mkdir -p /etc/systemd/system-generators
ln -s /dev/null /etc/systemd/system-generators/postgresql-generator
systemctl daemon-reload
chown -R postgres:postgres /var/lib/postgresql
ok "postgresql: starts, and says that it is ready" systemctl start postgresql
well postgresql
is "postgresql: a query, from outside" "$(psql 'create table t (n int); insert into t select generate_series(1, 1000); select sum(n) from t')" 500500
is "postgresql: its limits" "$(limits postgresql)" "268435456 40 100000 100000 "

got=$(inside_pg "cat /proc/self/status")
is "postgresql: inside: its own user, and no other" "$(echo "$got" | grep -E '^[UG]id:' | tr -s '\t\n' ' ')" "$(id -u postgres | sed 's/.*/Uid: & & & &/') $(id -g postgres | sed 's/.*/Gid: & & & &/') "
is "postgresql: inside: no capability, no new privileges, the filter" \
  "$(echo "$got" | grep -E '^(Cap...|NoNewPrivs|Seccomp):' | tr '\t' ' ' | tr '\n' ' ')" \
  "CapInh: 0000000000000000 CapPrm: 0000000000000000 CapEff: 0000000000000000 CapBnd: 0000000000000000 CapAmb: 0000000000000000 NoNewPrivs: 1 Seccomp: 2 "
like "postgresql: inside: the filter refuses" "$(inside_pg "unshare -U true 2>&1 || true")" "Operation not permitted"
like "postgresql: inside: Landlock refuses, in a directory that anyone may write to" "$(inside_pg "sh -c 'stat -c %a /tmp; echo x >/tmp/x' 2>&1 || true" | tr '\n' ' ')" '^1777 .*Permission denied'
is "postgresql: inside: what it keeps cannot be executed" "$(inside_pg "cp /usr/bin/true /var/lib/postgresql/true; /var/lib/postgresql/true 2>&1 || true" | grep -c 'Permission denied')" 1
is "postgresql: inside: what it can write to" "$(inside_pg "cat /proc/self/mountinfo" | awk '$6 ~ /^rw/ { print $5 }' | grep -v '^/dev\|^/home\|^/proc/\|^/tmp' | sort | tr '\n' ' ')" "/run/postgresql /var/lib/postgresql "
like "postgresql: inside: its secret" "$(inside_pg "stat -c '%a %U' /run/secrets/key; cat /run/secrets/key; stat -f -c %T /run/secrets" | tr '\n' ' ')" '^400 postgres secret of postgresql tmpfs $'
is "postgresql: inside: no processes but its own" "$(inside_pg "cat /proc/[0-9]*/comm" | sort -u | tr '\n' ' ')" "postgres sh "
is "postgresql: inside: no network" "$(inside_pg "cat /proc/net/dev" | sed -n 's/:.*//p' | tr -d ' \n')" lo
is "postgresql: inside: nothing of the host's" "$(inside_pg "ls /etc/shadow /root /srv /boot 2>&1 || true" | grep -c 'cannot access')" 4

ok "postgresql: restarts" systemctl restart postgresql
is "postgresql: with its data" "$(psql 'select count(*) from t')" 1000
psql 'insert into t values (1)'
old=$(show postgresql MainPID)
systemctl kill -s KILL postgresql
comes () { running postgresql && [ "$(show postgresql MainPID)" != "$old" ]; }
ok "postgresql: killed, it comes back" wait_for comes
is "postgresql: with what was committed" "$(psql 'select count(*) from t')" 1001
is "postgresql: there is one group" "$(group postgresql | wc -l)" 1
is "postgresql: its state is its own" "$(stat -c %U:%a /var/lib/postgresql /var/lib/postgresql/data | tr '\n' ' ')" "postgres:750 postgres:700 "
ok "postgresql: stops" systemctl stop postgresql
is "postgresql: without a failure" "$(show postgresql Result)" success
