/* ISC license. */

#include <string.h>

#include "nc.h"
#include "run.h"

/* Destinations that belong to the root itself: a volume there would replace programs, or the kernel's own files. */
static char const *const reserved[] =
  { "/bin", "/boot", "/dev", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/proc", "/run/secrets", "/sbin", "/sys", "/usr" } ;

static void volume_check (char const *word, char const *dst)
{
  size_t i = 0 ;
  char const *p = dst ;
  if (dst[0] != '/' || !dst[strspn(dst, "/")]) strerr_dief(100, "the destination is not an absolute path below /: ", word) ;
  if (dst[strlen(dst) - 1] == '/' || strstr(dst, "//")) strerr_dief(100, "the destination has an empty component: ", word) ;
  while ((p = strstr(p, "/.")))
  {
    if (p[2 + (p[2] == '.')] == 0 || p[2 + (p[2] == '.')] == '/') strerr_dief(100, "the destination has a . or .. component: ", word) ;
    p += 2 ;
  }
  for (; i < sizeof(reserved) / sizeof(reserved[0]) ; i++)
  {
    size_t n = strlen(reserved[i]) ;
    if (!strncmp(dst, reserved[i], n) && (!dst[n] || dst[n] == '/')) strerr_dief(100, "the destination is reserved: ", word) ;
  }
}

static void volume_flags (char const *word, char *s, struct run_volume *v)
{
  while (s && *s)
  {
    char *next = strchr(s, ',') ;
    if (next) *next++ = 0 ;
    if (!strcmp(s, "ro")) v->writable = 0 ;
    else if (!strcmp(s, "rw")) v->writable = 1 ;
    else if (!strcmp(s, "noexec")) v->noexec = 1 ;
    else strerr_dief(100, "unknown option ", s, " in ", word) ;
    s = next ;
  }
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
  if (!tmpfs && v->src[0] != '/') strerr_dief(100, "the source is not an absolute path: ", word) ;
  volume_check(word, v->dst) ;
}
