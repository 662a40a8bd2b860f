#!/bin/sh
# also: asan
# nc-gc: what a killed keeper left
. tests/lib/tap.sh

R=$TAP_TMP/run
mkdir -m 700 "$R"

killed () # name [script]: a container whose keeper is killed
{
  nc-scope -r "$R" -n "$1" sh -c "${2-:}"'; : >"$NC_SCOPE/ready"; exec sleep 100' sh "$TAP_TMP" &
  p=$!
  until [ -e "$R/$1/ready" ]; do sleep 0.01; done
  kill -9 $p
  wait $p 2>/dev/null
}

code 'unknown option' 100 nc-gc -Z
code 'abbreviated option' 100 nc-gc --ru "$R"
code 'an argument' 100 nc-gc x
code 'an odd name' 100 nc-gc -r "$R" -n a/b
code 'no run directory: nothing to do' 0 nc-gc -r "$TAP_TMP/none"
like 'help' "$(nc-gc --help)" 'nc-gc \[ -r rundir \]'
like 'version' "$(nc-gc --version)" '^nc-gc [0-9]'
is 'USAGE and page agree' "$(grep -o '"nc-gc [^"]*"' tools/nc-gc/nc-gc.c | head -1 | tr ' ' '\n' | grep '^-' | sort | tr -d '\n')" \
  "$(sed -n 's/^\.It Fl \([a-z]\)[ ,].*/-\1/p' tools/nc-gc/nc-gc.8 | sort | tr -d '\n')"

(cd "$TAP_TMP" && find . | sort) >"$TAP_TMP.before"
killed a 'd=$1/d-$(cat "$NC_SCOPE/id"); echo "$d" >"$NC_SCOPE/undo/00-dir"; mkdir "$d"'
ok 'negative control: the killed keeper leaves something' test -e "$R/a/undo/00-dir"
killed b
like 'the one named' "$(nc-gc -r "$R" -n b; ls "$R")" '^a$'
code 'all' 0 nc-gc -r "$R"
(cd "$TAP_TMP" && find . | sort) >"$TAP_TMP.after"
is 'leaves nothing' "$(cat "$TAP_TMP.after")" "$(cat "$TAP_TMP.before")"
rm "$TAP_TMP.before" "$TAP_TMP.after"

nc-scope -r "$R" -n live sh -c ': >"$NC_SCOPE/ready"; exec sleep 100' &
p=$!
until [ -e "$R/live/ready" ]; do sleep 0.01; done
code 'what lives' 0 nc-gc -r "$R"
ok 'is left alone' test -e "$R/live/undo"
kill $p
wait $p 2>/dev/null

mkdir -m 700 "$R/half"
code 'killed before the lock was made' 0 nc-gc -r "$R"
is 'is gone' "$(ls -A "$R")" ''
mkdir -m 755 "$R/open"
: >"$R/file"
: >"$R/odd name"
mkfifo "$R/fifo"
ln -s /etc "$R/link"
code 'names that are not ours' 0 timeout 10 nc-gc -r "$R"
is 'are left' "$(ls "$R" | wc -l)" 5
is 'and named' "$(nc-gc -r "$R" 2>&1 | grep -c 'not a container, left alone')" 5
rm -r "$R"/*
killed bad 'echo x >"$NC_SCOPE/undo/00-warp"'
code 'what cannot be undone' 111 nc-gc -r "$R"
like 'is named' "$(nc-gc -r "$R" 2>&1)" 'unable to undo .*/bad/undo/00-warp x: unknown kind'
ok 'and kept' test -s "$R/bad/undo/00-warp"
rm -r "$R/bad"
ln -s run "$TAP_TMP/link"
code 'a run directory that is a link' 111 nc-gc -r "$TAP_TMP/link"
chmod 755 "$R"
code 'a run directory open to others' 100 nc-gc -r "$R"
chmod 700 "$R"

i=0
bad=0
while [ $i -lt 200 ]
do
  nc-gc -r "$R" 2>>"$TAP_TMP/err" &
  a=$!
  nc-gc -r "$R" 2>>"$TAP_TMP/err" &
  b=$!
  nc-scope -r "$R" -n race sh -c '[ -d "$NC_SCOPE/undo" ] && : >"$NC_SCOPE/undo/00-cgroup"' 2>>"$TAP_TMP/err" || bad=$((bad + 1))
  wait $a || bad=$((bad + 1))
  wait $b || bad=$((bad + 1))
  i=$((i + 1))
done
is 'two nc-gc and a start, 200 times' "$bad $(cat "$TAP_TMP/err")" '0 '
i=0
while [ $i -lt 60 ]
do
  nc-scope -r "$R" -n kill sh -c 'exec sleep 100' 2>/dev/null &
  p=$!
  if [ $((i % 3)) -ne 0 ]; then until [ -e "$R/kill/undo" ]; do :; done; fi
  [ $((i % 3)) -ne 2 ] || until [ -e "$R/kill/status.json" ]; do :; done
  kill -9 $p
  wait $p
  i=$((i + 1))
done 2>/dev/null
nc-gc -r "$R"
is 'killed at any point of the start' "$(ls -A "$R")" ''
done_testing
