/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_placeholder.h"
#include "nc_scope.h"

/* What a killed keeper has left goes with its lock, unless another has it by now. */
static int placeholder_leave (int dirfd, char const *path)
{
  struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 } ;
  struct stat st, now ;
  int fd = nc_open_at(dirfd, "lock", O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0, 0) ;
  int r ;
  if (fd == -1) return errno == ENOENT ? 0 : -1 ;
  if (fcntl(fd, F_SETLK, &l) == -1) return nc_close(fd, errno == EAGAIN || errno == EACCES ? 0 : -1) ;
  r = fstat(fd, &st) ;
  if (!r) r = fstatat(dirfd, "lock", &now, AT_SYMLINK_NOFOLLOW) ;
  if (!r && st.st_ino == now.st_ino && st.st_dev == now.st_dev) r = nc_state_leave(dirfd, path) ;
  else if (r && errno == ENOENT) r = 0 ;
  return nc_close(fd, r) ;
}

/* The directory of a journal of placeholders, which is undone while its first line is the container's id. */
int nc_undo_placeholder (struct nc_scope const *s, char const *text)
{
  int fd ;
  if (text[0] != '/' || !s->id[0]) return (errno = EINVAL, -1) ;
  fd = nc_open_at(AT_FDCWD, text, O_RDONLY | O_DIRECTORY, 0, 0) ;
  if (fd == -1) return errno == ENOENT ? 0 : -1 ;
  return nc_close(fd, nc_placeholders_clear(fd, s->id) == -1 ? -1 : placeholder_leave(fd, text)) ;
}
