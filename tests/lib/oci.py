# tests/lib/oci.py DATA NC-POLICY PROFILE [OTHER]: the profile compiled by nc-policy, and by libseccomp as container runtimes do it, for two
# machines and under several sets of capabilities; each rule has a call that passes and one that fails, decided by both filters,
# by this file's reading of the profile, and on this machine by libseccomp's simulator. Prints TAP without its plan. OTHER: nc-policy compiles that file in its place, and all should fail.
# A number as PROFILE: that many random profiles. With list:FILE as OTHER libseccomp's filter, which is a list, is all that is made.

import ctypes, json, os, platform, random, struct, subprocess, sys

data, tool, name = sys.argv[1:4]
profile = json.load(open("%s/%s.json" % (data, name))) if not name.isdigit() else None
lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
X86_64, X86, AARCH64, ARM, S390X = 0xC000003E, 0x40000003, 0xC00000B7, 0x40000028, 0x80000016
X32 = 0x40000000
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
MACHINES = {"x86_64": ("amd64", {X86_64: "x86_64", X86: "x86"}), "aarch64": ("arm64", {AARCH64: "aarch64", ARM: "arm"})}
OPS = ["", "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"]
# what 32-bit x86 has both as a call and behind socketcall or ipc, to which libseccomp gives numbers that are none
DIRECT = {"accept4": 364, "bind": 361, "connect": 362, "getpeername": 368, "getsockname": 367, "getsockopt": 365, "listen": 363, "msgctl": 402,
          "msgget": 399, "msgrcv": 401, "msgsnd": 400, "recvfrom": 371, "recvmmsg": 337, "recvmsg": 372, "semctl": 394, "semget": 393,
          "sendmmsg": 345, "sendmsg": 370, "sendto": 369, "setsockopt": 366, "shmat": 397, "shmctl": 396, "shmdt": 398, "shmget": 395,
          "shutdown": 373, "socket": 359, "socketpair": 360}
# libseccomp adds rules of its own for what these multiplex
MULTIPLEXED = {"socketcall", "ipc"}
KERNEL = (5, 14)


class Cmp(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


lib.seccomp_init.restype = ctypes.c_void_p
lib.seccomp_init.argtypes = [ctypes.c_uint32]
for f, types in {
    "seccomp_release": [ctypes.c_void_p], "seccomp_arch_add": [ctypes.c_void_p, ctypes.c_uint32],
    "seccomp_arch_remove": [ctypes.c_void_p, ctypes.c_uint32], "seccomp_export_bpf": [ctypes.c_void_p, ctypes.c_int],
    "seccomp_rule_add_array": [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Cmp)],
    "seccomp_syscall_resolve_name": [ctypes.c_char_p], "seccomp_syscall_resolve_name_arch": [ctypes.c_uint32, ctypes.c_char_p],
}.items():
    getattr(lib, f).argtypes = types
lib.seccomp_syscall_resolve_num_arch.argtypes = [ctypes.c_uint32, ctypes.c_int]
lib.seccomp_syscall_resolve_num_arch.restype = ctypes.c_void_p

failed = count = 0


def result(good, what, more=()):
    global failed
    print("%sok - %s" % ("" if good else "not ", what))
    for line in list(more)[:10]:
        print("# %s" % (line,))
    failed |= not good


def action(word, errno):
    return {"SCMP_ACT_ALLOW": ALLOW, "SCMP_ACT_ERRNO": ERRNO | (1 if errno is None else errno), "SCMP_ACT_KILL": 0,
            "SCMP_ACT_KILL_PROCESS": KILL, "SCMP_ACT_LOG": 0x7FFC0000, "SCMP_ACT_TRAP": 0x00030000}[word]


def holds(rule, arch, caps):
    inc, exc = rule.get("includes") or {}, rule.get("excludes") or {}
    version = lambda s: tuple(int(x) for x in s.split("."))
    if not set(inc.get("caps") or []) <= caps or (inc.get("arches") and arch not in inc["arches"]):
        return False
    if inc.get("minKernel") and version(inc["minKernel"]) > KERNEL:
        return False
    return not (set(exc.get("caps") or []) & caps or arch in (exc.get("arches") or []))


def number(token, call):
    if token == X86 and call in DIRECT:
        return DIRECT[call]
    return lib.seccomp_syscall_resolve_name_arch(token, call.encode())


