/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/openat2.h>

#include "nc.h"
#include "context.h"

/* By its text alone: 0 where it leads out, 1 where it goes up only at its start, so that what else is a link cannot matter, 2 where
   it goes up later. */
static int inside_text (size_t depth, char const *text)
{
  int down = 0, r = 1 ;
  if (text[0] == '/') return 0 ;
  while (*text)
  {
    size_t n = strcspn(text, "/") ;
    if (n == 2 && text[0] == '.' && text[1] == '.')
    {
      if (!depth--) return 0 ;
      if (down) r = 2 ;
    }
    else if (n && !(n == 1 && text[0] == '.')) { depth++ ; down = 1 ; }
    text += n + !!text[n] ;
  }
  return r ;
}

/* depth is 1 for a link in the top */
int context_inside (int top, char const *path, size_t depth, char const *text)
{
  char full[PATH_MAX] ;
  char const *slash = strrchr(path, '/') ;
  int r = inside_text(depth - 1, text) ;
  int fd, n ;
  if (r != 2) return r ;
  n = snprintf(full, sizeof(full), "%.*s%s", slash ? (int)(slash - path) + 1 : 0, path, text) ;
  if (n < 0 || (size_t)n >= sizeof(full)) return 0 ;
  fd = nc_open_at(top, full, O_PATH, 0, RESOLVE_BENEATH) ;
  if (fd != -1) return nc_close(fd, 1) ;
  /* it leads to nothing, and did not leave before */
  if (errno == ENOENT) return 1 ;
  return errno == EXDEV || errno == ELOOP || errno == ENOTDIR || errno == EACCES || errno == ENAMETOOLONG ? 0 : -1 ;
}
