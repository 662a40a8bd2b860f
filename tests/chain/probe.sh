# Run inside a sandbox: prints what a program there sees, in words that do not depend on the machine. For agent.t and hand.t.
#
#   - the workload's own ids are ME, its account's name is NAME
#   - of what nc-rootfs -h shows of the host (programs, libraries, a few files of /etc) only /usr stays, and the tools' own directory
#     (bound for separate executables only) is left out with its parents
#   - a host's mount has its options only: its type, source and root are the host's, and so are whether it can be idmapped and
#     the owner that /usr therefore shows
#   - a leased id, which mount options name as the host sees it, is LEASED
#   - device numbers, mount ids, access-time and inode options are left out; of /proc's names a few that every kernel has are looked for
me=$(id -u) mine=$(id -g)
host='^(/bin|/usr/lib/modules|/lib(32|64|x32)?|/nix|/opt|/sbin|/run|/etc/(alternatives|ld\.so\.cache|localtime|pki|protocols|services|ssh|ssl|static))(/|$| )'
tools=${1-/nonexistent}
ids () { sed -E "s/(^|[ :=,])$me:$mine([ :,]|\$)/\1ME:ME\2/; s/([ug]id=)($me|$mine)([, ]|\$)/\1ME\3/g
  s/([ug]id=)[0-9]{5,}/\1LEASED/g; s,^(/usr d 755) .*,\1," ; }

echo "== files"
find / -xdev -printf '%p %y %m %U:%G %l\n' 2>/dev/null | grep -Ev "$host" | grep -v "^$tools" |
  awk -v t="$tools/" 'index(t, $1 "/") != 1 || $1 == "/"' | sed 's/ $//' | ids | LC_ALL=C sort
echo "== mounts"
awk -v t="$tools" '$5 != t { for (i = 7; $i != "-"; i++) ; o = $6; sub(/,[a-z]*atime/, "", o); sub(/,idmapped/, "", o); s = $(i + 3); sub(/,inode64/, "", s); sub(/,seclabel/, "", s)
  print $5, o, $(i + 2) == "none" || $(i + 1) == "devpts" || $(i + 1) == "proc" ? $(i + 1) " " s : "host" }' /proc/self/mountinfo |
  grep -Ev "$host" | grep -v '^/proc/[a-z]' | ids
echo "== masks"
awk '$5 ~ "^/proc/" { print $5 }' /proc/self/mountinfo | grep -E '/(kallsyms|keys|timer_list|interrupts)$'
echo "== environment"
env | grep -v '^\(PWD\|SHLVL\|OLDPWD\|_\)=' | sed -E 's/^(USER|LOGNAME)=.*/\1=NAME/' | LC_ALL=C sort
echo "== descriptors"
ls /proc/self/fd | tr '\n' ' '
echo
echo "== proc"
for f in cmdline cpuinfo loadavg meminfo mounts net self stat sys thread-self uptime version; do [ ! -e "/proc/$f" ] || printf '%s ' "$f"; done
echo
ls /proc | grep '^[0-9]' | sed 's/^1$/first/; s/^[0-9].*/other/' | sort -u | tr '\n' ' '
echo
echo "== identity"
sed -n -E 's/[[:space:]]+/ /g; /^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp|Seccomp_filters|SigBlk|SigIgn):/p' /proc/self/status | sed -E "s/ ($me|$mine)( |\$)/ ME\2/g; s/ ($me|$mine)( |\$)/ ME\2/g"
echo "umask $(umask), in $(pwd), host $(uname -n)"
awk '/core file/ { print "core files:", $5 + 0 <= 1 && $6 + 0 <= 1 ? "none, not even to a handler" : $5 " " $6 }' /proc/self/limits
awk '/^State|^CapEff|^Seccomp:|^NoNewPrivs/ { print "first", $1, $1 == "State:" ? "" : $2 }' /proc/1/status 2>/dev/null
