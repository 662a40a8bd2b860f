/* ISC license. */

#include <string.h>

#include "nc_json.h"

#define JSON_DEPTH 8

static size_t json_space (char const *s, size_t n)
{
  size_t i = 0 ;
  while (i < n && strchr(" \t\r\n", s[i]) && s[i]) i++ ;
  return i ;
}

static int json_hex (char c)
{
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1 ;
}

static int json_u (char const *s, size_t n, unsigned int *u)
{
  size_t i = 0 ;
  if (n < 4) return 0 ;
  for (*u = 0 ; i < 4 ; i++)
  {
    int x = json_hex(s[i]) ;
    if (x < 0) return 0 ;
    *u = *u << 4 | (unsigned int)x ;
  }
  return 1 ;
}

static int json_char (stralloc *sa, unsigned int u)
{
  char c[3] ;
  if (u >= 0xef80 && u <= 0xefff) { c[0] = (char)(u & 0xff) ; return stralloc_catb(sa, c, 1) ; }
  if (u < 0x80) { c[0] = (char)u ; return stralloc_catb(sa, c, 1) ; }
  if (u < 0x800) { c[0] = (char)(0xc0 | u >> 6) ; c[1] = (char)(0x80 | (u & 0x3f)) ; return stralloc_catb(sa, c, 2) ; }
  c[0] = (char)(0xe0 | u >> 12) ; c[1] = (char)(0x80 | (u >> 6 & 0x3f)) ; c[2] = (char)(0x80 | (u & 0x3f)) ;
  return stralloc_catb(sa, c, 3) ;
}

/* One escape after the backslash: its length, or 0. The writer makes no surrogate pairs; none are read. */
static size_t json_unescape (stralloc *sa, char const *s, size_t n)
{
  static char const from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t" ;
  char const *p ;
  unsigned int u ;
  if (n < 1 || !s[0]) return 0 ;
  if (s[0] == 'u')
  {
    if (!json_u(s + 1, n - 1, &u) || !u || (u & 0xf800) == 0xd800) return 0 ;
    return !sa || json_char(sa, u) ? 5 : 0 ;
  }
  p = strchr(from, s[0]) ;
  if (!p) return 0 ;
  return !sa || stralloc_catb(sa, to + (p - from), 1) ? 1 : 0 ;
}

size_t nc_json_unstring (stralloc *sa, char const *s, size_t n)
{
  size_t i = 1 ;
  if (n < 2 || s[0] != '"') return 0 ;
  while (i < n)
  {
    if (s[i] == '"') return i + 1 ;
    if ((unsigned char)s[i] < 0x20) return 0 ;
    if (s[i] == '\\')
    {
      size_t r = json_unescape(sa, s + i + 1, n - i - 1) ;
      if (!r) return 0 ;
      i += r + 1 ;
    }
    else if (sa && !stralloc_catb(sa, s + i, 1)) return 0 ;
    else i++ ;
  }
  return 0 ;
}

static size_t json_value (char const *, size_t, unsigned int) ;

/* An object or an array; with key, that member of an object goes to value. */
static size_t json_container (char const *s, size_t n, unsigned int depth, char const *key, char const **value, size_t *len)
{
  char close = s[0] == '{' ? '}' : ']' ;
  size_t i = 1 ;
  i += json_space(s + i, n - i) ;
  if (i < n && s[i] == close) return i + 1 ;
  while (i < n)
  {
    size_t r ;
    int match = 0 ;
    i += json_space(s + i, n - i) ;
    if (close == '}')
    {
      r = nc_json_unstring(0, s + i, n - i) ;
      if (!r) return 0 ;
      match = key && r == strlen(key) + 2 && !memcmp(s + i + 1, key, r - 2) ;
      i += r ;
      i += json_space(s + i, n - i) ;
      if (i >= n || s[i++] != ':') return 0 ;
      i += json_space(s + i, n - i) ;
    }
    r = json_value(s + i, n - i, depth + 1) ;
    if (!r) return 0 ;
    if (match) { *value = s + i ; *len = r ; }
    i += r ;
    i += json_space(s + i, n - i) ;
    if (i < n && s[i] == close) return i + 1 ;
    if (i >= n || s[i++] != ',') return 0 ;
  }
  return 0 ;
}

static size_t json_value (char const *s, size_t n, unsigned int depth)
{
  static char const *const words[] = { "true", "false", "null" } ;
  size_t i = 0 ;
  if (!n || depth > JSON_DEPTH) return 0 ;
  if (s[0] == '"') return nc_json_unstring(0, s, n) ;
  if (s[0] == '{' || s[0] == '[') return json_container(s, n, depth, 0, 0, 0) ;
  for (; i < 3 ; i++) if (n >= strlen(words[i]) && !memcmp(s, words[i], strlen(words[i]))) return strlen(words[i]) ;
  for (i = 0 ; i < n && s[i] >= '0' && s[i] <= '9' ; i++) ;
  return i ;
}

size_t nc_json_value (char const *s, size_t n)
{
  return json_value(s, n, 0) ;
}

int nc_json_find (char const *s, size_t n, char const *key, char const **value, size_t *len)
{
  *value = 0 ;
  return n && s[0] == '{' && json_container(s, n, 0, key, value, len) && *value ;
}
