#!/bin/sh
# Hand-written use: an execline script and service directories of tests/examples, and directories that nucleus.lib makes, each
# under a real s6-svscan.
. tests/lib/tap.sh
. tests/lib/chain.sh
. tests/lib/nix.sh

for c in execlineb s6-svscan s6-svwait s6-svc s6-log
do command -v $c >/dev/null || { skip "s6" $c; done_testing; }
done
if ! root_with -mpuinC || [ ! -e "${NC_BIN%/bin}/share/nucleus/seccomp/agent.bpf" ]
then skip "s6" "root with every kind of namespace"; done_testing
fi
d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/run"
filter=${NC_BIN%/bin}/share/nucleus/seccomp/agent.bpf

# the script
is "execline: a command in a box" "$(execlineb -s2 tests/examples/id.execline "$d/run" "$filter" sh -c 'uname -n; id -un; pwd; ls /home 2>&1 | wc -l' 2>&1 | tr '\n' ' ')" "box guest /tmp 1 "
code "execline: its code comes back" 7 execlineb -s2 tests/examples/id.execline "$d/run" "$filter" sh -c 'exit 7'

# name directory: a service with readiness and a logger
watched ()
{
  scan=$d/$1-scan
  logs=$d/$1-logs
  mkdir "$scan" "$logs"
  chown 65533:65533 "$logs"
  cp -R "$2" "$scan/$1"
  NC_TEST_RUN=$d/run NC_TEST_FILTER=$filter NC_TEST_LOGS=$logs s6-svscan "$scan" >"$d/$1.out" 2>&1 </dev/null &
  svscan=$!
  eventually s6-svok "$scan/$1"
  ok "$1: ready" s6-svwait -U -t 20000 "$scan/$1"
  is "$1: it says so" "$(s6-svstat -o up,ready "$scan/$1")" "true true"
  ok "$1: the logger is ready" s6-svwait -U -t 20000 "$scan/$1/log"
  ok "$1: what it says is in the log" eventually grep -q 'started as' "$logs/current"
  old=$(s6-svstat -o pid "$scan/$1")
  kill -9 "$old"
  ok "$1: killed, it comes back, ready" eventually sh -c "[ \"\$(s6-svstat -o pid '$scan/$1')\" != $old ] && [ \"\$(s6-svstat -o ready '$scan/$1')\" = true ]"
  ok "$1: stops" s6-svc -wD -T 20000 -d "$scan/$1"
  ok "$1: it was told to" eventually grep -q stopped "$logs/current"
  s6-svscanctl -t "$scan"
  wait "$svscan"
  is "$1: nothing is left" "$(find "$d/run" -mindepth 1 ! -path '*/.leases*')" ""
}
watched clock tests/examples/s6/clock

if command -v nix-instantiate >/dev/null && command -v jq >/dev/null
then
  # what nucleus.lib makes of a declaration
  cat >"$d/declaration.nix" <<'X'
  { bin, run, logs, dir }:
  let
    n = (import (dir + "/default.nix") { }).lib;
    chain = n.chain { inherit bin; execlineb = builtins.getEnv "EXECLINEB"; host = { nixos = false; directories = [ "/usr" ]; }; };
    s6 = import (dir + "/nixos-module/s6.nix") { execline = "/usr/lib/execline"; };
    args = {
      service = {
        runDir = run;
        environment.GREETING = "it's \"50%\" $HOME";
        command = [ "sh" "-c" "echo started as $$ $GREETING; trap 'echo stopped; exit 0' TERM; echo >&3; exec 3>&-; while :; do sleep 1 & wait $!; done" ];
      };
      notificationFd = 3;
      timeoutKill = 5000;
      log = [ "/usr/bin/s6-log" "-d3" "n4" "s100000" "T" logs ];
      logNotificationFd = 3;
    };
  in
  { dir = s6.mkS6ServiceDir chain "made" args; rc = s6.mkS6RcSourceDir chain "made" (args // { dependencies = [ "net" ]; bundles = [ "ok-all" ]; }); }
X
  EXECLINEB=$(command -v execlineb); export EXECLINEB
  evaluate -E "import $d/declaration.nix { bin = \"$NC_BIN\"; run = \"$d/run\"; logs = \"$d/made-logs\"; dir = $PWD; }" >"$d/made.json"
  spread () # key directory
  {
    jq -r --arg k "$1" '.[$k] | keys[]' <"$d/made.json" | while read -r f
    do
      mkdir -p "$2/$(dirname "$f")"
      jq -j --arg k "$1" --arg f "$f" '.[$k][$f].text' <"$d/made.json" >"$2/$f"
      chmod "$(jq -r --arg k "$1" --arg f "$f" '.[$k][$f].mode' <"$d/made.json")" "$2/$f"
    done
  }
  spread dir "$d/made"
  watched made "$d/made"
  ok "made: the environment arrived as it was" grep -q "it's \"50%\" \$HOME" "$d/made-logs/current"
  spread rc "$d/rc"
  is "s6-rc: what it is made of" "$(cd "$d/rc" && find . -type f | sort | tr '\n' ' ')" \
    "./made-log/consumer-for ./made-log/notification-fd ./made-log/pipeline-name ./made-log/run ./made-log/type ./made/dependencies.d/net ./made/env/GREETING ./made/notification-fd ./made/producer-for ./made/run ./made/timeout-kill ./made/type ./ok-all/contents.d/made ./ok-all/type "
  is "s6-rc: both ends of the pipe are named" "$(cat "$d/rc/made/producer-for" "$d/rc/made-log/consumer-for" "$d/rc/made-log/pipeline-name" | tr '\n' ' ')" "made-log made made-pipeline "
else skip "directories that nucleus.lib makes" "nix-instantiate and jq"
fi

if command -v s6-rc-compile >/dev/null
then
  ok "s6-rc-compile: the example" s6-rc-compile "$d/compiled" tests/examples/s6-rc
  if [ -d "$d/rc" ]
  then
    mkdir "$d/rc/net"
    echo oneshot >"$d/rc/net/type"
    echo true >"$d/rc/net/up"
    ok "s6-rc-compile: what nucleus.lib makes" s6-rc-compile "$d/compiled2" "$d/rc"
  fi
else skip "s6-rc source directories, compiled" s6-rc-compile
fi
done_testing
