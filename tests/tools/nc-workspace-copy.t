#!/bin/sh
# also: asan
# nc-workspace -m copy-in-out: what is copied, what is listed, and what comes back. W-06 and its like are named.
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -m
then skip "copies of a workspace" "root with mount namespaces"; done_testing
fi
# all of it in a mount namespace of its own, where small file systems are mounted
if [ -z "${NC_COPY_INSIDE-}" ]
then NC_COPY_INSIDE=1 unshare -m --propagation private "$0"; exit
fi
d=$TAP_TMP
chmod 755 "$d"
s=$d/state
t=$s/tree
new () # a workspace of a user's
{
  rm -rf "$d/src" "$s"
  mkdir -p "$d/src/dir/sub" "$d/src/.git/hooks"
  echo one >"$d/src/file"
  echo two >"$d/src/dir/file"
  echo config >"$d/src/.git/config"
  ln -s dir/file "$d/src/link"
  printf '#!/bin/sh\n' >"$d/src/program"
  chmod 755 "$d/src/program"
  touch -d 2001-02-03 "$d/src/file" "$d/src/dir"
  chown -R -h 1000:1000 "$d/src"
}
work () { nc-workspace -m copy-in-out -s "$s" "$@"; }
run () # shell words, below the copy; says what it is told on standard error in $d/said
{
  work ${options-} "$d/src" sh -c "cd '$t' && { $1
}" >"$d/out" 2>"$d/said"
  status=$?
}
said () { grep -Fqx "nc-workspace: $1" "$d/said"; }
look () { (cd "$1" && find . ! -name . -printf '%P %y %m %u %g %T@ %l\n' | sort; find . -type f | sort | xargs cat); }

# what is copied
new
run 'find . -printf "%P %y %m %T@ %l\n" | sort'
is "data, mode, mtime and links arrive" "$(grep -v '^ ' "$d/out")" "$(cd "$d/src" && find . -printf '%P %y %m %T@ %l\n' | sort | grep -v '^ ')"
is "the code is the program's" "$status" 0
is "nothing changed: nothing is said" "$(cat "$d/said")" ""
is "nothing of it stays" "$(find "$s" -mindepth 1 -printf '%P ')" "lock changes "
like "the state directory is the caller's own" "$(stat -c '%a %u' "$s")" '^700 0$'
run 'exit 7'
is "another code is the program's too" "$status" 7
options="-u 990:990" run 'find . -printf "%U %G\n" | sort -u; stat -c %a .'
is "-u: it belongs to the workload, and nobody else may enter" "$(tr '\n' ' ' <"$d/out")" "990 990 700 "
exec 8<"$d/src"
options="-u fd:8" run 'find . -printf "%U %G\n" | sort -u; [ -e /proc/self/fd/8 ] || echo closed'
is "-u fd:N: to whom the descriptor's file belongs, which is closed" "$(tr '\n' ' ' <"$d/out")" "1000 1000 closed "
options="-k -u fd:8" run '[ -e /proc/self/fd/8 ] && echo open'
is "-k: it stays open" "$(cat "$d/out")" open
exec 8<&-

# the listing and applying
before=$(look "$d/src")
all='echo changed >file; echo new >new; mkdir made; echo in >made/file; rm -r dir; chmod 700 program; rm link; ln -s new link'
options="-a drop" run "$all"
is "-a drop: the workspace is as it was" "$(look "$d/src")" "$before"
for line in "changed: file" "added: new" "added: made" "added: made/file" "removed: dir" "removed: dir/file" "removed: dir/sub" "mode: program" "changed: link"
do ok "listed: $line" said "info: $line"; done
is "in the file as well" "$(sort "$s/changes" | tr '\n' ' ')" \
  "added made added made/file added new changed file changed link mode program removed dir removed dir/file removed dir/sub "
is "-a drop: code" "$status" 0
[ ! -e "$t" ]; tap_result $? "-a drop: the copy is gone"
options="-a keep" run "$all"
is "-a keep: the workspace is as it was" "$(look "$d/src")" "$before"
is "-a keep: the copy is there" "$(cat "$t/new" 2>&1)" new
options="-Q" run "$all"
ok "the next run puts aside what was kept" grep -q "what an earlier run has kept is now in $s/left.1" "$d/said"
is "where it is whole" "$(cat "$s/left.1/tree/new" 2>&1)" new
is "-Q: nothing is listed" "$(grep -c info "$d/said")" 0
is "applied" "$(cd "$d/src" && cat file new made/file; readlink link; stat -c %a program; ls)" "changed
new
in
new
700
file
link
made
new
program"
is "with its code" "$status" 0

