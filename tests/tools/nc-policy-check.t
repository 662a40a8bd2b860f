#!/bin/sh
# nc-policy check, argv, show and digest: where they point, what they say, what they print for the steps, and the pins

. tests/lib/tap.sh

T=$TAP_TMP/work
mkdir "$T"

finds () # name LINE:COL pattern text: check says so, and exits 100
{
  printf '%b' "$4" >"$T/p"
  out=$(nc-policy check "$T/p" 2>"$T/err")
  rc=$?
  [ $rc -eq 100 ] && printf '%s\n' "$out" | grep -Eq "^$T/p:$2: $3" && grep -Eqx 'nc-policy: fatal: [0-9]+ errors?' "$T/err"
  tap_result $? "error: $1" "exit $rc: $out $(cat "$T/err")"
}

lints () # name LINE:COL pattern text: check warns, exits 0, and 100 with --strict; argv or compile still work
{
  printf '%b' "$4" >"$T/p"
  out=$(nc-policy check "$T/p" 2>&1)
  rc=$?
  nc-policy check --strict "$T/p" >/dev/null 2>&1
  strict=$?
  [ $rc -eq 0 ] && [ $strict -eq 100 ] && printf '%s\n' "$out" | grep -Eq "^$T/p:$2: warning: $3"
  tap_result $? "warning: $1" "exit $rc, strict $strict: $out"
}

clean () # name text: nothing to say
{
  printf '%b' "$2" >"$T/p"
  is "nothing to say: $1" "$(nc-policy check --strict "$T/p" 2>&1; echo $?)" 0
}

R='[[rules]]\npath = "/usr"\naccess = ["read", "execute"]\n'

# kinds and syntax

finds "empty file" 1:1 'unexpected end' ''
finds "TOML without a key" 1:1 'the policy is empty' '# nothing\n'
finds "a key of no kind" 2:1 'unknown key: bonding; the nearest known is bounding' '# caps\nbonding = 1\n'
finds "TOML syntax" 1:11 '.*' 'min_abi = = 1\n'
finds "a key twice" 2:11 '.*' 'min_abi = 1\nmin_abi = 2\n'
finds "a negative number" 1:11 'negative number' 'min_abi = -1\n'
finds "a fraction" 1:11 'number is not a whole one' 'min_abi = 1.5\n'
finds "a date" 1:11 'a date or a time' 'min_abi = 2026-01-01\n'
finds "a zero byte in a string" 2:8 'zero byte' '[[rules]]\npath = "/a\\u0000b"\naccess = ["read"]\n'
finds "not UTF-8" 1:2 '.*' '# \0377 comment\n'
finds "too many levels" 1:29 'too many levels' 'tcp.connect = [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]\n'

for form in '%s=1' '[%s]' '[[%s]]'
do finds "more levels than a stack holds: $form" '1:3[234]' 'too many levels' "$(printf "$form" "$(head -c 340000 /dev/zero | sed 's/\x00\x00/a./g')a")"
done
finds "more levels, behind a string that ends in quotes" 1:52 'too many levels' "x = { a = \"\"\"a\"\"\"\", $(head -c 340000 /dev/zero | sed 's/\x00\x00/a./g')a = 1 }"
finds "a path that is too long" 2:8 'path is longer' "[[rules]]\npath = \"/$(head -c 900000 /dev/zero | tr '\000' a)\"\naccess = [\"read\"]\n"
clean "dots that part no levels" "[bounding] # ...................\nkeep = [\"kill\"]\n"
clean "dots in a path" '[[rules]]\npath = "/.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q"\naccess = ["read", "execute"]\n'

# capabilities

