/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_kernel.h"
#include "nc_scope.h"

/* proc_pid_stat(5): the name, field 2, may hold anything, so fields are counted from its last parenthesis. */
int nc_proc_start (pid_t pid, uint64_t *ticks)
{
  char path[32], s[1024] ;
  char *p ;
  int field ;
  snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid) ;
  if (nc_read_at(AT_FDCWD, path, s, sizeof(s)) == -1) return -1 ;
  p = strrchr(s, ')') ;
  for (field = 2 ; p && field < 22 ; field++)
  {
    p = strchr(p, ' ') ;
    if (p) p++ ;
  }
  return p && uint64_scan(p, ticks) ? 0 : (errno = EPROTO, -1) ;
}

int nc_pidfd_end (int pidfd, int ms)
{
  struct pollfd x = { .fd = pidfd, .events = POLLIN } ;
  int r ;
  if (syscall(__NR_pidfd_send_signal, pidfd, SIGKILL, 0, 0) == -1) return errno == ESRCH ? 0 : -1 ;
  do r = poll(&x, 1, ms) ; while (r == -1 && errno == EINTR) ;
  return r == 1 ? 0 : r ? -1 : (errno = ETIMEDOUT, -1) ;
}

/* The descriptor is had before the start time is compared, so what is signalled is what was compared. */
int nc_proc_end (pid_t pid, uint64_t ticks, int ms)
{
  uint64_t now ;
  int r = 0 ;
  int fd = nc_sys_pidfd_open(pid, 0) ;
  if (fd == -1) return errno == ESRCH || errno == EINVAL ? 0 : -1 ;
  if (nc_proc_start(pid, &now) == -1) r = errno == ENOENT || errno == ESRCH ? 0 : -1 ;
  else if (now == ticks) r = nc_pidfd_end(fd, ms) ;
  return nc_close(fd, r) ;
}
