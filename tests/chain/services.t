#!/bin/sh
# The shipped policies of single services, with the real programs: each answers, restarts, keeps its data, and is refused one thing.
# What runs inside is services/NAME.sh; it says the same without the policies, but for what they refuse.
. tests/lib/tap.sh
. tests/lib/chain.sh

if ! root_with -mpuinC || ! nc-policy digest policies/landlock/node.toml >/dev/null 2>&1
then skip "services" "root with every kind of namespace, and nc-policy"; done_testing
fi
d=$TAP_TMP
chmod 755 "$d"
mkdir -m 700 "$d/run"
mkdir "$d/www" "$d/secret"
echo page >"$d/www/index.html"
echo secret >"$d/secret/secret"

one () # kind name option...
{
  kind=$1 name=$2
  shift 2
  mkdir -p "$d/$name-$kind/state" "$d/$name-$kind/log"
  chown -R 990:990 "$d/$name-$kind"
  set -- "$@" --volume "$d/$name-$kind/state:/var/lib/$name"
  [ $name != nginx ] || set -- "$@" --volume "$d/$name-$kind/log:/var/log/nginx"
  [ $kind = free ] || set -- "$@" --seccomp-profile policies/seccomp/$name.json --seccomp-profile-sha256 "$(nc-policy digest policies/seccomp/$name.json)" \
    --landlock-policy policies/landlock/$name.toml --landlock-policy-sha256 "$(nc-policy digest policies/landlock/$name.toml)"
  nc-run --root "$d/run" --user 990 --group 990 --workdir / "$@" sh -c "$(cat "tests/chain/services/$name.sh")" >"$d/$name.$kind" 2>&1 </dev/null
  echo "status $?" >>"$d/$name.$kind"
}
service () # name option...: as the control without the policies, and with them; what is said is in $d/NAME.free and $d/NAME.policies
{
  one free "$@"
  one policies "$@"
}
said () # name refusal
{
  is "$1: answers, restarts, keeps its data" "$(grep -v '^refused' "$d/$1.policies")" "$(grep -v '^refused' "$d/$1.free")"
  like "$1: is refused what it has no business with" "$(grep '^refused' "$d/$1.policies")" "^refused: ($2)$"
  is "$1: control: which it was not without the policies" "$(grep -cE "^refused: ($2)$" "$d/$1.free") $(grep -c '^status 0' "$d/$1.free")" "0 1"
}

if [ -x "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1)" ]
then
  service postgresql --tmpfs /run/postgresql
  said postgresql 'Permission denied'
else skip postgresql postgresql
fi
if command -v nginx >/dev/null && command -v curl >/dev/null
then
  service nginx --volume "$PWD/tests/chain/services/nginx.conf:/srv/nginx.conf:ro" --volume "$d/secret:/var/secret:ro" --volume "$d/www:/srv/www:ro"
  said nginx 403
else skip nginx "nginx and curl"
fi
if command -v redis-server >/dev/null
then
  service redis
  said redis ERR
else skip redis redis-server
fi
if command -v /usr/bin/node >/dev/null && command -v curl >/dev/null
then
  service node
  said node EACCES
else skip node "node and curl"
fi
is "nothing is left behind" "$(find "$d/run" -mindepth 1 ! -path '*/.leases*')" ""
done_testing
