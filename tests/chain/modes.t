#!/bin/sh
# The table of the modes: nc-run --modes, nc-run(8) and what nc-run does say the same. What the strict modes then run: strict.t
. tests/lib/tap.sh
. tests/lib/chain.sh

if [ "$(id -u)" -eq 0 ] && [ ! "${IN_STORE-}" ]
then in_store "$0" "the modes"; exit
fi
d=$TAP_TMP
nc-run --modes >"$d/modes"
sed -n '/^\.Sh MODES/,/^\.Sh EXIT/s/^\.It \(.* Ta .*\)/\1/p' tools/nc-run/nc-run.8 | sed '1d; s/\\-/-/g; s/ Ta /\t/g' >"$d/page"
ok "the page has the table" diff -u "$d/modes" "$d/page"
if [ "$(id -u)" -ne 0 ] || [ ! -e "${NC_BIN%/bin}/share/nucleus/seccomp/agent.bpf" ]
then skip "what the rows mean" "root, and the agent's filter"; done_testing
fi
root=/nix/store/0-root
printf '[[rules]]\npath = "/usr"\naccess = ["read", "execute"]\n' >"$d/landlock.toml"
printf '[ambient]\nkeep = ["sys_admin"]\n' >"$d/caps.toml"
pin=$(nc-policy digest "$d/landlock.toml") || { skip "what the rows mean" nc-policy; done_testing; }
mkdir -p $root/bin
: >$root/bin/sh

line () # mode option...: what nc-run composes for a full line of that mode
{
  m=$1
  shift
  case $m in production) set -- --memory 64M --cpus 1 --rootfs $root "$@" ;; esac
  nc-run -n --service-mode $m "$@" sh >"$d/line" 2>&1
  tap_status=$?
  sed "s,$NC_BIN/,,g" "$d/line"
  return $tap_status
}
said () # mode: the table's word for the present row
{
  case $1 in agent) echo "$agent" ;; strict-agent) echo "$strict" ;; production) echo "$production" ;; esac
}
asked () # row mode option...: as the table says of asking for it
{
  row=$1 mode=$2
  shift 2
  got=$(line "$mode" "$@")
  status=$?
  case $(said "$mode") in
    may | must | always) is "$row: $mode takes it" $status 0 ;;
    never) is "$row: $mode refuses it, by name" "$status $got" "100 nc-run: fatal: refused in mode $mode: $row" ;;
    *) is "$row: a word for $mode" "$(said "$mode")" "may, must, always or never" ;;
  esac
}
missed () # row mode option...: a line of production without that option
{
  row=$1
  shift 2
  got=$(nc-run -n --service-mode production "$@" sh 2>&1)
  is "$row: production needs it" "$? $got" "100 nc-run: fatal: needed in mode production: $row"
}
done_as () # row mode pattern option...: as the table says of what is done unasked
{
  row=$1 mode=$2 pattern=$3
  shift 3
  got=$(line "$mode" "$@")
  case $(said "$mode") in
    always) like "$row: $mode does it" "$got" "$pattern" ;;
    no | may) is "$row: $mode does not, unasked" "$(printf '%s\n' "$got" | grep -cE -e "$pattern")" 0 ;;
    *) is "$row: a word for $mode" "$(said "$mode")" "always, may or no" ;;
  esac
}

