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
is "a percent sign of a variable is doubled once" "$(grep ^Environment= "$d/web.service")" "Environment=\"GREETING=it's 100%% \\\"fine\\\"\""
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

# the capabilities that the unit leaves are those that the steps need: lines run with these and no others
if [ "$(id -u)" -eq 0 ] && unshare -mpuin true 2>/dev/null
then
  mkdir -m 700 "$d/run"
  mkdir "$d/owned"
  chown 990:991 "$d/owned"
  chmod 755 "$d"
  needed=$(sed -n 's/^CapabilityBoundingSet=CAP_//p' "$d/web.service" | tr 'A-Z' 'a-z' | sed 's/^/+/' | paste -sd,)
  with () { setpriv --bounding-set="-all,$1" --inh-caps=-all sh -c "$2" 2>&1 ; }
  line () { nc-run -n --root "$d/run" "$@" id -u | sed 's/nc-cgroup -p 512 //' ; }
  for options in "--user 990 --group 991" "--user-of $d/owned --volume $d/owned:/o" "--user 0" "--service-mode strict-agent --user-of $d/owned"
  do like "$options: runs" "$(with "$needed" "$(line $options)")" '^(990|0)$'
  done
  like "control: not without one of them" "$(with "$(echo "$needed" | sed 's/+sys_admin,*//')" "$(line --user 990 --group 991)")" 'Operation not permitted'
else skip "the capabilities that the steps need" "root with every kind of namespace"
fi
done_testing
