#!/bin/sh
# Every option of nc-run that gives files: one run that shows what it does, by root and by a user. What each step withstands: its own test.
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mpuinC || ! $unpriv unshare -U true 2>/dev/null || [ ! -e "${NC_BIN%/bin}/share/nucleus/seccomp/agent.bpf" ]
then skip "everything" "root, every kind of namespace, users' namespaces, the agent's filter"; done_testing
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
here=$PWD
chmod 755 "$d"
install -d -o 1000 -g 1000 -m 700 "$d/run1000" "$d/state1000"
run () # root|user option... [--] prog...: nc-run of that caller, in the directory $at
{
  who=$1
  shift
  cd "${at:-$d}" || return
  case $who in
    root) nc-run --root "$d/run" "$@" ;;
    user) XDG_STATE_HOME=$d/state1000 CREDENTIALS_DIRECTORY=$d/creds $unpriv nc-run --root "$d/run1000" "$@" ;;
  esac
  status=$?
  cd "$here" || return
  return $status
}
CREDENTIALS_DIRECTORY=$d/creds
export CREDENTIALS_DIRECTORY
fresh () # a workspace of the user's, with a repository and a Makefile
{
  rm -rf "$d/w"
  mkdir -p "$d/w/.git/hooks" "$d/w/sub"
  printf '[core]\n' >"$d/w/.git/config"
  printf 'test:\n\t@echo made as $$(id -u) >made; ./tool\n' >"$d/w/Makefile"
  printf '#!/bin/sh\necho tool ran\n' >"$d/w/tool"
  chmod 755 "$d/w/tool"
  echo old >"$d/w/file"
  chown -R 1000:1000 "$d/w"
}
mkdir "$d/creds" "$d/conf"
printf secret >"$d/creds/token"
printf configured >"$d/conf/settings"
printf '*.tmp\n' >"$d/list"
chown -R 1000:1000 "$d/creds" "$d/conf"

for caller in root user
do
  # the workspace: what a person types
  fresh
  at=$d/w
  is "$caller: --workspace . --workspace-exec: make test" "$(run $caller --workspace . --workspace-exec -- make test 2>&1)" "tool ran"
  is "$caller: what it made is the owner's of the workspace" "$(stat -c %u:%g "$d/w/made")" 1000:1000
  code "$caller: control: without --workspace-exec nothing in it is executed" 126 run $caller --workspace . ./tool
  at=$d/w/sub
  is "$caller: a relative path is the caller's" "$(run $caller --workspace .. cat file)" old
  is "$caller: also of a volume, down" "$(at=$d/w run $caller --volume ./sub:/v:ro ls -d /v)" /v
  at=
  code "$caller: bind-ro" 1 run $caller --workspace w --workspace-mode bind-ro sh -c 'echo x 2>/dev/null >file || exit 1'
  like "$caller: protected: a hook" "$(run $caller --workspace w sh -c 'echo x >.git/hooks/pre-commit' 2>&1)" 'Read-only file system'
  like "$caller: and configuration" "$(run $caller --workspace w sh -c 'echo x >>.git/config' 2>&1)" 'Read-only file system'
  code "$caller: nor is what it lies in moved away" 1 run $caller --workspace w sh -c 'mv .git away 2>/dev/null || exit 1'
  code "$caller: --workspace-unprotect" 0 run $caller --workspace w --workspace-unprotect .git/config sh -c 'echo x >>.git/config'
  code "$caller: --workspace-protect, another list" 0 run $caller --workspace w --workspace-protect list sh -c 'echo x >>.git/config'
  like "$caller: what appears at a protected name is named" "$(run $caller --workspace w touch .envrc 2>&1)" 'protected, and it appeared: .envrc'
  rm -f "$d/w/.envrc"
  run $caller --workspace w --workspace-quarantine touch .envrc >"$d/out" 2>&1
  code "$caller: --workspace-quarantine moves it aside" 1 test -e "$d/w/.envrc"

  for mode in copy-in-out overlay-in-out
  do
    for changes in apply keep drop
    do
      fresh
      run $caller --name given --workspace w --workspace-mode $mode --workspace-changes $changes sh -c 'echo new >file; rm Makefile; echo x >added' >"$d/out" 2>&1
      is "$caller: $mode, $changes: its exit code" $? 0
      got="$(cat "$d/w/file") $(ls "$d/w" | tr '\n' ' ')"
      case $changes in
        apply) is "$caller: $mode, $changes" "$got" "new added file sub tool " ;;
        *) is "$caller: $mode, $changes: the workspace is as it was" "$got" "old Makefile file sub tool " ;;
      esac
      like "$caller: $mode, $changes: they are listed" "$(tr '\n' ' ' <"$d/out")" 'added: added.*changed: file|changed: file.*added: added|removed: Makefile'
      rm -rf /var/lib/nucleus/workspaces "$d/state1000/nucleus"
    done
  done

  # the context
  rm -rf "$d/ctx"
  mkdir -p "$d/ctx/.git" "$d/ctx/.config/gcloud"
  for f in doc .env key.pem x.tmp .config/gcloud/token; do echo $f >"$d/ctx/$f"; done
  chown -R 1000:1000 "$d/ctx"
  all='cd /context && find . -type f | sort | tr "\n" " "'
  is "$caller: --context: without what the list names" "$(run $caller --context ctx sh -c "$all")" "./doc ./x.tmp "
  is "$caller: --context-mode bind" "$(run $caller --context ctx --context-mode bind sh -c 'cat /context/doc; cat /context/.env 2>/dev/null; ls /context/.git')" doc
  is "$caller: --context-exclude" "$(run $caller --context ctx --context-exclude list sh -c "$all")" "./.config/gcloud/token ./.env ./doc ./key.pem "
  code "$caller: it is read-only" 1 run $caller --context ctx sh -c 'echo x 2>/dev/null >/context/doc || exit 1'
  rm -f "$d/events"
  run $caller --context ctx --verify-context-integrity --events-fd 7 true 7>"$d/events"
  like "$caller: --verify-context-integrity, in container_started" "$(grep container_started "$d/events")" '"context":\{"mode":"copy","sha256":"[0-9a-f]{64}"'

  # configuration and secrets
  is "$caller: --provider-config-ro" "$(run $caller --provider-config-ro conf:.config/tool sh -c 'cat ~/.config/tool/settings; echo x 2>/dev/null >~/.config/tool/settings || echo " refused"')" "configured refused"
  run $caller --provider-config-rw conf:.config/tool sh -c 'echo more >~/.config/tool/new'
  is "$caller: --provider-config-rw" "$(cat "$d/conf/new"; stat -c %u "$d/conf/new")" "more
