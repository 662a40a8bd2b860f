/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "nc.h"
#include "workspace.h"

#ifndef RENAME_NOREPLACE
# define RENAME_NOREPLACE 1
#endif

#define COMPARE_SUFFIX ".nucleus-quarantine-"

/* In its own directory, where the mount it may have been seen through is no obstacle; a long name is cut. */
static void compare_aside (struct ws *w, char const *path)
{
  char const *name ;
  char to[256] ;
  int dir = ws_parent(w->srcfd, path, &name) ;
  int r ;
  if (dir == -1 && errno == ENOENT) return ;
  if (dir == -1) { strerr_warnwusys("move aside ", path) ; w->failed = 1 ; return ; }
  {
    size_t n = strlen(name), m = sizeof(COMPARE_SUFFIX) - 1 + 8 ;
    if (n > 255 - m) n = 255 - m ;
    memcpy(to, name, n) ;
    memcpy(to + n, COMPARE_SUFFIX, sizeof(COMPARE_SUFFIX) - 1) ;
    memcpy(to + n + sizeof(COMPARE_SUFFIX) - 1, w->id, 8) ;
    to[n + m] = 0 ;
  }
  r = (int)syscall(__NR_renameat2, dir, name, dir, to, RENAME_NOREPLACE) ;
  /* with the directory that it was in */
  if (nc_close(dir, r) == -1 && errno == ENOENT) return ;
  if (r == -1) { strerr_warnwusys("move aside ", path) ; w->failed = 1 ; return ; }
  strerr_warnw("moved aside: ", path, " is now ", to) ;
}

static int compare_same (struct ws_entry const *a, struct ws_entry const *b)
{
  if (a->mode != b->mode) return 0 ;
  if (S_ISDIR(a->mode)) return 1 ;
  if (!S_ISREG(a->mode) && !S_ISLNK(a->mode)) return a->ino == b->ino && a->dev == b->dev ;
  return a->size == b->size && !memcmp(a->digest, b->digest, sizeof(a->digest)) ;
}

/* The outermost one: what is in a directory that appeared has appeared with it. */
static void compare_name (struct ws *w, char const *what, char const *path, char const **last, int aside)
{
  if (*last && ws_below(path, *last)) return ;
  *last = path ;
  ws_name(w, what, path, "") ;
  if (aside && w->quarantine) compare_aside(w, path) ;
}

static int compare_placed (struct ws const *w, char const *path)
{
  size_t i = 0 ;
  for (; i < w->made.len ; i += strlen(w->made.s + i) + 1) if (!strcmp(w->made.s + i, path)) return 1 ;
  return 0 ;
}

void ws_compare (struct ws *w)
{
  struct ws_list now = { .n = 0 } ;
  struct ws_entry const *a, *b ;
  char const *last = 0, *gone = 0, *changed = 0 ;
  size_t i = 0, k = 0 ;
  if (w->mode != WS_BIND_RW || !nc_patterns_len(&w->protect)) return ;
  if (ws_place_undo(w) == -1) { strerr_warnwusys("undo the placeholders in ", w->src) ; w->failed = 1 ; }
  ws_protected(w, &now, 0) ;
  a = ws_next(&w->start, &i) ;
  b = ws_next(&now, &k) ;
  while (a || b)
  {
    int r = !a ? 1 : !b ? -1 : ws_cmp(a->path, b->path) ;
    if (r > 0) compare_name(w, "protected, and it appeared", b->path, &last, 1) ;
    /* a placeholder has gone by itself */
    else if (r < 0) { if (!compare_placed(w, a->path)) compare_name(w, "protected, and it was removed", a->path, &gone, 0) ; }
    else if (!compare_same(a, b)) compare_name(w, "protected, and it changed", b->path, &changed, 1) ;
    if (r <= 0) a = ws_next(&w->start, &i) ;
    if (r >= 0) b = ws_next(&now, &k) ;
  }
  stralloc_free(&now.sa) ;
}
