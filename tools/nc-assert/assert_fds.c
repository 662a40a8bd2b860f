/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/select.h>

#include <skalibs/types.h>

#include "assert.h"

#define FDS_MAX (1U << 20)  /* nc_scan_fd knows no larger one */
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

void assert_fds (struct assert const *a)
{
  unsigned int end = 64, n = 3 ;
  size_t i = 0 ;
  int fd ;
  while (!fds_beyond(end))
  {
    if (end == FDS_MAX) assert_differs("at most 1048576 places", "more", "descriptor table") ;
    end <<= 1 ;
  }
  /* one by one: poll(2), which takes many, answers for an O_PATH descriptor as for a closed one */
  for (; n < end ; n++)
    if (fcntl((int)n, F_GETFD) != -1) fds_found(a, (int)n) ;
    else if (errno != EBADF) strerr_diefusys(111, "look at the descriptors") ;
  for (; i < a->n ; i++)
    if (a->words[i].kind == 'f' && nc_scan_fd(a->words[i].s, &fd) && fcntl(fd, F_GETFD) == -1)
    {
      if (errno != EBADF) strerr_diefusys(111, "look at the descriptors") ;
      assert_differs("open", "closed", "descriptor ", a->words[i].s) ;
    }
}