1000"
  rm -f "$d/conf/new"
  is "$caller: --secret" "$(run $caller --secret creds/token:/etc/app/key cat /etc/app/key)" secret
  is "$caller: --secret from a descriptor" "$(run $caller --secret fd:8:name cat /run/secrets/name 8<"$d/creds/token")" secret
  is "$caller: --systemd-credential" "$(run $caller --systemd-credential token:/run/x/t cat /run/x/t)" secret
  is "$caller: --secret, the whole path of one in the directory of secrets" "$(run $caller --secret creds/token:/run/secrets/deep/key --systemd-credential token:/run/secrets/t sh -c 'cat /run/secrets/deep/key /run/secrets/t; grep -c " /run/secrets" /proc/self/mountinfo')" "secretsecret1"
  for bad in /run//secrets/x /etc/./key /etc/../key /etc/key/
  do
    code "$caller: --secret to $bad" 100 run $caller --secret creds/token:$bad true
    code "$caller: --systemd-credential to $bad" 100 run $caller --systemd-credential token:$bad true
  done
  code "$caller: control: there is no such file without" 1 run $caller cat /run/secrets/name
  is "$caller: --tmpfs, its size and owner" "$(run $caller --tmpfs /t:1M sh -c 'stat -c %a /t; touch /t/x && df -k /t | tail -n 1 | tr -s " " | cut -d" " -f2' | tr '\n' ' ')" "700 1024 "

  # root file systems; separate executables have to be found in them
  rm -rf "$d/r"
  mkdir -p "$d/r/bin" "$d/r/dev" "$d/r/proc" "$d/r/tmp" "$d/r/etc" "$d/r/home/agent" "$d/r$NC_BIN"
  programs "$d/r" sh cat touch
  chown -R 1000:1000 "$d/r"
  for mode in bind tree
  do code "$caller: --rootfs-mode $mode: read-only" 1 run $caller --rootfs r --rootfs-mode $mode sh -c 'touch /etc/x 2>/dev/null || exit 1'
  done
  code "$caller: --rootfs-mode overlay: writable" 0 run $caller --rootfs r --rootfs-mode overlay sh -c 'touch /etc/x /x'
  is "$caller: and nothing of it is in the directory" "$(ls -A "$d/r/etc")" ""
  mkdir -m 700 "$d/upper-$caller"
  [ $caller = root ] || chown 1000:1000 "$d/upper-$caller"
  run $caller --rootfs r --rootfs-mode overlay --rootfs-upper "$d/upper-$caller" touch /kept
  ok "$caller: --rootfs-upper DIR: it stays" test -e "$d/upper-$caller/upper/kept"
  is "$caller: --agent-toolchain-rootfs" "$(run $caller --agent-toolchain-rootfs "$d/r" sh -c 'echo in')" in
  nc-attest -m -o "$d/manifest" "$d/r"
  attested="--rootfs r --verify-rootfs-attestation --rootfs-manifest manifest"
  sum=$(sha256sum "$d/manifest" | cut -d ' ' -f 1)
  if [ $caller = root ]
  then
    is "$caller: --verify-rootfs-attestation" "$(run $caller $attested --rootfs-manifest-sha256 "$sum" sh -c 'echo in')" in
    code "$caller: another digest of the manifest" 100 run $caller $attested --rootfs-manifest-sha256 "$(echo | sha256sum | cut -d ' ' -f 1)" true
    touch "$d/r/etc/new"
    code "$caller: a file more" 1 run $caller $attested true
    for fs in erofs squashfs
    do
      rm -f "$d/r/etc/new" "$d/img"
      case $fs in erofs) mkfs.erofs "$d/img" "$d/r" ;; squashfs) mksquashfs "$d/r" "$d/img" -quiet -no-progress ;; esac >"$d/out" 2>&1 ||
        { skip "$caller: --rootfs-mode $fs" "its tools"; continue; }
      if ! grep -qw $fs /proc/filesystems; then skip "$caller: --rootfs-mode $fs" "$fs"; continue; fi
      is "$caller: --rootfs-mode $fs" "$(run $caller --rootfs img --rootfs-mode $fs sh -c 'touch /etc/x 2>/dev/null || cat /proc/self/mountinfo' | sed -n 's,.* / / \([a-z]*\).* - \([a-z0-9]*\) .*,\1 \2,p')" "ro $fs"
    done
  fi
done
done_testing
