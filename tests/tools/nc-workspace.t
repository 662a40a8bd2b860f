#!/bin/sh
# also: asan
# nc-workspace: the line, workspaces that are bound, what is protected in them, placeholders, overlays.
. tests/lib/tap.sh
. tests/lib/chain.sh

d=$TAP_TMP
chmod 755 "$d"
s=$d/state
mkdir "$d/src"

# the line
for words in "-m x $d/src true" "-m bind-rx $d/src true" "-a x $d/src true" "-s relative $d/src true" "-m copy-in-out $d/src true" "-m overlay-in-out $d/src true" \
  "-u 1 $d/src true" "-u 1:x $d/src true" "-u :1 $d/src true" "-u 4294967296:1 $d/src true" "-u fd:77 $d/src true" "-f 2 $d/src true" "-f x $d/src true" \
  "-l # $d/src true" "-l a//b $d/src true" "-l .. $d/src true" "$d/src" "-p /dev/null $d/src true" "-p /dev $d/src true"
do code "refused: $words" 100 nc-workspace $words
done
printf 'fine\na/../b\n' >"$d/bad"
like "a malformed list: its line" "$(err nc-workspace -p "$d/bad" "$d/src" true)" "malformed pattern: $d/bad:2"
code "no such list" 111 nc-workspace -p "$d/none" "$d/src" true
for c in 0 3 255; do code "exit code $c" $c nc-workspace "$d/src" sh -c "exit $c"; done
code "killed by a signal" 137 nc-workspace "$d/src" sh -c 'kill -9 $$'
nc-workspace "$d/src" sh -c "trap 'exit 9' TERM; : >$d/up; while :; do sleep 0.05; done" &
k=$!
eventually test -e "$d/up"
kill $k
wait $k
is "signals are forwarded" $? 9
nc-workspace "$d/src" sh -c "echo \$\$ >$d/child; sleep 100" &
k=$!
eventually test -s "$d/child"
kill -9 $k
wait $k 2>/dev/null
ok "killed: prog ends with it" eventually gone "$(cat "$d/child")"
code "a workspace that is bound read-only" 4 nc-workspace -m bind-ro "$d/src" sh -c 'exit 4'

printf '%s\n' '**/.git/hooks/' '**/.git/config' '**/.git/config.worktree' '**/.git/commondi[r]' .bashrc .vscode/ >"$d/list"
new ()
{
  rm -rf "$d/src" "$s"
  mkdir -p "$d/src/.git" "$d/src/a/b/.git/hooks" "$d/src/plain" "$d/src/.vscode"
  echo config >"$d/src/.git/config"
  echo rc >"$d/src/.bashrc"
  echo hook >"$d/src/a/b/.git/hooks/pre-commit"
  echo task >"$d/src/.vscode/tasks.json"
}
work () { nc-workspace -s "$s" -p "$d/list" "$@"; }
new
is "the lines for nc-rootfs -P: what is protected, and what is around it" "$(work -f 9 "$d/src" cat /proc/self/fd/9)" "= $(perl -e 'my @s = stat $ARGV[0]; print "$s[0] $s[1]"' "$d/src")
r .bashrc
d .git
r .git/config
r .git/config.worktree
r .git/hooks
r .vscode
d a
d a/b
d a/b/.git
r a/b/.git/config
r a/b/.git/config.worktree
r a/b/.git/hooks"
mkdir "$d/src/odd
\\dir"
: >"$d/src/odd
\\dir/.bashrc"
is "odd names are escaped" "$(work -f 9 "$d/src" sed -n 's/^[rd] odd/&/p' /proc/self/fd/9)" 'd odd\n\\dir
r odd\n\\dir/.bashrc'
new
mkdir "$d/src/lib"; echo rc >"$d/src/lib/rc"; rm "$d/src/.bashrc"; ln -s lib/rc "$d/src/.bashrc"
is "a link: what it leads to in the workspace" "$(work -f 9 "$d/src" grep -E 'rc|lib' /proc/self/fd/9)" "d lib
r lib/rc"
ln -sfn /etc/passwd "$d/src/.bashrc"
is "a link: nothing where it leads out" "$(work -f 9 "$d/src" grep -E 'rc|lib|etc' /proc/self/fd/9)" ""
rm -rf "$d/src/.git"; echo 'gitdir: x' >"$d/src/.git"
is "a .git that is a file is protected itself" "$(work -f 9 "$d/src" grep -x 'r .git' /proc/self/fd/9)" "r .git"
new
is "-l lifts" "$(work -l .vscode/ -l '**/.git/hooks/' -f 9 "$d/src" grep -Ec 'vscode|hooks' /proc/self/fd/9)" 0
is "without a list: the workspace alone" "$(nc-workspace -f 9 "$d/src" wc -l </dev/null 9<&- | head -c 0; nc-workspace -f 9 "$d/src" grep -c . /proc/self/fd/9)" 1
code "-f: a number in use" 100 sh -c "exec 9</dev/null; nc-workspace -f 9 $d/src true"

