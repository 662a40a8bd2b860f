#!/bin/sh
# The default policies, and those for nginx, PostgreSQL, Redis and node: each of these serves, refuses one thing that it does without them, and is restarted.

. tests/lib/tap.sh
. tests/lib/chain.sh

T=$TAP_TMP/work
mkdir "$T"
chmod 711 "$TAP_TMP" "$T"
U=990
only=

root_with -nmp || { skip "services" "root with namespaces"; done_testing; }
nc-landlock -a 6 -r / -x / true 2>/dev/null || { skip "services" "Landlock ABI 6"; done_testing; }
need () { [ -x "$1" ] || { skip "$2" "$1"; return 1; } ; }

# the network namespace of the container is its payload's: the first of the keeper's descendants that has another
inner ()
{
  pid=$keeper
  while [ "$(readlink "/proc/$pid/ns/net")" = "$(readlink /proc/self/ns/net)" ]
  do
    pid=$(cut -d ' ' -f 1 "/proc/$pid/task/$pid/children" 2>/dev/null)
    [ -n "$pid" ] || return 1
  done
}

# start POLICIES CAPS program...: in a root of its own with the binds of $binds. POLICIES is the service, or "none"; with $only
# its filter alone.
start ()
{
  confine=
  [ "$1" = none ] || [ -n "$only" ] || confine="nc-landlock$newline$(nc-policy argv "policies/landlock/$1.toml")"
  drop=$(nc-policy argv "policies/caps/$2.toml")
  filter=
  [ "$1" = none ] || { nc-policy compile -o "$T/bpf" "policies/seccomp/$1.json" && filter="nc-seccomp${newline}fd:100"; } || return
  [ -e "$T/bpf" ] || : >"$T/bpf"
  shift 2
  oldifs=$IFS
  IFS=$newline
  # shellcheck disable=SC2086
  nc-open -f "100:$T/bpf" nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" -u "$U:$U:service" -e -t /tmp $binds nc-pivot nc-init \
    $confine nc-dropcaps -u $U -g $U $drop $filter "$@" >"$T/log" 2>&1 &
  keeper=$!
  IFS=$oldifs
  eventually inner
}

up () # name cmd...: passes once cmd does, else what the service said is shown
{
  tap_name=$1
  shift
  eventually "$@"
  tap_result $? "$tap_name" "$(tail -n 8 "$T/log" | cut -c 1-300)"
}

within () { nsenter "--net=/proc/$pid/ns/net" "$@" ; }
# as a service manager does: asked to end, then made to
stop ()
{
  kill "$keeper" 2>/dev/null
  eventually gone "$keeper" || kill -9 "$keeper"
  wait "$keeper" 2>/dev/null
}
dir () { mkdir -p "$@" && chown $U:$U "$@" ; }
bind () { binds="${binds:+$binds$newline}$1$newline$2:$3" ; }

# the defaults: programs, files of their own, and what is nobody's

mkdir "$T/other"
echo other >"$T/other/file"
binds=
bind -b "$T/other" /srv/other
for p in none agent service
do
  start $p none sh -c 'cp /bin/true /tmp/copy; echo "$(cat /etc/passwd >/dev/null 2>&1; echo $?) $(/tmp/copy 2>/dev/null; echo $?) $(cat /srv/other/file 2>/dev/null; echo $?)"'
  wait $keeper
  case $p in
    none) is "without policies a copy runs, and the other file is read" "$(tr '\n' ' ' <"$T/log")" "0 0 other 0 " ;;
    agent) is "agent: what it makes runs, a file that no rule names is refused" "$(cat "$T/log")" "0 0 1" ;;
    service) is "service: what it makes does not run" "$(cat "$T/log")" "0 126 1" ;;
  esac
done

# nginx

