/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "nc-landlock.h"
#include "nc.h"
#include "nc_kernel.h"

#define PROBE_DIR (O_RDONLY | O_DIRECTORY)

/* Whether a rule lets fd, a directory, be listed by itself; rules above it are not seen here. */
static int probe_listed (int fd, struct ll_rule const *rules, size_t n)
{
  struct stat st ;
  size_t i = 0 ;
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat a directory") ;
  for (; i < n ; i++)
    if (rules[i].rights & LL_READ_DIR && rules[i].dev == st.st_dev && rules[i].ino == st.st_ino) return 1 ;
  return 0 ;
}

static int probe_directory (struct ll_probe *p, struct ll_rule const *rules, size_t n)
{
  /* of depth one, so that only the root can be above */
  static char const *const dirs[] = { "/", "/proc", "/dev", "/sys", "/etc", "/tmp", "/usr" } ;
  size_t i = 0 ;
  for (; i < sizeof(dirs) / sizeof(dirs[0]) ; i++)
  {
    int fd = nc_open_at(AT_FDCWD, dirs[i], PROBE_DIR | (i ? O_NOFOLLOW : 0), 0, 0) ;
    int listed ;
    if (fd == -1 && errno != EACCES && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
      strerr_diefusys(111, "open ", dirs[i]) ;
    /* a root that cannot be listed now may still be what a rule names */
    if (fd == -1 && !i) return 0 ;
    if (fd == -1) continue ;
    listed = probe_listed(fd, rules, n) ;
    if (close(fd) == -1) strerr_diefusys(111, "close ", dirs[i]) ;
    if (listed && !i) return 0 ;
    if (listed) continue ;
    p->dir = dirs[i] ;
    return 1 ;
  }
  return 0 ;
}

/* What a filter, or a lack of privilege, answers: then the next kind of probe has to do. Always 0. */
static int probe_denied (char const *call)
{
  if (errno != EPERM && errno != EACCES && errno != ENOSYS && errno != EAFNOSUPPORT && errno != ESRCH)
    strerr_diefusys(111, call, " to probe the domain") ;
  return 0 ;
}

/* An empty datagram to the own address: fails with EPERM where the socket is older than the domain. */
static int probe_self (int fd, struct sockaddr_un *sa, socklen_t *len)
{
  *len = sizeof(*sa) ;
  if (getsockname(fd, (struct sockaddr *)sa, len) == -1) return -1 ;
  return sendto(fd, "", 0, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)sa, *len) == 0 ? 0 : -1 ;
}

static int probe_abstract (struct ll_probe *p)
{
  struct sockaddr_un sa = { .sun_family = AF_UNIX } ;
  socklen_t len ;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) ;
  if (fd == -1) return probe_denied("make a socket") ;
  /* unix(7): an address of the family alone makes the kernel choose an abstract one */
  if (bind(fd, (struct sockaddr *)&sa, sizeof(sa.sun_family)) == 0 && probe_self(fd, &sa, &len) == 0)
  {
    p->fd = fd ;
    return 1 ;
  }
  probe_denied("use a socket") ;
  if (close(fd) == -1) strerr_diefusys(111, "close a socket") ;
  return 0 ;
}

void ll_probe_before (struct ll_probe *p, struct ll_rule const *rules, size_t n, uint64_t scoped)
{
  p->kind = LL_PROBE_DIRECTORY ;
  if (probe_directory(p, rules, n)) return ;
  /* the root onto itself never succeeds; EPERM is a lack of privilege, or a domain */
  p->kind = LL_PROBE_PIVOT ;
  if (nc_sys_pivot_root("/", "/") == -1 && (errno == EBUSY || errno == EINVAL)) return ;
  probe_denied("pivot") ;
  p->kind = LL_PROBE_ABSTRACT ;
  if (scoped & LL_SCOPE_ABSTRACT && probe_abstract(p)) return ;
  p->kind = LL_PROBE_SIGNAL ;
  p->parent = getppid() ;
  if (scoped & LL_SCOPE_SIGNAL && p->parent && (kill(p->parent, 0) == 0 || probe_denied("signal the parent"))) return ;
  p->kind = LL_PROBE_NONE ;
}

int ll_probe_refused (struct ll_probe *p)
{
  struct sockaddr_un sa ;
  socklen_t len ;
  int fd, r ;
  switch (p->kind)
  {
    case LL_PROBE_DIRECTORY :
      fd = nc_open_at(AT_FDCWD, p->dir, PROBE_DIR, 0, 0) ;
      return fd == -1 && errno == EACCES ;
    case LL_PROBE_PIVOT : return nc_sys_pivot_root("/", "/") == -1 && errno == EPERM ;
    case LL_PROBE_ABSTRACT :
      r = probe_self(p->fd, &sa, &len) == -1 && errno == EPERM ;
      return close(p->fd) == 0 && r ;
    case LL_PROBE_SIGNAL : return kill(p->parent, 0) == -1 && errno == EPERM ;
    default : return 1 ;
  }
}