# placeholders
new
before=$(find "$d/src" | sort)
is "placeholders: a missing name below .git is an empty file or directory" "$(work "$d/src" find "$d/src" -empty -printf '%P %y %s\n' | grep -v plain | sed 's/ d .*/ d/' | sort)" ".git/config.worktree f 0
.git/hooks d
a/b/.git/config f 0
a/b/.git/config.worktree f 0"
is "placeholders: nothing of them stays" "$(find "$d/src" | sort)" "$before"
code "placeholders: nor of their journal, nor of its directory" 1 test -e "$s"
is "-n: none" "$(nc-workspace -n -p "$d/list" "$d/src" find "$d/src" | sort)" "$before"
like "without a state directory there are none, and it says so" "$(err nc-workspace -p "$d/list" "$d/src" true)" 'need a state directory'
is "and leaves nothing" "$(find "$d/src" | sort)" "$before"
work "$d/src" sh -c "echo mine >>$d/src/.git/config.worktree; echo mine >$d/src/.git/new; mv $d/src/.git/new $d/src/a/b/.git/config; : >$d/src/.git/hooks/x" 2>"$d/said"
is "what is no longer empty, or another file, stays" "$? $(cat "$d/src/.git/config.worktree" "$d/src/a/b/.git/config"; ls "$d/src/.git/hooks")" "1 mine
mine
x"
for p in .git/config.worktree a/b/.git/config; do ok "and it is named: $p" grep -q "error: protected, and it changed: $p\$" "$d/said"; done
new
mkdir "$d/src/lonely"
is "elsewhere no ghost files: no .git, nothing is made" "$(rm -rf "$d/src/.git" "$d/src/a"; work "$d/src" find "$d/src" | sort)" "$(find "$d/src" | sort)"
new
work "$d/src" sh -c 'kill -9 $PPID; sleep 1' 2>/dev/null
ok "killed: placeholders stay" test -d "$d/src/.git/hooks"
: >"$d/src/.git/config.worktree.new"; mv "$d/src/.git/config.worktree.new" "$d/src/.git/config.worktree"
work "$d/src" true
is "killed: the next run clears what is still that inode, and leaves what is not" "$(find "$d/src/.git" "$d/src/a/b/.git" | sed "s,$d/src/,," | sort | tr '\n' ' ')" \
  ".git .git/config .git/config.worktree a/b/.git a/b/.git/hooks a/b/.git/hooks/pre-commit "
new
mkdir -m 700 "$d/run"
before=$(find "$d/src" | sort)
nc-scope -r "$d/run" -n box nc-workspace -s "$s" -p "$d/list" "$d/src" sh -c "cp $d/run/box/undo/*-placeholder $d/entry; kill -9 \$(awk '/^PPid/ { print \$2 }' /proc/\$PPID/status) \$PPID; sleep 1" 2>/dev/null
is "killed with its scope: the journal names the directory" "$(cat "$d/entry")" "$s"
eventually nc-gc -r "$d/run"
is "killed with its scope: nc-gc clears them" "$(find "$d/src" | sort)" "$before"
code "and the journal on disk, with its directory" 1 test -e "$s"
# another container's journal is not this scope's
new
mkdir -m 700 "$s"
printf '%s\n' 00000000000000000000000000000000 "$(perl -e 'my @s = stat $ARGV[0]; print "$s[0] $s[1]"' "$d/src") $d/src" "t ../victim" >"$s/placeholders"
: >"$d/victim"
code "a journal that names what is not its own is refused" 111 work "$d/src" true
ok "and nothing is removed" test -e "$d/victim"

