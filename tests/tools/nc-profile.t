#!/bin/sh
# also: asan
# nc-profile: what it makes of a trace, line by line, and what it refuses. The traces are written here, for x86_64.

. tests/lib/tap.sh
W=$TAP_TMP/w
mkdir "$W"
W=$(cd "$W" && pwd -P)
A=c000003e
HEAD="nucleus trace 1 $A"

[ -e "$NC_BIN/nc-profile" ] || { skip "all" nc-profile; done_testing; }

trace () # name lines...: a trace of them
{
  file=$W/$1
  shift
  { echo "$HEAD"; for l; do printf '%s\n' "$l"; done; echo "end $#"; } >"$file"
}

refuse () # name pattern text
{
  printf '%b' "$3" >"$W/bad"
  err=$(nc-profile "$W/bad" -o "$W/bad.json" 2>&1 >/dev/null)
  rc=$?
  [ $rc -eq 100 ] && [ ! -e "$W/bad.json" ] && [ "$(printf '%s\n' "$err" | wc -l)" -eq 1 ] && printf '%s\n' "$err" | grep -Eq "^nc-profile: fatal: $W/bad:$2"
  tap_result $? "refused: $1" "exit $rc: $err"
}

# what is no trace

H="$HEAD\n"
refuse "empty" '0: empty' ''
refuse "another file" '1: not a trace' 'root:x:0:0\n'
refuse "another version" '1: not a trace' "nucleus trace 2 $A\nend 0\n"
refuse "half a first line" '1: not a trace' "$HEAD"
refuse "an architecture that is none" '1: malformed architecture' 'nucleus trace 1 x\nend 0\n'
refuse "no end" '2: the trace is cut short' "${H}c $A 0 0 0 0 0 0 0\n"
refuse "half a line" '3: the trace is cut short' "${H}c $A 0 0 0 0 0 0 0\nc $A 1 0"
refuse "an end without its newline" '2: the trace is cut short' "${H}end 5"
refuse "text after the end" '3: text after the end' "${H}end 0\nc\n"
refuse "an unknown line" '2: unknown line' "${H}x 1\nend 0\n"
refuse "an empty line" '2: malformed line' "$H\nend 0\n"
refuse "five arguments" '2: malformed argument' "${H}c $A 0 0 0 0 0 0\nend 0\n"
refuse "seven arguments" '2: too many words' "${H}c $A 0 0 0 0 0 0 0 0\nend 0\n"
refuse "an argument in upper case" '2: malformed argument' "${H}c $A 0 F 0 0 0 0 0\nend 0\n"
refuse "an argument of 17 digits" '2: malformed argument' "${H}c $A 0 11111111111111111 0 0 0 0 0\nend 0\n"
refuse "an argument that is a star and more" '2: malformed argument' "${H}c $A 0 *1 0 0 0 0 0\nend 0\n"
refuse "two blanks" '2: malformed' "${H}c  $A 0 0 0 0 0 0 0\nend 0\n"
refuse "a number of 2^32" '2: malformed call' "${H}c $A 4294967296 0 0 0 0 0 0\nend 0\n"
refuse "a negative number" '2: malformed call' "${H}c $A -1 0 0 0 0 0 0\nend 0\n"
refuse "an unknown use" '2: malformed use' "${H}p z /x\nend 0\n"
refuse "a use twice" '2: malformed use' "${H}p rr /x\nend 0\n"
refuse "a path that is not absolute" '2: malformed path' "${H}p r x\nend 0\n"
refuse "a path without a name" '2: malformed path' "${H}p r \nend 0\n"
refuse "a zero byte for a use" "2: malformed use" "${H}p \000 /x\nend 0\n"
refuse "a control character" '2: malformed path' "${H}p r /x\\001\nend 0\n"
refuse "an escape that is none" '2: malformed path' "${H}p r /x\\\\n\nend 0\n"
refuse "a zero byte in a path" '2: malformed path' "${H}p r /x\\\\x00\nend 0\n"
trace one "c $A 0 0 0 0 0 0 0"
printf 'nucleus trace 1 c00000b7\nend 0\n' >"$W/arm"
like "traces of two machines" "$(nc-profile "$W/one" "$W/arm" 2>&1)" "^nc-profile: fatal: $W/arm:1: the traces are of different machines"
printf '%s\nc %s 39 0 0 0 0 0 0\nc %s 1' "$HEAD" $A $A >"$W/cut"
like "a trace that is cut short, accepted" "$(nc-profile --truncated "$W/cut" 2>&1 >"$W/cut.json")" 'warning: .*/cut:3: the trace is cut short'
ok "and what is whole of it" grep -q '"getpid"' "$W/cut.json"

