/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include "workspace.h"

int ws_add (struct ws_list *l, struct ws_entry const *e, char const *path)
{
  static char const zero[8] ;
  size_t n = strlen(path) + 1 ;
  size_t pad = (8 - (sizeof(*e) + n) % 8) % 8 ;
  struct ws_entry x = *e ;
  x.len = (uint32_t)(sizeof(*e) + n + pad) ;
  if (!stralloc_readyplus(&l->sa, x.len)) return 0 ;
  stralloc_catb(&l->sa, (char const *)&x, sizeof(x)) ;
  stralloc_catb(&l->sa, path, n) ;
  stralloc_catb(&l->sa, zero, pad) ;
  l->n++ ;
  return 1 ;
}

struct ws_entry *ws_next (struct ws_list const *l, size_t *pos)
{
  struct ws_entry *e ;
  if (l->sa.len - *pos < sizeof(*e)) return 0 ;
  e = (struct ws_entry *)(void *)(l->sa.s + *pos) ;
  if (e->len <= sizeof(*e) || e->len > l->sa.len - *pos) return 0 ;
  *pos += e->len ;
  return e ;
}

struct ws_entry **ws_index (struct ws_list const *l)
{
  struct ws_entry **v = malloc((l->n + 1) * sizeof(void *)) ;
  size_t pos = 0, i = 0 ;
  if (!v) return 0 ;
  while (i < l->n && (v[i] = ws_next(l, &pos))) i++ ;
  v[i] = 0 ;
  return v ;
}

void ws_entry_stat (struct ws_entry *e, struct stat const *st)
{
  memset(e, 0, sizeof(*e)) ;
  e->mode = e->want = st->st_mode ;
  e->uid = st->st_uid ;
  e->gid = st->st_gid ;
  e->dev = st->st_dev ;
  e->ino = st->st_ino ;
  e->size = (uint64_t)st->st_size ;
  e->sec = st->st_ctim.tv_sec ;
  e->nsec = st->st_ctim.tv_nsec ;
}

/* A slash before every other byte: what is in a directory comes right after it. */
int ws_cmp (char const *a, char const *b)
{
  while (*a && *a == *b) { a++ ; b++ ; }
  if (*a == *b) return 0 ;
  if (!*a || !*b) return *a ? 1 : -1 ;
  if (*a == '/' || *b == '/') return *a == '/' ? -1 : 1 ;
  return (unsigned char)*a < (unsigned char)*b ? -1 : 1 ;
}

int ws_below (char const *path, char const *dir)
{
  size_t n = strlen(dir) ;
  return !strncmp(path, dir, n) && path[n] == '/' ;
}

int ws_same (struct ws_entry const *e, struct stat const *st)
{
  return e->dev == st->st_dev && e->ino == st->st_ino && e->mode == st->st_mode && e->size == (uint64_t)st->st_size
   && e->sec == st->st_ctim.tv_sec && e->nsec == st->st_ctim.tv_nsec ;
}