# at the end
new
work "$d/src" sh -c "cd $d/src && echo x >>.git/config && rm .bashrc && mkdir -p new/.git/hooks && echo x >new/.git/hooks/y && chmod 700 .vscode && echo x >plain/file && echo ../x >.git/commondir" 2>"$d/said"
is "what changed, appeared or was removed: the code" $? 1
for l in "it changed: .git/config" "it was removed: .bashrc" "it appeared: new/.git/hooks" "it changed: .vscode" "it appeared: .git/commondir"
do ok "named: $l" grep -Fqx "nc-workspace: error: protected, and $l" "$d/said"; done
is "nothing else is" "$(wc -l <"$d/said")" 5
new
work "$d/src" sh -c "cd $d/src && cp -p .git/config x && mv x .git/config && exit 5" 2>"$d/said"
is "the same content in another file is no change; prog's own code" "$? $(cat "$d/said")" "5 "
work "$d/src" sh -c "echo x >>$d/src/.bashrc; exit 5" 2>"$d/said"
is "prog's own code goes first" $? 5
new
work -q "$d/src" sh -c "cd $d/src && echo x >>.git/config && echo x >.vscode/more && mkdir plain/.vscode && echo x >plain/.vscode/y" 2>"$d/said"
is "-q: moved aside" "$? $(cd "$d/src" && ls -A .git .vscode plain | grep -c nucleus-quarantine-) $(ls "$d/src/.vscode/tasks.json" | wc -l)" "1 3 1"
ok "-q: and says where to" grep -q 'moved aside: .git/config is now config.nucleus-quarantine-' "$d/said"

# the event
if [ "$(id -u)" -eq 0 ]
then
  new
  nc-scope -r "$d/run" -n box -e "$d/events" nc-workspace -s "$s" -p "$d/list" "$d/src" sh -c "echo x >>$d/src/.bashrc" 2>/dev/null
  like "an event" "$(cat "$d/events")" '"facts":\{"workspace":\{"mode":"bind-rw","protected":8,"errors":\[\{"what":"protected, and it changed","path":".bashrc"\}\]\}\}'
  nc-scope -r "$d/run" -n box -e "$d/events" nc-workspace -m copy-in-out -s "$s" -p "$d/list" "$d/src" sh -c "cd $s/tree && echo x >>.bashrc && echo x >new" 2>/dev/null
  like "an event of a copy" "$(cat "$d/events")" '"mode":"copy-in-out","protected":0,"added":1,"changed":1,"modes":0,"removed":0,"at_end":"apply","applied":1,"errors":\[\{"what":"not applied, protected","path":".bashrc"\}\]'
else skip "an event" root
fi

# the keeper while it waits
new
work -m copy-in-out "$d/src" sh -c "cat /proc/\$PPID/status >$d/status; ls -l /proc/\$PPID/fd >$d/fds 2>&1; tr -d '\\0' </proc/\$PPID/environ >$d/environ; ls /proc/self/fd | tr '\n' ' ' >$d/mine"
like "the keeper: new privileges are out" "$(cat "$d/status")" '^NoNewPrivs:.1$'
if [ "$(id -u)" -eq 0 ]
then
  is "the keeper: only what signals need is in effect" "$(sed -n 's/^CapEff:.//p' "$d/status")" 0000000000000020
  is "the keeper: and files can be had back" "$(sed -n 's/^CapPrm:.//p' "$d/status")" 000000000000003f
fi
is "the keeper: its environment is wiped" "$(cat "$d/environ")" ""

# in a container
if ! root_with -mp
then skip "in a container" "root with namespaces"; done_testing
fi
inside () # nc-workspace's options; shell words in $words
{
  nc-workspace -s "$s" "$@" -f 109 "$d/src" nc-unshare -pm nc-rootfs -h -b "$NC_BIN:$NC_BIN" -B "$d/src:/workspace" -P /workspace:fd:109 nc-pivot -d /workspace nc-init sh -c "$words" 2>"$d/said"
}
if nc-rootfs 2>&1 | grep -q -e '-P'
then
  new
  words='for f in .git/config .git/hooks/x .git/config.worktree .bashrc .vscode/x a/b/.git/hooks/x; do (echo x >>$f) 2>/dev/null && echo "$f"; done
    for f in .git a a/b a/b/.git .vscode .bashrc .git/hooks; do perl -e "exit !rename \$ARGV[0], qq(moved)" $f && echo "moved $f"; done; rm -f .bashrc 2>/dev/null && echo removed
    echo x >plain/file && echo x >.git/HEAD && echo x >a/file && mv plain renamed && echo fine'
  is "bind-rw: what is protected is read-only, no directory around it can be renamed, the rest is writable" "$(inside -p "$d/list")" fine
  is "bind-rw: nothing to be said at the end" "$(cat "$d/said")" ""
  new
  is "control: without a list it can be changed and renamed" "$(inside | head -n 4 | tr '\n' ' ')" ".git/config .git/config.worktree .bashrc .vscode/x "
  new
  words='readlink /proc/self/fd/109'
  is "the lines are not left to the container" "$(inside -p "$d/list")" ""
  new
  words=true
  nc-workspace -p "$d/list" -s "$s" -f 109 "$d/src" sh -c "mv $d/src $d/was; mkdir $d/src; exec nc-unshare -pm nc-rootfs -h -B $d/src:/workspace -P /workspace:fd:109 nc-pivot nc-init true" 2>"$d/said"
  is "a workspace swapped after it was looked at is refused" $? 111
  rm -rf "$d/src"; mv "$d/was" "$d/src"