finds "unknown capability" 2:9 'unknown capability: NET_BINDSERVICE; the nearest known is CAP_NET_BIND_SERVICE' '[ambient]\nkeep = ["NET_BINDSERVICE"]\n'
finds "mixed case" 2:9 'unknown capability: Cap_Chown' '[ambient]\nkeep = ["Cap_Chown"]\n'
finds "empty capability" 2:9 'unknown capability' '[ambient]\nkeep = [""]\n'
finds "a capability twice" 2:17 'capability stands twice' '[ambient]\nkeep = ["KILL", "CAP_KILL"]\n'
finds "unknown set" 3:2 'unknown key: ambint; the nearest known is ambient' '[bounding]\nkeep = []\n[ambint]\nkeep = []\n'
finds "unknown key in a set" 3:1 'unknown key: drop; the nearest known is keep' '[ambient]\nkeep = []\ndrop = []\n'
finds "a set without keep" 1:1 'missing key: keep' '[ambient]\n'
finds "keep is a string" 2:8 'wrong type for: keep; a list' '[ambient]\nkeep = "KILL"\n'
finds "permitted" 3:2 'unknown key: permitted' '[bounding]\nkeep = []\n[permitted]\nkeep = []\n'
finds "all errors, not the first alone" 4:9 'unknown capability: Y' '[bounding]\nkeep = ["X"]\n[ambient]\nkeep = ["Y"]\n'
lints "dangerous capability" 2:9 'dangerous capability: sys_admin; it stands for root' '[bounding]\nkeep = ["CAP_SYS_ADMIN"]\n'
lints "lost at the exec" 2:9 'lost at the exec of the program: kill' '[effective]\nkeep = ["KILL"]\n'
clean "capabilities" '[bounding]\nkeep = ["CAP_NET_BIND_SERVICE"]\n[ambient]\nkeep = ["NET_BIND_SERVICE"]\n'

printf '[bounding]\nkeep = ["CAP_NET_BIND_SERVICE", "kill"]\n[ambient]\nkeep = ["NET_BIND_SERVICE"]\n' >"$T/caps.toml"
is "argv: capabilities" "$(nc-policy argv "$T/caps.toml")" '-Bkill,net_bind_service
-Anet_bind_service'
printf '[bounding]\nkeep = []\n[inheritable]\nkeep = []\n' >"$T/none.toml"
is "argv: none kept, no option" "$(nc-policy argv "$T/none.toml"; echo $?)" 0

# Landlock

finds "unknown right" 3:19 'unknown right: exec; the nearest known is execute' '[[rules]]\npath = "/usr"\naccess = ["read", "exec"]\n'
finds "a right that write stands for" 3:11 'refused right: create; nc-landlock grants it with write only' '[[rules]]\npath = "/t"\naccess = ["create"]\n'
finds "no right" 3:10 'the rule grants nothing' '[[rules]]\npath = "/t"\naccess = []\n'
finds "no rule" 1:9 'the policy allows no path' 'rules = []\n'
finds "rules are missing" 1:1 'missing key: rules' 'min_abi = 3\n'
finds "no path" 1:1 'missing key: path' '[[rules]]\naccess = ["read"]\n'
finds "relative path" 2:8 'path is not absolute: usr' '[[rules]]\npath = "usr"\naccess = ["read"]\n'
finds "empty path" 2:8 'path is not absolute' '[[rules]]\npath = ""\naccess = ["read"]\n'
finds "a path with a newline" 2:8 'control character in the path: /a\?b' '[[rules]]\npath = "/a\\nb"\naccess = ["read"]\n'
for abi in 0 8 4294967297
do finds "ABI $abi" 1:11 'unknown Landlock ABI; 1 to 7' "min_abi = $abi\n$R"
done
for port in 65536 4294967296 9223372036854775807
do finds "port $port" 5:12 'port out of range' "$R[tcp]\nconnect = [$port]\n"
done
finds "unknown key of a rule" 4:1 'unknown key: acess; the nearest known is access' "${R}acess = []\n"
finds "scope is no table" 1:9 'wrong type for: scope' 'scope = 1\n'
finds "scope is no boolean" 5:11 'wrong type for: signals; true or false' "$R[scope]\nsignals = 0\n"
lints "written and executed" 2:8 'written and executed: /srv' "[[rules]]\npath = \"/srv\"\naccess = [\"all\"]\n"
lints "written above what is executed" 2:8 'written and executed: /usr' "$R[[rules]]\npath = \"/\"\naccess = [\"write\"]\n"
lints "written below what is executed" 5:8 'written and executed: /usr/local' "$R[[rules]]\npath = \"/usr/local/\"\naccess = [\"write\"]\n"
lints "a rule on the root" 5:8 'a rule on: /; it grants the whole tree' "$R[[rules]]\npath = \"/\"\naccess = [\"readdir\"]\n"
lints "written below what is executed, by another spelling" 5:8 'written and executed: /srv/\.\./usr/\./bin' "$R[[rules]]\npath = \"/srv/../usr/./bin\"\naccess = [\"write\"]\n"
lints "executed below what is written, by another spelling" 2:8 'written and executed: /usr' "$R[[rules]]\npath = \"/srv/..//usr/\"\naccess = [\"write\"]\n"
lints "the root, by another spelling" 5:8 'a rule on: /usr/\.\.; it grants the whole tree' "$R[[rules]]\npath = \"/usr/..\"\naccess = [\"readdir\"]\n"
lints "a descriptor that is written and executed" 2:8 'written and executed: fd:9' '[[rules]]\npath = "fd:9"\naccess = ["all"]\n'
clean "a name of dots is no root" "$R[[rules]]\npath = \"/...\"\naccess = [\"readdir\"]\n"
lints "nothing to execute" 1:1 'no path may be executed' '[[rules]]\npath = "/usr"\naccess = ["read"]\n'
lints "best effort" 1:1 'what the kernel lacks is not enforced' "best_effort = true\n$R"
lints "signals" 4:2 'other programs can be sent signals' "$R[scope]\nsignals = false\n"
clean "Landlock" "$R[[rules]]\npath = \"/usrlocal\"\naccess = [\"all_except_execute\"]\n[tcp]\nconnect = [443]\n"

