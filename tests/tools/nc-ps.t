#!/bin/sh
# also: asan
# nc-ps: what lives
. tests/lib/tap.sh

R=$TAP_TMP/run
mkdir -m 700 "$R"

code 'unknown option' 100 nc-ps -Z
code 'abbreviated option' 100 nc-ps --js
code 'an argument' 100 nc-ps x
like 'help' "$(nc-ps --help)" 'nc-ps \[ -r rundir \]'
like 'version' "$(nc-ps --version)" '^nc-ps [0-9]'
is 'USAGE and page agree' "$(grep -o '"nc-ps [^"]*"' tools/nc-ps/nc-ps.c | head -1 | tr ' ' '\n' | grep '^-' | sort | tr -d '\n')" \
  "$(sed -n 's/^\.It Fl \([a-z]\) .*/-\1/p' tools/nc-ps/nc-ps.8 | sort | tr -d '\n')"
is 'no run directory' "$(nc-ps -r "$TAP_TMP/none" --json)" '[]'
like 'the head of the table' "$(nc-ps -r "$R")" '^NAME +ID +PID +STATE +AGE +UID +CGROUP +COMMAND$'

for n in web a-longer-name
do
  TOP=secret nc-scope -r "$R" -n $n sh -c 'trap "exit 0" TERM; : >"$NC_SCOPE/ready"; while :; do sleep 0.05; done' "$(printf 'x\033[31m\n\377')" &
  p=$!
  until [ -e "$R/$n/ready" ]; do sleep 0.01; done
  [ $n = web ] && web=$p || long=$p
done
is 'one line each, sorted' "$(nc-ps -r "$R" | awk 'NR > 1 { print $1 }' | tr '\n' ' ')" 'a-longer-name web '
like 'a row' "$(nc-ps -r "$R")" "^web +[0-9a-f]{32} +[0-9]+ +running +[0-9]+s +$(id -u) +- +sh -c "
is 'aligned' "$(nc-ps -r "$R" | awk '{ print index($0, NR == 1 ? "STATE" : "running") }' | sort -u | wc -l)" 1
is 'control bytes are escaped' "$(nc-ps -r "$R" | tr -d '\n -~' | wc -c)" 0
is 'JSON: one array' "$(nc-ps -r "$R" --json | jq -c 'map([.name, .state, (.keeper_pid > 0), (.argv | length)])')" '[["a-longer-name","running",true,4],["web","running",true,4]]'
is 'the pid lives' "$(kill -0 "$(nc-ps -r "$R" -j | jq '.[1].pid')" && echo yes)" yes
is 'no environment' "$(nc-ps -r "$R" -a | grep -c secret)$(nc-ps -r "$R" -j | grep -c secret)" 00
kill -9 $web
wait $web 2>/dev/null
is 'the stale one is not listed' "$(nc-ps -r "$R" -j | jq -r '.[].name')" a-longer-name
is 'but with -a, as stale' "$(nc-ps -r "$R" -a -j | jq -r '.[] | select(.name == "web") | .state')" stale
if [ "$(id -u)" -eq 0 ]
then
  chown 1000 "$R/a-longer-name/status.json"
  is 'a status.json of someone else is not believed' "$(nc-ps -r "$R" -j | jq -c '.[0] | [.state, .argv]')" '["starting",null]'
  chown 0 "$R/a-longer-name/status.json"
else skip 'a status.json of someone else' root
fi
echo '{"pid":1' >"$R/web/status.json"
is 'nor one that is not whole' "$(nc-ps -r "$R" -a -j | jq -c '.[1] | [.state, .pid]')" '["stale",null]'
kill $long
wait $long 2>/dev/null
code 'output that cannot be written' 111 sh -c 'nc-ps -r "$1" >/dev/full' sh "$R"
done_testing
