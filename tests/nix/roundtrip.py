"""Random words through the real readers: execlineb, /bin/sh, and systemd's own parser in libsystemd-shared, by ctypes.
SEED is the argument; DUMP prints its arguments, each ended by a zero byte."""
import ctypes, glob, json, os, random, shutil, subprocess, sys, tempfile

random.seed(int(sys.argv[1]))
here = os.path.dirname(os.path.abspath(__file__))
dump = os.environ["DUMP"]
execlineb = shutil.which("execlineb")
alphabet = list("abz019 \t\n\r\"'\\$%{}#;&|<>()*?[]~`!=:,@-+/.\x01\x07\x1b")
alphabet += ["\u00e9", "\u6f22", "${X}", "$$", "%%", "%n", "\\n", "\\x41", "0x", "\\\n"]
vectors = [["".join(random.choice(alphabet) for _ in range(random.randrange(0, 9))) for _ in range(random.randrange(1, 6))] for _ in range(200)]
with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as f:
    json.dump(vectors, f)
env = dict(os.environ, VECTORS=f.name, DUMP=dump, X="BAD", EXECLINEB=execlineb or "/bin/execlineb")
out = json.loads(subprocess.check_output(["nix-instantiate", "--eval", "--strict", "--json", here + "/roundtrip.nix"], env=env, stderr=subprocess.DEVNULL))
os.unlink(f.name)

# 252 only: the flags and the arguments of replace_env_argv differ in other versions
found = [p for d in ("/lib/systemd", "/usr/lib/systemd", "/usr/lib/*/systemd") for p in glob.glob(d + "/libsystemd-shared-252.so")]
lib = ctypes.CDLL(found[0]) if found else None
CUNESCAPE, UNQUOTE = 1 << 1, 1 << 5


def systemd(line):
    p, words = ctypes.c_char_p(line.encode()), []
    while True:
        w = ctypes.c_char_p()
        n = lib.extract_first_word(ctypes.byref(p), ctypes.byref(w), None, ctypes.c_int(CUNESCAPE | UNQUOTE))
        if n < 0:
            return None
        if n == 0:
            break
        words.append(w.value)
    # specifiers, then variables, as the service manager does
    words = [w.replace(b"%%", b"%") for w in words]
    argv = (ctypes.c_char_p * (len(words) + 1))(*words, None)
    lib.replace_env_argv.restype = ctypes.POINTER(ctypes.c_char_p)
    result = lib.replace_env_argv(argv, (ctypes.c_char_p * 2)(b"X=BAD", None))
    got, i = [], 0
    while result[i] is not None:
        got.append(result[i])
        i += 1
    return got


bad = 0
# the control: what another module writes with shell quotes is not what systemd reads
if lib:
    assert systemd('"a b" "c\\"d\\u0041\\n"') == [b"a b", b'c"dA\n']
    assert systemd("'C:\\temp\\new'") != [b"C:\\temp\\new"]
    assert systemd("'^a\\d+$'") is None
for argv, o in zip(vectors, out):
    want = b"".join(a.encode() + b"\0" for a in argv)
    if execlineb:
        with tempfile.NamedTemporaryFile("w", suffix=".el", delete=False, newline="") as s:
            s.write(o["execline"])
        got = subprocess.run([execlineb, "-P", s.name], env=env, stdout=subprocess.PIPE).stdout
        os.unlink(s.name)
        bad += got != want
    bad += subprocess.run(["/bin/sh", "-c", o["shell"]], env=env, stdout=subprocess.PIPE).stdout != want
    if lib:
        r = systemd(o["systemd"])
        bad += r is None or b"".join(x + b"\0" for x in r[1:]) != want
print("execlineb" if execlineb else "-", "sh", "systemd" if lib else "-", len(vectors), "bad", bad)
