/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

#include <linux/magic.h>

#include "cgroup.h"
#include "nc.h"

/* The last is that of a host whose controllers belong to cgroup v1. */
static char const *const root_mounts[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" } ;

#define ROOT_MOUNTS (sizeof(root_mounts) / sizeof(root_mounts[0]))

static int root_ends (char const *s, size_t len, char const *suffix)
{
  size_t n = strlen(suffix) ;
  return len > n && !memcmp(s + len - n, suffix, n) ;
}

static int root_is_cgroup2 (int fd)
{
  struct statfs fs ;
  if (fstatfs(fd, &fs) == -1) return -1 ;
  return fs.f_type == CGROUP2_SUPER_MAGIC ;
}

/* /proc/self/cgroup's line of the unified hierarchy, cgroups(7); without a last part "keeper", which is ours or that of
   systemd's DelegateSubgroup=. */
static char const *root_own (char *buf, size_t max)
{
  char *p = buf ;
  if (nc_read_at(AT_FDCWD, "/proc/self/cgroup", buf, max) == -1) strerr_diefusys(111, "read /proc/self/cgroup") ;
  while (strncmp(p, "0::/", 4))
  {
    p = strchr(p, '\n') ;
    if (!p) strerr_diefu(100, "find the cgroup of this process: this kernel has no cgroup v2") ;
    p++ ;
  }
  p += 3 ;
  p[strcspn(p, "\n")] = 0 ;
  if (!strncmp(p, "/..", 3)) strerr_diefu(100, "use the cgroup ", p, ": it is outside this cgroup namespace") ;
  if (root_ends(p, strlen(p), "/keeper")) p[strlen(p) - 7] = 0 ;
  if (!strcmp(p, "/")) p[0] = 0 ;
  return p ;
}

/* systemd.resource-control(5), Delegate=: in what it has not delegated systemd takes controllers away whenever it likes,
   and the limits go with them. The mark is on the unit's own cgroup. A user's own manager, in user@UID.service, sets none:
   there the kernel's permissions have to do. */
static void root_delegated (char const *path)
{
  char unit[PATH_MAX] ;
  size_t len = strlen(path) ;
  char mark ;
  if (access("/run/systemd/system", F_OK) == -1)
  {
    if (errno == ENOENT || errno == ENOTDIR) return ;
    strerr_diefusys(111, "look for /run/systemd/system") ;
  }
  while (len && !root_ends(path, len, ".service") && !root_ends(path, len, ".scope"))
    while (len && path[--len] != '/') ;
  if (!len) return ;
  memcpy(unit, path, len) ;
  unit[len] = 0 ;
  if (strstr(unit, "/user@") && strstr(strstr(unit, "/user@"), ".service/")) return ;
  if (getxattr(unit, "user.delegate", &mark, 1) == 1 && mark == '1') return ;
  if (getxattr(unit, "trusted.delegate", &mark, 1) == 1 && mark == '1') return ;
  strerr_diefu(100, "make a cgroup in ", path, ": systemd has not delegated it; ", CGROUP_DELEGATE) ;
}

static void root_default (struct cgroup *g)
{
  char buf[CGROUP_READ] ;
  char const *own = root_own(buf, sizeof(buf)) ;
  size_t i = 0 ;
  for (; i < ROOT_MOUNTS ; i++)
  {
    int r ;
    if (snprintf(g->path, PATH_MAX, "%s%s", root_mounts[i], own) >= PATH_MAX)
      strerr_diefu(100, "use the cgroup ", own, ": ", strerror(ENAMETOOLONG)) ;
    g->fd = nc_open_at(AT_FDCWD, g->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
    if (g->fd == -1)
    {
      if (errno == ENOENT) continue ;
      strerr_diefusys(111, "open ", g->path) ;
    }
    r = root_is_cgroup2(g->fd) ;
    if (r == -1) strerr_diefusys(111, "examine ", g->path) ;
    if (r) break ;
    if (close(g->fd) == -1) strerr_diefusys(111, "close ", g->path) ;
  }
  if (i == ROOT_MOUNTS)
    strerr_diefu(100, "find the cgroup ", own[0] ? own : "/", " below /sys/fs/cgroup: no cgroup2 file system is mounted there") ;
  root_delegated(g->path) ;
}

static void root_given (struct cgroup *g)
{
  char link[32] ;
  ssize_t n ;
  int source, r ;
  /* of a descriptor that is named the number is closed: nothing of a cgroup file system goes on to prog */
  if (nc_scan_source(g->root, &source))
  {
    g->fd = openat(source, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
    if (g->fd != -1 && close(source) == -1) strerr_diefusys(111, "close ", g->root) ;
  }
  else g->fd = nc_open_at(AT_FDCWD, g->root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
  if (g->fd == -1) strerr_diefusys(111, "open ", g->root) ;
  r = root_is_cgroup2(g->fd) ;
  if (r == -1) strerr_diefusys(111, "examine ", g->root) ;
  if (!r) strerr_diefu(100, "use the cgroup ", g->root, ": not on a cgroup2 file system") ;
  snprintf(link, sizeof(link), "/proc/self/fd/%d", g->fd) ;
  n = readlink(link, g->path, PATH_MAX) ;
  if (n == -1) strerr_diefusys(111, "read the path of ", g->root) ;
  if (n == PATH_MAX || g->path[0] != '/') strerr_diefu(100, "use the cgroup ", g->root, ": it has no absolute path here") ;
  g->path[n] = 0 ;
}

void cgroup_root (struct cgroup *g)
{
  if (g->root) root_given(g) ;
  else root_default(g) ;
}
