/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "context.h"

void context_walk_start (struct context *c, struct context_walk *x, int dirfd)
{
  c->files = c->bytes = 0 ;
  if (nc_walk_start(&x->w, dirfd) == -1) context_fail(c, "read ", "") ;
}

void context_walk_end (struct context *c, struct context_walk *x)
{
  if (nc_walk_end(&x->w, 0) == -1) context_fail(c, "close ", "") ;
}

int context_skips (struct context const *c, struct nc_walk const *w)
{
  return !!nc_patterns_match(&c->excluded, w->path, w->name, S_ISDIR(w->st.st_mode)) ;
}

static int walk_link (struct context *c, struct context_walk *x)
{
  ssize_t n = readlinkat(x->w.fd, x->w.name, x->text, sizeof(x->text)) ;
  int inside ;
  if (n == -1) context_fail(c, errno == EINVAL ? (errno = ESTALE, "read the link ") : "read the link ", x->w.path) ;
  if ((size_t)n == sizeof(x->text)) context_fail(c, (errno = ENAMETOOLONG, "read the link "), x->w.path) ;
  x->text[n] = 0 ;
  /* what is bound is seen as it is, and a link leads no further than the root that it is seen in */
  if (c->bind) return 1 ;
  inside = context_inside(c->source, x->w.path, x->w.depth, x->text) ;
  if (inside == -1) context_fail(c, "follow the link ", x->w.path) ;
  if (inside) return 1 ;
  context_left(c, x->w.path, "a symbolic link that leads out of the context") ;
  return 0 ;
}

enum context_what context_walk_next (struct context *c, struct context_walk *x)
{
  for (;;)
  {
    switch (nc_walk_next(&x->w))
    {
      case NC_WALK_END : return CONTEXT_END ;
      case NC_WALK_LEAVE : return CONTEXT_LEAVE ;
      case NC_WALK_ENTRY : break ;
      default : context_fail(c, "read ", x->w.path) ;
    }
    if (context_skips(c, &x->w)) continue ;
    switch (x->w.st.st_mode & S_IFMT)
    {
      case S_IFREG : return CONTEXT_FILE ;
      case S_IFLNK : if (walk_link(c, x)) return CONTEXT_LINK ; break ;
      case S_IFDIR :
        if (nc_walk_enter(&x->w) == -1) context_fail(c, "open ", x->w.path) ;
        return CONTEXT_DIR ;
      default : context_left(c, x->w.path, "a device, a socket or a named pipe") ; break ;
    }
  }
}

/* O_NONBLOCK: what was a file a moment ago may be a named pipe now. */
int context_file (struct context *c, struct nc_walk const *w, struct stat *st)
{
  int fd = openat(w->fd, w->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) ;
  if (fd == -1 || fstat(fd, st) == -1) context_fail(c, "open ", w->path) ;
  if (!S_ISREG(st->st_mode)) context_fail(c, (errno = ESTALE, "open "), w->path) ;
  return fd ;
}

/* Of the tree as the workload will see it; dirfd is used up. */
void context_digest (struct context *c, int dirfd, char digest[NC_MERKLE_LEN])
{
  struct context_walk x ;
  struct nc_merkle m = { 0 } ;
  struct stat top, st ;
  char content[NC_MERKLE_LEN] ;
  uint64_t bytes ;
  if (fstat(dirfd, &top) == -1) context_fail(c, "stat ", "") ;
  context_walk_start(c, &x, dirfd) ;
  if (nc_merkle_enter(&m) == -1) context_fail(c, "read ", "") ;
  for (;;)
  {
    enum context_what what = context_walk_next(c, &x) ;
    int fd ;
    if (what == CONTEXT_END) break ;
    switch (what)
    {
      case CONTEXT_FILE :
        fd = context_file(c, &x.w, &st) ;
        if (nc_merkle_content(fd, content, &bytes) == -1) context_fail(c, "read ", x.w.path) ;
        context_close(fd) ;
        nc_merkle_file(&m, st.st_mode, x.w.name, content) ;
        context_progress(c, bytes) ;
        break ;
      case CONTEXT_LINK : nc_merkle_link(&m, x.w.name, x.text) ; break ;
      case CONTEXT_DIR : if (nc_merkle_enter(&m) == -1) context_fail(c, "read ", x.w.path) ; break ;
      default : nc_merkle_leave(&m, x.w.st.st_mode, x.w.name) ; break ;
    }
  }
  context_walk_end(c, &x) ;
  nc_merkle_end(&m, top.st_mode, digest) ;
}
