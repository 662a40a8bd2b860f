/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "nc_placeholder.h"
#include "nc_scope.h"

int nc_state_leave (int dirfd, char const *path)
{
  stralloc names = STRALLOC_ZERO ;
  int r = nc_names(dirfd, &names) ;
  int alone = !r && names.len == sizeof("lock") && !memcmp(names.s, "lock", sizeof("lock")) ;
  int e = errno ;
  stralloc_free(&names) ;
  errno = e ;
  if (!alone) return r ;
  if (unlinkat(dirfd, "lock", 0) == -1) return -1 ;
  /* the next keeper may have made its lock here already, or have found none and made the directory anew */
  return rmdir(path) == -1 && errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT ? -1 : 0 ;
}
