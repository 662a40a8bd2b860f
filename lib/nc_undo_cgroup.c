/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "nc.h"
#include "nc_scope.h"

#define CGROUP_DEPTH 64

static int cgroup_left (struct timespec const *start)
{
  struct timespec now ;
  clock_gettime(CLOCK_MONOTONIC, &now) ;
  return NC_END_MS - (int)((now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000) ;
}

/* cgroup-v2.rst: a change of cgroup.events is POLLPRI, and is armed by reading it. */
static int cgroup_wait (int dirfd, struct timespec const *start)
{
  struct pollfd x = { .events = POLLPRI } ;
  char s[128] ;
  int r = -1 ;
  x.fd = openat(dirfd, "cgroup.events", O_RDONLY | O_CLOEXEC) ;
  if (x.fd == -1) return -1 ;
  for (;;)
  {
    ssize_t n = pread(x.fd, s, sizeof(s) - 1, 0) ;
    if (n == -1 && errno == EINTR) continue ;
    if (n == -1) break ;
    s[n] = 0 ;
    if (strstr(s, "populated 0")) { r = 0 ; break ; }
    if (cgroup_left(start) <= 0) { errno = ETIMEDOUT ; break ; }
    if (poll(&x, 1, cgroup_left(start)) == -1 && errno != EINTR) break ;
  }
  return nc_close(x.fd, r) ;
}

/* Somebody else has removed it since it was opened; or the kernel lacks the file, and then rmdir will tell. */
static int cgroup_gone (int e)
{
  return e == ENOENT || e == ENODEV ;
}

/* Children first. EBUSY: the last process is dead and not yet gone. */
static int cgroup_rmdir (int at, char const *path, int depth, struct timespec const *start)
{
  stralloc names = STRALLOC_ZERO ;
  size_t i = 0 ;
  int r, e ;
  int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) ;
  if (fd == -1) return errno == ENOENT || errno == ENOTDIR ? 0 : -1 ;
  r = depth ? nc_names(fd, &names) : (errno = ELOOP, -1) ;
  if (r == -1 && cgroup_gone(errno)) r = 0 ;
  for (; !r && i < names.len ; i += strlen(names.s + i) + 1)
    /* interface files have a dot, cgroups with one are told apart by the open */
    if (cgroup_rmdir(fd, names.s + i, depth - 1, start) == -1) r = -1 ;
  e = errno ;
  stralloc_free(&names) ;
  errno = e ;
  if (nc_close(fd, r) == -1) return -1 ;
  while (unlinkat(at, path, AT_REMOVEDIR) == -1)
  {
    if (errno == ENOENT) break ;
    if (errno != EBUSY || cgroup_left(start) <= 0) return -1 ;
    usleep(1000) ;
  }
  return 0 ;
}

int nc_undo_cgroup (struct nc_scope const *s, char const *text)
{
  struct timespec start ;
  struct statfs fs ;
  char const *slash = strrchr(text, '/') ;
  int r, fd ;
  if (text[0] != '/' || (!nc_carries(s, text) && strcmp(slash + 1, s->name))) return (errno = EINVAL, -1) ;
  fd = nc_open_at(AT_FDCWD, text, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
  if (fd == -1) return errno == ENOENT ? 0 : -1 ;
  clock_gettime(CLOCK_MONOTONIC, &start) ;
  r = fstatfs(fd, &fs) ;
  if (!r && fs.f_type != CGROUP2_SUPER_MAGIC) { r = -1 ; errno = ENODEV ; }
  else if (!r)
  {
    r = nc_write_at(fd, "cgroup.kill", "1", 1) ;
    if (!r) r = cgroup_wait(fd, &start) ;
    if (r == -1 && cgroup_gone(errno)) r = 0 ;
  }
  return nc_close(fd, r) ? -1 : cgroup_rmdir(AT_FDCWD, text, CGROUP_DEPTH, &start) ;
}