def numbers(token, rule):
    memo = rule.setdefault("numbers", {})
    if token not in memo:
        memo[token] = {number(token, c) for c in rule["names"]}
    return memo[token]


def known(token, nr):
    if 424 <= nr < 0xF0001:
        return nr <= 470
    if token == X86_64 and nr > 334:
        return False
    if token == X86 and nr in DIRECT.values():
        return True
    return bool(lib.seccomp_syscall_resolve_num_arch(token, nr))


def theirs(rules, tokens, native, out):
    ctx = lib.seccomp_init(action(profile["defaultAction"], profile.get("defaultErrnoRet")))
    own = X86_64 if platform.machine() == "x86_64" else AARCH64
    if own not in tokens:
        lib.seccomp_arch_add(ctx, native)
        lib.seccomp_arch_remove(ctx, own)
    for token in tokens:
        if token not in (own, native) or (token == native and own in tokens and token != own):
            lib.seccomp_arch_add(ctx, token)
    for rule in rules:
        args = rule.get("args") or []
        array = (Cmp * 6)(*[Cmp(a["index"], OPS.index(a["op"]), a["value"], a.get("valueTwo", 0)) for a in args])
        for call in rule["names"]:
            nr = lib.seccomp_syscall_resolve_name(call.encode())
            if nr != -1:
                lib.seccomp_rule_add_array(ctx, action(rule["action"], rule.get("errnoRet")), nr, len(args), array)
    with open(out, "wb") as f:
        if lib.seccomp_export_bpf(ctx, f.fileno()):
            raise SystemExit("libseccomp cannot export")
    lib.seccomp_release(ctx)
    return load(out)


def load(path):
    return list(struct.iter_unpack("<HBBI", open(path, "rb").read()))


def run(prog, token, nr, args):
    d = struct.pack("<iIQ6Q", nr if nr < 1 << 31 else nr - (1 << 32), token, 0, *args)
    a = pc = 0
    while True:
        code, jt, jf, k = prog[pc]
        pc += 1
        if code == 0x20:
            a = struct.unpack_from("<I", d, k)[0]
        elif code == 0x54:
            a &= k
        elif code == 0x06:
            return k
        elif code == 0x05:
            pc += k
        elif code in (0x15, 0x25, 0x35):
            pc += jt if (a == k if code == 0x15 else a > k if code == 0x25 else a >= k) else jf
        else:
            raise SystemExit("instruction %#x" % code)


def simulator(path, machine, nr, args):
    words = [data + "/scmp_bpf_sim", "-f", path, "-a", machine, "-s", str(nr)]
    for i, v in enumerate(args):
        words += ["-%d" % i, str(v)]
    return subprocess.run(words, capture_output=True, text=True).stdout.strip()


def compare(cond, v):
    a, b = cond["value"], cond.get("valueTwo", 0)
    return {"SCMP_CMP_NE": v != a, "SCMP_CMP_LT": v < a, "SCMP_CMP_LE": v <= a, "SCMP_CMP_EQ": v == a, "SCMP_CMP_GE": v >= a,
            "SCMP_CMP_GT": v > a, "SCMP_CMP_MASKED_EQ": v & a == b}[cond["op"]]


def expected(rules, token, nr, args):
    listed = False
    for rule in rules:
        if nr in numbers(token, rule):
            listed = True
            if all(compare(c, args[c["index"]]) for c in rule.get("args") or []):
                return action(rule["action"], rule.get("errnoRet"))
    if listed or (known(token, nr) and nr != number(token, "clone3")):
        return action(profile["defaultAction"], profile.get("defaultErrnoRet"))
    return ERRNO | 38


def satisfying(rule):
    """arguments under which the rule holds, and some under which it does not"""
    yes, no = [0] * 6, [0] * 6
    for c in rule.get("args") or []:
        candidates = [c["value"] + d for d in (0, 1, -1)] + [c.get("valueTwo", 0), 0, 1 << 17]
        candidates = [v & 0xFFFFFFFF for v in candidates]
        yes[c["index"]] = next(v for v in candidates if compare(c, v))
        no[c["index"]] = next(v for v in candidates if not compare(c, v))
    return yes, no


def letting(a):
    return a == ALLOW or a == 0x7FFC0000


