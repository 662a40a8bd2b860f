/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_kernel.h"
#include "context.h"

/* Owner before mode: chown(2) takes set-user-ID bits away. */
static void copy_meta (struct context *c, int fd, struct stat const *st, char const *path)
{
  struct timespec const t[2] = { { .tv_nsec = UTIME_OMIT }, st->st_mtim } ;
  if (c->owned && fchown(fd, c->uid, c->gid) == -1) context_fail(c, "give to the owner the copy of ", path) ;
  if (fchmod(fd, st->st_mode & 07777) == -1) context_fail(c, "set the mode of the copy of ", path) ;
  if (futimens(fd, t) == -1) context_fail(c, "set the time of the copy of ", path) ;
}

static void copy_file (struct context *c, struct nc_walk const *w, int at)
{
  struct stat st ;
  int from = context_file(c, w, &st) ;
  int to = openat(at, w->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600) ;
  if (to == -1 || nc_copy_file(from, to, &c->how) == -1) context_fail(c, "copy ", w->path) ;
  copy_meta(c, to, &st, w->path) ;
  context_close(to) ;
  context_close(from) ;
  context_progress(c, (uint64_t)st.st_size) ;
}

static void copy_link (struct context *c, struct context_walk const *x, int at)
{
  struct timespec const t[2] = { { .tv_nsec = UTIME_OMIT }, x->w.st.st_mtim } ;
  if (symlinkat(x->text, at, x->w.name) == -1) context_fail(c, "copy the link ", x->w.path) ;
  if (c->owned && fchownat(at, x->w.name, c->uid, c->gid, AT_SYMLINK_NOFOLLOW) == -1)
    context_fail(c, "give to the owner the copy of ", x->w.path) ;
  if (utimensat(at, x->w.name, t, AT_SYMLINK_NOFOLLOW) == -1) context_fail(c, "set the time of the copy of ", x->w.path) ;
}

/* Its mode comes last: until then we must be able to write to it. */
static int copy_enter (struct context *c, struct nc_walk const *w, int at)
{
  int fd ;
  if (mkdirat(at, w->name, 0700) == -1) context_fail(c, "copy the directory ", w->path) ;
  fd = openat(at, w->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) ;
  if (fd == -1) context_fail(c, "open the copy of ", w->path) ;
  context_close(at) ;
  return fd ;
}

/* Nobody else can reach the copy, so that ".." is where we came from. */
static int copy_leave (struct context *c, struct nc_walk const *w, int at)
{
  int up = openat(at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  if (up == -1) context_fail(c, "leave the copy of ", w->path) ;
  copy_meta(c, at, &w->st, w->path) ;
  context_close(at) ;
  return up ;
}

static int copy_tree (struct context *c)
{
  char const *options[] = { "size", c->size, "mode", "700", 0 } ;
  int at ;
  c->tree = nc_mount_new("tmpfs", options, NC_MOUNT_NOSUID | NC_MOUNT_NODEV | NC_MOUNT_NOEXEC) ;
  if (c->tree == -1 && errno == EPERM) nc_diefusys(111, "it goes before nc-landlock and nc-dropcaps", "make the tmpfs of the context") ;
  if (c->tree == -1) strerr_diefusys(111, "make the tmpfs of the context") ;
  at = openat(c->tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  if (at == -1) strerr_diefusys(111, "open the tmpfs of the context") ;
  return at ;
}

void context_copy (struct context *c)
{
  struct context_walk x ;
  struct stat top ;
  int at = copy_tree(c) ;
  int fd = openat(c->source, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  enum context_what what ;
  if (fd == -1 || fstat(fd, &top) == -1) context_fail(c, "open ", "") ;
  context_walk_start(c, &x, fd) ;
  while ((what = context_walk_next(c, &x)) != CONTEXT_END)
    switch (what)
    {
      case CONTEXT_FILE : copy_file(c, &x.w, at) ; break ;
      case CONTEXT_LINK : copy_link(c, &x, at) ; break ;
      case CONTEXT_DIR : at = copy_enter(c, &x.w, at) ; break ;
      default : at = copy_leave(c, &x.w, at) ; break ;
    }
  context_walk_end(c, &x) ;
  copy_meta(c, at, &top, "") ;
  context_close(at) ;
}
