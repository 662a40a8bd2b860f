/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "nc.h"

ssize_t nc_read_at (int dirfd, char const *path, char *s, size_t max)
{
  size_t n = 0 ;
  int fd = openat(dirfd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) ;
  if (fd == -1) return -1 ;
  while (n < max)
  {
    ssize_t r = read(fd, s + n, max - n) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) return nc_close(fd, -1) ;
    if (!r) break ;
    n += (size_t)r ;
  }
  if (n == max) return (errno = EFBIG, nc_close(fd, -1)) ;
  s[n] = 0 ;
  return nc_close(fd, (int)n) ;
}
