#!/bin/sh
# kill -9 of nc-workspace before each of its system calls: each file of the workspace is its old or its new version, the same line
# completes what was begun, and nothing of ours stays. NC_KILLS=N kills at one of N of its points (1; with the separate executables 3).
. tests/lib/tap.sh
. tests/lib/chain.sh

for t in perl nc-workspace nc-scope nc-gc
do command -v $t >/dev/null || { skip "kill -9 of a workspace" "$t"; done_testing; }
done
if ! root_with -m
then skip "kill -9 of a workspace" "root with mount namespaces"; done_testing
fi
[ "${NC_BUILD-}" != split ] || : "${NC_KILLS:=3}"
TOP=$PWD
export TOP
[ -x build/tests/inject ] || { mkdir -p build/tests; gcc -O1 -static -D_GNU_SOURCE -o build/tests/inject tests/lib/inject.c; }
# in memory where there is room: a disk that has to be waited for shows nothing more here
d=$(mktemp -d /dev/shm/nc-test.XXXXXX 2>/dev/null) || d=$TAP_TMP
trap 'tap_end; rm -rf "$d"' EXIT
chmod 755 "$d"
total=0

matrix () # name stride how line...
{
  name=$1; stride=$(($2 * ${NC_KILLS:-1})); how=$3
  shift 3
  perl tests/lib/workspace_kills.pl "$d" "$stride" "$how" "$@" >"$d/seen" 2>&1
  is "$name: old or new, and complete after the rerun" "$? $(grep -c '^bad' "$d/seen") $(sed '$d' "$d/seen" | head -c 3000)" "0 0 "
  read -r points between <<END
$(grep -x '[0-9]* [0-9]*' "$d/seen")
END
  echo "# $name: killed at ${points:-0} points; ${between:-0} of them left the workspace between old and new"
  total=$((total + ${points:-0}))
  [ "${between:-0}" -gt "$least" ]
  tap_result $? "$name: control: some of them do" "$between"
}

# every kind of change: content, mode, added, removed, a file for a directory and the reverse, links, a directory renamed
tree ()
{
  mkdir -p "$1/keep" "$1/dir/sub" "$1/gone" "$1/moved/in" "$1/wide"
  echo same >"$1/keep/file"
  echo old >"$1/changed"
  echo old >"$1/dir/sub/changed"
  echo old >"$1/gone/file"
  echo old >"$1/file-to-dir"
  mkdir "$1/dir-to-file"
  echo old >"$1/dir-to-file/file"
  echo moved >"$1/moved/in/file"
  ln -s keep/file "$1/link"
  ln -s keep/file "$1/link-to-file"
  echo run >"$1/mode"
  echo big >"$1/big"
}
change () # idempotent: the rerun meets what the first run has done
{
  cat <<'END'
set -e
mk () { [ "$(cat "$1" 2>/dev/null)" = "$2" ] || echo "$2" >"$1"; }
mk changed new
mk dir/sub/changed new
rm -rf gone
[ -d file-to-dir ] || { rm file-to-dir; mkdir file-to-dir; echo new >file-to-dir/file; }
[ -f dir-to-file ] || { rm -r dir-to-file; echo new >dir-to-file; }
[ ! -d moved ] || mv moved renamed
[ "$(readlink link)" = changed ] || ln -sfn changed link
[ ! -L link-to-file ] || { rm link-to-file; echo new >link-to-file; }
[ "$(stat -c %a mode)" = 755 ] || chmod 755 mode
[ "$(stat -c %a wide)" = 700 ] || chmod 700 wide
mkdir -p added/deep
mk added/deep/file new
[ -x added/deep/ro ] || { mkdir -p added/deep/ro; echo new >added/deep/ro/file; chmod 555 added/deep/ro; }
[ "$(wc -c <big)" -eq 300000 ] || head -c 300000 /dev/zero >big
END
}
tree "$d/fixture"
cp -a "$d/fixture" "$d/expected"
change >"$d/change"
(cd "$d/expected" && sh -e "$d/change")
printf '#!/bin/sh\ncd %s/state/tree && . %s/change\n' "$d" "$d" >"$d/payload"
chmod 755 "$d/payload"
least=5
work="$NC_BIN/nc-workspace -s $d/state"
matrix "a copy" 2 -k $work -m copy-in-out "$d/src" "$d/payload"
matrix "a copy, all at once" 5 -K $work -m copy-in-out "$d/src" "$d/payload"

# the same through a real overlay
cat >"$d/payload" <<END
#!/bin/sh
exec unshare -m --propagation private sh -c 'mount -t overlay -o lowerdir=$d/src,upperdir=$d/state/upper,workdir=$d/state/work,metacopy=off,redirect_dir=off,index=off,xino=off o $d/src && cd $d/src && . $d/change'
END
mkdir "$d/probe" "$d/state.probe" && mkdir "$d/state.probe/upper" "$d/state.probe/work"
if unshare -m mount -t overlay -o "lowerdir=$d/probe,upperdir=$d/state.probe/upper,workdir=$d/state.probe/work" o "$d/probe" 2>/dev/null
then matrix "an overlay" 3 -k $work -m overlay-in-out "$d/src" "$d/payload"
else skip "an overlay" "overlay"
fi

# placeholders: what was there before, and nothing else, after nc-gc and after the next run
rm -rf "$d/fixture" "$d/expected"
mkdir -p "$d/fixture/.git" "$d/fixture/sub/.git/hooks"
echo config >"$d/fixture/.git/config"
cp -a "$d/fixture" "$d/expected"
printf '%s\n' '**/.git/hooks/' '**/.git/config' '**/.git/config.worktree' >"$d/list"
printf '#!/bin/sh\ntest -d %s/src/.git/hooks && test -f %s/src/sub/.git/config\n' "$d" "$d" >"$d/payload"
least=-1
PLACED=1
export PLACED
matrix "placeholders" 1 -k $work -p "$d/list" "$d/src" "$d/payload"
GC=1
export GC
matrix "placeholders of a scope" 2 -k "$NC_BIN/nc-scope" -r run -n box $work -p "$d/list" "$d/src" "$d/payload"
matrix "placeholders of a scope, all at once" 3 -K "$NC_BIN/nc-scope" -r run -n box $work -p "$d/list" "$d/src" "$d/payload"
echo "# $total points"
is "at least 500 points" "$([ "${NC_KILLS:-1}" -gt 1 ] || [ "$total" -ge 500 ] || echo "$total")" ""
done_testing
