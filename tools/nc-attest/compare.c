/* ISC license. */

#include <stdio.h>
#include <string.h>

#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_merkle.h"
#include "attest.h"

struct compare
{
  char path[512] ;
  char what[700] ;     /* is wrong with it: the first that was found */
  uint64_t n ;
} ;

static char const *compare_type (char type)
{
  switch (type)
  {
    case 'd' : return "a directory" ;
    case 'f' : return "a file" ;
    case 'l' : return "a link" ;
    case 'b' : return "a block device" ;
    case 'c' : return "a character device" ;
    case 'p' : return "a named pipe" ;
    default : return "a socket" ;
  }
}

static void compare_say (struct compare *c, char const *path, char const *is, char const *got, char const *not, char const *want)
{
  if (c->n++) return ;
  snprintf(c->path, sizeof(c->path), "%s", path) ;
  snprintf(c->what, sizeof(c->what), "%s%.300s%s%.300s", is, got, not, want) ;
}

/* What both have. */
static void compare_entry (struct attest const *a, struct compare *c, struct attest_entry const *want, struct attest_entry const *got)
{
  char x[2 * ATTEST_SUM + 1], y[2 * ATTEST_SUM + 1] ;
  if (want->type != got->type) { compare_say(c, got->path, " is ", compare_type(got->type), ", not ", compare_type(want->type)) ; return ; }
  if (!a->other && want->mode != got->mode)
  {
    snprintf(x, sizeof(x), "%04o", got->mode) ;
    snprintf(y, sizeof(y), "%04o", want->mode) ;
    compare_say(c, got->path, " has the mode ", x, ", not ", y) ;
  }
  if (!a->other && (want->uid != got->uid || want->gid != got->gid))
  {
    snprintf(x, sizeof(x), "%lu:%lu", (unsigned long)got->uid, (unsigned long)got->gid) ;
    snprintf(y, sizeof(y), "%lu:%lu", (unsigned long)want->uid, (unsigned long)want->gid) ;
    compare_say(c, got->path, " has the owner ", x, ", not ", y) ;
  }
  if (strcmp(want->value, got->value)) compare_say(c, got->path, got->type == 'l' ? " leads to " : " is the device ", got->value, ", not ", want->value) ;
  if (want->type != 'f' || !memcmp(want->sum, a->sums + ATTEST_SUM * got->work, ATTEST_SUM)) return ;
  nc_merkle_hex(x, (char const *)(a->sums + ATTEST_SUM * got->work)) ;
  nc_merkle_hex(y, (char const *)want->sum) ;
  compare_say(c, got->path, " has the digest ", x, ", not ", y) ;
}

/* Both are in the same order, so that one pass finds what one has and the other lacks. */
void attest_compare (struct attest *a)
{
  struct compare c = { .n = 0 } ;
  struct attest_entry const *want = a->pinned.v, *got = a->found.v ;
  struct attest_entry const *wantend = want + a->pinned.n, *gotend = got + a->found.n ;
  char fmt[UINT64_FMT] ;
  while (want < wantend || got < gotend)
  {
    int order = want == wantend ? 1 : got == gotend ? -1 : want == a->pinned.v && !a->other ? 0 : attest_order(want->path, got->path) ;
    if (order < 0) compare_say(&c, want->path, " is missing", "", "", "") ;
    else if (order > 0) compare_say(&c, got->path, " is not in the manifest", "", "", "") ;
    else compare_entry(a, &c, want, got) ;
    if (order <= 0) want++ ;
    if (order >= 0) got++ ;
  }
  if (!c.n) return ;
  fmt[uint64_fmt(fmt, c.n - 1)] = 0 ;
  strerr_dief(1, "unable to verify ", a->dir, ": ", c.path, c.what, c.n > 1 ? "; differences besides it: " : "", c.n > 1 ? fmt : "") ;
}
