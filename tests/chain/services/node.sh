# node inside a sandbox: a server with a worker thread and a file of its own, restarted, and refused a file elsewhere.
cat >/var/lib/node/server.js <<'X'
const fs = require('fs'), http = require('http'), { Worker } = require('worker_threads')
const count = '/var/lib/node/count'
http.createServer((q, s) => {
  if (q.url === '/elsewhere') return fs.writeFile('/tmp/elsewhere', 'x', e => s.end(e ? e.code : 'written'))
  if (q.url === '/thread') return new Worker('require("worker_threads").parentPort.postMessage(6 * 7)', { eval: true }).on('message', m => s.end('' + m))
  const n = fs.existsSync(count) ? +fs.readFileSync(count) + 1 : 1
  fs.writeFileSync(count, '' + n)
  s.end('request ' + n)
}).listen(8080, '127.0.0.1', () => fs.writeFileSync('/var/lib/node/up', ''))
X
get () { curl -s "http://127.0.0.1:8080/$1"; echo; }
server ()
{
  rm -f /var/lib/node/up
  node /var/lib/node/server.js 2>/var/lib/node/log &
  i=0
  until [ -e /var/lib/node/up ]; do i=$((i + 1)); [ $i -lt 200 ] || { cat /var/lib/node/log; exit 1; }; sleep 0.1; done
}
server
get
get thread
kill $!
wait $! 2>/dev/null
server
echo "after a restart $(get)"
echo "refused: $(get elsewhere)"
kill $!
