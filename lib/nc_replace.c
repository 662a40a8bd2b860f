/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"

static int replace_write (int fd, char const *s, size_t len)
{
  return nc_close(fd, allwrite(fd, s, len) < len || fchmod(fd, 0644) == -1 || fsync(fd) == -1 ? -1 : 0) ;
}

int nc_replace (char const *out, char const *s, size_t len, char const **doing)
{
  static char const name[] = ".nc-new.XXXXXX" ;
  char const *slash = strrchr(out, '/') ;
  size_t n = slash ? (size_t)(slash - out) + 1 : 0 ;
  char tmp[n + sizeof(name)] ;
  struct stat st ;
  int fd, e ;
  *doing = "look at " ;
  if (stat(out, &st) == -1) { if (errno != ENOENT) return -1 ; }
  else if (!S_ISREG(st.st_mode)) { *doing = 0 ; return -1 ; }
  memcpy(tmp, out, n) ;
  memcpy(tmp + n, name, sizeof(name)) ;
  *doing = "create a file beside " ;
  fd = mkostemp(tmp, O_CLOEXEC) ;
  if (fd == -1) return -1 ;
  *doing = "write " ;
  if (replace_write(fd, s, len) == 0 && renameat(AT_FDCWD, tmp, AT_FDCWD, out) == 0) return 0 ;
  e = errno ;
  unlink(tmp) ;
  errno = e ;
  return -1 ;
}
