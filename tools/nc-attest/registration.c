/* ISC license. */

#include <string.h>

#include <skalibs/uint64.h>

#include "attest.h"

int attest_store_name (char const *name)
{
  static char const letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-._?=" ;
  size_t n = strlen(name) ;
  return n > 33 && n <= 33 + 211 && strspn(name, "0123456789abcdfghijklmnpqrsvwxyz") >= 32 && name[32] == '-' && strspn(name + 33, letters) == n - 33 ;
}

static char *registration_line (struct attest_text *t)
{
  size_t len ;
  char *s = attest_line(t, &len) ;
  if (!s && !t->why) t->why = "it ends within a record" ;
  return s ;
}

/* What nix-store --dump-db writes: path, sum, size, deriver, how many references, and these, a line each. */
int attest_registration_next (struct attest_text *t, struct attest_entry *e)
{
  uint64_t refs ;
  size_t len ;
  char *s = attest_line(t, &len) ;
  if (!s) return t->why ? -1 : 0 ;
  memset(e, 0, sizeof(*e)) ;
  e->type = 'n' ;
  e->path = s ;
  e->value = "" ;
  if (s[0] != '/' || !attest_store_name(strrchr(s, '/') + 1)) { t->why = "not a store path" ; return -1 ; }
  s = registration_line(t) ;
  if (!s) return -1 ;
  if (!attest_sum_any(s, e->sum)) { t->why = "not a SHA-256" ; return -1 ; }
  s = registration_line(t) ;
  if (!s) return -1 ;
  if (!uint640_scan(s, &e->size)) { t->why = "not a size" ; return -1 ; }
  if (!registration_line(t)) return -1 ;
  s = registration_line(t) ;
  if (!s) return -1 ;
  if (!uint640_scan(s, &refs)) { t->why = "not a number of references" ; return -1 ; }
  while (refs--) if (!registration_line(t)) return -1 ;
  return 1 ;
}

/* A digest, a tab, a path; blank lines count for nothing. */
int attest_other_next (struct attest_text *t, struct attest_entry *e)
{
  size_t len ;
  char *s ;
  do
  {
    s = attest_line(t, &len) ;
    if (!s) return t->why ? -1 : 0 ;
  }
  while (!len) ;
  memset(e, 0, sizeof(*e)) ;
  e->type = 'f' ;
  e->path = s + 65 ;
  e->value = "" ;
  t->why = "not a digest, a tab and a path" ;
  if (len < 66 || s[64] != '\t' || s[65] == '/' || !attest_sum_hex(s, e->sum)) return -1 ;
  t->why = 0 ;
  return 1 ;
}
