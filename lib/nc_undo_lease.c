/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "nc.h"
#include "nc_scope.h"

/* DIRECTORY/FILE: unlinked only while its first line is the container's id; who holds the id holds the lease. */
int nc_undo_lease (struct nc_scope const *s, char const *text)
{
  char const *slash = strrchr(text, '/') ;
  char line[NC_UNDO_MAX + 1] ;
  ssize_t n ;
  int dirfd, r = 0 ;
  if (text[0] != '/' || !slash[1] || !s->id[0]) return (errno = EINVAL, -1) ;
  memcpy(line, text, (size_t)(slash - text) + 1) ;
  line[slash - text + 1] = 0 ;
  dirfd = nc_open_at(AT_FDCWD, line, O_RDONLY | O_DIRECTORY, 0, 0) ;
  if (dirfd == -1) return errno == ENOENT ? 0 : -1 ;
  n = nc_read_at(dirfd, slash + 1, line, sizeof(line)) ;
  if (n == -1) r = errno == ENOENT ? 0 : -1 ;
  else if (n >= NC_ID_LEN && !memcmp(line, s->id, NC_ID_LEN) && (!line[NC_ID_LEN] || line[NC_ID_LEN] == '\n'))
    r = unlinkat(dirfd, slash + 1, 0) == -1 && errno != ENOENT ? -1 : 0 ;
  return nc_close(dirfd, r) ;
}