# the command line

code "no trace" 100 nc-profile
code "no trace, but an option" 100 nc-profile --landlock
code "an abbreviated option" 100 nc-profile --land "$W/one"
code "an unknown option" 100 nc-profile -Z "$W/one"
for n in '' -1 1x 4294967296 1001; do code "--few '$n'" 100 nc-profile --few "$n" "$W/one"; done
code "an absent trace" 111 nc-profile "$W/absent"
code "no such directory" 111 nc-profile "$W/one" -o "$W/none/x"
nc-profile "$W/one" -o "$W/a" && nc-profile -o "$W/b" "$W/one" && nc-profile fd:5 5<"$W/one" >"$W/c"
ok "-o before or after" cmp "$W/a" "$W/b"
ok "a descriptor, and standard output" cmp "$W/a" "$W/c"
is "mode of the output" "$(umask 077; nc-profile "$W/one" -o "$W/m" && stat -c %a "$W/m")" 644
is "nothing is left beside it" "$(ls -A "$W" | grep -c '^\.')" 0
[ ! -c /dev/full ] || code "standard output is full" 111 sh -c "nc-profile $W/one >/dev/full"

# seccomp

names () # file: of the rule without arguments
{
  tr -d '\n' <"$1" | sed 's/.*"syscalls": \[ *{ *"names": \[\([^]]*\)\].*/\1/; s/[" ]//g' | tr ',' '\n'
}
rules () # file name: "index=value ..." a line
{
  tr -d '\n' <"$1" | sed 's/ *{ *"names"/\n{"names"/g' | grep -F "[\"$2\"]" |
    sed 's/.*"args": \[//; s/{ "index": \([0-9]*\), "value": \([0-9]*\), "op": "SCMP_CMP_EQ" }/\1=\2/g; s/[],}]//g; s/  */ /g; s/^ //; s/ $//'
}

trace calls "c $A 39 7 7 7 7 7 7" "c $A 41 1 1 0 0 0 0" "c $A 41 1 80002 0 0 0 0" "c $A 41 1 1 0 9 9 9" \
  "c $A 16 5 5401 0 0 0 0" "c $A 16 6 ffffffffc0045877 0 0 0 0" "c $A 16 * 5401 * 0 0 0" "c $A 157 f * 0 0 0 0" "c $A 135 ffffffff 0 0 0 0 0" \
  "c $A 435 7ffc 58 0 0 0 0" "f $A 3d0f00" "f $A 100004111" "c $A 56 1200011 0 0 0 0 0" "n $A 39 6"
