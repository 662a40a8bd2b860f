/* ISC license. */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "nc.h"
#include "run.h"

static void volume_flags (char const *word, char *s, struct run_volume *v)
{
  while (s && *s)
  {
    char *next = strchr(s, ',') ;
    if (next) *next++ = 0 ;
    if (!strcmp(s, "ro")) v->writable = 0 ;
    else if (!strcmp(s, "rw")) v->writable = 1 ;
    else if (!strcmp(s, "noexec")) v->noexec = 1 ;
    else if (!strcmp(s, "own") && v->src) v->own = 1 ;
    else strerr_dief(100, "unknown option ", s, " in ", word) ;
    s = next ;
  }
}

/* A relative one that is not there looks like the name of a volume, as others have them. */
static char const *volume_source (char const *word, char const *src)
{
  char const *path = run_absolute("--volume", src) ;
  if (!*src || (path != src && faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == -1))
    strerr_dief(100, "the source is neither an absolute path nor a file that is there: ", word) ;
  return path ;
}

void run_volume (char const *word, int tmpfs, struct run_volume *v)
{
  char *s = run_cat(word, "", 0, 0) ;
  char *field[4] ;
  size_t n = 0 ;
  uint64_t size ;
  while (n < 4 && s) { field[n++] = s ; s = strchr(s, ':') ; if (s) *s++ = 0 ; }
  memset(v, 0, sizeof(*v)) ;
  v->writable = 1 ;
  if (n > 3 || n < (tmpfs ? 1 : 2)) strerr_dief(100, tmpfs ? "not DEST[:SIZE][:ro|rw]: " : "not SRC:DEST[:ro|rw]: ", word) ;
  if (!tmpfs) { v->src = field[0] ; v->dst = field[1] ; volume_flags(word, n > 2 ? field[2] : 0, v) ; }
  else
  {
    v->dst = field[0] ;
    v->size = "64M" ;
    if (n > 1 && nc_scan_size(field[1], &size) && size) v->size = field[1] ;
    else if (n > 1) { if (n > 2) strerr_dief(100, "invalid size in ", word) ; volume_flags(word, field[1], v) ; }
    if (n > 2) volume_flags(word, field[2], v) ;
  }
  if (!tmpfs) v->src = volume_source(word, v->src) ;
  run_target(tmpfs ? "--tmpfs" : "--volume", v->dst) ;
}