FILLS = [(0,) * 6, (1,) * 6, (16, 3, 9, 0, 0, 0), (16, 3, 0, 0, 0, 0), (2, 1, 9, 0, 0, 0), (0x10000011,) * 6, (0x7FFFFFFF,) * 6, (8,) * 6,
         (0x20000,) * 6, (0x20008,) * 6, (0xFFFFFFFF,) * 6]


def differential(ours, other, rules, tokens, what):
    """every number under several arguments; where nobody knows the number, ENOSYS is ours alone"""
    bad = []
    n = 0
    for token, arch in tokens.items():
        listed = {number(token, c) for rule in rules for c in rule["names"]}
        skip = {number(token, c) for c in MULTIPLEXED}
        for nr in list(range(0, 520)) + list(range(0xF0001, 0xF0008)):
            for args in FILLS:
                a, want = run(ours, token, nr, args), expected(rules, token, nr, args)
                n += 1
                if a != want:
                    bad.append("%s %d %s: %#x, the profile says %#x" % (arch, nr, args, a, want))
                if nr in skip or not (nr in listed or (known(token, nr) and nr != number(token, "clone3"))):
                    continue
                b = run(other, token, nr, args)
                if a != b:
                    bad.append("%s %d %s: %#x, libseccomp %#x" % (arch, nr, args, a, b))
    for nr in (0, 1, 41):
        for a in (run(ours, S390X, nr, FILLS[0]),) + ((run(ours, X86_64, X32 | nr, FILLS[0]),) if X86_64 in tokens else ()):
            if a != KILL:
                bad.append("another architecture: %#x" % a)
    result(not bad, "%s: %d decisions as libseccomp's" % (what, n), bad)


def each_rule(files, progs, bare, rules, machine, tokens, what, sim):
    """for each rule one call that passes and one that fails"""
    native = next(iter(tokens))
    bad, n = [], 0
    for rule in rules:
        yes, no = satisfying(rule)
        for call in rule["names"]:
            nr = number(native, call)
            if nr < 0:
                continue
            want = action(rule["action"], rule.get("errnoRet"))
            calls = [(native, nr, yes)]
            if rule.get("args"):
                calls.append((native, nr, no))
            # without conditions: the call that differs in its architecture, or, of a rule that refuses, a program's start
            elif letting(want):
                calls.append((S390X, nr, yes))
            else:
                calls.append((native, number(native, "execve"), yes))
            seen = set()
            for token, k, args in calls:
                a, b = run(progs[0], token, k, args), run(progs[1], token, k, args)
                n += 1
                seen.add(letting(a))
                if token == native and (a != b or a != expected(rules, token, k, args)):
                    bad.append("%s %s: %#x, libseccomp %#x" % (call, args, a, b))
                if token != native and (letting(a) or letting(b)):
                    bad.append("%s on another architecture: %#x, libseccomp %#x" % (call, a, b))
                if sim and token == native:
                    s = [simulator(f, machine, k, args) for f in files]
                    w = "ALLOW" if a == ALLOW else "ERRNO(%d)" % (a & 0xFFFF)
                    if s != [w, w]:
                        bad.append("%s %s: the simulator says %s, not %s" % (call, args, s, w))
            # of a call that several rules allow, another rule may allow the second too
            several = sum(call in r["names"] for r in rules) > 1
            if len(seen) != 2 and not several:
                bad.append("%s: no call passes and another fails: %s" % (call, seen))
            if (rule.get("includes") or {}).get("caps") and not rule.get("args") and letting(run(bare, native, nr, yes)):
                if call not in {c for r in profile["syscalls"] if not (r.get("includes") or {}).get("caps") for c in r["names"]}:
                    bad.append("%s passes without its capability" % call)
    result(not bad, "%s: %d calls, one that passes and one that fails for each rule" % (what, n), bad)


