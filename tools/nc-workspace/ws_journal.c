/* ISC license. */

/* DIR/journal: which directory it is about, whose staging, and every change with what it is based on. Written whole before the first
   of them is made; each can be made again. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nc.h"
#include "workspace.h"

struct journal_head
{
  char magic[16] ;
  char id[24] ;
  uint64_t dev ;
  uint64_t ino ;
  uint64_t mode ;
  uint64_t n ;
} ;

static char const journal_magic[16] = "nc-workspace 1\n" ;

int ws_journal_write (struct ws *w)
{
  struct journal_head h = { .dev = w->srcst.st_dev, .ino = w->srcst.st_ino, .mode = (uint64_t)w->mode, .n = w->ops.n } ;
  stralloc sa = STRALLOC_ZERO ;
  int r ;
  memcpy(h.magic, journal_magic, sizeof(h.magic)) ;
  memcpy(h.id, w->id, sizeof(w->id)) ;
  /* what it will be read from is on the disk before it is */
  if (syncfs(w->dirfd) == -1) return -1 ;
  if (!stralloc_catb(&sa, (char const *)&h, sizeof(h)) || !stralloc_catb(&sa, w->ops.sa.s, w->ops.sa.len)) return -1 ;
  r = ws_put(w->dirfd, "journal", sa.s, sa.len, 1) ;
  {
    int e = errno ;
    stralloc_free(&sa) ;
    errno = e ;
  }
  return r ;
}

static int journal_stage (struct ws *w, uint64_t mode)
{
  w->stage = nc_open_at(w->dirfd, mode == WS_COPY ? "tree" : "upper", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
  return w->stage == -1 ? -1 : 0 ;
}

int ws_journal_read (struct ws *w)
{
  struct journal_head h ;
  stralloc sa = STRALLOC_ZERO ;
  size_t pos = 0, n = 0 ;
  int r = ws_slurp(w->dirfd, "journal", &sa) ;
  if (r != 1) return r ;
  if (sa.len < sizeof(h)) return (errno = EPROTO, -1) ;
  memcpy(&h, sa.s, sizeof(h)) ;
  if (memcmp(h.magic, journal_magic, sizeof(h.magic)) || h.id[16]) return (errno = EPROTO, -1) ;
  if (h.dev != w->srcst.st_dev || h.ino != w->srcst.st_ino)
    strerr_dief(111, "what an earlier run began to apply is of another workspace: ", w->dir, "/journal") ;
  memcpy(w->id, h.id, sizeof(w->id)) ;
  if (!stralloc_catb(&w->ops.sa, sa.s + sizeof(h), sa.len - sizeof(h))) return -1 ;
  stralloc_free(&sa) ;
  while (ws_next(&w->ops, &pos)) n++ ;
  if (n != h.n || pos != w->ops.sa.len) return (errno = EPROTO, -1) ;
  w->ops.n = n ;
  w->v = ws_index(&w->ops) ;
  return !w->v || journal_stage(w, h.mode) == -1 ? -1 : 1 ;
}
