#!/bin/sh
# Fail closed: every system call from main's first to the payload's exec, failed once; each line of faults.cases.
# NC_FAULTS=full tries every errno at every call of the long chains too; NC_FAULTS_ONLY=PATTERN those titles only.
. tests/lib/tap.sh
. tests/lib/chain.sh

for t in perl gcc setpriv
do command -v $t >/dev/null || { skip "faults" "$t"; done_testing; }
done
if ! root_with -mpuinCT || ! $unpriv unshare -U true 2>/dev/null
then skip "faults" "root with every kind of namespace, and user namespaces for users"; done_testing
fi
d=$TAP_TMP
chmod 755 "$d"
mkdir "$d/bin"
for p in inject argvdump
do [ -x build/tests/$p ] || { mkdir -p build/tests; gcc -O1 -static -D_GNU_SOURCE -o build/tests/$p tests/lib/$p.c; }
done
cp build/tests/argvdump "$d/bin/probe"
policy=$PWD/policies/seccomp/agent.json
unified=$(sed -n 's,^[^ ]* \([^ ]*\) cgroup2 .*,\1,p' /proc/mounts | sed q)
features=-
[ -z "$unified" ] || ! mkdir "$unified/faults.$$" 2>/dev/null || features="$features cgroup"
! grep -q "^\($(id -nu 1000 2>/dev/null)\|1000\):" /etc/subuid 2>/dev/null || features="$features subid"

! command -v mkfs.erofs >/dev/null || ! grep -qw erofs /proc/filesystems || features="$features erofs"
! command -v mksquashfs >/dev/null || ! grep -qw squashfs /proc/filesystems || features="$features squashfs"

# what a container killed at work leaves, with an entry of every kind
stale () # worker directory
{
  nc-scope -r "$1/run" -n box sh -c 'exec sleep 1000' &
  k=$!
  eventually grep -q running "$1/run/box/status.json"
  kill -9 $k
  wait $k 2>/dev/null
  id=$(cat "$1/run/box/id")
  mkdir -m 700 "$1/run/.leases"
  printf '%s\nbox 1\n' "$id" >"$1/run/.leases/5000"
  i=0
  for entry in "dir $1/d-$id" "file $1/f-$id" "mount $1/m-$id" "lease $1/run/.leases/5000" "pid 4000000 1" ${unified:+"cgroup $unified/faults.$$/box-$id"}
  do
    printf '%s\n' "${entry#* }" >"$1/run/box/undo/0$i-${entry%% *}"
    i=$((i + 1))
  done
  mv "$1/run" "$1/stale"
  cat >"$1/prepare" <<END
rm -rf $1/run
cp -a $1/stale $1/run
mkdir -p $1/d-$id ${unified:+$unified/faults.$$/box-$id}
: >$1/f-$id
END
}

worker () # directory
{
  w=$1
  mkdir -p -m 700 "$w" "$w/run"
  mkdir "$w/owned" "$w/image" "$w/image/etc" "$w/image/usr"
  chown 990:990 "$w/owned"
  ln -s usr/bin "$w/image/bin"
  : >"$w/image/etc/hosts"
  mkdir -p "$w/project/.git" "$w/project/dir"
  : >"$w/project/.git/config"
  echo text >"$w/project/dir/file"
  ln -s dir/file "$w/project/link"
  printf '%s\n' '**/.git/config' '**/.git/hooks/' >"$w/protected"
  mkdir -m 700 "$w/kept"
  mkdir -p "$w/whole/dev" "$w/whole/proc" "$w/whole/mnt" "$w/whole/etc"
  : >"$w/whole/etc/hosts"
  case $features in *erofs*) mkfs.erofs "$w/whole.erofs" "$w/whole" >/dev/null 2>&1 ;; esac
  case $features in *squashfs*) mksquashfs "$w/whole" "$w/whole.squashfs" -quiet -no-progress >/dev/null 2>&1 ;; esac
  mkdir -m 700 "$w/layers" "$w/layers/upper" "$w/layers/work"
  { stat -c '= %d %i' "$w"; echo 'd image'; echo 'r image/etc/hosts'; } >"$w/protected"
  printf '%s\t/listed\n' "$w/file" >"$w/list"
  echo x >"$w/file"
  cp "$policy" "$w/policy.json"
  cp tests/fuzz/corpus/trace/true "$w/made.trace"
  nc-policy compile "$d/allow.json" -o "$w/allow.bpf"
  mkdir -p "$w/context/sub/.ssh" "$w/store"
  echo x >"$w/context/sub/file"
  echo x >"$w/context/.env"
  ln -s sub/../sub/file "$w/context/link"
  printf '.env\n.ssh\n' >"$w/patterns"
  object=$w/store/0123456789abcdfghijklmnpqrsvwxyz-object
  mkdir -p "$object/bin"
  ln -s bin "$object/link"
  echo x >"$object/bin/x"
  echo "$object" >"$w/paths"
  nc-attest -m -o "$w/manifest" -p full -d "$w/store" -l "$w/paths" "$w/context"
  printf '%s\n%s\n2000000\n\n0\n' "$object" "$(sed -n 's/^n.\([0-9a-f]\{64\}\).*/\1/p' "$w/manifest")" >"$w/registration"
  case $features in *cgroup*) mkdir "$unified/faults.$$/${w##*/}" ;; esac
}

printf '{ "defaultAction": "SCMP_ACT_ALLOW" }\n' >"$d/allow.json"
live=
for n in 1 2
do
  worker "$d/root$n"
  stale "$d/root$n"
  mkdir -m 700 "$d/root$n/run"
  mkdir -m 700 "$d/root$n/live"
  nc-scope -r "$d/root$n/live" -n box sleep 1000 &
  live="$live $!"
  worker "$d/user$n"
  chown -R 1000:1000 "$d/user$n"
done
before=$(cut -d' ' -f5- /proc/self/mountinfo)
NC_FEATURES=$features NC_CGROUP=$unified/faults.$$ perl tests/chain/faults.pl "$d" "$PWD/build/tests/inject" "$d/bin/probe"
status=$?
[ "$(cut -d' ' -f5- /proc/self/mountinfo)" = "$before" ] || { echo "Bail out! mounts are left"; status=1; }
# shellcheck disable=SC2086
kill $live
wait
[ -z "$unified" ] || find "$unified/faults.$$" -depth -type d -exec rmdir {} + 2>/dev/null
exit $status
