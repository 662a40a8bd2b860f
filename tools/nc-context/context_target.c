/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <linux/openat2.h>

#include "nc.h"
#include "context.h"

static int target_open (struct context const *c, char const *path)
{
  return nc_open_at(c->root, path, O_PATH | O_DIRECTORY, 0, RESOLVE_IN_ROOT) ;
}

static void target_die (char const *path) gccattr_noreturn ;
static void target_die (char const *path)
{
  if (errno == EROFS) nc_diefusys(111, "a root that is one mount must have it", "make the mount point ", path) ;
  if (errno == EOVERFLOW) nc_diefusys(111, "this user has no id here: nc-context goes before nc-userns -j", "make the mount point ", path) ;
  strerr_diefusys(111, "make the mount point ", path) ;
}

/* The last directory of path, name, in the mount of the root itself: in any other it is not ours to write to, and one file system
   may be mounted in several places. */
static int target_make (struct context const *c, char const *path, char const *name)
{
  char parent[strlen(path) + 1] ;
  int dir, fd ;
  memcpy(parent, path, (size_t)(name - path)) ;
  parent[name - path] = 0 ;
  dir = nc_open_at(c->root, parent, O_PATH | O_DIRECTORY, 0, RESOLVE_IN_ROOT | RESOLVE_NO_XDEV) ;
  if (dir == -1 && errno == EXDEV)
    strerr_dief(111, "unable to make the mount point ", path, ": what was bound there lacks it, and nothing is made in a bound tree") ;
  if (dir == -1) strerr_diefusys(111, "open the directory of the mount point ", path) ;
  if (mkdirat(dir, name, 0755) == -1 && errno != EEXIST) target_die(path) ;
  context_close(dir) ;
  fd = target_open(c, path) ;
  if (fd == -1) strerr_diefusys(111, "open the mount point ", path) ;
  return fd ;
}

static int target_dir (struct context const *c)
{
  char path[strlen(c->dst) + 1] ;
  char *p = path ;
  int fd = target_open(c, "/") ;
  if (fd == -1) strerr_diefusys(111, "open the new root") ;
  strcpy(path, c->dst) ;
  for (;;)
  {
    char *name = p + strspn(p, "/") ;
    char *end = name + strcspn(name, "/") ;
    char slash = *end ;
    int next ;
    if (name == end) return fd ;
    *end = 0 ;
    next = target_open(c, path) ;
    if (next == -1 && errno != ENOENT) strerr_diefusys(111, "open the mount point ", path) ;
    if (next == -1) next = target_make(c, path, name) ;
    context_close(fd) ;
    fd = next ;
    *end = slash ;
    p = end ;
  }
}

void context_attach (struct context *c)
{
  int fd = target_dir(c) ;
  if (nc_mount_on(c->tree, fd) == -1) strerr_diefusys(111, "mount the context at ", c->dst) ;
  context_close(fd) ;
}
