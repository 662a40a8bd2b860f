#!/usr/bin/env python3
# SHA-256 of a path as a Nix archive, written a second time: nar.py PATH [hex|nix|sri|size]
import base64, hashlib, os, stat, sys

def text(b):
    return len(b).to_bytes(8, "little") + b + bytes(-len(b) % 8)

def texts(*words):
    return b"".join(text(w) for w in words)

def node(path):
    st = os.lstat(path)
    if stat.S_ISLNK(st.st_mode):
        return texts(b"(", b"type", b"symlink", b"target", os.readlink(path), b")")
    if stat.S_ISREG(st.st_mode):
        with open(path, "rb") as f:
            return texts(b"(", b"type", b"regular", *([b"executable", b""] if st.st_mode & 0o100 else []), b"contents", f.read(), b")")
    inside = b"".join(texts(b"entry", b"(", b"name", n, b"node") + node(path + b"/" + n) + text(b")") for n in sorted(os.listdir(path)))
    return texts(b"(", b"type", b"directory") + inside + text(b")")

def nix(digest):
    n = int.from_bytes(digest, "little")
    return "".join("0123456789abcdfghijklmnpqrsvwxyz"[n >> (5 * i) & 31] for i in reversed(range(52)))

nar = text(b"nix-archive-1") + node(os.fsencode(sys.argv[1]))
digest = hashlib.sha256(nar).digest()
how = sys.argv[2] if len(sys.argv) > 2 else "hex"
print({"hex": digest.hex(), "nix": "sha256:" + nix(digest), "sri": "sha256-" + base64.b64encode(digest).decode(), "size": str(len(nar))}[how])
