#!/bin/sh
# What is built: root file systems in their formats, manifests, policies, scripts, service directories; then they are run. With
# Debian's Nix and no nixpkgs, in a store that exists in a mount namespace of this test only.
. tests/lib/tap.sh
. tests/lib/chain.sh
. tests/lib/nix.sh

for c in nix-build jq awk gcc busybox
do command -v $c >/dev/null || { skip "builds" $c; done_testing; }
done
if ! root_with -mpuinC; then skip "builds" "root with every kind of namespace"; done_testing; fi
if [ -z "${NIX_TEST_INSIDE-}" ]
then
  [ -d /nix ] || { mkdir /nix && trap 'rmdir /nix 2>/dev/null; tap_end' EXIT; }
  NIX_TEST_INSIDE=1 unshare -m --propagation private sh -c 'mount -t tmpfs -o mode=755 nix /nix && exec tests/nix/build.t'
  exit
fi
unset NIX_REMOTE
TAB=$(printf '\t')
NUCLEUS=${NC_BIN%/bin}; export NUCLEUS
d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/run"
build () { nix-build --no-out-link tests/nix/samples.nix -A "$@" 2>"$d/err" || { grep -v '^warning' "$d/err" | tail -n 20 >&2; return 1; } ; }
text () { nix-instantiate --eval --strict --json tests/nix/samples.nix -A "$1" 2>/dev/null | jq -r . ; }

# root file systems
r=$(build bind)
is "mkRootfs: a skeleton" "$(cd "$r" && ls -d * | tr '\n' ' ')$(find "$r" -type f -size +0 | wc -l)" "bin nix usr 0"
entries=$(nix-instantiate --eval --strict --json tests/nix/samples.nix -A info.bind.entries 2>/dev/null | jq -r '.[]' | sort | tr '\n' ' ')
is "its entries are known without a build" "$(cd "$r" && for f in *; do [ -L "$f" ] || echo "/$f"; done | sort | tr '\n' ' ')" "$entries"
binds=$(build bindInfo)/binds
ok "the list names every path of the closure, but for links" test "$(grep -c "^/nix/store/[^$TAB]*\$" "$binds")" -ge 6
like "and what is in /etc" "$(cat "$binds")" "$TAB/etc/app\$"
like "an unrelated path is not in it" "$(grep -c unrelated "$binds")" '^0$'
m=$(build manifests)/bind
is "manifest: its header" "$(head -n 1 "$m")" "nucleus-manifest 1"
bad=
for p in $(awk -F '\t' '$1 == "n" { print $3 }' "$m")
do [ "$(awk -F '\t' -v p="$p" '$1 == "n" && $3 == p { print $2 }' "$m")" = "$(nix-store --query --hash "$p" | xargs nix-hash --type sha256 --to-base16)" ] || bad="$bad $p"
done
is "manifest: the hashes are the store's own" "$bad" ""
ok "manifest: it has every path of the list" test "$(grep -c "^n$TAB" "$m")" -ge 6
if command -v nc-attest >/dev/null
then code "nc-attest takes it" 0 nc-attest -f "$m" -p path -l "${binds%binds}store-paths" -r "${binds%binds}registration" "$r" true
fi

# the line that runs in it
line=$(text line | sed "s,RUNDIR,$d/run,")
is "it runs, and finds its closure" "$(sh -c "$line" 2>&1)" "hello from the store
a file"
inside () { sh -c "$(printf '%s' "$line" | sed 's,/bin/hello$,,')$1" 2>&1 ; }
u=$(build unrelated)
like "what is not in the closure is not inside" "$(inside "/bin/ls $u")" "$u: No such file"
ok "control: outside it is" test -e "$u"
is "/etc is what was asked for, and the accounts" "$(inside '/bin/cat /etc/motd /etc/app/conf')$(inside '/bin/id -un')" "welcome
x=1agent"
is "nothing of it can be written to" "$(inside "/bin/touch /nix/x /usr/x /x" | grep -cE 'Read-only|denied')" 3
is "control: /tmp can be" "$(inside "/bin/touch /tmp/x")" ""
is "with accounts of its own" "$(grep -c own "$(build accounts)/etc/passwd")" 1

is "tree: one mount, the closure in it" "$(build tree >/dev/null && sh -c "$(text treeLine | sed "s,RUNDIR,$d/run,")" 2>&1)" "hello from the store
a file"
for format in erofs squashfs
do
  c=mkfs.erofs; [ $format = erofs ] || c=mksquashfs
  if ! command -v $c >/dev/null; then skip "$format" $c; continue; fi
  i=$(build $format)
  ok "$format: an image" test -f "$i"
  if ! grep -qw $format /proc/filesystems || ! losetup -f >/dev/null 2>&1; then skip "$format: it runs" "the file system $format and loop devices"; continue; fi
  is "$format: it runs" "$(sh -c "$(text ${format}Line | sed "s,RUNDIR,$d/run,")" 2>&1)" "hello from the store
a file"
done

ok "mkAgentToolchainRootfs" sh -c 'test -e "$(readlink "$1/bin")/hello" -a -e "$(readlink "$1/bin")/ls"' sh "$(build toolchain)"

# policies
p=$(build seccomp)
ok "mkPolicy: compiled as nc-policy does" sh -c 'nc-policy compile policies/seccomp/nginx.json -o "$1/bpf" && cmp "$1/bpf" "$2/policy.bpf"' sh "$d" "$p"
ok "mkPolicy: Landlock, pinned and strict" build landlock
ok "mkPolicy: capabilities" build caps
printf 'min_abi = 6\n[[rules]]\npath = "/srv"\naccess = ["reed"]\n' >"$d/wrong.toml"
nix-build --no-out-link tests/nix/samples.nix --arg wrong "$d/wrong.toml" -A bad >"$d/out" 2>"$d/err"
is "a wrong policy fails the build" $? 100
like "with the line of the file" "$(cat "$d/err")" 'wrong.toml:4:[0-9]+: .*reed'
code "a pin that does not fit fails it" 100 nix-build --no-out-link tests/nix/samples.nix -A pinned

# scripts and directories
s=$(build script)/bin/hello-in-a-box
like "mkExeclineScript" "$(head -n 2 "$s" | tr '\n' ' ')" '^#!/usr/lib/execline/bin/execlineb -P "'
s=$(build s6)
is "mkS6ServiceDir" "$(cd "$s" && find . -type f -printf '%P %m\n' | sort | tr '\n' ' ')" "log/run 555 notification-fd 444 run 555 "
s=$(build s6rc)
is "mkS6RcSourceDir" "$(cd "$s" && find . -type f -printf '%P\n' | sort | tr '\n' ' ')" "demo-log/consumer-for demo-log/pipeline-name demo-log/run demo-log/type demo/producer-for demo/run demo/type "
done_testing