# W-06: what a workload leaves is never set-id, nor root's
new
run 'cp /bin/true new; chmod 6755 new program; mkdir sgid; chmod 2777 sgid; echo x >>file; echo x >sgid/f'
is "W-06: no set-id bit comes back, new files belong to whom their directory does" "$(cd "$d/src" && stat -c '%n %a %u %g' new program sgid sgid/f file)" "new 755 1000 1000
program 755 1000 1000
sgid 777 1000 1000
sgid/f 644 1000 1000
file 644 1000 1000"
is "W-06: control: the workload had them" "$status" 0
new
chown 5:6 "$d/src/file"
run 'echo x >>file; touch -d 2002-03-04 file'
is "W-06: a file that is replaced keeps its owner; mtime comes back" "$(stat -c '%u %g %y' "$d/src/file" | cut -c1-14)" "5 6 2002-03-04"

# W-06: the host's own changes meanwhile
new
run "echo theirs >file; rm dir/file; echo new >both; echo same >equal; chmod 700 program
  echo mine >'$d/src/file'; echo mine >'$d/src/dir/file'; echo mine >'$d/src/both'; echo same >'$d/src/equal'; chmod 711 '$d/src/program'; echo mine >'$d/src/only'"
is "W-06: a conflict: the code" "$status" 1
is "W-06: a conflict: nothing of the host's is lost" "$(cd "$d/src" && cat file dir/file both equal only; stat -c %a program)" "mine
mine
mine
same
mine
711"
for p in file dir/file both program; do ok "W-06: a conflict is named: $p" said "error: not applied, the host has changed it: $p"; done
is "what is equal is none" "$(grep -c 'equal$' "$d/said")" 1
is "what was not applied is kept" "$(cat "$t/file" "$t/both" 2>&1)" "theirs
new"
new
run "rm -r dir; echo mine >'$d/src/dir/new'"
is "a directory that the host has put something into stays" "$(ls "$d/src/dir")" new
is "and the code says so" "$status" 1
new
run "echo x >dir/file; mv '$d/src/dir' '$d/src/elsewhere'; ln -s '$d' '$d/src/dir'"
is "W-06: a directory swapped for a link is not followed" "$(cat "$d/src/elsewhere/file"; ls -d "$d/file" 2>&1 | grep -c 'No such')" "two
1"
new
mkdir "$d/victim"
run "mkdir added; echo x >added/file; ln -s '$d/victim' '$d/src/added'"
is "W-06: nor is a link where a directory was to be made" "$(ls -A "$d/victim")" ""

# links
new
run 'ln -s /etc/passwd absolute; ln -s ../../etc out; mkdir -p a; ln -s ../file a/in; ln -s ../../x a/out; ln -s . here; ln -s here/../../x tricky; ln -s nowhere dangling'
for p in absolute out a/out tricky
do
  ok "a link that leads out is named: $p" said "error: not applied, a link that leads out of the workspace: $p"
  [ ! -L "$d/src/$p" ]; tap_result $? "and not made: $p"
done
for p in a/in here dangling; do is "a link that stays inside is made: $p" "$(readlink "$d/src/$p")" "$(readlink "$t/$p")"; done
new
ln -s /etc/hostname "$d/src/theirs"
ln -s /etc "$d/src/etc"
run 'ln -s etc/passwd through; echo x >>file'
is "one that was there stays, and is not followed" "$(readlink "$d/src/theirs")" /etc/hostname
ok "one that leads through it is refused" said "error: not applied, a link that leads out of the workspace: through"

