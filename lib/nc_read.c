/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "nc.h"

ssize_t nc_read_at (int dirfd, char const *path, char *s, size_t max)
{
  size_t n = 0 ;
  int e ;
  int fd = openat(dirfd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) ;
  if (fd == -1) return -1 ;
  while (n < max)
  {
    ssize_t r = read(fd, s + n, max - n) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) { e = errno ; close(fd) ; errno = e ; return -1 ; }
    if (!r) break ;
    n += (size_t)r ;
  }
  close(fd) ;
  return n == max ? (errno = EFBIG, -1) : (s[n] = 0, (ssize_t)n) ;
}