cat >"$T/ll.toml" <<'X'
min_abi = 6
best_effort = true
log_denied = false
[[rules]]
path = "/usr"
access = ["readdir", "read", "execute"]
[[rules]]
path = "/srv/a b"
access = ["all_except_execute"]
[[rules]]
path = "fd:9"
access = ["readdir"]
[tcp]
bind = [8080]
connect = [443, 80]
[scope]
abstract_sockets = false
signals = true
X
is "argv: Landlock" "$(nc-policy argv "$T/ll.toml")" '-b
-a6
-r/usr
-x/usr
-r/srv/a b
-w/srv/a b
-dfd:9
-t
-c443
-c80
-l8080
-A
-q'
printf '[bounding]\nkeep = ["kill"]\n[ambient]\nkeep = ["X"]\n' >"$T/p"
is "argv: nothing of a file with an error" "$(nc-policy argv "$T/p" 2>/dev/null; echo $?)" 100

# seccomp

S='"defaultAction":"SCMP_ACT_ERRNO"'
E='{"names":["execve"],"action":"SCMP_ACT_ALLOW"}'
clean "seccomp" "{$S,\"syscalls\":[$E]}"
lints "no execve" 1:1 'no execve is allowed' "{$S,\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}]}"
for c in io_uring_setup:io_uring ptrace:ptrace keyctl:keyctl bpf:bpf clone3:clone3 userfaultfd:userfaultfd finit_module:kernel mount:mount setns:namespaces
do lints "${c%:*}" 2:11 "allowed: ${c%:*}; .*\\[${c#*:}\\]" "{$S,\"syscalls\":[$E,\n{\"names\":[\"${c%:*}\"],\"action\":\"SCMP_ACT_ALLOW\"}]}"
done
lints "some arguments of one" 2:11 'allowed for some arguments: ptrace' \
  "{$S,\"syscalls\":[$E,\n{\"names\":[\"ptrace\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":0,\"op\":\"SCMP_CMP_EQ\"}]}]}"
clean "one that is refused by name" "{$S,\"syscalls\":[$E,\n{\"names\":[\"ptrace\"],\"action\":\"SCMP_ACT_ERRNO\"}]}"
lints "clone without a check" 2:11 'allowed without a check of its flags: clone; CLONE_NEWNS .*CLONE_NEWNET' "{$S,\"syscalls\":[$E,\n{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\"}]}"
lints "clone with a check that leaves one flag" 2:11 'allowed without a check of its flags: clone; CLONE_NEWNS:' \
  "{$S,\"syscalls\":[$E,\n{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":2113929216,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}"