# types
new
run 'rm file; mkdir file; echo x >file/x; rm -r dir; echo x >dir; rm link; echo x >link; rm program; ln -s file program; mkfifo fifo'
is "a file becomes a directory, a directory a file, links both" "$(cd "$d/src" && cat file/x dir link; readlink program)" "x
x
x
file"
ok "a FIFO is refused" said "error: not applied, neither file, directory nor link: fifo"
new
mkfifo "$d/src/fifo"
mknod "$d/src/null" c 1 3
run '[ ! -e fifo ] && [ ! -e null ] && echo x >new'
is "specials are not copied, named, and stay" "$status $(stat -c %F "$d/src/fifo" "$d/src/null" | tr '\n' ' ')$(grep -c 'not copied, neither' "$d/said")" "0 fifo character special file 2"
new
ln "$d/src/file" "$d/src/hard"
run 'echo more >>file'
is "a hard link: the other name keeps its content" "$(cat "$d/src/hard")" one
new
truncate -s 1G "$d/src/sparse"
run 'printf x | dd of=sparse bs=1 seek=1000000 conv=notrunc 2>/dev/null'
is "a sparse file stays sparse" "$status $(stat -c %s "$d/src/sparse") $(test "$(stat -c %b "$d/src/sparse")" -lt 10000; echo $?)" "0 1073741824 0"
new
chmod 555 "$d/src/dir"
options="-u 990:990" run 'chmod 755 dir; echo x >dir/new; chmod 555 dir; mkdir ro; echo x >ro/f; chmod 555 ro'
is "directories that nobody may write to" "$status $(cat "$d/src/dir/new" "$d/src/ro/f" | tr '\n' ' ')$(stat -c %a "$d/src/dir" "$d/src/ro" | tr '\n' ' ')" "0 x x 555 555 "
new
run 'cp -p file ../file.new; printf two >file; touch -r ../file.new file; rm ../file.new; mv program program2'
is "content of the same size and time is noticed; a rename is one removed, one added" "$(cat "$d/src/file") $(ls "$d/src" | tr '\n' ' ')" "two dir file link program2 "

# protected names
printf '%s\n' '**/.git/hooks/' '**/.git/config' .envrc >"$d/list"
new
options="-p $d/list" run 'echo x >>.git/config; echo x >.git/hooks/pre-commit; echo x >.envrc; mkdir -p sub/.git/hooks; echo x >sub/.git/config; echo x >ok; ln -s sub/.git dir/.git'
is "protected: the code" "$status" 1
for p in .git/config .git/hooks/pre-commit .envrc sub/.git/hooks sub/.git/config dir/.git; do ok "protected, named: $p" said "error: not applied, protected: $p"; done
is "protected: not applied, also where it did not exist; the rest is" "$(cat "$d/src/.git/config"; find "$d/src/.git" "$d/src/.envrc" "$d/src/sub" "$d/src/dir" 2>/dev/null | sed "s,$d/src/,," | sort | tr '\n' ' '; cat "$d/src/ok")" "config
.git .git/config .git/hooks dir dir/file dir/sub sub sub/.git x"
new
options="-p $d/list" run 'mv .git moved'
is "protected: nor removed by a rename of what it is in" "$(cat "$d/src/.git/config"; ls -A "$d/src/.git" | tr '\n' ' ')" "config
config hooks "
new
options="-p $d/list -l .envrc" run 'echo x >.envrc; echo x >>.git/config'
is "-l lifts one of them" "$(cat "$d/src/.envrc" "$d/src/.git/config" | tr '\n' ' ')" "x config "
new
run 'echo x >>.git/config; echo x >.envrc'
is "control: without a list all are applied" "$(tail -n 1 "$d/src/.git/config") $(cat "$d/src/.envrc") $status" "x x 0"

# names and depths
new
long=$(printf '%0255d' 0)
deep=$(perl -e 'print join "/", ("d") x 1000')
perl -e 'chdir $ARGV[0]; for (1 .. 1000) { mkdir "d"; chdir "d" or die } open F, ">", "leaf"; print F "deep\n"' "$d/src"
run "echo x >'line
two'; echo x >$long; mv 'd' 'e'; perl -e 'chdir \$ARGV[0] or die; for (1 .. 60) { mkdir \$ARGV[1]; chdir \$ARGV[1] or die } open F, \">\", \"leaf\"; print F \"x\"' . ${long%?}1"
is "a name of 255 bytes, one with a newline, 1,000 levels, paths longer than PATH_MAX" "$status $(cat "$d/src/line
two" "$d/src/$long" | tr '\n' ' ')$(cd "$d/src" && find e -name leaf | wc -c) $(find "$d/src" -name leaf | wc -l)" "0 x x $((${#deep} + 6)) 2"
is "each change is one line" "$(grep -vc '^nc-workspace: ' "$d/said")" 0
rm -rf "$d/src" "$s"

