/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_tree.h"

#define PATTERNS_MAX (1U << 20)

/* What is left once the flags are taken off: no empty part, no "." or "..", no "**", no backslash without what it quotes. */
static int pattern_fine (char const *s)
{
  while (*s)
  {
    size_t n = strcspn(s, "/") ;
    size_t i = 0 ;
    if (!n || (n == 1 && s[0] == '.') || (n == 2 && s[0] == '.' && s[1] == '.') || (n == 2 && s[0] == '*' && s[1] == '*')) return 0 ;
    for (; i < n ; i++) if (s[i] == '\\' && (++i == n)) return 0 ;
    s += n ;
    if (*s && !*++s) return 0 ;
  }
  return 1 ;
}

int nc_patterns_add (struct nc_patterns *p, char const *s, size_t len)
{
  static char const icase[] = ":(icase)" ;
  struct nc_pattern x = { .flags = 0 } ;
  while (len && (s[len-1] == ' ' || s[len-1] == '\t' || s[len-1] == '\r')) len-- ;
  if (!len || s[0] == '#') return 0 ;
  if (memchr(s, 0, len)) return (errno = EINVAL, -1) ;
  if (len >= sizeof(icase) - 1 && !memcmp(s, icase, sizeof(icase) - 1))
  {
    x.flags |= NC_PATTERN_ICASE ;
    s += sizeof(icase) - 1 ;
    len -= sizeof(icase) - 1 ;
  }
  if (len && s[len-1] == '/') { x.flags |= NC_PATTERN_DIR ; len-- ; }
  if (memchr(s, '/', len)) x.flags |= NC_PATTERN_PATH ;
  if (len > 3 && !memcmp(s, "**/", 3)) { x.flags |= NC_PATTERN_ANY ; s += 3 ; len -= 3 ; }
  else if (len && s[0] == '/') { s++ ; len-- ; }
  x.glob = malloc(len + 1) ;
  if (!x.glob) return -1 ;
  memcpy(x.glob, s, len) ;
  x.glob[len] = 0 ;
  if (!len || !pattern_fine(x.glob)) { free(x.glob) ; return (errno = EINVAL, -1) ; }
  if (!strpbrk(x.glob, "*?[\\")) x.flags |= NC_PATTERN_LITERAL ;
  if (genalloc_append(struct nc_pattern, &p->v, &x)) return 1 ;
  free(x.glob) ;
  return -1 ;
}

int nc_patterns_text (struct nc_patterns *p, char const *s, size_t len, unsigned int *line)
{
  *line = 0 ;
  while (len)
  {
    char const *end = memchr(s, '\n', len) ;
    size_t n = end ? (size_t)(end - s) : len ;
    ++*line ;
    if (nc_patterns_add(p, s, n) == -1) return -1 ;
    if (!end) break ;
    s += n + 1 ;
    len -= n + 1 ;
  }
  return 0 ;
}

int nc_patterns_read (struct nc_patterns *p, char const *file, unsigned int *line)
{
  struct stat st ;
  char *s ;
  ssize_t n ;
  int r = -1 ;
  *line = 0 ;
  if (stat(file, &st) == -1) return -1 ;
  if (!S_ISREG(st.st_mode)) return (errno = EINVAL, -1) ;
  s = malloc(PATTERNS_MAX) ;
  if (!s) return -1 ;
  n = nc_read_at(AT_FDCWD, file, s, PATTERNS_MAX) ;
  if (n != -1) r = nc_patterns_text(p, s, (size_t)n, line) ;
  {
    int e = errno ;
    free(s) ;
    errno = e ;
  }
  return r ;
}

static int pattern_is (struct nc_pattern const *x, char const *s)
{
  int icase = !!(x->flags & NC_PATTERN_ICASE) ;
  if (x->flags & NC_PATTERN_LITERAL) return !(icase ? strcasecmp(x->glob, s) : strcmp(x->glob, s)) ;
  return !fnmatch(x->glob, s, FNM_PATHNAME | (icase ? FNM_CASEFOLD : 0)) ;
}

static int pattern_means (struct nc_pattern const *x, char const *path, char const *name)
{
  if (!(x->flags & NC_PATTERN_PATH)) return pattern_is(x, name) ;
  while (!pattern_is(x, path))
  {
    if (!(x->flags & NC_PATTERN_ANY)) return 0 ;
    path = strchr(path, '/') ;
    if (!path++) return 0 ;
  }
  return 1 ;
}

struct nc_pattern const *nc_patterns_match (struct nc_patterns const *p, char const *path, char const *name, int isdir)
{
  struct nc_pattern const *x = nc_patterns_s(p) ;
  size_t n = nc_patterns_len(p) ;
  for (; n-- ; x++)
    if ((isdir || !(x->flags & NC_PATTERN_DIR)) && pattern_means(x, path, name)) return x ;
  return 0 ;
}

void nc_patterns_free (struct nc_patterns *p)
{
  size_t i = 0 ;
  for (; i < nc_patterns_len(p) ; i++) free(nc_patterns_s(p)[i].glob) ;
  genalloc_free(struct nc_pattern, &p->v) ;
}
