/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "nc.h"
#include "nc_kernel.h"
#include "context.h"

#define BIND_ATTR (NC_MOUNT_RDONLY | NC_MOUNT_NOSUID | NC_MOUNT_NODEV | NC_MOUNT_NOEXEC)

/* A detached tree of the source and of all that is mounted below it; nc-open -t made the one of fd:N. */
void context_bind (struct context *c)
{
  if (c->tree == -1) c->tree = nc_mount_clone(c->source) ;
  if (c->tree != -1) return ;
  if (errno == EINVAL) nc_diefusys(111, "it has mounts that this user namespace may not copy alone", "copy the mount ", c->src) ;
  if (errno == EPERM) nc_diefusys(111, "it goes before nc-landlock and nc-dropcaps", "copy the mount ", c->src) ;
  strerr_diefusys(111, "copy the mount ", c->src) ;
}

/* What covers: the empty directory, attached when it was first used, and the null device, which nodev keeps from being opened. */
struct bind_cover { int dir ; int null ; } ;

static int cover_null (struct context const *c)
{
  struct stat st ;
  int fd = nc_open_at(c->root, "/dev/null", O_PATH | O_NOFOLLOW, 0, RESOLVE_IN_ROOT) ;
  if (fd == -1) nc_diefusys(111, "nc-rootfs makes it", "open /dev/null in the new root") ;
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat /dev/null in the new root") ;
  if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3)) strerr_dief(111, "unable to use /dev/null in the new root: it is another device") ;
  return fd ;
}

static int cover_tree (struct context const *c, struct bind_cover *v, int isdir)
{
  static char const *const options[] = { "size", "4k", "mode", "555", 0 } ;
  int tree ;
  if (isdir && v->dir == -1) return v->dir = nc_mount_new("tmpfs", options, BIND_ATTR) ;
  if (!isdir && v->null == -1) v->null = cover_null(c) ;
  tree = nc_mount_clone(isdir ? v->dir : v->null) ;
  return tree == -1 || nc_mount_attr(tree, BIND_ATTR) == 0 ? tree : nc_close(tree, -1) ;
}

static void cover_entry (struct context *c, struct nc_walk const *w, struct bind_cover *v)
{
  struct stat st ;
  int tree ;
  int fd = openat(w->fd, w->name, O_PATH | O_NOFOLLOW | O_CLOEXEC) ;
  if (fd == -1 || fstat(fd, &st) == -1) context_fail(c, "open ", w->path) ;
  tree = cover_tree(c, v, S_ISDIR(st.st_mode)) ;
  if (tree == -1 || nc_mount_on(tree, fd) == -1) context_fail(c, "cover ", w->path) ;
  if (tree != v->dir) context_close(tree) ;
  context_close(fd) ;
}

static int cover_special (mode_t mode)
{
  return !S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode) ;
}

/* Read-only or not, a named pipe can be written to and a socket connected to. */
void context_cover (struct context *c)
{
  struct bind_cover v = { -1, -1 } ;
  struct nc_walk w ;
  enum nc_walk_what what ;
  int fd = openat(c->tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  if (fd == -1 || nc_walk_start(&w, fd) == -1) context_fail(c, "read ", "") ;
  while ((what = nc_walk_next(&w)) != NC_WALK_END)
  {
    if (what == NC_WALK_ERROR) context_fail(c, "read ", w.path) ;
    if (what == NC_WALK_LEAVE) continue ;
    if (context_skips(c, &w)) cover_entry(c, &w, &v) ;
    else if (cover_special(w.st.st_mode))
    {
      cover_entry(c, &w, &v) ;
      context_left(c, w.path, "a device, a socket or a named pipe") ;
    }
    else if (S_ISDIR(w.st.st_mode) && nc_walk_enter(&w) == -1) context_fail(c, "open ", w.path) ;
  }
  if (nc_walk_end(&w, 0) == -1) context_fail(c, "close ", "") ;
  if (v.dir != -1) context_close(v.dir) ;
  if (v.null != -1) context_close(v.null) ;
}