else skip "protected paths" "nc-rootfs -P"
fi
new
is "a copy, bound: what the container writes comes back" "$(nc-workspace -m copy-in-out -Q -u 990:990 -s "$s" "$d/src" nc-unshare -pm nc-rootfs -h -b "$NC_BIN:$NC_BIN" -B "$s/tree:/workspace" nc-pivot -d /workspace nc-init \
  nc-dropcaps -u 990 -g 990 sh -c 'echo x >plain/x; rm -r a; id -u'; cat "$d/src/plain/x"; ls "$d/src")" "990
x
plain"

# an overlay
cat >"$d/over" <<END
mount -t overlay -o lowerdir=$d/src,upperdir=$s/upper,workdir=$s/work,metacopy=off,redirect_dir=off,index=off,xino=off o $d/src && cd $d/src || exit 99
END
over () # options; shell words in $words
{
  nc-workspace -m overlay-in-out -s "$s" "$@" "$d/src" unshare -m --propagation private sh -c ". $d/over; $words" 2>"$d/said"
}
new
words=true over
if [ $? -eq 99 ]; then skip "an overlay" overlay; done_testing; fi
new
echo x >"$d/src/touched"
words='echo new >new; echo x >>.bashrc; rm .vscode/tasks.json; rm -r a; mkdir a; echo x >a/f; mv plain renamed; touch touched; chmod 711 renamed; ln -s new link'
over -a drop
is "an overlay: the list" "$(sort "$s/changes" | tr '\n' ' ')" \
  "added a/f added link added new added renamed changed .bashrc removed .vscode/tasks.json removed a/b removed a/b/.git removed a/b/.git/hooks removed a/b/.git/hooks/pre-commit removed plain "
is "an overlay: -a drop" "$(ls "$d/src" | tr '\n' ' ')" "a plain touched "
over
is "an overlay: applied" "$? $(cd "$d/src" && ls -A . a .vscode | tr '\n' ' '; stat -c %a renamed)" "0 .: .bashrc .git .vscode a link new renamed touched  .vscode:  a: f 711"
new
words="echo theirs >.bashrc; echo x >.git/config; echo mine >$d/mine; cp $d/mine $d/lower/.bashrc"
mkdir "$d/lower"
mount --bind "$d/src" "$d/lower" 2>/dev/null && over -p "$d/list"
is "an overlay: conflicts and protected names" "$? $(cat "$d/src/.bashrc" "$d/src/.git/config" | tr '\n' ' ')$(grep -c 'not applied, protected: .git/config' "$d/said")" "1 mine config 1"
umount "$d/lower"
new
words='rm -r .vscode; echo x >.vscode; rm .bashrc; mkdir .bashrc; echo x >.bashrc/f; mkdir opaque; rm -r a; mkdir -p a/b; echo x >a/b/f'
over
is "an overlay: a file for a directory and the reverse, opaque directories" "$? $(cd "$d/src" && cat .vscode .bashrc/f; find a | sort | tr '\n' ' ')" "0 x
x
a a/b a/b/f "
if $unpriv unshare -Urm true 2>/dev/null && nc-rootfs 2>&1 | grep -q -e '-V'
then
  new
  chown -R 1000:1000 "$d/src"
  mkdir -m 700 "$d/home"; chown 1000:1000 "$d/home"
  $unpriv "$NC_BIN/nc-userns" -a nomap "$NC_BIN/nc-workspace" -m overlay-in-out -s "$d/home/x" "$d/src" "$NC_BIN/nc-unshare" -pm "$NC_BIN/nc-rootfs" -h -b "$NC_BIN:$NC_BIN" -V "/workspace:$d/src:$d/home/x" \
    "$NC_BIN/nc-pivot" -d /workspace "$NC_BIN/nc-init" sh -c 'echo x >.bashrc; rm -r a; mkdir a; rm -r .vscode; echo x >new; chmod 000 new' 2>"$d/said"
  is "an overlay without privilege" "$? $(cat "$d/src/.bashrc" "$d/src/new" | tr '\n' ' ')$(stat -c '%a %u' "$d/src/new") $(ls -A "$d/src" "$d/src/a" | tr '\n' ' ')" "0 x x 0 1000 $d/src: .bashrc .git a new plain  $d/src/a: "
else skip "an overlay without privilege" "user namespaces for users, nc-rootfs -V"
fi
done_testing