# full disks
new
mkdir "$d/small"
mount -t tmpfs -o size=64k small "$d/small"
head -c 200000 /dev/zero >"$d/src/big"
like "no room for the copy: 111, and why" "$(err nc-workspace -m copy-in-out -s "$d/small/state" "$d/src" true; echo "$?")" 'unable to copy big of the workspace .*: No space left on device'
code "no room for the copy: the code" 111 nc-workspace -m copy-in-out -s "$d/small/state" "$d/src" true
is "and nothing of it stays" "$(find "$d/small/state" -mindepth 1 -printf '%P ')" "lock "
umount "$d/small"
new
mount -t tmpfs -o size=64k,uid=1000,gid=1000 small "$d/small"
echo old >"$d/small/file"
src=$d/src; rm -rf "$d/src"; ln -s small "$d/src"
nc-workspace -m copy-in-out -s "$s" "$d/small" sh -c "head -c 40000 /dev/zero >'$t/a'; head -c 200000 /dev/zero >'$t/file'" 2>"$d/said"
is "no room in the workspace: the code" "$?" 111
ok "no room in the workspace: named" grep -q 'unable to apply file .*No space left on device' "$d/said"
is "no room in the workspace: nothing half-written" "$(cat "$d/small/file"; ls -A "$d/small" | tr '\n' ' ')" "old
a file "
mount -o remount,size=1m "$d/small"
nc-workspace -m copy-in-out -s "$s" "$d/small" true 2>"$d/said"
is "with room the next run completes it" "$? $(stat -c %s "$d/small/file")" "0 200000"
umount "$d/small"
rm "$d/src"

