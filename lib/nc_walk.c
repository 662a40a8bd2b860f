/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_scope.h"
#include "nc_tree.h"

/* A directory that is being walked. */
struct walk_level
{
  struct stat st ;     /* as its parent showed it; the top's own */
  size_t names ;       /* where its names start in w->names */
  size_t next ;        /* the name to come */
  size_t path ;        /* length of its own path */
} ;

static struct walk_level *walk_level (struct nc_walk *w)
{
  return genalloc_s(struct walk_level, &w->levels) + genalloc_len(struct walk_level, &w->levels) - 1 ;
}

static int walk_cmp (void const *a, void const *b)
{
  return strcmp(*(char const *const *)a, *(char const *const *)b) ;
}

/* The names in sa, sorted, behind those of the parents. */
static int walk_sort (struct nc_walk *w, stralloc const *sa, size_t n)
{
  char const **v = malloc(n * sizeof(*v)) ;
  size_t i = 0, k = 0 ;
  if (!v) return -1 ;
  if (!stralloc_readyplus(&w->names, sa->len)) { int e = errno ; free(v) ; errno = e ; return -1 ; }
  for (; i < sa->len ; i += strlen(sa->s + i) + 1) v[k++] = sa->s + i ;
  qsort(v, n, sizeof(*v), &walk_cmp) ;
  for (i = 0 ; i < n ; i++) stralloc_catb(&w->names, v[i], strlen(v[i]) + 1) ;
  free(v) ;
  return 0 ;
}

static int walk_names (struct nc_walk *w)
{
  stralloc sa = STRALLOC_ZERO ;
  size_t n = 0, i = 0 ;
  int e ;
  int r = nc_names(w->fd, &sa) ;
  for (; i < sa.len ; i++) n += !sa.s[i] ;
  if (!r && n) r = walk_sort(w, &sa, n) ;
  e = errno ;
  stralloc_free(&sa) ;
  errno = e ;
  return r ;
}

static int walk_push (struct nc_walk *w, struct stat const *st)
{
  struct walk_level l = { .st = *st, .names = w->names.len, .next = w->names.len, .path = w->text.len ? w->text.len - 1 : 0 } ;
  if (!genalloc_append(struct walk_level, &w->levels, &l)) return -1 ;
  w->depth++ ;
  return walk_names(w) ;
}

/* w->path is dir's, and name after it. */
static int walk_path (struct nc_walk *w, size_t dirlen, char const *name)
{
  w->text.len = dirlen ;
  if ((dirlen && !stralloc_cats(&w->text, "/")) || !stralloc_cats(&w->text, name) || !stralloc_0(&w->text)) return -1 ;
  w->path = w->text.s ;
  w->name = w->text.s + dirlen + !!dirlen ;
  return 0 ;
}

int nc_walk_start (struct nc_walk *w, int dirfd)
{
  memset(w, 0, sizeof(*w)) ;
  w->fd = dirfd ;
  w->path = w->name = "" ;
  return fstat(dirfd, &w->st) == -1 ? -1 : walk_push(w, &w->st) ;
}

int nc_walk_enter (struct nc_walk *w)
{
  struct stat st ;
  int fd = openat(w->fd, w->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) ;
  if (fd == -1) return -1 ;
  if (fstat(fd, &st) == -1) return nc_close(fd, -1) ;
  if (st.st_dev != w->st.st_dev || st.st_ino != w->st.st_ino) return (errno = ESTALE, nc_close(fd, -1)) ;
  if (close(w->fd) == -1) return nc_close(fd, -1) ;
  w->fd = fd ;
  return walk_push(w, &w->st) ;
}

/* Back to the directory that this one was found in, which must still be there. */
static enum nc_walk_what walk_leave (struct nc_walk *w)
{
  struct walk_level l = *walk_level(w), *up ;
  struct stat st ;
  char const *slash ;
  int fd ;
  w->names.len = l.names ;
  genalloc_setlen(struct walk_level, &w->levels, genalloc_len(struct walk_level, &w->levels) - 1) ;
  if (!--w->depth) return NC_WALK_END ;
  up = walk_level(w) ;
  w->text.s[l.path] = 0 ;
  w->text.len = l.path + 1 ;
  w->path = w->text.s ;
  slash = strrchr(w->path, '/') ;
  w->name = slash ? slash + 1 : w->path ;
  fd = openat(w->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  if (fd == -1) return NC_WALK_ERROR ;
  if (fstat(fd, &st) == -1) return (enum nc_walk_what)nc_close(fd, NC_WALK_ERROR) ;
  if (st.st_dev != up->st.st_dev || st.st_ino != up->st.st_ino) return (errno = ESTALE, (enum nc_walk_what)nc_close(fd, NC_WALK_ERROR)) ;
  if (close(w->fd) == -1) return (enum nc_walk_what)nc_close(fd, NC_WALK_ERROR) ;
  w->fd = fd ;
  w->st = l.st ;
  return NC_WALK_LEAVE ;
}

enum nc_walk_what nc_walk_next (struct nc_walk *w)
{
  struct walk_level *l ;
  char const *name ;
  if (!w->depth) return NC_WALK_END ;
  l = walk_level(w) ;
  if (l->next == w->names.len) return walk_leave(w) ;
  name = w->names.s + l->next ;
  l->next += strlen(name) + 1 ;
  if (walk_path(w, l->path, name) == -1) return NC_WALK_ERROR ;
  return fstatat(w->fd, w->name, &w->st, AT_SYMLINK_NOFOLLOW) == -1 ? NC_WALK_ERROR : NC_WALK_ENTRY ;
}

int nc_walk_end (struct nc_walk *w, int r)
{
  int e = errno ;
  stralloc_free(&w->text) ;
  stralloc_free(&w->names) ;
  genalloc_free(struct walk_level, &w->levels) ;
  errno = e ;
  return nc_close(w->fd, r) ;
}
