#!/bin/sh
# The default policies for Landlock and capabilities, with the filter of the same name: one thing that is allowed, one that is refused.

. tests/lib/tap.sh
. tests/lib/chain.sh

T=$TAP_TMP/work
mkdir "$T"
chmod 711 "$TAP_TMP" "$T"
U=990

root_with -nmp || { skip "default policies" "root with namespaces"; done_testing; }
nc-landlock -a 6 -r / -x / true 2>/dev/null || { skip "default policies" "Landlock ABI 6"; done_testing; }

# start POLICIES CAPS program...: in a root of its own with the binds of $binds. POLICIES is a name, or "none".
start ()
{
  confine=
  [ "$1" = none ] || confine="nc-landlock$newline$(nc-policy argv "policies/landlock/$1.toml")"
  drop=$(nc-policy argv "policies/caps/$2.toml")
  filter=
  [ "$1" = none ] || { nc-policy compile -o "$T/bpf" "policies/seccomp/$1.json" && filter="nc-seccomp${newline}fd:100"; } || return
  [ -e "$T/bpf" ] || : >"$T/bpf"
  shift 2
  oldifs=$IFS
  IFS=$newline
  # shellcheck disable=SC2086
  nc-open -f "100:$T/bpf" nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" -u "$U:$U:service" -e -t /tmp $binds nc-pivot nc-init \
    $confine nc-dropcaps -u $U -g $U $drop $filter "$@" >"$T/log" 2>&1
  IFS=$oldifs
}

# the defaults: programs, files of their own, and what is nobody's

mkdir "$T/other"
echo other >"$T/other/file"
binds="-b$newline$T/other:/srv/other"
for p in none agent service
do
  start $p none sh -c 'cp /bin/true /tmp/copy; echo "$(cat /etc/passwd >/dev/null 2>&1; echo $?) $(/tmp/copy 2>/dev/null; echo $?) $(cat /srv/other/file 2>/dev/null; echo $?)"'
  case $p in
    none) is "without policies a copy runs, and the other file is read" "$(tr '\n' ' ' <"$T/log")" "0 0 other 0 " ;;
    agent) is "agent: what it makes runs, a file that no rule names is refused" "$(cat "$T/log")" "0 0 1" ;;
    service) is "service: what it makes does not run" "$(cat "$T/log")" "0 126 1" ;;
  esac
done

# a capability for low ports, and none

listen='import socket
try: socket.create_server(("127.0.0.1", 80)); print("listens")
except OSError as e: print(e.errno)'
if [ -x /usr/bin/python3 ]
then
  start none low-ports /usr/bin/python3 -c "$listen"
  is "low-ports: port 80" "$(cat "$T/log")" listens
  start none none /usr/bin/python3 -c "$listen"
  is "none: port 80 is refused" "$(cat "$T/log")" 13
else skip "capabilities" "python3"
fi
done_testing
