#!/bin/sh
# What is written for systemd, execlineb and sh arrives word by word, whatever is in it.
. tests/lib/tap.sh
. tests/lib/nix.sh

for c in nix-instantiate /usr/bin/python3 gcc
do command -v $c >/dev/null || { skip "quoting" $c; done_testing; }
done
cat >"$TAP_TMP/dump.c" <<'C'
#include <stdio.h>
int main (int argc, char **argv) { for (int i = 1 ; i < argc ; i++) { fputs(argv[i], stdout) ; putchar(0) ; } return 0 ; }
C
gcc -O1 -o "$TAP_TMP/dump" "$TAP_TMP/dump.c"
for seed in 1 2 3
do
  got=$(DUMP=$TAP_TMP/dump TMPDIR=$TAP_TMP /usr/bin/python3 tests/nix/roundtrip.py $seed 2>&1)
  like "200 lists of words, seed $seed" "$got" ' 200 bad 0$'
done
case $got in -*) skip "through execlineb" execlineb ;; esac
case $got in *"- 200"*) skip "through systemd's own parser" "libsystemd-shared-252" ;; esac
done_testing