get () { within curl -s -m 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$1$2" ; }
serves () { [ "$(get "$1" "$2")" = 200 ] ; }
if need /usr/sbin/nginx nginx && need /usr/bin/curl nginx
then
  dir "$T/www" "$T/private" "$T/nginxlog" "$T/nginxlib" "$T/nginxrun"
  echo page >"$T/www/index.html"
  echo private >"$T/private/index.html"
  cat >"$T/nginx.conf" <<'X'
daemon off; pid /run/nginx.pid; error_log /var/log/nginx/error.log; worker_processes 2;
events { worker_connections 64; }
http {
  access_log /var/log/nginx/access.log; types { text/html html; }
  client_body_temp_path /var/lib/nginx/body; proxy_temp_path /var/lib/nginx/proxy; fastcgi_temp_path /var/lib/nginx/fastcgi;
  uwsgi_temp_path /var/lib/nginx/uwsgi; scgi_temp_path /var/lib/nginx/scgi;
  server { listen 80; root /srv/www; location /private/ { alias /srv/private/; } }
}
X
  binds=
  bind -b "$T/nginx.conf" /etc/nginx/nginx.conf
  bind -b "$T/www" /srv/www
  bind -b "$T/private" /srv/private
  bind -B "$T/nginxlog" /var/log/nginx
  bind -B "$T/nginxlib" /var/lib/nginx
  bind -B "$T/nginxrun" /run
  for p in none nginx nginx
  do
    start $p low-ports /usr/sbin/nginx -c /etc/nginx/nginx.conf
    up "nginx, policies $p: a request" serves 80 /
    if [ $p = none ]
    then is "nginx: without them what is not its own is served too" "$(get 80 /private/)" 200
    else is "nginx: a file that its policy does not name is refused" "$(get 80 /private/)" 403
    fi
    stop
  done
fi

# PostgreSQL

PG=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
sql () { within psql -h 127.0.0.1 -U service -d postgres -Atqc "$1" 2>&1 ; }
answers () { [ "$(sql 'select 6 * 7')" = 42 ] ; }
if need "$PG/postgres" PostgreSQL
then
  dir "$T/pg" "$T/pgrun" "$T/pgtmp"
  chmod 700 "$T/pg"
  binds=
  bind -B "$T/pg" /var/lib/postgresql
  bind -B "$T/pgrun" /run/postgresql
  start none none "$PG/initdb" -D /var/lib/postgresql/data -U service -A trust -N
  wait $keeper
  for p in none postgresql postgresql
  do
    start $p none "$PG/postgres" -D /var/lib/postgresql/data -k /run/postgresql
    up "PostgreSQL, policies $p: a query" answers
    if [ $p = none ]
    then
      sql 'create table t (x text)' >/dev/null
      is "PostgreSQL: without them it starts programs" "$(sql "copy t from program 'echo started'; select * from t")" started
    else
      is "PostgreSQL: what was written is there after a restart" "$(sql 'select * from t limit 1')" started
      like "PostgreSQL: another program is refused" "$(sql "copy t from program 'echo started'")" 'could not execute command|failed'
    fi
    stop
  done
fi

# Redis

redis () { within redis-cli -h 127.0.0.1 "$@" 2>&1 ; }
pongs () { [ "$(redis ping)" = PONG ] ; }
if need /usr/bin/redis-server Redis
then
  dir "$T/redis"
  binds=
  bind -B "$T/redis" /var/lib/redis
  for p in none redis redis
  do
    start $p none /usr/bin/redis-server --dir /var/lib/redis --enable-protected-configs yes --protected-mode yes --appendonly yes
    up "Redis, policies $p: a ping" pongs
    if [ $p = none ]
    then
      redis set key value >/dev/null
      redis config set dir /tmp >/dev/null
      is "Redis: without them it writes elsewhere" "$(redis save)" OK
    else
      is "Redis: what was set is there after a restart" "$(redis get key)" value
      is "Redis: it saves where it may" "$(redis save)" OK
      redis config set dir /tmp >/dev/null
      like "Redis: a file elsewhere is refused" "$(redis save)" ERR
      redis config set dir /var/lib/redis >/dev/null
    fi
    stop
  done
fi

# node

if need /usr/bin/node node && need /usr/bin/curl node
then
  dir "$T/node"
  cat >"$T/node/server.js" <<'X'
const http = require('http'), child = require('child_process'), fs = require('fs')
http.createServer((q, r) => {
  const done = (e) => { r.statusCode = e ? 403 : 200; r.end(String(e)) }
  if (q.url === '/spawn') { try { return child.execFile('/usr/bin/env', done) } catch (e) { return done(e) } }
  fs.readFile('/srv/node/server.js', (e, s) => { r.statusCode = e ? 500 : 200; r.end(s) })
}).listen(3000, '127.0.0.1')
X
  binds=
  bind -b "$T/node" /srv/node
  for p in none node node
  do
    start $p none /usr/bin/node /srv/node/server.js
    up "node, policies $p: a request" serves 3000 /
    if [ $p = none ]
    then is "node: without them it starts programs" "$(get 3000 /spawn)" 200
    else is "node: another program is refused" "$(get 3000 /spawn)" 403
    fi
    stop
  done
  only=filter
  start node none /usr/bin/node /srv/node/server.js
  up "node, its filter alone: a request" serves 3000 /
  is "node: its filter alone refuses another program" "$(get 3000 /spawn)" 403
  stop
fi
done_testing