def random_profile(r, several):
    """rules of one action, since libseccomp and the order of the file differ on others; every operator, and values around the words' edges"""
    calls = {"mmap": 6, "mremap": 5, "prctl": 5, "munmap": 2, "mprotect": 3, "brk": 1}
    edges = [0, 1, 2, 3, 255, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x100000000, 0x100000001, 0x1FFFFFFFF, 0x7FFFFFFFFFFFFFFF,
             0x8000000000000000, 0xFFFFFFFF00000000, 0xFFFFFFFFFFFFFFFF]
    rules, at = [], {}
    for call, n in calls.items():
        at[call] = []
        for _ in range(r.randint(2, 3) if several else 1):
            # prctl reads 32 bits of its first
            args = []
            for i in sorted(r.sample(range(1 if call == "prctl" else 0, n), r.randint(1, min(3, n - (call == "prctl"))))):
                op, v = r.choice(OPS[1:]), r.choice(edges + [r.getrandbits(64)])
                c = {"index": i, "op": op, "value": v}
                if op == "SCMP_CMP_MASKED_EQ":
                    c["valueTwo"] = v & r.choice(edges + [r.getrandbits(64)])
                args.append(c)
            rules.append({"names": [call], "action": "SCMP_ACT_ALLOW", "args": args})
            at[call].append([(c["index"], v) for c in args for v in (c["value"], c.get("valueTwo", 0), c["value"] + 1, c["value"] - 1)])
    return {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": rules}, at, edges


def random_main():
    """profiles that nobody wrote, as many as the third argument says. Each second has several rules for a call: these are compared with
    the profile's text alone, since libseccomp 2.5.4 merges some into what allows more, or does not come to an end."""
    global profile
    temp, arch = os.environ.get("TAP_TMP", ""), MACHINES[platform.machine()]
    native = next(iter(arch[1]))
    bad, n, passed = [], 0, 0
    for seed in range(int(name)):
        r = random.Random(seed)
        profile, at, edges = random_profile(r, seed % 2)
        json.dump(profile, open(temp + "/random.json", "w"))
        p = subprocess.run([tool, "compile", "-o", temp + "/ours", temp + "/random.json"], capture_output=True, text=True)
        if p.returncode:
            bad.append("seed %d: %s" % (seed, p.stderr))
            continue
        ours = load(temp + "/ours")
        other = ours if seed % 2 else theirs(profile["syscalls"], {native: ""}, native, temp + "/theirs")
        for call, points in at.items():
            nr = number(native, call)
            for k in range(60):
                args = [r.choice(edges) for _ in range(6)]
                if call == "prctl":
                    args[0] &= 0xFFFFFFFF
                for i, v in r.choice(points):
                    if k % 3 and r.random() < 0.8:
                        args[i] = v & 0xFFFFFFFFFFFFFFFF
                a, b, want = run(ours, native, nr, args), run(other, native, nr, args), expected(profile["syscalls"], native, nr, args)
                n, passed = n + 1, passed + letting(a)
                if not a == b == want:
                    bad.append("seed %d, %s %s: %#x, libseccomp %#x, the profile says %#x" % (seed, call, [hex(x) for x in args], a, b, want))
    result(not bad and n / 20 < passed < n - n / 20, "%s random profiles: %d decisions as libseccomp's, %d pass" % (name, n, passed), bad)


def main():
    caps = sorted({c for r in profile["syscalls"] for k in ("includes", "excludes") for c in (r.get(k) or {}).get("caps") or []})
    temp = os.environ.get("TAP_TMP", "")
    source = sys.argv[4] if len(sys.argv) > 4 else "%s/%s.json" % (data, name)
    if source.startswith("list:"):
        arch, tokens = MACHINES[platform.machine()]
        theirs([r for r in profile["syscalls"] if holds(r, arch, set())], tokens, next(iter(tokens)), source[5:])
        return
    for machine, (arch, tokens) in MACHINES.items():
        native = next(iter(tokens))
        bare = None
        for some in [[]] + [[c] for c in caps] + [caps]:
            what = "%s, %s, %s" % (name, machine, " ".join(some) if len(some) < 2 else "all capabilities") if some else "%s, %s" % (name, machine)
            files = [temp + "/ours", temp + "/theirs"]
            words = [tool, "compile", "-a", machine, "-o", files[0]] + (["-c", ",".join(some)] if some else [])
            p = subprocess.run(words + [source], capture_output=True, text=True)
            if p.returncode:
                result(False, what + ": compiles", [p.stderr])
                continue
            rules = [r for r in profile["syscalls"] if holds(r, arch, set(some))]
            progs = [load(files[0]), theirs(rules, tokens, native, files[1])]
            bare = bare or progs[0]
            each_rule(files, progs, bare, rules, machine, tokens, what, sim=not some and machine == platform.machine())
            if len(some) != 1:
                differential(progs[0], progs[1], rules, tokens, what)


random_main() if name.isdigit() else main()
sys.exit(failed)
