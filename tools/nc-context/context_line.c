/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/types.h>

#include "nc.h"
#include "nc_kernel.h"
#include "context.h"

void context_close (int fd)
{
  if (close(fd) == -1) strerr_diefusys(111, "close a descriptor") ;
}

void context_owner (struct context *c, char const *arg)
{
  int r ;
  if (c->owned) strerr_dief(100, "more than one owner: ", arg) ;
  c->owned = 1 ;
  r = nc_scan_owner(arg, &c->uid, &c->gid, &c->ownerfd) ;
  if (r == -1) strerr_diefusys(111, "stat the owner ", arg) ;
  if (!r) strerr_dief(100, "not uid:gid or fd:N: ", arg) ;
}

static void line_path (char const *path)
{
  char const *p = path ;
  if (path[0] != '/' || strlen(path) > 4000) strerr_dief(100, "not an absolute path: ", path) ;
  while ((p = strstr(p, "/..")))
  {
    if (!p[3] || p[3] == '/') strerr_dief(100, "path goes up by ..: ", path) ;
    p += 3 ;
  }
}

/* The new root is mounted over the old one: another directory than /, which has no other name. Anywhere else the mount point would
   be made on the host. */
static int line_newroot (void)
{
  struct stat root, dot ;
  char cwd[2] ;
  if (stat("/", &root) == -1 || stat(".", &dot) == -1) strerr_diefusys(111, "stat the working directory") ;
  if (root.st_dev == dot.st_dev && root.st_ino == dot.st_ino) return 0 ;
  if (syscall(__NR_getcwd, cwd, sizeof(cwd)) != -1) return cwd[0] == '/' && !cwd[1] ;
  if (errno != ERANGE) strerr_diefusys(111, "read the working directory") ;
  return 0 ;
}

void context_check (struct context const *c)
{
  int first, fd ;
  if (!nc_scan_source(c->src, &fd)) line_path(c->src) ;
  else if (fd == c->ownerfd) strerr_dief(100, "a descriptor is used twice: ", c->src) ;
  line_path(c->dst) ;
  if (!c->dst[strspn(c->dst, "/.")]) strerr_dief(100, "the context is not the root: ", c->dst) ;
  if (c->keep && c->ownerfd == -1) strerr_dief(100, "-k has no effect without -u fd:N") ;
  if (c->bind && c->owned) strerr_dief(100, "-u has no effect with -b: what is bound keeps its owners") ;
  if (!line_newroot())
    strerr_dief(111, "unable to put a context into the working directory: it is no new root; nc-rootfs goes before nc-context, and nc-pivot after it") ;
  first = nc_first_mounts() ;
  if (first == -1) strerr_diefusys(111, "tell the mount namespace from /proc") ;
  if (first) strerr_dief(100, "still in the mount namespace of the host: nc-unshare -m and nc-rootfs go before nc-context") ;
}

void context_lists (struct context *c)
{
  char fmt[UINT_FMT] ;
  unsigned int line ;
  if (!c->list || nc_patterns_read(&c->excluded, c->list, &line) == 0) return ;
  if (!line && errno == EINVAL) strerr_dief(100, "not a regular file: ", c->list) ;
  if (!line || errno != EINVAL) strerr_diefusys(111, "read the list ", c->list) ;
  fmt[uint_fmt(fmt, line)] = 0 ;
  strerr_dief(100, "malformed pattern in the list ", c->list, ", line ", fmt) ;
}

void context_open (struct context *c)
{
  int fd ;
  if (!nc_scan_source(c->src, &fd)) c->source = nc_open_source(c->src, O_RDONLY | O_DIRECTORY) ;
  else if (c->bind) c->source = c->tree = fd ;
  else
  {
    c->source = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
    if (c->source != -1) context_close(fd) ;
  }
  if (c->source == -1 && errno == ELOOP) nc_diefusys(111, NC_SOURCE_HINT, "open ", c->src) ;
  if (c->source == -1) strerr_diefusys(111, "open ", c->src) ;
  c->root = nc_open_at(AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0, 0) ;
  if (c->root == -1) strerr_diefusys(111, "open the new root") ;
}