clean "clone with the check" \
  "{$S,\"syscalls\":[$E,\n{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":2114060288,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}"
lints "allowed by default" 1:18 'what no rule names is allowed' '{"defaultAction":"SCMP_ACT_ALLOW"}'
lints "a rule without effect" 2:11 'rule without effect: execve; line 1 decides it' "{$S,\"syscalls\":[$E,\n{\"names\":[\"execve\"],\"action\":\"SCMP_ACT_TRAP\"}]}"
lints "TIOCSTI" 2:11 'TIOCSTI is allowed' "{$S,\"syscalls\":[$E,\n{\"names\":[\"ioctl\"],\"action\":\"SCMP_ACT_ALLOW\"}]}"
lints "the log flag" 1:44 'not in the compiled filter: SECCOMP_FILTER_FLAG_LOG' "{$S,\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"],\"syscalls\":[$E]}"
cp "$T/p" "$T/log.json"
is "argv: the log flag is an option of nc-seccomp" "$(nc-policy argv "$T/log.json")" -l
finds "unknown error" 1:50 "unknown error: EPREM; the nearest known is EPERM" "{$S,\"defaultErrno\":\"EPREM\"}"
finds "an error whose name and number differ" 1:70 "the error.s name and its number differ: ENOSYS; EPERM" "{$S,\"defaultErrnoRet\":1,\"defaultErrno\":\"ENOSYS\"}"
finds "all errors of a policy" 3:10 'unknown system call: raed; the nearest known is read' \
  "{$S,\n\"syscals\":[],\"syscalls\":[{\"action\":\"SCMP_ACT_ALOW\",\n\"names\":[\"raed\"]}]}"
like "and the two before" "$(nc-policy check "$T/p" 2>/dev/null | tr '\n' ' ')" ':2:1: unknown key: syscals; the nearest known is syscalls .*:2:36: unknown action: SCMP_ACT_ALOW;'

# the shipped ones

for f in policies/*/*.json policies/*/*.toml
do
  [ "$f" != policies/landlock/agent.toml ] || continue
  is "shipped: $f" "$(nc-policy check --strict "$f" 2>&1; echo $?)" 0
done
is "shipped: what an agent builds it may run, and nothing else is to be said" \
  "$(nc-policy check policies/landlock/agent.toml | sed 's/.*\[//')" 'write-execute]'

# for machines

printf '[bounding]\nkeep = ["X\\"\\u001b"]\n' >"$T/p"
if command -v jq >/dev/null
then
  is "--json: an error" "$(nc-policy check --json "$T/p" 2>/dev/null | jq -c '.[] | [.line, .column, .severity, .message]')" \
    '[2,9,"error","unknown capability: X\"?; the nearest known is CAP_BPF"]'
  is "--json: two files" "$(nc-policy check --json "$T/ll.toml" "$T/p" 2>/dev/null | jq -c '[.[] | .severity + (.lint // "")] | join(" ")')" \
    '"warningbest-effort warningscope error"'
  is "--json: nothing" "$(nc-policy check --json "$T/caps.toml" | jq -c .)" '[]'
else skip "--json" "jq"
fi

# words for a reviewer

like "show: Landlock" "$(nc-policy show "$T/ll.toml" | tr '\n' ' ')" '/usr: read, list, execute .*/srv/a b: read, list, write.*connect to: 443 80 .*listen on: 8080 .*Abstract sockets: not restricted'
like "show: capabilities" "$(nc-policy show "$T/caps.toml" | tr '\n' ' ')" 'Bounding set.*: +kill net_bind_service .*Ambient set.*: +net_bind_service .*Inheritable set: empty'
like "show: seccomp" "$(nc-policy show policies/seccomp/service.json | tr '\n' ' ')" 'For x86_64|aarch64.*32-bit calls are killed.*refused with EPERM.*clone +allowed if argument 0 & 0x7e020000 is 0 +otherwise refused with EPERM'

# pins

