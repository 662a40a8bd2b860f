#!/bin/sh
# What the runtime before this one got wrong in what a container sees. Each line is named after the weakness as its list numbers it.
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mpuinC || [ ! -e "${NC_BIN%/bin}/share/nucleus/seccomp/agent.bpf" ]
then skip "everything" "root, every kind of namespace, the agent's filter"; done_testing
fi
# what a workspace leaves for root to look at stays in here
if [ ! "${IN_STATE-}" ]
then
  made=
  [ -d /var/lib/nucleus ] || { mkdir -m 700 /var/lib/nucleus && made=1; }
  IN_STATE=1 unshare -m --propagation private sh -c 'mount -t tmpfs -o mode=700 state /var/lib/nucleus && exec sh "$0"' "$0"
  status=$?
  [ ! "$made" ] || rmdir /var/lib/nucleus
  exit $status
fi
d=$TAP_TMP
chmod 755 "$d"
install -d -o 1000 -g 1000 -m 700 "$d/run1000" "$d/state1000"
# root, the user, or root in the second mode: nc-run of that caller
run () # root|user|strict option... [--] prog...
{
  tap_who=$1
  shift
  case $tap_who in
    root) nc-run --root "$d/run" "$@" ;;
    strict) nc-run --root "$d/run" --strict-agent "$@" ;;
    user) XDG_STATE_HOME=$d/state1000 $unpriv nc-run --root "$d/run1000" "$@" ;;
  esac
}
# the strict modes need limits that this machine's cgroups may not give
callers="root user"
if run strict true 2>/dev/null; then callers="$callers strict"; else skip "as strict-agent" "cgroups with the controller pids"; fi
space () # name [owner]: a workspace
{
  rm -rf "${d:?}/$1"
  mkdir "$d/$1"
  echo old >"$d/$1/file"
  chown -R "${2:-1000}:${2:-1000}" "$d/$1"
}

