#!/bin/sh
# also: asan
# Owners without chown (own), the overlay of a directory (-V), and the protections of a workspace (-P).
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mpuin
then skip "owners, overlays, protections" "root with pid, mount, uts, ipc and network namespaces"; done_testing
fi
go="nc-pivot nc-init"
they="setpriv --reuid=7000 --regid=7001 --clear-groups"
d=$TAP_TMP
chmod 755 "$d"
mkdir -p "$d/ws/.git/hooks" "$d/ws/sub/deep" "$d/ws/a,b:c"
echo text >"$d/ws/file"
echo url >"$d/ws/.git/config"
: >"$d/ws/.git/hooks/pre-commit"
chown -R 1234:1235 "$d/ws"
: >"$d/ws/of-root"

# own
is "own: the owner's files are the workload's, others are nobody's" \
  "$(box -u 7000:7001 -B "$d/ws:/w:own" $go stat -c '%u:%g' /w /w/file /w/of-root | tr '\n' ' ')" "7000:7001 7000:7001 65534:65534 "
is "control: without it ids are as they are" "$(box -u 7000:7001 -B "$d/ws:/w" $go stat -c '%u:%g' /w/file /w/of-root | tr '\n' ' ')" "1234:1235 0:0 "
ok "the workload writes" box -u 7000:7001 -B "$d/ws:/w:own" $go $they sh -c 'echo x >/w/new && mkdir /w/newdir && echo more >>/w/file'
is "and what it makes is the owner's" "$(stat -c '%u:%g' "$d/ws/new" "$d/ws/newdir" | tr '\n' ' ')" "1234:1235 1234:1235 "
is "control: without own it does not" "$(box -u 7000:7001 -B "$d/ws:/w" $go $they sh -c '(: >/w/no) 2>/dev/null; echo $?')" 2
code "another id cannot make anything there" 2 box -u 7000:7001 -B "$d/ws:/w:own" $go sh -c ': >/w/root-made'
is "own,noexec" "$(box -u 7000:7001 -B "$d/ws:/w:own,noexec" $go awk '$5 == "/w" { print $6 }' /proc/self/mountinfo | cut -d, -f1-4)" rw,nosuid,nodev,noexec
is "-b with own: read-only" "$(box -u 7000:7001 -b "$d/ws:/w:own" $go $they sh -c 'stat -c %u /w/file; (: >/w/no) 2>/dev/null; echo $?' | tr '\n' ' ')" "7000 2 "
is "two binds of two owners" "$(mkdir -p "$d/other"; chown 4321:4321 "$d/other"; box -u 7000:7001 -B "$d/ws:/w:own" -B "$d/other:/o:own" $go stat -c '%u:%g' /w /o | tr '\n' ' ')" "7000:7001 7000:7001 "
is "a tree from nc-open" "$(nc-open -t "100:$d/ws" nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" -u 7000:7001 -B fd:100:/w:own $go stat -c %u /w/file)" 7000
is "the owner of a descriptor" "$(box -u fd:9 -B "$d/ws:/w:own" $go stat -c %u /w/file 9<"$d/other")" 4321
is "no descriptor of it stays" "$(box -u 7000:7001 -B "$d/ws:/w:own" $go ls /proc/self/fd)" "$(box -B "$d/ws:/w" $go ls /proc/self/fd)"
is "nor its child" "$(box -u 7000:7001 -B "$d/ws:/w:own" $go ls /proc | grep -c '^[0-9]')" 2
like "a file system that cannot" "$(err box -u 7000:7001 -B /proc:/w:own $go true)" "^nc-rootfs: fatal: unable to map the owner of /proc: .*; in a user namespace, and on some file systems, owners cannot be mapped"
is "where owner and workload are one nothing is mapped, on any file system" "$(box -u 0:0 -B /proc:/w:own $go echo ran)" ran
code "own for a root file system" 100 nc-unshare -m nc-rootfs -b "$d/ws:/:own" true
if $unpriv unshare -U true 2>/dev/null
then
  mkdir "$d/mine"; chown 1000:1000 "$d/mine"
  user () { $unpriv nc-userns -a nomap nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" "$@" ; }
  ok "without privilege, one's own files" user -u 1000:1000 -B "$d/mine:/w:own" $go sh -c ': >/w/made'
  code "another's: the kernel does not map them, and it ends" 111 user -u 1000:1000 -B "$d/ws:/w:own" $go true
else skip "own without privilege" "user namespaces for users"
fi

# -V
layers () { rm -rf "$1"; mkdir -m 700 "$1" "$1/work"; mkdir "$1/upper"; chown 7000:7001 "$1/upper"; }
tree () { (cd "$d/ws" && find . -exec stat -c '%n %u:%g %a %s' {} + | LC_ALL=C sort && cat file .git/config) ; }
o="$d/up,per:x"
layers "$o"
before=$(tree)
is "-V: the lower directory shows" "$(box -u 7000:7001 -V "/w:$d/ws:$d/up,per\\:x:own" $go $they cat /w/file | head -n 1)" text
ok "it can be written to, all over" box -u 7000:7001 -V "/w:$d/ws:$d/up,per\\:x:own" $go $they \
  sh -c 'echo changed >/w/file && rm -r /w/.git && mkdir /w/.git && : >/w/.git/new && mv /w/sub/deep /w/deep 2>/dev/null || cp -r /w/sub/deep /w/deep; : >/w/a,b:c/f'
is "the lower directory stays" "$(tree)" "$before"
is "the changes are in the upper one" "$(cd "$o/upper" && find . -type f | LC_ALL=C sort | tr '\n' ' ')" "./.git/new ./a,b:c/f ./file "
is "and belong to the workload" "$(stat -c %u:%g "$o/upper/file")" 7000:7001
is "they are there the next time" "$(box -u 7000:7001 -V "/w:$d/ws:$d/up,per\\:x:own" $go $they cat /w/file)" changed
is "no xattr leads elsewhere" "$(find "$o/upper" -type d -exec python3 -c 'import os, sys; [print(x) for p in sys.argv[1:] for x in os.listxattr(p) if "redirect" in x or "metacopy" in x]' {} +)" ""
code "noexec" 126 box -u 7000:7001 -V "/w:$d/ws:$d/up,per\\:x:own,noexec" $go sh -c 'cp /bin/true /w/prog; exec /w/prog'
is "-V: nosuid and nodev" "$(box -V "/w:$d/ws:$d/up,per\\:x" $go awk '$5 == "/w" { print $6 }' /proc/self/mountinfo | cut -d, -f1-3)" rw,nosuid,nodev
is "no host path in its options" "$(box -V "/w:$d/ws:$d/up,per\\:x" $go grep -c "$d" /proc/self/mountinfo)" 0
is "only one mount of it is there" "$(box -u 7000:7001 -V "/w:$d/ws:$d/up,per\\:x:own" $go sh -c 'awk "{ print \$5 }" /proc/self/mountinfo | sort | uniq -d')" ""
layers "$d/theirs"; chown 1000 "$d/theirs"
code "a directory of another's" 111 box -V "/w:$d/ws:$d/theirs" $go true
layers "$d/open"; chmod 777 "$d/open"
code "one that others may write to" 111 box -V "/w:$d/ws:$d/open" $go true
ln -s "$o" "$d/link"
code "a link" 111 box -V "/w:$d/ws:$d/link" $go true
layers "$d/planted"; rmdir "$d/planted/upper"; ln -s "$o/upper" "$d/planted/upper"
code "a link as upper directory" 111 box -V "/w:$d/ws:$d/planted" $go true
mkdir -m 700 "$d/none"
code "no upper directory: none is made" 111 box -V "/w:$d/ws:$d/none" $go true
is "and none was" "$(ls "$d/none")" ""
code "a file as lower" 111 box -V "/w:$d/ws/file:$d/up,per\\:x" $go true
for bad in "" /w "/w:$d/ws" "w:$d/ws:/x" "/w:ws:/x" "/w:$d/ws:x" "/w:$d/ws:/x:rw" "/w:$d/ws:/x:own:y"
do code "-V '$bad'" 100 nc-unshare -m nc-rootfs -V "$bad" true
done
if $unpriv unshare -U true 2>/dev/null
then
  mkdir -p "$d/mine/lower/dir" && mkdir -m 700 "$d/mine/o" && mkdir "$d/mine/o/upper" "$d/mine/o/work" && : >"$d/mine/lower/dir/f" && chown -R 1000:1000 "$d/mine"
  ok "-V without privilege" user -V "/w:$d/mine/lower:$d/mine/o" $go sh -c 'rm -r /w/dir && mkdir /w/dir && : >/w/dir/g'
  is "opaque by an xattr of users" "$(python3 -c 'import os, sys; print(os.getxattr(sys.argv[1], "user.overlay.opaque"))' "$d/mine/o/upper/dir")" "b'y'"
  ok "the lower directory stays" test -e "$d/mine/lower/dir/f"
fi

# -P
list () { stat -c '= %d %i' "$1"; shift; for l; do printf '%s\n' "$l"; done ; }
protect () { list "$d/ws" 'd .git' 'r .git/config' 'r .git/hooks' >"$d/list"; box -B "$d/ws:/w" -P /w:fd:9 "$@" 9<"$d/list" ; }
is "-P: what is protected is read-only" "$(protect $go sh -c 'for f in config hooks/pre-commit hooks/new; do (echo x >>/w/.git/$f) 2>/dev/null && echo $f; done; :')" ""
is "what is not can be written to" "$(protect $go sh -c 'for f in .git/other file; do (echo x >>/w/$f) && echo $f; done' | tr '\n' ' ')" ".git/other file "
code "its parent cannot be renamed" 1 protect $go mv /w/.git /w/moved
code "nor it" 1 protect $go mv /w/.git/config /w/.git/moved
code "nor can something be renamed over it" 1 protect $go mv /w/.git/other /w/.git/config
code "nor is it removed" 1 protect $go rm -rf /w/.git
ok "control: without -P all of that is done" box -B "$d/ws:/w" $go sh -c 'mv /w/.git /w/moved && echo x >>/w/moved/config && mv /w/moved/config /w/moved/c && mv /w/moved/c /w/moved/config && mv /w/moved /w/.git'
is "by a pipe" "$(list "$d/ws" 'r .git' | { box -B "$d/ws:/w" -P /w:fd:9 $go sh -c '(: >/w/.git/n) 2>/dev/null; echo $?' 9<&0 </dev/null; })" 2
is "its descriptor is closed" "$(protect $go sh -c 'ls /proc/self/fd | grep -cx 9')" 0
odd="$d/ws/a${newline}b$(printf '\t')c\\d"
mkdir "$odd"
is "names with a newline, a tab and a backslash" "$(list "$d/ws" 'd a\nb\tc\\d' | box -B "$d/ws:/w" -P /w:fd:0 $go sh -c 'grep -c "/w/a" /proc/self/mountinfo' 2>&1)" 1
rmdir "$odd"
is "with own, the map holds" "$(list "$d/ws" 'd .git' 'r .git/config' | box -u 7000:7001 -B "$d/ws:/w:own" -P /w:fd:0 $go $they stat -c %u /w/.git/config)" 7000
ln -s file "$d/ws/.rc"
is "a symbolic link itself: it stays what it is" "$(list "$d/ws" 'r .rc' | box -B "$d/ws:/w" -P /w:fd:0 $go sh -c 'rm -f /w/.rc 2>/dev/null; ln -sf x /w/.rc 2>/dev/null; readlink /w/.rc')" file
rm "$d/ws/.rc"
mkdir "$d/twin"
code "another directory than the one described" 111 sh -c 'stat -c "= %d %i" "$1" | { shift; "$@"; }' sh "$d/twin" nc-unshare -pm nc-rootfs -B "$d/ws:/w" -P /w:fd:0 true
like "says so" "$(list "$d/twin" | err box -B "$d/ws:/w" -P /w:fd:0 true)" 'unable to protect /w: it is not the directory that fd:0 describes$'
code "a path that is not there" 111 sh -c 'printf "%s\nr .git/absent\n" "$(stat -c "= %d %i" "$1")" | { shift; "$@"; }' sh "$d/ws" nc-unshare -pm nc-rootfs -B "$d/ws:/w" -P /w:fd:0 true
ln -s /etc "$d/ws/link"
code "W-29: a planted link is not followed" 111 sh -c 'printf "%s\nr link/passwd\n" "$(stat -c "= %d %i" "$1")" | { shift; "$@"; }' sh "$d/ws" nc-unshare -pm nc-rootfs -h -B "$d/ws:/w" -P /w:fd:0 true
code "nor is .. left by" 111 sh -c 'printf "%s\nr ../../etc/absent\n" "$(stat -c "= %d %i" "$1")" | { shift; "$@"; }' sh "$d/ws" nc-unshare -pm nc-rootfs -B "$d/ws:/w" -P /w:fd:0 true
rm "$d/ws/link"
for bad in "" "x" "= 1" "= x 1" "= 1 x" "= 1 1 1" "$(list "$d/ws" 'x file')" "$(list "$d/ws" 'r')" "$(list "$d/ws" 'r ')" "$(list "$d/ws" 'r /etc')" "$(list "$d/ws" 'r a\b')" "$(list "$d/ws" 'r a\')"
do is "a malformed list: $(show "$bad" | tail -c 12)" "$(printf '%s\n' "$bad" | { nc-unshare -pm nc-rootfs -B "$d/ws:/w" -P /w:fd:0 echo ran 2>/dev/null; echo $?; })" 100
done
is "a list that is cut off" "$(list "$d/ws" 'r file' | head -c -1 | { nc-unshare -pm nc-rootfs -B "$d/ws:/w" -P /w:fd:0 echo ran 2>/dev/null; echo $?; })" 100
code "a destination that is not there" 111 nc-unshare -pm nc-rootfs -P /w:fd:9 true 9<"$d/list"
for bad in "" /w /w:9 w:fd:9 /w:fd:x /w:fd:9:x
do code "-P '$bad'" 100 nc-unshare -m nc-rootfs -P "$bad" true
done
done_testing
