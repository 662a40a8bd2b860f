# Redis inside a sandbox: keeps a value over a restart, and is refused a directory that it was not given.
say () { redis-cli -p 6379 "$@" 2>&1; }
server () { redis-server --bind 127.0.0.1 --port 6379 --dir /var/lib/redis --daemonize yes --pidfile /var/lib/redis/pid --logfile /var/lib/redis/log \
  --save 3600 1 --enable-protected-configs yes >/dev/null; }
up () { i=0; until [ "$(say ping)" = PONG ]; do i=$((i + 1)); [ $i -lt 100 ] || { cat /var/lib/redis/log; exit 1; }; sleep 0.1; done; }
server
up
say set key value
say eval 'return redis.call("get", KEYS[1]) .. "!"' 1 key
say bgsave >/dev/null
say shutdown save
while [ -e /var/lib/redis/pid ]; do sleep 0.1; done
server
up
echo "after a restart $(say get key)"
say config set dir /tmp >/dev/null
echo "refused: $(say save | cut -d' ' -f1)"
say config set dir /var/lib/redis >/dev/null
say shutdown nosave