# every system call failed once, by a full disk or one that is broken: each file is old or new, and the same line completes it
[ -x build/tests/inject ] || { mkdir -p build/tests; gcc -O1 -static -D_GNU_SOURCE -o build/tests/inject tests/lib/inject.c; }
if [ "${NC_BUILD-}" != asan ] && [ "$(uname -m)" = x86_64 ]
then
  new
  line="$NC_BIN/nc-workspace -m copy-in-out -s $s $d/src $d/payload"
  printf '#!/bin/sh\ncd %s && echo new >file && echo new >added && rm -f dir/file && chmod 700 dir/sub\n' "$t" >"$d/payload"
  chmod 755 "$d/payload"
  build/tests/inject -l "$d/calls" $line 2>/dev/null
  bad= n=0 e=28
  # every second, but for libc's own, those that cannot fail, and those of the wait
  for point in $(awk '$1 == 0 && $2 > 9 && $2 % 2 && $4 !~ /^(12|13|14|28|39|60|61|62|107|110|128|231)$/ { print $2 }' "$d/calls")
  do
    new
    build/tests/inject -p 0 -n "$point" -e $e -o "$d/hit" $line >/dev/null 2>"$d/said"
    c=$?
    n=$((n + 1))
    # what was applied was all of it, but for a line of the list; or another way to do the same was found
    case $c:$(cat "$d/src/file" "$d/src/added" 2>/dev/null | tr '\n' ' ') in 111:*|100:*|"0:new new ") ;; 1:*) grep -q 'not applied' "$d/said" || bad="$bad code 1 at $point;" ;; *) bad="$bad code $c at $point;" ;; esac
    [ $c -eq 0 ] || [ -s "$d/said" ] || bad="$bad silent at $point;"
    for f in file added dir/file
    do case $f:$(cat "$d/src/$f" 2>/dev/null) in file:one|*:new|added:|dir/file:two|dir/file:) ;; *) bad="$bad $f half-written at $point;" ;; esac
    done
    $line >/dev/null 2>"$d/said" || bad="$bad the rerun after $point: $(cat "$d/said");"
    [ "$(cat "$d/src/file" "$d/src/added" "$d/src/dir/file" 2>/dev/null)" = "new
new" ] || bad="$bad not complete after $point;"
    [ -z "$(find "$d/src" -name '.nc-workspace*')" ] || bad="$bad a temporary file after $point;"
    [ $e -eq 28 ] && e=5 || e=28
  done
  is "ENOSPC or EIO at each of $n calls: an error, nothing half-written, the next run completes" "$bad" ""
else skip "ENOSPC at each call" "the injector"
fi

# the source, and what changes while it is looked at
new
code "a file is no workspace" 111 work "$d/src/file" true
code "nor a FIFO" 111 work "$d/src/fifo" true
mkfifo "$d/fifo"
code "nor a FIFO that is there" 111 work "$d/fifo" true
ln -s src "$d/open-link"
chmod 777 "$d"
like "W-30: nor a link that others could replace" "$(err work "$d/open-link" true)" 'a symbolic link is followed only where'
chmod 755 "$d"
code "nor a magic link" 111 work /proc/self/cwd true
code "nor /proc" 100 work /proc true
code "nor /sys" 100 work /sys true
code "nor /" 100 work / true
code "nor nothing" 111 work "$d/none" true
mkdir -m 700 "$s"
code "the state directory is not the workspace" 100 nc-workspace -m copy-in-out -s "$s" "$s" true
like "nor in it" "$(err nc-workspace -m copy-in-out -s "$d/src/state" "$d/src" true)" 'state directory, which lies in the workspace'
rm -rf "$d/src/state"
code "a state directory that others may enter is refused" 100 nc-workspace -m copy-in-out -s "$d" "$d/src" true
mkdir -m 700 "$d/other"; chown 1000 "$d/other"
code "one of somebody else" 100 nc-workspace -m copy-in-out -s "$d/other" "$d/src" true
code "none" 100 nc-workspace -m copy-in-out "$d/src" true
code "a relative one" 100 nc-workspace -m copy-in-out -s state "$d/src" true
work "$d/src" sh -c "nc-workspace -m copy-in-out -s $s $d/src true 2>$d/said; echo \$? >$d/code"
is "two containers do not share one" "$(cat "$d/code") $(grep -c 'state directory in use' "$d/said")" "111 1"
new
mkdir "$d/swap"
echo secret >"$d/swap/file"
perl -e '$SIG{TERM} = sub { exit }; chdir $ARGV[0]; for (;;) { rename "dir", "away"; symlink "../swap", "dir"; unlink "dir"; rename "away", "dir" }' "$d/src" &
racer=$!
bad= i=0
while [ $i -lt 60 ]
do
  i=$((i + 1))
  options="-a drop" run '[ "$(cat dir/file 2>/dev/null)" != secret ]'
  case $status in 0|111) ;; *) bad="$bad $status" ;; esac
done
kill $racer; wait $racer 2>/dev/null
is "a directory swapped for a link meanwhile is never followed" "$bad" ""

# without privilege
if $unpriv unshare -Urm true 2>/dev/null
then
  new
  mkdir -m 700 "$d/home"; chown 1000:1000 "$d/home"
  $unpriv "$NC_BIN/nc-userns" -a nomap "$NC_BIN/nc-workspace" -m copy-in-out -s "$d/home/.local/state/x" "$d/src" \
    sh -c "cd $d/home/.local/state/x/tree && echo x >file && echo x >new && chmod 000 new && mkdir locked && echo x >locked/f && chmod 000 locked" 2>"$d/said"
  is "without privilege: applied by the user" "$? $(cat "$d/src/file" "$d/src/new" "$d/src/locked/f" | tr '\n' ' ')$(stat -c '%a %u' "$d/src/new" "$d/src/locked" | tr '\n' ' ')" "0 x x x 0 1000 0 1000 "
  new
  chown 0:0 "$d/src/file"
  $unpriv "$NC_BIN/nc-userns" -a nomap "$NC_BIN/nc-workspace" -m copy-in-out -s "$d/home/.local/state/x" "$d/src" \
    sh -c "cd $d/home/.local/state/x/tree && echo x >file && echo x >new" 2>"$d/said"
  is "without privilege: what would change its owner is not applied, and named" "$? $(cat "$d/src/file" "$d/src/new" | tr '\n' ' ')$(grep -c 'not applied: file: not permitted' "$d/said")" "1 one x 1"
else skip "without privilege" "user namespaces for users"
fi
done_testing