sum=$(sha256sum <"$T/ll.toml" | cut -c 1-64)
is "digest" "$(nc-policy digest "$T/ll.toml")" "$sum"
bad=0$(printf %s "$sum" | cut -c 2-64)
[ "$bad" != "$sum" ] || bad=1$(printf %s "$sum" | cut -c 2-64)
json=$(nc-policy digest policies/seccomp/agent.json)
for verb in check argv show digest
do
  ok "$verb: the pin holds" nc-policy $verb -s "$sum" "$T/ll.toml"
  like "$verb: the pin differs" "$(nc-policy $verb --sha256="$bad" "$T/ll.toml" 2>&1; echo $?)" "^nc-policy: fatal: digest differs: $T/ll.toml has the SHA-256 $sum, its pin is $bad\$"
  code "$verb: exit code of that" 100 nc-policy $verb -s "$bad" "$T/ll.toml"
  code "$verb: no pin" 100 nc-policy $verb -s "" "$T/ll.toml"
  code "$verb: half a pin" 100 nc-policy $verb -s "$(printf %s "$sum" | cut -c 1-32)" "$T/ll.toml"
  code "$verb: unreadable" 111 nc-policy $verb "$T/absent"
  code "$verb: a directory" 111 nc-policy $verb "$T"
  code "$verb: an abbreviated option" 100 nc-policy $verb --sha="$sum" "$T/ll.toml"
done
ok "compile: the pin holds" nc-policy compile -s "$json" policies/seccomp/agent.json -o "$T/out"
rm -f "$T/out"
code "compile: the pin differs" 100 nc-policy compile -s "$bad" policies/seccomp/agent.json -o "$T/out"
ok "compile: nothing is written then" test ! -e "$T/out"
code "compile: not a Landlock policy" 100 nc-policy compile "$T/ll.toml" -o "$T/out"
code "check: one pin, two files" 100 nc-policy check -s "$sum" "$T/ll.toml" "$T/ll.toml"

# what is printed is what the steps take

if command -v nc-landlock >/dev/null && command -v execlineb >/dev/null
then
  cat >"$T/land" <<X
backtick -n LANDLOCK { nc-policy argv $T/step.toml }
importas -us -d "\\n" LANDLOCK LANDLOCK
nc-landlock \$LANDLOCK
sh -c "cat $T/in; cat $T/step.toml"
X
  mkdir "$T/a b"
  echo inside >"$T/in"
  { for d in /usr /lib /lib64 /bin /etc "$T/in"; do [ -e "$d" ] && printf '[[rules]]\npath = "%s"\naccess = ["read", "execute"]\n' "$d"; done
    printf '[[rules]]\npath = "%s"\naccess = ["all"]\n' "$T/a b"; } >"$T/step.toml"
  out=$(execlineb -P "$T/land" 2>&1)
  like "nc-landlock takes the lines" "$out" '^inside$'
  like "and what the policy does not name is refused" "$out" 'step.toml: Permission denied'
else skip "nc-landlock takes the lines" "execline"
fi
if command -v nc-dropcaps >/dev/null && command -v execlineb >/dev/null
then
  printf 'backtick -n CAPS { nc-policy argv %s }\nimportas -us -d "\\n" CAPS CAPS\nnc-dropcaps $CAPS\nsh -c "grep -E ^Cap.n[dh]: /proc/self/status; grep ^CapBnd /proc/self/status"\n' "$T/none.toml" >"$T/drop"
  like "nc-dropcaps takes no lines for none" "$(execlineb -P "$T/drop" 2>&1 | tr '\n\t' '  ')" 'CapInh: 0000000000000000 .*CapBnd: 0000000000000000'
  printf '[bounding]\nkeep = ["KILL"]\n' >"$T/none.toml"
  if capsh --has-b=cap_kill 2>/dev/null && [ "$(id -u)" -eq 0 ]
  then like "nc-dropcaps takes the lines" "$(execlineb -P "$T/drop" 2>&1 | tr '\n\t' '  ')" 'CapBnd: 0000000000000020'
  else skip "nc-dropcaps takes the lines" "cap_kill"
  fi
else skip "nc-dropcaps takes the lines" "execline"
fi
done_testing