for who in $callers
do
  # W-01: device nodes that nobody could open
  got=$(run $who sh -c 'for f in null zero full random urandom; do : <>/dev/$f && echo $f; done; echo x >/dev/null && head -c 3 /dev/zero | wc -c
    cat /dev/fd/0 </dev/null && ls -l /dev/stdin /dev/stdout /dev/stderr | wc -l; [ -c /dev/ptmx ] && ls /dev/pts | head -1' 2>&1 | tr '\n' ' ')
  is "W-01 $who: every device opens for reading and writing" "$got" "null zero full random urandom 3 3 ptmx "
  code "W-01 $who: and the disk's is not there" 2 run $who sh -c 'ls /dev/sda /dev/vda /dev/mem /dev/kmsg 2>/dev/null'

  # W-06: set-user-ID files that came back, and a host's own changes that were lost
  for mode in copy-in-out overlay-in-out
  do
    space w
    chain="echo new >file; cp /bin/true tool; echo mine >added"
    code "W-06 $who: $mode" 0 run $who --workspace "$d/w" --workspace-mode $mode sh -c "$chain; chmod 755 tool; chmod 4755 tool 2>/dev/null; :"
    is "W-06 $who: $mode: what was changed is there" "$(cat "$d/w/file" "$d/w/added" 2>&1)" "new
mine"
    is "W-06 $who: $mode: nothing is set-user-ID" "$(find "$d/w" -perm /7000 | wc -l)" 0
    is "W-06 $who: $mode: all of it is the workspace's owner's" "$(find "$d/w" -printf '%u:%g\n' | sort -u)" "$(stat -c %U:%G "$d/w")"
    space w
    mkfifo "$d/go"
    chown 1000 "$d/go"
    chmod 666 "$d/go"
    run $who --workspace "$d/w" --workspace-mode $mode --volume "$d/go:/go" sh -c 'cat /go; echo theirs >file; echo x >other' >"$d/out" 2>&1 &
    # bounded: where the start fails, nobody reads
    timeout 30 sh -c 'exec 9>"$1/go"; echo host >"$1/w/file"; echo host >"$1/w/meanwhile"' sh "$d"
    wait $!
    is "W-06 $who: $mode: a change of the host's meanwhile wins" "$(cat "$d/w/file")" host
    is "W-06 $who: $mode: and a new file of the host's stays" "$(cat "$d/w/meanwhile")" host
    like "W-06 $who: $mode: the conflict is named" "$(cat "$d/out")" 'file'
    rm "$d/go"
  done

  # W-10: flags that only the top mount got
  mkdir -p "$d/sub/below" "$d/sub/state"
  chown -R 1000 "$d/sub"
  deep () # option... then the path inside
  {
    path=$1
    shift
    unshare -m --propagation private sh -c 'mount -t tmpfs -o mode=777,uid=1000 t "$1" && cp /bin/true "$1/tool" && chmod 4755 "$1/tool" && shift && "$@"' sh "$d/sub/below" \
      sh -c "$(cat "$d/runline") \"\$@\"" sh "$@" sh -c "touch $path/below/x 2>/dev/null && echo written; $path/below/tool 2>/dev/null && echo executed
        grep -E ' $path/below ' /proc/self/mountinfo | cut -d' ' -f6 | tr , '\n' | grep -xE 'ro|rw|nosuid|nodev|noexec' | sort | tr '\n' ' '"
  }
  case $who in
    user) echo "XDG_STATE_HOME='$d/state1000' $unpriv nc-run --root '$d/run1000'" ;;
    root) echo "nc-run --root '$d/run'" ;;
    strict) echo "nc-run --root '$d/run' --strict-agent" ;;
  esac >"$d/runline"
  is "W-10 $who: below a read-only volume" "$(deep /v --volume "$d/sub:/v:ro,noexec")" "nodev noexec nosuid ro "
  like "W-10 $who: control: a writable one can be written to below" "$(deep /v --volume "$d/sub:/v:rw,noexec")" "^written"
  is "W-10 $who: below a read-only workspace" "$(deep /workspace --workspace "$d/sub" --workspace-mode bind-ro)" "nodev noexec nosuid ro "
  is "W-10 $who: below a bound context" "$(deep /context --context "$d/sub" --context-mode bind)" "nodev noexec nosuid ro "
  is "W-10 $who: below provider configuration" "$(deep /home/agent/c --provider-config-ro "$d/sub:c")" "nodev noexec nosuid ro "

  # W-34: a secret in a read-only directory, and only there
  echo canary-of-this-test >"$d/secret"
  chown 1000 "$d/secret"
  chmod 600 "$d/secret"
  got=$(run $who --secret "$d/secret:/etc/tls/cert.pem" sh -c 'cat /etc/tls/cert.pem; stat -c %a:%u /etc/tls/cert.pem; id -u; find / -xdev -name "cert.pem*" 2>/dev/null; find /run/secrets -type f 2>/dev/null
    echo x >/etc/tls/cert.pem' 2>/dev/null | tr '\n' ' ')
  like "W-34 $who: a secret below a read-only /etc" "$got" '^canary-of-this-test 400:([0-9]+) \1 '
  is "W-34 $who: nowhere else" "$(run $who --secret "$d/secret:/etc/tls/cert.pem" sh -c 'grep -rls canary-of-this-test / --exclude-dir=proc 2>/dev/null')" /etc/tls/cert.pem

  # W-35: /tmp and volumes in memory that the workload could not write to
  got=$(run $who --tmpfs /scratch:1M sh -c 'stat -c %a /tmp; touch /tmp/x /scratch/x && echo both; stat -c %u /scratch | grep -qx "$(id -u)" && echo own
    head -c 2000000 /dev/zero >/scratch/big 2>/dev/null || echo full' | tr '\n' ' ')
  is "W-35 $who: /tmp is 1777, and a volume in memory is the workload's and has its size" "$got" "1777 both own full "

  # W-36: an empty /etc, and no /sbin
  got=$(run $who sh -c 'for f in passwd group hosts nsswitch.conf; do [ -s /etc/$f ] && echo $f; done; grep -c "^$(id -un):" /etc/passwd; [ -d /sbin/. ] && echo sbin; ls /etc/ssl/certs 2>/dev/null | grep -c .' | tr '\n' ' ')
  like "W-36 $who: accounts, hosts, name services, certificates, /sbin" "$got" '^passwd group hosts nsswitch.conf 1 sbin [0-9]+ $'
done

# W-29: links in a root file system, a volume or provider configuration that led mkdir and mounts to the host
mkdir -p "$d/host" "$d/lower/bin" "$d/lower/usr" "$d/vol"
programs "$d/lower" sh ls cat touch
for name in etc tmp home run workspace context srv dev proc var
do ln -s "../../../../../../../../..$d/host" "$d/lower/$name"
done
ln -s "$d/host" "$d/vol/link"
before=$(find "$d/host" -printf '%p %T@ %C@\n')
# control: the same without links starts, so that what is looked at below is more than a refusal of the line
mkdir -p "$d/clean/bin" "$d/clean/dev" "$d/clean/proc" "$d/clean/tmp" "$d/clean/home/agent" "$d/clean/var/x" "$d/clean/workspace" "$d/clean/context" "$d/clean/etc" "$d/clean$NC_BIN"
programs "$d/clean" sh ls cat touch
for mode in bind overlay tree
do
  code "W-29: control: a root file system without links, $mode" 0 run root --rootfs "$d/clean" --rootfs-mode $mode --workspace "$d/vol" --context "$d/vol" --home /home/agent --tmpfs /var/x sh -c :
  run root --rootfs "$d/lower" --rootfs-mode $mode --workspace "$d/vol" --context "$d/vol" --home /home/agent --tmpfs /var/x sh -c 'touch /etc/x /tmp/x /srv/x; :' >"$d/out" 2>&1
  is "W-29: a root file system with links, $mode: nothing on the host" "$(find "$d/host" -printf '%p %T@ %C@\n')" "$before"
done
run root --volume "$d/vol:/v" --tmpfs /v/link/x true >"$d/out" 2>&1
is "W-29: a link in a volume" "$(find "$d/host" -printf '%p %T@ %C@\n')" "$before"
run root --provider-config-rw "$d/vol:c" --provider-config-ro "$d/secret:c/link/x" true >"$d/out" 2>&1
is "W-29: a link in provider configuration" "$(find "$d/host" -printf '%p %T@ %C@\n')" "$before"

# W-30: places that were not on a list of what is forbidden
for place in / /home /usr /usr/lib /var/lib /nix /nix/store /etc /boot /proc /sys /dev /run /run/nucleus /var/lib/nucleus/keys /root
do
  [ -e "$place" ] || { mkdir -p "$d/no"; continue; }
  code "W-30: $place is no workspace" 100 nc-run -n --workspace "$place" true
  code "W-30: $place is no writable volume" 100 nc-run -n --volume "$place:/x" true
done
ln -s /usr "$d/aslink"
code "W-30: nor under another name" 111 nc-run -n --workspace "$d/aslink" true
for place in /home/a /srv /mnt/x /opt/x /data
do code "W-30: $place is a destination" 0 nc-run -n --volume "$d/vol:$place" true
done

# W-31: ids that all containers shared
mkfifo "$d/hold"
run root --user 0 --name one sh -c 'cat /proc/self/uid_map; cat' <"$d/hold" >"$d/one" &
run root --user 0 --name two sh -c 'cat /proc/self/uid_map; cat' <"$d/hold" >"$d/two" &
exec 9>"$d/hold"
eventually test -s "$d/one" -a -s "$d/two"
exec 9>&-
wait
like "W-31: two containers have ids of their own" "$(awk '$1 == 0 { print $2 }' "$d/one" "$d/two" | sort -u | wc -l)" '^2$'
is "W-31: and none that a user's range has" "$(awk '$1 == 0 { print $2 }' "$d/one" "$d/two" | while read -r id; do awk -F: -v i="$id" '$1 != "nucleus" && i >= $2 && i < $2 + $3' /etc/subuid; done)" ""

# W-32: a run directory whose mode changed under others
run root true
before=$(stat -c %a:%u "$d/run")
i=0
while [ $i -lt 20 ]
do
  run root --name "w$i" true 2>>"$d/err32" || echo failed >>"$d/err32" &
  i=$((i + 1))
done
wait
is "W-32: twenty at once, and none fails" "$(cat "$d/err32" 2>/dev/null)" ""
is "W-32: the run directory is as it was" "$(stat -c %a:%u "$d/run")" "$before"

# W-33: directories left behind on every run
snapshot () { find "$d/run" "$d/run1000" "$d/state1000" /run/nucleus -maxdepth 4 2>/dev/null | sort; find /tmp -maxdepth 1 ! -name 'tmp.*' | sort; cat /proc/self/mountinfo | wc -l; }
run root --workspace "$d/vol" --context "$d/vol" --secret "$d/secret:/x" --tmpfs /t true
snapshot >"$d/before"
for who in $callers
do run $who --workspace "$d/vol" --context "$d/vol" --secret "$d/secret:/x" --tmpfs /t true >/dev/null 2>&1
done
snapshot >"$d/after"
ok "W-33: nothing is left of a run" diff "$d/before" "$d/after"

# W-60: a manifest in the tree it described, hashing behind links
rm -rf "${d:?}/tree"
mkdir -p "$d/tree/lib" "$d/tree/empty"
echo a >"$d/tree/lib/liba.so"
ln -s .. "$d/tree/loop"
ln -s "$d/host" "$d/tree/out"
nc-attest -m -o "$d/manifest" "$d/tree"
verify () { nc-attest -f "$d/manifest" "$d/tree" true; }
ok "W-60: a tree with links that lead in circles and out" verify
for change in "echo b >lib/liba.so" "chmod 600 lib/liba.so" "chown 5 lib/liba.so" "ln -sfn . loop" "rmdir empty" "chmod 700 empty" "echo >new" "mkdir new" "rm out"
do
  cp -a "$d/tree" "$d/kept"
  ( cd "$d/tree" && eval "$change" )
  code "W-60: $change is found" 1 verify
  rm -rf "${d:?}/tree"
  mv "$d/kept" "$d/tree"
done
ok "W-60: control: it is what it was" verify
touch "$d/host/else"
ok "W-60: what a link leads to is not of the tree" verify
done_testing
