/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include "nc.h"

/* Where no line gives nucleus ids: the last 65536 of the range that systemd's UIDS-GIDS page sets aside for containers,
   which ends at 1879048191. useradd hands out lines up to 600100000, and systemd-nspawn picks among 28,672 slots by hash. */
#define LEASE_FIRST 1878982656U
#define LEASE_COUNT 65536U

struct range_file
{
  char const *path ;
  char *text ;
  size_t len ;
} ;

static int range_ours (struct nc_subid const *e)
{
  return e->namelen == 7 && !memcmp(e->name, "nucleus", 7) ;
}

static uint32_t range_overlap (struct nc_subid const *a, struct nc_subid const *b, uint32_t *first)
{
  uint32_t end = a->start + a->count < b->start + b->count ? a->start + a->count : b->start + b->count ;
  *first = a->start > b->start ? a->start : b->start ;
  return end > *first ? end - *first : 0 ;
}

/* Every line is read, so that a malformed one is never passed by. *ours counts the lines for nucleus. */
static int range_check (struct nc_lease *l, struct range_file const *f, unsigned int *ours, unsigned int *taken)
{
  static struct nc_subid const builtin = { .start = LEASE_FIRST, .count = LEASE_COUNT } ;
  struct nc_subid e ;
  char const *s = f->text ;
  uint32_t first ;
  unsigned int line = 0 ;
  int r ;
  while ((r = nc_subid_next(&s, f->text + f->len, &e, &line)) == 1)
  {
    if (range_ours(&e)) ++*ours ;
    else if (!*taken && range_overlap(&e, &builtin, &first)) *taken = line ;
  }
  l->object = f->path ;
  l->line = line ;
  return r ? NC_LEASE_MALFORMED : NC_LEASE_OK ;
}

static int range_common (struct range_file const *f, uint32_t *first, uint32_t *count)
{
  struct nc_subid u, g ;
  char const *s = f[0].text ;
  unsigned int line = 0 ;
  while (nc_subid_next(&s, f[0].text + f[0].len, &u, &line) == 1)
  {
    char const *t = f[1].text ;
    unsigned int tline = 0 ;
    if (!range_ours(&u)) continue ;
    while (nc_subid_next(&t, f[1].text + f[1].len, &g, &tline) == 1)
    {
      if (!range_ours(&g)) continue ;
      *count = range_overlap(&u, &g, first) ;
      if (*count) return *first ? NC_LEASE_OK : NC_LEASE_NORANGE ;
    }
  }
  return NC_LEASE_NORANGE ;
}

static int range_pick (struct nc_lease *l, struct range_file const *f, uint32_t *first, uint32_t *count)
{
  unsigned int ours = 0, i = 0 ;
  unsigned int taken[2] = { 0, 0 } ;
  for (; i < 2 ; i++)
  {
    int r = range_check(l, f + i, &ours, taken + i) ;
    if (r) return r ;
  }
  if (ours) return range_common(f, first, count) ;
  for (i = 0 ; i < 2 ; i++) if (taken[i])
  {
    l->object = f[i].path ;
    l->line = taken[i] ;
    return NC_LEASE_TAKEN ;
  }
  *first = LEASE_FIRST ;
  *count = LEASE_COUNT ;
  return NC_LEASE_OK ;
}

int nc_lease_range (struct nc_lease *l, uint32_t *first, uint32_t *count)
{
  struct range_file f[2] = { { .path = "/etc/subuid" }, { .path = "/etc/subgid" } } ;
  unsigned int i = 0 ;
  int r = NC_LEASE_OK ;
  for (; !r && i < 2 ; i++)
  {
    l->object = f[i].path ;
    if (nc_subid_read(f[i].path, &f[i].text, &f[i].len) == -1) r = NC_LEASE_SYSTEM ;
  }
  if (!r) r = range_pick(l, f, first, count) ;
  free(f[0].text) ;
  free(f[1].text) ;
  return r ;
}
