/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/select.h>

#include <skalibs/types.h>

#include "assert.h"

#define FDS_MAX (1U << 20)  /* nc_scan_fd knows no larger one */
#define FDS_CHUNK 256U
#define FDS_BITS (8 * sizeof(unsigned long))

/* select(2), BUGS: a bit beyond the descriptor table is ignored, one within it must be that of an open descriptor. So the
   table's size is found without /proc, which no landlocked process can open. It is 64 times a power of two. */
static int fds_beyond (unsigned int fd)
{
  unsigned long set[fd / FDS_BITS + 1] ;
  struct timeval zero = { .tv_sec = 0 } ;
  if (fcntl((int)fd, F_GETFD) != -1) return 0 ;
  if (errno != EBADF) strerr_diefusys(111, "look at the descriptors") ;
  memset(set, 0, sizeof(set)) ;
  set[fd / FDS_BITS] = 1UL << fd % FDS_BITS ;
  if (select((int)fd + 1, (fd_set *)set, 0, 0, &zero) != -1) return 1 ;
  if (errno != EBADF) strerr_diefusys(111, "look at the descriptors") ;
  return 0 ;
}

static int fds_named (struct assert const *a, int fd)
{
  size_t i = 0 ;
  int n ;
  for (; i < a->n ; i++)
    if (a->words[i].kind == 'f' && nc_scan_fd(a->words[i].s, &n) && n == fd) return 1 ;
  return 0 ;
}

static void fds_found (struct assert const *a, int fd)
{
  char fmt[UINT_FMT] ;
  if (fds_named(a, fd)) return ;
  fmt[uint_fmt(fmt, (unsigned int)fd)] = 0 ;
  assert_differs("closed", "open", "descriptor ", fmt) ;
}

/* poll(2) takes no more at once than the soft limit, but any numbers */
static void fds_range (struct assert const *a, unsigned int first, unsigned int n)
{
  struct pollfd x[FDS_CHUNK] ;
  unsigned int i = 0 ;
  for (; i < n ; i++) { x[i].fd = (int)(first + i) ; x[i].events = 0 ; x[i].revents = 0 ; }
  if (poll(x, n, 0) == -1) strerr_diefusys(111, "look at the descriptors") ;
  for (i = 0 ; i < n ; i++) if (!(x[i].revents & POLLNVAL)) fds_found(a, x[i].fd) ;
}

void assert_fds (struct assert const *a)
{
  struct rlimit limit = { .rlim_cur = 0 } ;
  unsigned int end = 64, chunk = FDS_CHUNK, first = 3 ;
  size_t i = 0 ;
  int fd ;
  while (!fds_beyond(end))
  {
    if (end == FDS_MAX) assert_differs("at most 1048576 places", "more", "descriptor table") ;
    end <<= 1 ;
  }
  if (getrlimit(RLIMIT_NOFILE, &limit) == -1) strerr_diefusys(111, "read the limit of descriptors") ;
  if (limit.rlim_cur < chunk) chunk = (unsigned int)limit.rlim_cur ;
  if (!chunk) assert_differs("1 or more", "0", "limit nofile") ;
  for (; first < end ; first += chunk) fds_range(a, first, end - first < chunk ? end - first : chunk) ;
  for (; i < a->n ; i++)
    if (a->words[i].kind == 'f' && nc_scan_fd(a->words[i].s, &fd) && fcntl(fd, F_GETFD) == -1)
      assert_differs("open", "closed", "descriptor ", a->words[i].s) ;
}
