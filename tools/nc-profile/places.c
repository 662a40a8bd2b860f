/* ISC license. */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "nc.h"
#include "profile.h"

void places_add (struct places *l, unsigned int access, char const *path)
{
  struct place *p ;
  if (!access) return ;
  if (!(l->n & (l->n - 1)))
  {
    p = realloc(l->p, (l->n ? 2 * l->n : 1) * sizeof(*p)) ;
    if (!p) strerr_diefusys(111, "allocate memory") ;
    l->p = p ;
  }
  p = l->p + l->n++ ;
  p->access = access ;
  p->path = strdup(path) ;
  if (!p->path) strerr_diefusys(111, "allocate memory") ;
}

int places_below (char const *path, char const *dir)
{
  size_t n = strlen(dir) ;
  if (n == 1) return 1 ;
  return !strncmp(path, dir, n) && (!path[n] || path[n] == '/') ;
}

static int places_compare (void const *a, void const *b)
{
  return strcmp(((struct place const *)a)->path, ((struct place const *)b)->path) ;
}

/* Reading a directory's files includes listing it. */
static unsigned int places_implied (unsigned int access)
{
  return access & ACCESS_READ ? access | ACCESS_READDIR : access ;
}

/* The rights that those above it, which are sorted before it, give. */
static unsigned int places_above (struct places const *l, size_t i)
{
  char dir[PATH_MAX] ;
  struct place const key = { .path = dir } ;
  unsigned int access = 0 ;
  if (strlen(l->p[i].path) >= sizeof(dir)) return 0 ;
  strcpy(dir, l->p[i].path) ;
  while (dir[1])
  {
    struct place const *p ;
    profile_parent(dir) ;
    p = bsearch(&key, l->p, i, sizeof(key), &places_compare) ;
    if (p) access |= places_implied(p->access) ;
  }
  return access ;
}

void places_fold (struct places *l)
{
  size_t i = 0, n = 0 ;
  if (!l->n) return ;
  qsort(l->p, l->n, sizeof(*l->p), &places_compare) ;
  for (; i < l->n ; i++)
  {
    if (n && !strcmp(l->p[n-1].path, l->p[i].path))
    {
      l->p[n-1].access |= l->p[i].access ;
      free(l->p[i].path) ;
    }
    else l->p[n++] = l->p[i] ;
  }
  l->n = n ;
  /* from the end: what stands above is still as it was */
  for (i = n ; i-- ; ) if (!(places_implied(l->p[i].access) & ~places_above(l, i))) l->p[i].access = 0 ;
  for (i = 0, n = 0 ; i < l->n ; i++)
    if (l->p[i].access) l->p[n++] = l->p[i] ;
    else free(l->p[i].path) ;
  l->n = n ;
}

/* "/a/b" to "/a", "/a" to "/" */
void profile_parent (char *s)
{
  char *slash = strrchr(s, '/') ;
  if (slash == s) s[1] = 0 ;
  else *slash = 0 ;
}

void profile_absent (char const *path)
{
  if (errno != ENOENT && errno != ENOTDIR && errno != EACCES && errno != ELOOP && errno != ENAMETOOLONG) strerr_diefusys(111, "look at ", path) ;
}

static void canonical_word (char *s, size_t max, char const *word, size_t n)
{
  size_t len = strlen(s) ;
  if (!n || (n == 1 && word[0] == '.')) return ;
  if (n == 2 && word[0] == '.' && word[1] == '.') { profile_parent(s) ; return ; }
  if (len + n + 2 > max) strerr_dief(100, "a path of the trace is too long") ;
  if (len > 1) s[len++] = '/' ;
  memcpy(s + len, word, n) ;
  s[len + n] = 0 ;
}

void profile_canonical (char const *path, char *s, size_t max)
{
  char real[PATH_MAX], head[4 * PATH_MAX + 1] ;
  size_t n = strlen(path) ;
  if (n >= sizeof(head)) strerr_dief(100, "a path of the trace is too long") ;
  for (;;)
  {
    memcpy(head, path, n) ;
    head[n] = 0 ;
    if (!n) strcpy(head, "/") ;
    if (realpath(head, real)) break ;
    profile_absent(head) ;
    if (!n) strerr_diefusys(111, "resolve /") ;
    while (n && path[n-1] == '/') n-- ;
    while (n && path[n-1] != '/') n-- ;
  }
  if (strlen(real) >= max) strerr_dief(100, "a path of the trace is too long") ;
  strcpy(s, real) ;
  while (path[n])
  {
    size_t w = strcspn(path + n, "/") ;
    canonical_word(s, max, path + n, w) ;
    n += w ;
    if (path[n]) n++ ;
  }
}