tab=$(printf '\t')
rows=0
while IFS=$tab read -r what agent strict production
do
  rows=$((rows + 1))
  for mode in agent strict-agent production
  do
    case $what in
      '--network host') asked "$what" $mode --network host --allow-host-network ;;
      --allow-*) asked "$what" $mode $what ;;
      '--userns host') asked "$what" $mode $what ;;
      'root in a user namespace owning nothing') done_as "$what" $mode ' nc-userns -o 101 .* nc-init .* nc-userns -j 101 ' --user 990 --group 990 ;;
      'without root: supplementary groups kept')
        mkdir -p -m 755 "$d/b"
        got=$(setpriv --reuid=1000 --regid=1000 --groups=1000,990 nc-run -n --root "$d/b" --service-mode $mode $([ $mode != production ] || echo "--memory 64M --cpus 1 --rootfs $root") sh 2>&1)
        status=$?
        case $(said $mode) in
          never) is "$what: $mode refuses" "$status $got" "100 nc-run: fatal: refused in mode $mode: $what" ;;
          may) is "$what: $mode takes it" $status 0 ;;
        esac ;;
      --memory) asked "$what" $mode --swap $([ $mode = production ] || echo --memory 64M)
        [ $mode != production ] || missed "$what" $mode --cpus 1 --rootfs $root ;;
      --cpus) asked "$what" $mode --cpu-weight 3
        [ $mode != production ] || missed "$what" $mode --memory 64M --rootfs $root ;;
      '--pids, or 512') done_as "$what" $mode ' nc-cgroup (.*)?-p 512 ' ;;
      --rootfs) [ $mode = production ] || asked "$what" $mode --rootfs $root
        [ $mode != production ] || missed "$what" $mode --memory 64M --cpus 1 ;;
      '--rootfs read-only, in /nix/store')
        mkdir -p "$d/link"
        ln -sfn $root "$d/link/root"
        for r in "$d/link/root" /usr
        do
          got=$(nc-run -n --service-mode $mode --memory 64M --cpus 1 --rootfs $r sh 2>&1)
          case $(said $mode),$r in
            always,/usr) like "$what: $mode refuses another" "$got" "fatal: mode $mode takes a root file system in /nix/store: /usr is /usr$" ;;
            always,*) like "$what: $mode takes the name in the store" "$got" " -b $root:/ " ;;
            *) like "$what: $mode takes $r as it is" "$got" " -b $r:/ " ;;
          esac
        done
        chmod o+w $root
        got=$(line production)
        like "one that others may write to" "$got" 'others may write to the root file system'
        chmod o-w $root ;;
      --agent-toolchain-rootfs) if [ $mode = production ]
        then asked "$what" $mode --agent-toolchain-rootfs $root --rootfs-mode bind
        else asked "$what" $mode --agent-toolchain-rootfs $root
        fi ;;
      '--rootfs-mode overlay') [ $mode = production ] || set -- --rootfs $root
        asked "$what" $mode "$@" $what
        set -- ;;
      --verify-rootfs-attestation) [ $mode = production ] || set -- --rootfs $root
        asked "$what" $mode "$@" $what
        set -- ;;
      'protected names of a workspace') done_as "$what" $mode ' nc-workspace .*-p [^ ]*/protected ' --workspace "$d" ;;
      'every mount read back') done_as "$what" $mode ' nc-assert (-N .*)?-m ' ;;
      'nothing both writable and executable')
        done_as "$what" $mode ' -t /tmp:256M,noexec '
        for option in "--volume /srv:/srv" "--volume /srv:/srv:rw" "--tmpfs /x" "--tmpfs /x:1M"
        do
          got=$(line $mode $option)
          status=$?
          case $(said $mode) in
            always) like "$what: $mode refuses $option" "$status $got" '^100 .*writable and executable, which mode production refuses' ;;
            *) is "$what: $mode takes $option" $status 0 ;;
          esac
          ok "$what: $mode takes it with noexec" line $mode $(printf %s "$option" | sed 's/$/:noexec/; s/:rw:noexec/:rw,noexec/')
        done ;;
      'policies by their SHA-256')
        got=$(line $mode --landlock-policy "$d/landlock.toml")
        status=$?
        case $(said $mode) in
          must) is "$what: $mode needs it" "$status $got" "100 nc-run: fatal: needed in mode production: $what" ;;
          *) is "$what: $mode takes one without" $status 0 ;;
        esac
        got=$(line $mode --landlock-policy "$d/landlock.toml" --landlock-policy-sha256 "$pin")
        is "$what: $mode takes one with" $? 0 ;;
      'policies without a warning of nc-policy')
        got=$(line $mode --caps-policy "$d/caps.toml" --caps-policy-sha256 "$(nc-policy digest "$d/caps.toml")")
        status=$?
        case $(said $mode) in
          always) like "$what: $mode refuses one with" "$status $got" '^100 .*warning: dangerous capability: ' ;;
          *) is "$what: $mode takes one with" $status 0 ;;
        esac ;;
      'processes of other users hidden in /proc')
        is "$what: $mode" "$(line $mode | grep -cE -e ' -p (show|none) ')" 0 ;;
      'Landlock ABI 6, or no start') done_as "$what" $mode ' nc-landlock -a 6 ' ;;
      'namespaces and process read back') done_as "$what" $mode ' nc-assert -S 104 .* nc-assert -N 104 .* -m .* nc-landlock .* nc-assert -c ' ;;
      --require-kernel-lockdown) asked "$what" $mode $what integrity
        like "$what: $mode asserts it" "$(line $mode $what integrity)" ' nc-assert (-S 104 )?-l integrity ' ;;
      *) ok "a test for the row: $what" false ;;
    esac
  done
done <"$d/modes"
is "rows" $rows "$(wc -l <"$d/modes")"

code "--strict-agent is the mode" 0 nc-run -n --strict-agent sh
is "and the same line" "$(nc-run -n --strict-agent sh)" "$(nc-run -n --service-mode strict-agent sh)"
code "--strict-agent with production" 100 nc-run -n --strict-agent --service-mode production --memory 1M --cpus 1 --rootfs $root sh
code "an unknown level of lockdown" 100 nc-run -n --require-kernel-lockdown full sh
# a value given by -e is not in the line, though its name is asserted
is "values stay out of the assertion" "$(line strict-agent -e SECRET=hunter2 | grep -c hunter2)" 0
like "the variable is asserted" "$(line strict-agent -e SECRET=hunter2)" ' nc-assert -c .* -e SECRET '
done_testing
