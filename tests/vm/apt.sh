# Packages fetched and not installed: the machine's own sources, and the backports of the same archive, in $vm/apt.
# Read by tests/vm/kernel and tests/vm/systemd, with $vm set; needs no privilege and leaves the machine's apt as it is.

absent () { echo "$*" >&2; exit 1; }
for tool in apt-get dpkg-deb busybox cpio xz zstd
do
  command -v "$tool" >/dev/null || absent "$tool"
done

codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
apt=$vm/apt
mkdir -p "$apt/parts" "$apt/lists/partial"
apt ()
{
  command=$1
  shift
  "$command" -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$apt/parts" -o "Dir::State::Lists=$apt/lists" \
    -o Acquire::Languages=none -o APT::Sandbox::User=root "$@"
}
if [ ! -e "$apt/done" ]
then
  for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list
  do
    [ ! -e "$f" ] || sed -n "s/^deb .*/&/p; s/^\(deb .*\) $codename \(.*\)/\1 $codename-backports \2/p" "$f" >>"$apt/parts/main.list"
  done
  for f in /etc/apt/sources.list.d/*.sources
  do
    [ -e "$f" ] || continue
    cp "$f" "$apt/parts/"
    awk -v RS= -v ORS='\n\n' -v c="$codename" '
      ("\n" $0 " ") ~ ("\nSuites:([^\n]* )?" c "[ \n]") { sub(/Suites:[^\n]*/, "Suites: " c "-backports"); print }' "$f" >"$apt/parts/backports-${f##*/}"
  done
  apt apt-get update >"$apt/log" 2>&1 || absent "the package lists of $codename and its backports"
  touch "$apt/done"
fi
