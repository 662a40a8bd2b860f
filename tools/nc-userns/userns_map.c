/* ISC license. */

#include <stdio.h>
#include <string.h>

#include "nc-userns.h"
#include "nc.h"

/* The field of s that ends at one of ends or at its end; *s is left at the end. */
static int map_field (char const **s, char const *ends, uint32_t *id)
{
  char field[16] ;
  size_t n = strcspn(*s, ends) ;
  if (n >= sizeof(field)) return 0 ;
  memcpy(field, *s, n) ;
  field[n] = 0 ;
  *s += n ;
  return nc_scan_id(field, id) ;
}

int userns_scan_extent (char const *s, struct userns_extent *e)
{
  return map_field(&s, ":", &e->inside) && *s++ && map_field(&s, ":", &e->outside) && *s++ && map_field(&s, "", &e->count) ;
}

int userns_add (struct userns_map *m, uint32_t inside, uint32_t outside, uint32_t count)
{
  if (m->n == USERNS_EXTENTS) return 0 ;
  m->e[m->n].inside = inside ;
  m->e[m->n].outside = outside ;
  m->e[m->n++].count = count ;
  return 1 ;
}

int userns_scan_self (char const *s, struct userns_ids *ids)
{
  uint32_t id ;
  if (!map_field(&s, ":", &id) || !*s) return 0 ;
  if (id && !userns_add(&ids->uid, id, id, 1)) return 0 ;
  do
  {
    s++ ;
    if (!map_field(&s, ",", &id)) return 0 ;
    if (id && !userns_add(&ids->gid, id, id, 1)) return 0 ;
  }
  while (*s) ;
  return 1 ;
}

static int map_overlap (uint32_t a, uint32_t acount, uint32_t b, uint32_t bcount)
{
  return a <= b ? b - a < acount : a - b < bcount ;
}

char const *userns_fault (struct userns_map const *m)
{
  unsigned int i = 0, j ;
  if (!m->n) return "no ids" ;
  for (; i < m->n ; i++)
  {
    struct userns_extent const *e = m->e + i ;
    if (!e->count) return "a count of 0" ;
    if (!e->outside) return "host id 0, which is never mapped" ;
    if (e->count > UINT32_MAX - e->inside || e->count > UINT32_MAX - e->outside) return "ids beyond 4294967294" ;
    for (j = 0 ; j < i ; j++)
      if (map_overlap(e->inside, e->count, m->e[j].inside, m->e[j].count)
       || map_overlap(e->outside, e->count, m->e[j].outside, m->e[j].count))
        return "an id mapped twice" ;
  }
  return 0 ;
}

int userns_covers (struct userns_map const *m, uint32_t outside)
{
  unsigned int i = 0 ;
  for (; i < m->n ; i++) if (map_overlap(m->e[i].outside, m->e[i].count, outside, 1)) return 1 ;
  return 0 ;
}

int userns_has_zero (struct userns_map const *m)
{
  unsigned int i = 0 ;
  for (; i < m->n ; i++) if (!m->e[i].inside) return 1 ;
  return 0 ;
}

size_t userns_text (char *out, struct userns_map const *m)
{
  size_t len = 0 ;
  unsigned int i = 0 ;
  for (; i < m->n ; i++)
    len += (size_t)snprintf(out + len, USERNS_TEXT - len, "%10u %10u %10u\n", m->e[i].inside, m->e[i].outside, m->e[i].count) ;
  return len ;
}
