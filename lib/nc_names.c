/* ISC license. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "nc_scope.h"

int nc_names (int dirfd, stralloc *sa)
{
  struct dirent *d ;
  int e ;
  int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  DIR *dir = fd == -1 ? 0 : fdopendir(fd) ;
  if (!dir)
  {
    if (fd != -1) close(fd) ;
    return -1 ;
  }
  while ((errno = 0, d = readdir(dir)))
    if (strcmp(d->d_name, ".") && strcmp(d->d_name, "..") && !stralloc_catb(sa, d->d_name, strlen(d->d_name) + 1)) break ;
  e = errno ;
  closedir(dir) ;
  errno = e ;
  return e ? -1 : 0 ;
}
