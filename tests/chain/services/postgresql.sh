# PostgreSQL inside a sandbox: makes a cluster, answers, restarts, keeps its data, and is refused a file it has no business with.
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
data=/var/lib/postgresql/data
export PGHOST=/run/postgresql PGUSER=postgres PGDATABASE=postgres
quiet () { "$@" >/var/lib/postgresql/log 2>&1 || { cat /var/lib/postgresql/log; exit 1; }; }
query () { "$bin/psql" -XAtq -c "$1" 2>&1; }
quiet "$bin/initdb" -D $data -U postgres -A trust --no-sync
quiet "$bin/pg_ctl" -D $data -w -o "-c unix_socket_directories=/run/postgresql -c fsync=off" -l /var/lib/postgresql/server start
query 'create table t (n int); insert into t select generate_series(1, 1000)'
echo "sum $(query 'select sum(n) from t')"
echo "over TCP $(PGHOST=127.0.0.1 query 'select count(*) from t')"
quiet "$bin/pg_ctl" -D $data -w -m fast restart
echo "after a restart $(query 'select count(*) from t')"
echo "refused: $(query "copy t to '/tmp/elsewhere'" | head -n 1 | sed 's/.*: //')"
quiet "$bin/pg_ctl" -D $data -w -m fast stop
