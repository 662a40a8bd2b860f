# nginx inside a sandbox: serves a file, reloads and restarts, and is refused a file that its configuration names.
get () { curl -s -o /var/lib/nginx/got -w '%{http_code}' "http://127.0.0.1:8080/$1"; echo " $(head -n 1 /var/lib/nginx/got)"; }
up () { i=0; until curl -s -o /var/lib/nginx/got http://127.0.0.1:8080/; do i=$((i + 1)); [ $i -lt 100 ] || { cat /var/log/nginx/*; exit 1; }; sleep 0.1; done; }
server () { nginx -e /var/log/nginx/error -c /srv/nginx.conf "$@"; }
server
up
get
server -s reload
sleep 0.5
up
get
server -s quit
while [ -e /var/lib/nginx/pid ]; do sleep 0.1; done
server
up
echo "after a restart $(get)"
echo "refused: $(get secret/secret | cut -c 1-3)"
server -s stop
