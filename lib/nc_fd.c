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

int nc_close (int fd, int r)
{
  int e = errno ;
  if (close(fd) == -1) return -1 ;
  errno = e ;
  return r ;
}

int nc_fd_free (int number)
{
  if (fcntl(number, F_GETFD) != -1) return 0 ;
  return errno == EBADF ? 1 : -1 ;
}

int nc_fd_give (int fd, int number)
{
  int r ;
  if (fd == number) return fcntl(fd, F_SETFD, 0) ;
  r = nc_fd_free(number) ;
  if (r != 1) return r ? -1 : (errno = EEXIST, -1) ;
  if (dup2(fd, number) == -1) return -1 ;
  return close(fd) ;
}

int nc_write_at (int dirfd, char const *path, char const *s, size_t len)
{
  ssize_t r ;
  int fd = nc_open_at(dirfd, path, O_WRONLY, 0, 0) ;
  if (fd == -1) return -1 ;
  r = write(fd, s, len) ;
  if (r != -1 && r != (ssize_t)len) errno = EIO ;
  return nc_close(fd, r == (ssize_t)len ? 0 : -1) ;
}
