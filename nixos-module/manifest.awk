# registration of a closure -> the store's lines of a manifest as nc-attest reads it: the store's own hashes, nothing is read.
# A record is path, hash, size, deriver, how many references, and these, a line each.
function digit (c) { return index("0123456789abcdfghijklmnpqrsvwxyz", c) - 1 }
# 52 digits of Nix, the last one first -> 64 hexadecimal ones
function hex (s,    i, j, n, bit, at, bytes, out)
{
  n = length(s)
  for (i = 0; i < 32; i++) bytes[i] = 0
  for (i = 0; i < n; i++)
  {
    v = digit(substr(s, n - i, 1))
    for (j = 0; j < 5; j++)
    {
      bit = int(v / 2 ^ j) % 2
      at = i * 5 + j
      if (bit && at < 256) bytes[int(at / 8)] += 2 ^ (at % 8)
    }
  }
  out = ""
  for (i = 0; i < 32; i++) out = out sprintf("%02x", bytes[i])
  return out
}
state == 0 { path = $0; state = 1; next }
state == 1 { sum = $0; sub(/^sha256:/, "", sum); if (length(sum) == 52) sum = hex(sum); print "n\t" sum "\t" path; state = 2; next }
state == 2 { state = 3; next }
state == 3 { state = 4; next }
state == 4 { left = $0; state = left > 0 ? 5 : 0; next }
state == 5 { if (--left == 0) state = 0 }
