#!/bin/sh
# Rendered units, read by systemd itself: what it complains of, the words it makes of ExecStart, and its score.
. tests/lib/tap.sh
. tests/lib/nix.sh

for c in nix-instantiate jq systemd-analyze
do command -v $c >/dev/null || { skip "units" $c; done_testing; }
done
d=$TAP_TMP
evaluate -E "import ./tests/nix/render.nix { modules = [ ./tests/nix/services.nix ]; nucleus = \"${NC_BIN%/bin}\"; }" >"$d/units" || exit 1
for u in web.service web.socket db.service other.service tmpfiles.conf
do jq -r --arg u $u '.[$u]' <"$d/units" >"$d/$u"
done
for u in web db other
do
  systemd-analyze verify --man=no "$d/$u.service" >"$d/out" 2>&1
  is "$u: systemd reads it without a word" "$(grep "^$d/$u\|$u.service" "$d/out" | grep -v 'Failed to .*specifier\|is not executable\|not found' | head -n 5)" ""
done
sed 's/^KillMode=/KilMode=/' "$d/web.service" >"$d/wrong.service"
like "control: a wrong directive is told" "$(systemd-analyze verify --man=no "$d/wrong.service" 2>&1)" "Unknown key.* 'KilMode'"

score () { systemd-analyze security --offline=true --no-pager "$1" 2>/dev/null | sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p' ; }
printf '[Service]\nExecStart=/bin/true\n' >"$d/bare.service"
for u in web db
do
  s=$(score "$d/$u.service")
  b=$(score "$d/bare.service")
  ok "$u: an exposure of $s, which is less than that of a bare unit, $b" awk "BEGIN { exit !($s > 0 && $s < $b) }"
done
is "no shell in any of them" "$(grep -cE '/(ba|da)?sh[" ]' "$d"/*.service | grep -v ':0$')" ""
is "tmpfiles" "$(grep . "$d/tmpfiles.conf" | sort | tr '\n' ' ')" "d /run/nucleus 0700 root root d /var/lib/nucleus 0700 root root "
done_testing
