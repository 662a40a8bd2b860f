/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "workspace.h"

static int host_same_link (struct ws const *w, char const *path)
{
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO ;
  char const *name ;
  int x = ws_parent(w->stage, path, &name) ;
  int y = x == -1 ? -1 : ws_parent(w->srcfd, path, &name) ;
  int r = y == -1 || ws_readlink(x, name, &a) == -1 || ws_readlink(y, name, &b) == -1 ? -1 : !strcmp(a.s, b.s) ;
  int e = errno ;
  stralloc_free(&a) ;
  stralloc_free(&b) ;
  errno = e ;
  if (y != -1) r = nc_close(y, r) ;
  return x == -1 ? r : nc_close(x, r) ;
}

/* Is what the host has what it is to have? 1, 0 or -1 */
static int host_new (struct ws const *w, struct ws_entry const *e, struct stat const *st)
{
  struct stat staged ;
  if ((st->st_mode ^ e->want) & S_IFMT) return 0 ;
  if (S_ISDIR(st->st_mode)) return 1 ;
  if (S_ISLNK(st->st_mode)) return host_same_link(w, e->path) ;
  if ((st->st_mode ^ e->want) & 0777) return 0 ;
  if (e->op == WS_OP_MODE) return 1 ;
  if (ws_stat(w->stage, e->path, &staged) == -1) return -1 ;
  return ws_equal(w->stage, e->path, w->srcfd, e->path, &staged, st) ;
}

/* Directories change with what is in them: their type and mode only */
static int host_old (struct ws_entry const *e, struct stat const *st)
{
  if (!S_ISDIR(e->mode)) return ws_same(e, st) ;
  if (!S_ISDIR(st->st_mode) || st->st_ino != e->ino || st->st_dev != e->dev) return 0 ;
  /* a directory made wider for what is put into it */
  return e->op != WS_OP_MODE || !((st->st_mode ^ e->mode) & WS_MODE) || !((st->st_mode ^ (e->mode | e->want)) & WS_MODE) ;
}

enum ws_host ws_host (struct ws const *w, struct ws_entry const *e)
{
  struct stat st ;
  int r ;
  if (ws_stat(w->srcfd, e->path, &st) == -1)
  {
    if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) return WS_HOST_ERROR ;
    /* what was in a directory that the host has removed is gone as well */
    if (e->op == WS_OP_REMOVE) return WS_HOST_DONE ;
    return e->op == WS_OP_ADD && errno == ENOENT ? WS_HOST_DO : WS_HOST_CONFLICT ;
  }
  if (e->mode && host_old(e, &st)) return WS_HOST_DO ;
  if (e->op == WS_OP_REMOVE) return WS_HOST_CONFLICT ;
  r = host_new(w, e, &st) ;
  return r == -1 ? WS_HOST_ERROR : r ? WS_HOST_DONE : WS_HOST_CONFLICT ;
}
