/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "nc.h"
#include "nc_kernel.h"

int nc_open_at (int dirfd, char const *path, int flags, unsigned int mode, uint64_t resolve)
{
  struct open_how how =
  {
    .flags = (uint64_t)(unsigned int)(flags | O_CLOEXEC),
    .mode = mode,
    .resolve = RESOLVE_NO_MAGICLINKS | resolve
  } ;
  int fd ;
  /* openat2(2): RESOLVE_IN_ROOT and RESOLVE_BENEATH answer EAGAIN when a rename elsewhere races with the walk */
  do fd = nc_sys_openat2(dirfd, path, &how) ; while (fd == -1 && (errno == EAGAIN || errno == EINTR)) ;
  return fd ;
}

int nc_fd_give (int fd, int number)
{
  if (fd == number) return fcntl(fd, F_SETFD, 0) ;
  if (fcntl(number, F_GETFD) != -1) return (errno = EEXIST, -1) ;
  if (dup2(fd, number) == -1) return -1 ;
  return close(fd) ;
}

int nc_write_at (int dirfd, char const *path, char const *s, size_t len)
{
  ssize_t r ;
  int fd = nc_open_at(dirfd, path, O_WRONLY, 0, 0) ;
  if (fd == -1) return -1 ;
  r = write(fd, s, len) ;
  if (r == (ssize_t)len) return close(fd) ;
  { int e = r == -1 ? errno : EIO ; close(fd) ; errno = e ; }
  return -1 ;
}
