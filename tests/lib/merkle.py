#!/usr/bin/env python3
# The digest of nc-context(8), computed again: merkle.py DIR
import hashlib, os, stat, sys

def record(kind, mode, name, digest):
    return b"%s %04o %s\0%s" % (kind, mode & 0o7777, name, digest)

def directory(path):
    text = b""
    for name in sorted(os.listdir(path)):
        below = path + b"/" + name
        st = os.lstat(below)
        if stat.S_ISLNK(st.st_mode):
            text += record(b"l", 0o777, name, hashlib.sha256(os.readlink(below)).digest())
        elif stat.S_ISDIR(st.st_mode):
            text += record(b"d", st.st_mode, name, directory(below))
        elif stat.S_ISREG(st.st_mode):
            with open(below, "rb") as f:
                text += record(b"f", st.st_mode, name, hashlib.sha256(f.read()).digest())
    return hashlib.sha256(text).digest()

top = os.fsencode(sys.argv[1])
print(hashlib.sha256(b"nucleus tree 1\0" + record(b"d", os.lstat(top).st_mode, b"", directory(top))).hexdigest())
