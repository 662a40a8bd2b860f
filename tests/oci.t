#!/bin/sh
# The default profiles of Docker and of Podman: compiled, decided as libseccomp decides them, and in force.

. tests/lib/tap.sh
export TAP_TMP
D=build/tests/oci

if ! command -v python3 >/dev/null || ! python3 -c 'import ctypes; ctypes.CDLL("libseccomp.so.2")' 2>/dev/null
then skip "profiles of container runtimes" "python3 and libseccomp"; done_testing
fi
if ! tests/lib/oci-data $D >"$TAP_TMP/data" 2>&1
then
  skip "profiles of container runtimes" "packages golang-github-containers-common, golang-github-docker-docker-dev and the source of libseccomp"
  done_testing
fi

for p in moby containers 200
do
  python3 tests/lib/oci.py $D "$NC_BIN/nc-policy" $p >"$TAP_TMP/result" 2>&1
  echo "exit $?" >>"$TAP_TMP/result"
  while IFS= read -r line
  do
    case $line in
      'ok - '*) tap_result 0 "${line#ok - }" ;;
      'not ok - '*) tap_result 1 "${line#not ok - }" ;;
      'exit 0') tap_result 0 "$p: all of it" ;;
      *) echo "# ${line#'# '}"; case $line in exit*) tap_result 1 "$p: all of it" ;; esac ;;
    esac
  done <"$TAP_TMP/result"
done

# a comparison that cannot fail proves nothing: one name less, one error number changed
sed 's/"mkdir",//' $D/moby.json >"$TAP_TMP/less.json"
like "one name less is seen" "$(python3 tests/lib/oci.py $D "$NC_BIN/nc-policy" moby "$TAP_TMP/less.json" 2>&1)" '^not ok'
sed 's/"errnoRet": 38/"errnoRet": 37/' $D/moby.json >"$TAP_TMP/other.json"
like "one number changed is seen" "$(python3 tests/lib/oci.py $D "$NC_BIN/nc-policy" moby "$TAP_TMP/other.json" 2>&1)" '^not ok'

# in force, where there is a loader

probe='import ctypes
c = ctypes.CDLL(None, use_errno=True)
def call(*a):
    ctypes.set_errno(0)
    return ctypes.get_errno() if c.syscall(*[ctypes.c_long(x) for x in a]) == -1 else 0
print(call(N["unshare"], 0x200), call(N["personality"], 0xffffffff), call(N["personality"], 0x400000), call(N["clone3"], 0, 0), call(N["add_key"], 0, 0, 0, 0, 0))'
case $(uname -m) in
  x86_64) numbers='N = dict(unshare=272, personality=135, clone3=435, add_key=248)' ;;
  *) numbers='N = dict(unshare=97, personality=92, clone3=435, add_key=217)' ;;
esac
if command -v nc-seccomp >/dev/null
then
  ok "moby: compiles" nc-policy compile $D/moby.json -o "$TAP_TMP/moby.bpf"
  is "moby: unshare, personality, clone3 and add_key" "$(nc-seccomp "$TAP_TMP/moby.bpf" python3 -c "$numbers
$probe" 2>&1)" '1 0 1 38 1'
  nc-policy compile -c sys_admin $D/moby.json -o "$TAP_TMP/admin.bpf"
  like "moby with CAP_SYS_ADMIN: unshare and clone3 reach the kernel" "$(nc-seccomp "$TAP_TMP/admin.bpf" python3 -c "$numbers
$probe" 2>&1)" '^0 0 1 (22|14|7) 1$'
  nc-policy compile $D/containers.json -o "$TAP_TMP/containers.bpf"
  is "containers: NETLINK_AUDIT answers EINVAL, NETLINK_ROUTE is made" "$(nc-seccomp "$TAP_TMP/containers.bpf" python3 -c 'import socket
for p in 9, 0:
    try: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, p); print("made")
    except OSError as e: print(e.errno)' 2>&1 | tr '\n' ' ')" '22 made '
else skip "in force" "nc-seccomp"
fi
done_testing
