/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "cgroup.h"
#include "nc.h"

#define KEEPER_ROUNDS 1000

/* Whoever lists the processes of the delegated cgroup moves them after that, and one of them that has gone into a group of
   its own meanwhile would be taken out of it, away from its limits: one at a time. A lock for writing is not had by
   everybody who may read the directory, and one of the open file is not lost where the file is closed elsewhere. */
int cgroup_lock (struct cgroup const *g)
{
  struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET } ;
  int fd = openat(g->fd, "cgroup.procs", O_WRONLY | O_NOFOLLOW | O_CLOEXEC) ;
  if (fd == -1) nc_diefusys(111, CGROUP_DELEGATE, "open ", g->path, "/cgroup.procs") ;
  while (fcntl(fd, F_OFD_SETLKW, &l) == -1)
    if (errno != EINTR) strerr_diefusys(111, "lock ", g->path, "/cgroup.procs") ;
  return fd ;
}

/* One list, cut at the last newline: the processes moved are not on the next one. */
static size_t keeper_list (int dirfd, char *buf, size_t max)
{
  ssize_t n ;
  int fd = openat(dirfd, "cgroup.procs", O_RDONLY | O_NOFOLLOW | O_CLOEXEC) ;
  if (fd == -1) return (size_t)-1 ;
  n = read(fd, buf, max - 1) ;
  n = nc_close(fd, (int)n) ;
  if (n == -1) return (size_t)-1 ;
  while (n && buf[n-1] != '\n') n-- ;
  buf[n] = 0 ;
  return (size_t)n ;
}

static void keeper_move (struct cgroup const *g, int procs, char *list)
{
  while (*list)
  {
    size_t n = strcspn(list, "\n") ;
    list[n] = 0 ;
    if (!strcmp(list, "0")) strerr_diefu(111, "move a process out of ", g->path, ": it is outside this pid namespace") ;
    /* ESRCH: it has ended */
    if (write(procs, list, n) == -1 && errno != ESRCH)
      nc_diefusys(111, CGROUP_DELEGATE, "move process ", list, " out of ", g->path) ;
    list += n + 1 ;
  }
}

static size_t keeper_read (struct cgroup const *g, char *buf, size_t max)
{
  size_t n = keeper_list(g->fd, buf, max) ;
  if (n == (size_t)-1) strerr_diefusys(111, "read ", g->path, "/cgroup.procs") ;
  return n ;
}

/* cgroup-v2.rst, "No Internal Process Constraint": a cgroup that hands controllers on has no process of its own. */
void cgroup_keeper (struct cgroup const *g)
{
  char buf[4096] ;
  unsigned int i = 0 ;
  int dirfd, procs ;
  if (!keeper_read(g, buf, sizeof(buf))) return ;
  if (mkdirat(g->fd, "keeper", 0755) == -1 && errno != EEXIST)
    nc_diefusys(111, CGROUP_DELEGATE, "make the cgroup ", g->path, "/keeper") ;
  dirfd = openat(g->fd, "keeper", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) ;
  if (dirfd == -1) strerr_diefusys(111, "open ", g->path, "/keeper") ;
  procs = openat(dirfd, "cgroup.procs", O_WRONLY | O_NOFOLLOW | O_CLOEXEC) ;
  if (procs == -1) nc_diefusys(111, CGROUP_DELEGATE, "open ", g->path, "/keeper/cgroup.procs") ;
  do
  {
    if (i++ == KEEPER_ROUNDS) strerr_diefu(111, "empty ", g->path, ": its processes fork faster than they can be moved") ;
    keeper_move(g, procs, buf) ;
  }
  while (keeper_read(g, buf, sizeof(buf))) ;
  if (close(procs) == -1 || close(dirfd) == -1) strerr_diefusys(111, "close ", g->path, "/keeper") ;
}