nc-profile "$W/calls" -o "$W/calls.json"
is "socket by its three" "$(rules "$W/calls.json" socket)" "0=1 1=1 2=0
0=1 1=524290 2=0"
is "ioctl by its request, 32 bits of it" "$(rules "$W/calls.json" ioctl)" "1=21505
1=3221510263"
is "prctl by its option" "$(rules "$W/calls.json" prctl)" "0=15"
is "personality" "$(rules "$W/calls.json" personality)" "0=4294967295"
is "clone by its flags, and those of clone3" "$(rules "$W/calls.json" clone)" "0=16657
0=4001536
0=18874385"
is "clone3 itself is not allowed" "$(grep -c clone3 "$W/calls.json")" 0
ok "other calls whatever their arguments are" sh -c "grep -q getpid $W/calls.json"
for c in execve exit_group mmap rt_sigreturn restart_syscall clock_gettime rseq set_robust_list
do names "$W/calls.json" | grep -qx $c; tap_result $? "every start: $c" ''
done
is "names are sorted, and none stands twice" "$(names "$W/calls.json" | LC_ALL=C sort -u)" "$(names "$W/calls.json")"
is "what no trace has is not there" "$(names "$W/calls.json" | grep -cxE 'ptrace|mount|socket|ioctl|clone|unshare')" 0
nc-profile --few 1 "$W/calls" -o "$W/few.json"
is "more values than --few: whatever they are" "$(names "$W/few.json" | grep -xE 'socket|ioctl|prctl|clone' | tr '\n' ' ')" "ioctl socket "
like "but clone without a flag for namespaces" "$(cat "$W/few.json")" '"index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"'
trace ns "c $A 56 10000011 0 0 0 0 0" "c $A 56 11 0 0 0 0 0" "c $A 41 * 1 0 0 0 0"
nc-profile --few 1 "$W/ns" -o "$W/ns.json"
is "unless one had such a flag; and arguments that were not told apart" "$(names "$W/ns.json" | grep -xE 'clone|socket' | tr '\n' ' ')" "clone socket "
trace c3 "c $A 435 7ffc 58 0 0 0 0" "f $A 200000011"
like "flags that clone does not have" "$(nc-profile "$W/c3" -o "$W/c3.json" 2>&1; cat "$W/c3.json")" 'warning: clone3 is allowed'
ok "clone3 is allowed then" grep -q '"clone3"' "$W/c3.json"
trace odd "c $A 999 0 0 0 0 0 0" "c $A 425 8 0 0 0 0 0"
like "a number without a name" "$(nc-profile "$W/odd" 2>&1 >"$W/odd.json")" 'left out, a call without a name here: number 999'
like "io_uring" "$(nc-profile "$W/odd" 2>&1 >/dev/null)" 'io_uring is not in a trace'
like "--kill" "$(nc-profile --kill "$W/one")" '"defaultAction": "SCMP_ACT_KILL_PROCESS"'
trace i386 "c 40000003 5 0 0 0 0 0 0" "c 40000003 54 1 5401 0 0 0 0"
nc-profile "$W/i386" -o "$W/i386.json"
like "32-bit calls" "$(cat "$W/i386.json")" '"SCMP_ARCH_X86_64", "SCMP_ARCH_X86"'
ok "their names, and those of their starts" sh -c "grep -q '\"open\"' $W/i386.json && grep -q '\"set_thread_area\"' $W/i386.json"
is "their arguments" "$(rules "$W/i386.json" ioctl)" "1=21505"
trace foreign "c 8 5 0 0 0 0 0 0"
code "calls of a foreign architecture" 100 nc-profile "$W/foreign"
trace x "c $A 0 0 0 0 0 0 0" "c $A 257 0 0 0 0 0 0"
nc-profile "$W/calls" "$W/x" -o "$W/1.json"
nc-profile "$W/x" "$W/calls" "$W/x" -o "$W/2.json"
ok "the order of traces does not matter, nor how often" cmp "$W/1.json" "$W/2.json"
if [ "$(uname -m)" = x86_64 ] && [ -e "$NC_BIN/nc-policy" ]
then
  for f in calls few ns c3 i386 1
  do ok "nc-policy takes it: $f" nc-policy compile "$W/$f.json" -o "$W/$f.bpf"
  done
  is "and has no error to say" "$(nc-policy check "$W/calls.json" 2>&1 | grep -c error)" 0
else skip "nc-policy takes it" "nc-policy for x86_64"
fi

# Landlock

D=$W/d
mkdir -p "$D/few" "$D/many" "$D/list" "$D/w" "$D/there" "$D/odd é" "$D/q\"\\b"
: >"$D/few/1"; : >"$D/few/2"; : >"$D/many/1"; : >"$D/many/2"; : >"$D/many/3"; : >"$D/w/out"; : >"$D/odd é/x"; : >"$D/q\"\\b/x"; : >"$D/list/x"
printf '#!%s/inter\nx' "$D" >"$D/script"
: >"$D/inter"
ln -s few "$D/link"
access () # file path: what it grants on exactly that path
{
  awk -v p="path = \"$2\"" '$0 == p { getline; sub(/access = /, ""); print }' "$1"
}
trace land "p r $D/few/1" "p r $D/link/2" "p r $D/many/1" "p r $D/many/2" "p r $D/many/3" "p r $D/list" "p wm $D/w/out" "p r $D/absent" \
  "p md $D/there/new" "p rwm $D/there/new/file" "p md $D/there/new/er" "p wm $D/there/new/er/x" "p r /dev/null" "p wm /dev/null" "p r /proc/self/maps" \
  "p r /proc/1/stat" "p w /proc/self/comm" "p r /" "p x $D/script"
