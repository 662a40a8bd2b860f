/* ISC license. */

#include <string.h>

#include <skalibs/uint64.h>

#include "nc_json.h"

/* RFC 3629: the length of the valid sequence that s starts with, or 0. U+EF80 to U+EFFF are taken for raw bytes. */
static size_t json_utf8 (unsigned char const *s, size_t n)
{
  size_t len = s[0] >= 0xc2 && s[0] <= 0xdf ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : 0 ;
  size_t i = 1 ;
  if (!len || len > n) return 0 ;
  for (; i < len ; i++) if ((s[i] & 0xc0) != 0x80) return 0 ;
  if (s[0] == 0xe0 && s[1] < 0xa0) return 0 ;
  if (s[0] == 0xed && s[1] > 0x9f) return 0 ;
  if (s[0] == 0xf0 && s[1] < 0x90) return 0 ;
  if (s[0] == 0xf4 && s[1] > 0x8f) return 0 ;
  if (s[0] == 0xee && s[1] >= 0xbe) return 0 ;
  return len ;
}

static int json_escape (stralloc *sa, char const *prefix, unsigned char c)
{
  static char const hex[] = "0123456789abcdef" ;
  char s[2] = { hex[c >> 4], hex[c & 15] } ;
  return stralloc_cats(sa, prefix) && stralloc_catb(sa, s, 2) ;
}

int nc_json_put (stralloc *sa, char const *literal)
{
  return stralloc_cats(sa, literal) ;
}

int nc_json_string (stralloc *sa, char const *str, size_t n)
{
  unsigned char const *s = (unsigned char const *)str ;
  size_t i = 0 ;
  if (!stralloc_catb(sa, "\"", 1)) return 0 ;
  while (i < n)
  {
    size_t len = s[i] < 0x80 ? 1 : json_utf8(s + i, n - i) ;
    int r ;
    if (!len) { r = json_escape(sa, "\\uef", s[i]) ; len = 1 ; }
    else if (s[i] == '"' || s[i] == '\\') r = stralloc_catb(sa, "\\", 1) && stralloc_catb(sa, str + i, 1) ;
    else if (s[i] < 0x20 || s[i] == 0x7f) r = json_escape(sa, "\\u00", s[i]) ;
    /* the C1 controls move terminals as the C0 ones do */
    else if (s[i] == 0xc2 && s[i+1] < 0xa0) r = json_escape(sa, "\\u00", s[i+1]) ;
    else r = stralloc_catb(sa, str + i, len) ;
    if (!r) return 0 ;
    i += len ;
  }
  return stralloc_catb(sa, "\"", 1) ;
}

int nc_json_u64 (stralloc *sa, uint64_t u)
{
  char fmt[UINT64_FMT] ;
  return stralloc_catb(sa, fmt, uint64_fmt(fmt, u)) ;
}

int nc_json_key (stralloc *sa, char const *key)
{
  if (sa->len && !strchr("{[:,", sa->s[sa->len - 1]) && !stralloc_catb(sa, ",", 1)) return 0 ;
  return nc_json_string(sa, key, strlen(key)) && stralloc_catb(sa, ":", 1) ;
}

int nc_json_member_string (stralloc *sa, char const *key, char const *value)
{
  return nc_json_key(sa, key) && nc_json_string(sa, value, strlen(value)) ;
}

int nc_json_member_u64 (stralloc *sa, char const *key, uint64_t value)
{
  return nc_json_key(sa, key) && nc_json_u64(sa, value) ;
}
