/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include <skalibs/types.h>
#include <skalibs/uint32.h>

#include "nc.h"
#include "attest.h"

#define MANIFEST_NAME "nucleus-manifest "

static int text_bad (struct attest_text *t, char const *why)
{
  t->why = why ;
  return -1 ;
}

char *attest_line (struct attest_text *t, size_t *len)
{
  char *s = t->s ;
  char *end ;
  t->why = 0 ;
  if (s == t->end) return 0 ;
  t->line++ ;
  end = memchr(s, '\n', (size_t)(t->end - s)) ;
  if (!end) { t->why = "the last line does not end" ; return 0 ; }
  *end = 0 ;
  *len = (size_t)(end - s) ;
  t->s = end + 1 ;
  if (strlen(s) == *len) return s ;
  t->why = "a zero byte" ;
  return 0 ;
}

int attest_manifest_is (char const *s, size_t len)
{
  return len >= sizeof(MANIFEST_NAME) - 1 && !memcmp(s, MANIFEST_NAME, sizeof(MANIFEST_NAME) - 1) ;
}

int attest_manifest_start (struct attest_text *t, char *s, size_t len)
{
  struct attest_text const new = { .s = s, .end = s + len } ;
  char *line ;
  *t = new ;
  line = attest_line(t, &len) ;
  if (line && !strcmp(line, ATTEST_HEADER)) return 1 ;
  return text_bad(t, t->why ? t->why : "another version than " ATTEST_HEADER) ;
}

static int manifest_plain (unsigned char c)
{
  return c >= 0x20 && c != 0x7f && c != '\\' ;
}

/* Undoes manifest_escape in place. What needs no escape has none, so that one name is written in one way only. */
static int manifest_unescape (char *s)
{
  char *out = s ;
  for (; *s ; s++)
  {
    unsigned char c = (unsigned char)*s ;
    if (c == '\\')
    {
      char digits[3] ;
      if (*++s != 'x' || !s[1] || !s[2]) return 0 ;
      memcpy(digits, s + 1, 2) ;
      digits[2] = 0 ;
      if (strspn(digits, "0123456789abcdef") != 2) return 0 ;
      c = (unsigned char)strtoul(digits, 0, 16) ;
      if (!c || manifest_plain(c)) return 0 ;
      s += 2 ;
    }
    else if (!manifest_plain(c)) return 0 ;
    *out++ = (char)c ;
  }
  *out = 0 ;
  return 1 ;
}

static int manifest_path (char const *s)
{
  for (;;)
  {
    size_t n = strcspn(s, "/") ;
    if (!n || n > 255 || (n == 1 && s[0] == '.') || (n == 2 && s[0] == '.' && s[1] == '.')) return 0 ;
    if (!s[n]) return 1 ;
    s += n + 1 ;
  }
}

int attest_order (char const *a, char const *b)
{
  while (*a && *a == *b) { a++ ; b++ ; }
  if (*a == *b) return 0 ;
  if (!*a || !*b) return *a ? 1 : -1 ;
  if (*a == '/' || *b == '/') return *a == '/' ? -1 : 1 ;
  return (unsigned char)*a < (unsigned char)*b ? -1 : 1 ;
}

static int manifest_mode (char const *s, unsigned int *mode)
{
  return strlen(s) == 4 && strspn(s, "01234567") == 4 && uint0_oscan(s, mode) ;
}

static int manifest_owner (char *s, struct attest_entry *e)
{
  char *colon = strchr(s, ':') ;
  if (!colon) return 0 ;
  *colon++ = 0 ;
  if ((s[0] == '0' && s[1]) || (colon[0] == '0' && colon[1])) return 0 ;
  return nc_scan_id(s, &e->uid) && nc_scan_id(colon, &e->gid) ;
}

/* major:minor */
static int manifest_device (char const *s)
{
  size_t n = strspn(s, "0123456789") ;
  size_t m = s[n] == ':' ? strspn(s + n + 1, "0123456789") : 0 ;
  return n && n <= 10 && m && m <= 10 && !s[n + 1 + m] && !(s[0] == '0' && n > 1) && !(s[n + 1] == '0' && m > 1) ;
}

static size_t manifest_fields (char *s, char **f, size_t max)
{
  size_t n = 0 ;
  while (s && n < max)
  {
    f[n++] = s ;
    s = strchr(s, '\t') ;
    if (s) *s++ = 0 ;
  }
  return s ? max + 1 : n ;
}

static int manifest_value (struct attest_entry *e, char *s)
{
  switch (e->type)
  {
    case 'f' : return strlen(s) == 64 && attest_sum_hex(s, e->sum) ;
    case 'l' : e->value = s ; return s[0] && manifest_unescape(s) ;
    default : e->value = s ; return manifest_device(s) ;
  }
}

static int manifest_store (struct attest_text *t, struct attest_entry *e, char *const *f, size_t n)
{
  char const *slash ;
  if (n != 3 || strlen(f[1]) != 64 || !attest_sum_hex(f[1], e->sum)) return text_bad(t, "not three fields of a store path") ;
  slash = strrchr(f[2], '/') ;
  if (f[2][0] != '/' || !attest_store_name(slash + 1)) return text_bad(t, "not a store path") ;
  e->path = f[2] ;
  if (t->prevtype == 'n' && strcmp(t->prev, e->path) >= 0) return text_bad(t, "not in order") ;
  return 1 ;
}

static int manifest_object (struct attest_text *t, struct attest_entry *e, char *const *f, size_t n)
{
  int valued = !!strchr("flbc", e->type) ;
  if (t->prevtype == 'n') return text_bad(t, "not in order") ;
  if (n != (valued ? 5U : 4U)) return text_bad(t, "not as many fields as this type has") ;
  if (!manifest_mode(f[1], &e->mode)) return text_bad(t, "not a mode of four octal digits") ;
  if (!manifest_owner(f[2], e)) return text_bad(t, "not an owner uid:gid") ;
  e->path = f[3] ;
  if (!manifest_unescape(f[3])) return text_bad(t, "a path that is not escaped as it should be") ;
  if (!t->prev ? e->type != 'd' || strcmp(f[3], ".") : !manifest_path(f[3])) return text_bad(t, t->prev ? "not a path below the top" : "the top is not first") ;
  if (t->prev && strcmp(t->prev, ".") && attest_order(t->prev, f[3]) >= 0) return text_bad(t, "not in order") ;
  if (valued && !manifest_value(e, f[4])) return text_bad(t, "not a value as this type has") ;
  return 1 ;
}

int attest_manifest_next (struct attest_text *t, struct attest_entry *e)
{
  char *f[5] ;
  size_t len, n ;
  int r ;
  char *s = attest_line(t, &len) ;
  if (!s) return t->why ? -1 : t->prev ? 0 : text_bad(t, "nothing in it") ;
  memset(e, 0, sizeof(*e)) ;
  e->value = "" ;
  n = manifest_fields(s, f, 5) ;
  if (!f[0][0] || f[0][1] || !strchr("dflbcpsn", f[0][0])) return text_bad(t, "not a type") ;
  e->type = f[0][0] ;
  if (e->type == 'n' && !t->prev) return text_bad(t, "the top is not first") ;
  r = e->type == 'n' ? manifest_store(t, e, f, n) : manifest_object(t, e, f, n) ;
  if (r != 1) return -1 ;
  t->prev = e->path ;
  t->prevtype = e->type ;
  return 1 ;
}
