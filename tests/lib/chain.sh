# For tests of whole chains and of keepers: . tests/lib/chain.sh after tests/lib/tap.sh

unpriv="setpriv --reuid=1000 --regid=1000 --clear-groups"

err () { "$@" 2>&1 >/dev/null ; }   # what cmd says on stderr

root_with () # namespaces as letters of unshare(1): passes where this is root and the kernel has them
{
  [ "$(id -u)" -eq 0 ] && unshare $1 true 2>/dev/null
}

eventually () # cmd...: passes once cmd does; the bound is there to end, not to measure
{
  tap_try=0
  until "$@" >/dev/null 2>&1
  do
    tap_try=$((tap_try + 1))
    [ "$tap_try" -lt 200 ] || return 1
    sleep 0.05
  done
}

gone () # pid: neither running nor a zombie that nobody waits for
{
  [ ! -e "/proc/$1" ] || grep -q '^State:[[:space:]]*[ZX]' "/proc/$1/status"
}

in_store () # script what: runs it again with IN_STORE set, and an empty /nix/store that only it sees
{
  tap_made=
  if [ ! -d /nix/store ]
  then
    mkdir -p /nix/store 2>/dev/null || { skip "$2" "a directory /nix/store"; done_testing; }
    tap_made=1
  fi
  IN_STORE=1 unshare -m --propagation private sh -c 'mount -t tmpfs -o mode=755 store /nix/store && exec sh "$0"' "$1"
  tap_status=$?
  [ ! "$tap_made" ] || rmdir /nix/store /nix
  return $tap_status
}

programs () # root prog...: copies of programs and of the libraries they are linked with, in a root file system
{
  tap_root=$1
  shift
  for tap_prog
  do
    tap_file=$(command -v "$tap_prog") && cp -L "$tap_file" "$tap_root/bin/$tap_prog" || return
    ldd "$tap_file" | grep -o '/[^ ]*' | while read -r tap_lib
    do
      mkdir -p "$tap_root${tap_lib%/*}" && cp -L "$tap_lib" "$tap_root$tap_lib"
    done
  done
}

# words that no name may hold
odd_byte=$(printf '\377')
newline='
'

show () # a word as it may stand in a test's name
{
  printf %s "$1" | LC_ALL=C tr -c ' -~' '?'
}

# The host's programs in a root of their own: box [option of nc-rootfs]... nc-pivot [option]... nc-init cmd...
# Separate executables find each other by path, so that their directory is bound too.
box ()
{
  nc-unshare -pmuin nc-rootfs -h -b "$NC_BIN:$NC_BIN" "$@"
}

inside () { box nc-pivot nc-init "$@" ; }
