/* ISC license. */

/* The lines for nc-rootfs -P: which directory it must be, then what becomes read-only, and every directory on the way to it, which,
   once it is a mount, nobody renames. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <skalibs/allreadwrite.h>
#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_kernel.h"
#include "workspace.h"

struct lines
{
  struct ws *w ;
  stralloc text ;
  stralloc esc ;
  stralloc paths ;      /* each with its zero byte */
  size_t n ;
} ;

static void lines_put (struct lines *l, char const *what, char const *path)
{
  if (!ws_escape(&l->esc, path) || !stralloc_cats(&l->text, what) || !stralloc_cats(&l->text, l->esc.s) || !stralloc_cats(&l->text, "\n"))
    ws_die(l->w, "list what is protected", "") ;
}

static void lines_path (struct lines *l, char const *path)
{
  if (!stralloc_catb(&l->paths, path, strlen(path) + 1)) ws_die(l->w, "list what is protected", "") ;
  l->n++ ;
}

/* A link cannot be made read-only, but what it leads to in the workspace can. */
static void lines_link (struct lines *l, char const *path)
{
  stralloc target = STRALLOC_ZERO, where = STRALLOC_ZERO ;
  char const *name ;
  int fd = ws_parent(l->w->srcfd, path, &name) ;
  int r = fd == -1 ? -1 : nc_close(fd, ws_readlink(fd, name, &target)) ;
  if (!r) r = ws_resolve(&where, path, target.s) ;
  if (r == -1) ws_die(l->w, "read the link ", path) ;
  fd = r && where.s ? nc_open_at(l->w->srcfd, where.s, O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS) : -1 ;
  if (fd != -1)
  {
    if (close(fd) == -1) ws_die(l->w, "close ", path) ;
    lines_path(l, where.s) ;
  }
  stralloc_free(&target) ;
  stralloc_free(&where) ;
}

static int lines_cmp (void const *a, void const *b)
{
  return ws_cmp(*(char const *const *)a, *(char const *const *)b) ;
}

/* The directories of path but for those that are before's as well, which have been named. */
static void lines_parents (struct lines *l, char const *path, char const *before)
{
  char dir[strlen(path) + 1] ;
  char *p = dir ;
  strcpy(dir, path) ;
  for (; (p = strchr(p, '/')) ; *p++ = '/')
  {
    *p = 0 ;
    if (!before || !ws_below(before, dir)) lines_put(l, "d ", dir) ;
  }
}

static void lines_all (struct lines *l)
{
  char const **v = malloc((l->n + 1) * sizeof(*v)) ;
  char const *before = 0 ;
  size_t i = 0, k = 0 ;
  if (!v) ws_die(l->w, "list what is protected", "") ;
  for (; k < l->paths.len ; k += strlen(l->paths.s + k) + 1) v[i++] = l->paths.s + k ;
  qsort(v, l->n, sizeof(*v), &lines_cmp) ;
  for (i = 0 ; i < l->n ; i++)
  {
    if (before && (!strcmp(v[i], before) || ws_below(v[i], before))) continue ;
    lines_parents(l, v[i], before) ;
    lines_put(l, "r ", v[i]) ;
    before = v[i] ;
  }
  free(v) ;
}

static void lines_top (struct lines *l)
{
  char s[2 * UINT64_FMT + 6] = "= " ;
  size_t n = 2 ;
  n += uint64_fmt(s + n, l->w->srcst.st_dev) ;
  s[n++] = ' ' ;
  n += uint64_fmt(s + n, l->w->srcst.st_ino) ;
  s[n++] = '\n' ;
  if (!stralloc_catb(&l->text, s, n)) ws_die(l->w, "list what is protected", "") ;
}

void ws_lines (struct ws *w)
{
  struct lines l = { .w = w } ;
  struct ws_entry const *e ;
  size_t pos = 0 ;
  int fd ;
  if (w->linesfd == -1) return ;
  lines_top(&l) ;
  while ((e = ws_next(&w->start, &pos)))
  {
    if (e->racy) continue ;
    if (S_ISLNK(e->mode)) lines_link(&l, e->path) ; else lines_path(&l, e->path) ;
  }
  lines_all(&l) ;
  fd = memfd_create("nc-workspace", MFD_CLOEXEC) ;
  if (fd == -1 || allwrite(fd, l.text.s, l.text.len) < l.text.len || lseek(fd, 0, SEEK_SET) == -1) ws_die(w, "write what is protected", "") ;
  if (nc_fd_give(fd, w->linesfd) == -1) ws_die(w, "move the descriptor of -f", "") ;
  stralloc_free(&l.text) ;
  stralloc_free(&l.esc) ;
  stralloc_free(&l.paths) ;
}
