/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "nc.h"
#include "nc_placeholder.h"
#include "nc_scope.h"

/* The directory of a journal of placeholders, which is undone while its first line is the container's id. */
int nc_undo_placeholder (struct nc_scope const *s, char const *text)
{
  int fd ;
  if (text[0] != '/' || !s->id[0]) return (errno = EINVAL, -1) ;
  fd = nc_open_at(AT_FDCWD, text, O_RDONLY | O_DIRECTORY, 0, 0) ;
  if (fd == -1) return errno == ENOENT ? 0 : -1 ;
  return nc_close(fd, nc_placeholders_clear(fd, s->id)) ;
}
