/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

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

/* The directory name in dir, on the file system of the root itself: anything else was bound, and is not ours to write to. */
static int target_make (struct context const *c, int dir, char const *name, char const *path)
{
  struct stat st, root ;
  int fd ;
  if (fstat(dir, &st) == -1 || fstat(c->root, &root) == -1) strerr_diefusys(111, "stat the new root") ;
  if (st.st_dev != root.st_dev)
    strerr_dief(111, "unable to make the mount point ", path, ": what was bound there lacks it, and nothing is made in a bound tree") ;
  if (mkdirat(dir, name, 0755) == -1 && errno != EEXIST) target_die(path) ;
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
    if (next == -1) next = target_make(c, fd, name, path) ;
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
