/* ISC license. */

#include <string.h>

#include <skalibs/uint64.h>

#include "denied.h"

/* The field of that name: fields are separated by blanks, and values have none, since the kernel writes what has any in
   hexadecimal. The kernel's own come first, so the first of a name is its. */
static int parse_field (char const *s, size_t len, char const *name, char const **value, size_t *vlen)
{
  size_t n = strlen(name), i = 0 ;
  while (i < len)
  {
    size_t end = i ;
    while (end < len && s[end] != ' ' && s[end] != '\n') end++ ;
    if (end - i > n && !memcmp(s + i, name, n) && s[i+n] == '=')
    {
      *value = s + i + n + 1 ;
      *vlen = end - i - n - 1 ;
      return 1 ;
    }
    i = end + 1 ;
  }
  return 0 ;
}

static int parse_number (char const *s, size_t len, char const *name, unsigned int base, uint64_t *u)
{
  char text[32] ;
  char const *value ;
  size_t n ;
  if (!parse_field(s, len, name, &value, &n) || !n || n >= sizeof(text)) return 0 ;
  memcpy(text, value, n) ;
  text[n] = 0 ;
  if (base == 16 && !strncmp(text, "0x", 2)) return uint640_xscan(text + 2, u) ;
  return base == 16 ? uint640_xscan(text, u) : uint640_scan(text, u) ;
}

static int parse_hex (char c)
{
  return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1 ;
}

/* "text" or hexadecimal; what is not printable becomes '?'. */
static void parse_text (char const *s, size_t len, char const *name, char *out, size_t max)
{
  char const *value ;
  size_t n, i = 0, k = 0 ;
  *out = 0 ;
  if (!parse_field(s, len, name, &value, &n) || !n) return ;
  if (value[0] == '"')
    for (i = 1 ; i < n && value[i] != '"' && k + 1 < max ; i++) out[k++] = value[i] ;
  else
    for (; i + 1 < n && k + 1 < max && parse_hex(value[i]) != -1 && parse_hex(value[i+1]) != -1 ; i += 2)
      out[k++] = (char)(parse_hex(value[i]) << 4 | parse_hex(value[i+1])) ;
  out[k] = 0 ;
  while (k--) if (out[k] < 32 || out[k] > 126) out[k] = '?' ;
}

/* audit(SECONDS.MILLISECONDS:SERIAL): */
static int parse_stamp (char const *s, size_t len, struct denied *d)
{
  char text[64] ;
  char const *p = memmem(s, len, "audit(", 6) ;
  size_t n = p ? len - (size_t)(p + 6 - s) : 0, i ;
  if (n >= sizeof(text)) n = sizeof(text) - 1 ;
  if (!n) return 0 ;
  memcpy(text, p + 6, n) ;
  text[n] = 0 ;
  i = uint64_scan(text, &d->seconds) ;
  if (!i || text[i] != '.') return 0 ;
  for (i++ ; text[i] >= '0' && text[i] <= '9' ; i++) ;
  return text[i] == ':' && uint64_scan(text + i + 1, &d->serial) ;
}

int denied_parse (char const *s, size_t len, struct denied *d)
{
  char const *type ;
  size_t n ;
  if (!parse_field(s, len, "type", &type, &n)) return 0 ;
  if (!(n == 4 && !memcmp(type, "1326", 4)) && !(n == 7 && !memcmp(type, "SECCOMP", 7))) return 0 ;
  if (!parse_stamp(s, len, d) || !parse_number(s, len, "pid", 10, &d->pid) || !parse_number(s, len, "syscall", 10, &d->call)
    || !parse_number(s, len, "arch", 16, &d->arch) || !parse_number(s, len, "code", 16, &d->action)) return 0 ;
  parse_text(s, len, "comm", d->comm, sizeof(d->comm)) ;
  parse_text(s, len, "exe", d->exe, sizeof(d->exe)) ;
  return 1 ;
}
