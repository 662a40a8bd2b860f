# nginx: a part of guest-services.sh

echo page >/srv/www/index.html
# the configuration of tests/chain, and the secret to be read from outside
sed 's,alias /var/secret/;,alias /run/secrets/;,; s/^worker_processes.*/worker_processes 1;/' tests/chain/services/nginx.conf >/srv/nginx.conf
chown -R root:root /srv/www /srv/nginx.conf
chmod 755 /srv /srv/www
chmod 644 /srv/nginx.conf /srv/www/index.html
get () { curl -s -m 60 "http://127.0.0.1:8080/$1"; }

systemctl start nginx.socket
is "nginx: the first request starts it, and is answered" "$(get)" page
well nginx
pid=$(program nginx)
worker=$(pgrep -P "$pid")
status () { sed -n "s/^$1:[[:space:]]*//p" "/proc/$worker/status" | tr '\t' ' '; }
is "nginx: its limits" "$(limits nginx)" "67108864 40 100000 100000 "
u=$(id -u www-data) g=$(id -g www-data)
is "nginx: its user" "$(status Uid), $(status Gid)" "$u $u $u $u, $g $g $g $g"
is "nginx: no capability, no new privileges, the filter" "$(status CapPrm) $(status CapEff) $(status CapBnd) $(status CapAmb) $(status NoNewPrivs) $(status Seccomp)" \
  "0000000000000000 0000000000000000 0000000000000000 0000000000000000 1 2"
is "nginx: inside: its secret" "$(get secret/key)" "secret of nginx"
is "nginx: its secret is for it alone" "$(stat -c %a:%U "/proc/$pid/root/run/secrets/key")" 400:www-data
is "nginx: what it can write to" "$(awk '$6 ~ /^rw/ { print $5 }' "/proc/$pid/mountinfo" | grep -v '^/dev\|^/home\|^/proc/\|^/tmp' | sort | tr '\n' ' ')" "/var/lib/nginx /var/log/nginx "
is "nginx: no network of the machine's but its socket" "$(nsenter -t "$pid" -n cat /proc/self/net/dev | sed -n 's/:.*//p' | tr -d ' \n')" lo
is "nginx: no processes but its own" "$(nsenter -t "$pid" -p -m /bin/sh -c 'cat /proc/[0-9]*/comm' 2>/dev/null | grep -v '^sh$\|^cat$' | sort | uniq -c | tr -s ' \n' ' ')" " 1 nc-clean 2 nginx "
like "nginx: Landlock: its own copy of what it must not read" "$(ln -s /tmp /srv/www/tmp; echo x >"/proc/$pid/root/tmp/x"; chmod 644 "/proc/$pid/root/tmp/x"; curl -s -m 60 -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/tmp/x)" '^403$'

ok "nginx: restarts" systemctl restart nginx
is "nginx: and answers" "$(get)" page
old=$(show nginx MainPID)
systemctl kill -s KILL nginx
is "nginx: killed, the next request is answered all the same" "$(get)" page
comes () { running nginx && [ "$(show nginx MainPID)" != "$old" ]; }
ok "nginx: it has come back" wait_for comes
is "nginx: its log was kept" "$(grep -c 'GET / ' /var/log/nginx/access)" 3
ok "nginx: stops" systemctl stop nginx.socket nginx
is "nginx: without a failure" "$(show nginx Result)" success
