#!/bin/sh
# nc-run's policy files: what is in force inside, and what ends the start.
. tests/lib/tap.sh
. tests/lib/chain.sh

d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/run"
cat >"$d/landlock.toml" <<'X'
[[rules]]
path = "/usr"
access = ["read", "execute"]
[[rules]]
path = "/etc"
access = ["read"]
[[rules]]
path = "/proc"
access = ["read"]
[[rules]]
path = "/dev/null"
access = ["read", "write"]
[[rules]]
path = "/home/agent"
access = ["read", "write"]
X
printf '[bounding]\nkeep = ["net_raw"]\n[ambient]\nkeep = ["net_raw"]\n' >"$d/caps.toml"
cat >"$d/seccomp.json" <<'X'
{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ { "names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77 } ] }
X
if ! root_with -mpuinC || ! nc-policy digest "$d/caps.toml" >/dev/null 2>&1
then skip "policies" "root with every kind of namespace, and nc-policy"; done_testing
fi
run="nc-run --root $d/run"
pin () { nc-policy digest "$1"; }
wrong=$(printf '%064d' 0)

for p in "landlock-policy landlock.toml" "caps-policy caps.toml" "seccomp-profile seccomp.json"
do
  opt=--${p% *} f=$d/${p#* }
  ok "$opt: with its digest" $run $opt "$f" $opt-sha256 "$(pin "$f")" true
  ok "$opt: from a relative path" sh -c 'cd "$1" && shift && exec "$@"' sh "$d" $run $opt "${p#* }" true
  # an old pin, no file, no policy, nothing allowed: in every mode
  for mode in agent strict-agent production
  do
    case $mode in production) more="--memory 64M --cpus 1 --rootfs /nix/store/0" ;; *) more= ;; esac
    [ $mode != production ] || { [ -d /nix/store ] || continue; more="--memory 64M --cpus 1 --rootfs $(ls -d /nix/store/*/ 2>/dev/null | head -n 1)"; [ "$more" != "--memory 64M --cpus 1 --rootfs " ] || continue; }
    more=${more%/}
    for case in "another $f $wrong" "absent $d/none $wrong" "empty $d/empty $(: >"$d/empty"; sha256sum "$d/empty" | cut -d' ' -f1)" "other /etc/passwd $(sha256sum /etc/passwd | cut -d' ' -f1)"
    do
      set -- $case
      $run --service-mode $mode $more $opt "$2" $opt-sha256 "$3" sh -c ': >"$0"' "$d/ran" >"$d/out" 2>"$d/err"
      case $? in 100 | 111) got=refused ;; *) got=$? ;; esac
      is "$opt: $1, in mode $mode" "$got $(cat "$d/out") $(wc -l <"$d/err")" "refused  1"
    done
  done
  code "$opt: a digest without a file" 100 $run $opt-sha256 $wrong true
done
printf '{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [] }' >"$d/nothing.json"
code "a seccomp policy that allows nothing" 100 $run --seccomp-profile "$d/nothing.json" true
ok "none of them ran" test ! -e "$d/ran"

# what is in force
is "Landlock: what it names" "$($run --landlock-policy "$d/landlock.toml" sh -c 'ls /usr >/dev/null && echo x >/home/agent/x && cat /home/agent/x')" x
is "Landlock: and not what it does not" "$($run --landlock-policy "$d/landlock.toml" sh -c 'ls /tmp >/dev/null 2>&1 || echo refused')" refused
is "control: without it" "$($run sh -c 'ls /tmp >/dev/null && echo listed')" listed
is "capabilities" "$($run --caps-policy "$d/caps.toml" awk '/^Cap(Eff|Bnd|Amb)/ { print $2 }' /proc/self/status | sort -u)" 0000000000002000
is "control: without it" "$($run awk '/^Cap/ { print $2 }' /proc/self/status | sort -u)" 0000000000000000
like "seccomp" "$($run --seccomp-profile "$d/seccomp.json" perl -e 'mkdir "/tmp/x" or print 0 + $!, "\n"')" '^77$'
is "control: without it" "$($run perl -e 'mkdir "/tmp/x" and print "made\n"')" made
is "seccomp: no descriptor of it is left" "$($run --seccomp-profile "$d/seccomp.json" sh -c 'ls /proc/self/fd | wc -l')" "$($run sh -c 'ls /proc/self/fd | wc -l')"

# -n: the same from the printed line
(cd "$d" && $run -n --seccomp-profile seccomp.json --seccomp-profile-sha256 "$(pin "$d/seccomp.json")" --landlock-policy landlock.toml \
  perl -e 'mkdir "/home/agent/x" or print 0 + $!, "\n"' >line && sh line >out 2>err)
is "-n: the printed line does the same" "$(cat "$d/out" "$d/err")" 77
is "nothing is left behind" "$(find "$d/run" -mindepth 1 ! -path '*/.leases*')" ""
done_testing