nc-profile --landlock "$W/land" -o "$W/land.toml"
is "a file is granted itself" "$(access "$W/land.toml" "$D/few/1")" '["read"]'
is "a link is followed" "$(access "$W/land.toml" "$D/few/2")$(access "$W/land.toml" "$D/link/2")" '["read"]'
is "three of a directory: the directory" "$(access "$W/land.toml" "$D/many")$(access "$W/land.toml" "$D/many/1")" '["read"]'
trace listed "p r $D/list"
nc-profile --landlock "$W/listed" -o "$W/listed.toml"
is "a directory is listed" "$(access "$W/listed.toml" "$D/list")" '["readdir"]'
is "what is made: its directory" "$(access "$W/land.toml" "$D/w")" '["write"]'
is "below a directory that is made: the first that was there" "$(access "$W/land.toml" "$D/there")$(grep -c 'there/' "$W/land.toml")" '["read", "write"]0'
is "what is not there: nothing" "$(grep -c absent "$W/land.toml")" 0
is "a device itself" "$(access "$W/land.toml" /dev/null)$(access "$W/land.toml" /dev)" '["read", "write"]'
is "/proc" "$(access "$W/land.toml" /proc)" '["read", "write"]'
is "/ may be listed, no more" "$(access "$W/land.toml" /)" '["readdir"]'
is "an interpreter" "$(access "$W/land.toml" "$D/inter")" '["read", "execute"]'
is "what is executed" "$(access "$W/land.toml" "$D/script")" '["read", "execute"]'
trace ascii "p r $D/odd é/x"
nc-profile --landlock "$W/ascii" -o "$W/ascii.toml"
is "a name that is not ASCII: what is above it" "$(access "$W/ascii.toml" "$D")" '["read"]'
trace quoted "p r $D/q\"\\x5cb/x"
is "a quote and a backslash" "$(nc-profile --landlock "$W/quoted" | grep -c 'q\\"\\\\b/x"')" 1
trace etc "p r /etc/passwd" "p r /etc/group" "p r /etc/hosts" "p r /etc/nsswitch.conf"
is "/etc is not granted whole" "$(nc-profile --landlock "$W/etc" | grep -c '^path = "/etc"')" 0
trace elf "p x /bin/true"
like "the loader of a program" "$(nc-profile --landlock "$W/elf")" 'path = ".*/ld-|path = "/usr/bin/true"'
trace none "p r $D/absent"
code "no path is here: no policy" 100 nc-profile --landlock "$W/none"
trace unread "u $A 257" "p r $D/few/1"
like "what could not be read is said" "$(nc-profile --landlock "$W/unread" 2>&1 >/dev/null)" 'warning: programs did not let their memory be read'
nc-profile --landlock "$W/etc" "$W/land" -o "$W/1.toml"
nc-profile --landlock "$W/land" "$W/etc" "$W/land" -o "$W/2.toml"
ok "the order does not matter here either" cmp "$W/1.toml" "$W/2.toml"
if [ -e "$NC_BIN/nc-policy" ]; then ok "nc-policy takes it" nc-policy argv "$W/land.toml"; else skip "nc-policy takes it" nc-policy; fi
if [ -e "$NC_BIN/nc-trace" ] && [ "$(uname -m)" = x86_64 ] && nc-trace -o "$W/real" true 2>/dev/null
then
  ok "a real trace" nc-profile "$W/real" -o "$W/real.json"
  nc-policy compile "$W/real.json" -o "$W/real.bpf" 2>/dev/null
  ok "runs what was traced" nc-seccomp "$W/real.bpf" true
fi
done_testing
