#!/bin/sh
# Everyday tools on real work in the agent's sandbox, against the same outside. The jobs: jobs.sh
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mpuinC || ! $unpriv unshare -U true 2>/dev/null
then skip "everyday work" "root with every kind of namespace, and user namespaces for users"; done_testing
fi
d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/run" "$d/run1000"
chown 1000:1000 "$d/run1000"
cp tests/chain/jobs.sh "$d/jobs.sh"
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

run () # who option... cmd
{
  who=$1
  shift
  set -- nc-run "$@"
  case $who in
    root) env -i PATH="$NC_BIN:$path" LANG=C.UTF-8 "$@" ;;
    sudo) env -i PATH="$NC_BIN:$path" LANG=C.UTF-8 SUDO_UID=1000 SUDO_GID=1000 "$@" ;;
    user) $unpriv env -i PATH="$NC_BIN:$path" LANG=C.UTF-8 "$@" ;;
  esac
}

for tool in sh bash sort tar git python3 node gcc perl curl ssh ssh-keygen
do
  job=$(echo "$tool" | tr - _)
  if ! PATH=$path command -v $tool >/dev/null || { [ $tool = gcc ] && ! command -v make >/dev/null; }
  then skip "$tool" "$tool"; continue
  fi
  mkdir -m 777 "$d/out-$job"
  $unpriv env -i PATH=$path LANG=C.UTF-8 HOME="$d/out-$job" sh "$d/jobs.sh" "$d/out-$job" $job >"$d/expected" 2>&1 </dev/null
  ok "$tool: works outside" test -s "$d/expected"
  for who in root sudo user
  do
    mkdir -m 777 "$d/$who-$job"
    [ $who = user ] && runs=$d/run1000 || runs=$d/run
    run $who --root "$runs" --volume "$d/$who-$job:/workspace" --volume "$d/jobs.sh:/jobs.sh:ro" sh /jobs.sh /workspace $job >"$d/got" 2>&1 </dev/null
    ok "$tool: as $who" diff -u "$d/expected" "$d/got"
  done
done
# what was made in the volume belongs to the caller
is "files of the user are the user's" "$(stat -c %u:%g "$d/user-tar/tar/t.tar" "$d/sudo-tar/tar/t.tar" | sort -u)" 1000:1000
is "root's are the directory's owner's: an idmapped mount" "$(stat -c %u "$d/root-tar/tar/t.tar")" 0
done_testing
