/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_scope.h"

int nc_rundir_path (char *out, size_t max, char const *dir)
{
  size_t n = 0 ;
  int r ;
  if (!dir)
  {
    unsigned int uid = (unsigned int)geteuid() ;
    char user[32] ;
    snprintf(user, sizeof(user), "/run/user/%u", uid) ;
    /* without a login session there is no /run/user/UID: shared memory ends with the machine's run as well */
    if (!uid) r = snprintf(out, max, "/run/nucleus") ;
    else if (access(user, F_OK) == 0) r = snprintf(out, max, "%s/nucleus", user) ;
    else if (errno != ENOENT) return -1 ;
    else r = snprintf(out, max, "/dev/shm/nucleus-%u", uid) ;
  }
  else
  {
    if (!dir[0]) return (errno = ENOENT, -1) ;
    if (dir[0] != '/')
    {
      if (!getcwd(out, max)) return -1 ;
      n = strlen(out) ;
    }
    r = snprintf(out + n, max - n, n > 1 ? "/%s" : "%s", dir) ;
  }
  return r < 0 || (size_t)r >= max - n ? (errno = ENAMETOOLONG, -1) : 0 ;
}

/* open(2): O_NOFOLLOW with O_DIRECTORY answers ENOTDIR for a link, a FIFO and a file alike, and never blocks. */
int nc_rundir_openat (int at, char const *path, int create, char const **why)
{
  struct stat st ;
  int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW ;
  int fd = nc_open_at(at, path, flags, 0, 0) ;
  *why = 0 ;
  if (fd == -1 && errno == ENOENT && create)
  {
    if (mkdirat(at, path, 0700) == -1 && errno != EEXIST) return -1 ;
    fd = nc_open_at(at, path, flags, 0, 0) ;
    if (fd == -1 && errno == ENOENT) errno = EAGAIN ;
  }
  if (fd == -1) return -1 ;
  if (fstat(fd, &st) == -1) return nc_close(fd, -1) ;
  if (st.st_uid != geteuid()) *why = "it belongs to someone else" ;
  else if (st.st_mode & 077) *why = "others may enter it; its mode must be 0700" ;
  if (!*why) return fd ;
  errno = EPERM ;
  return nc_close(fd, -1) ;
}
