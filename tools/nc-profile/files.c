/* ISC license. */

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "landlock.h"
#include "nc.h"

#define FILES_SEVERAL 3   /* files of one directory, from which on it is granted itself */

/* These hold too much that has nothing to do with each other. */
static int files_wide (char const *dir)
{
  static char const *const wide[] = { "/", "/dev", "/etc", "/home", "/mnt", "/root", "/run", "/srv", "/tmp", "/usr", "/var", "/var/lib", "/var/tmp" } ;
  size_t i = 0 ;
  for (; i < N(wide) ; i++) if (!strcmp(dir, wide[i])) return 1 ;
  return !strncmp(dir, "/home/", 6) && !strchr(dir + 6, '/') ;
}

/* Files of one directory stand side by side once the directory of each is its key. */
static int files_beside (void const *a, void const *b)
{
  char const *x = ((struct place const *)a)->path, *y = ((struct place const *)b)->path ;
  size_t n = (size_t)(strrchr(x, '/') - x), m = (size_t)(strrchr(y, '/') - y) ;
  int r = memcmp(x, y, n < m ? n : m) ;
  return r ? r : n != m ? (n < m ? -1 : 1) : strcmp(x, y) ;
}

void landlock_files (struct landlock *l)
{
  struct place *p = l->files.p ;
  size_t i = 0, n ;
  places_fold(&l->files) ;
  if (l->files.n) qsort(p, l->files.n, sizeof(*p), &files_beside) ;
  for (; i < l->files.n ; i += n)
  {
    char dir[PATH_MAX] ;
    unsigned int access = 0 ;
    size_t len = (size_t)(strrchr(p[i].path, '/') - p[i].path) ;
    for (n = 0 ; i + n < l->files.n ; n++)
    {
      char const *s = p[i+n].path ;
      if ((size_t)(strrchr(s, '/') - s) != len || memcmp(s, p[i].path, len)) break ;
      access |= p[i+n].access ;
    }
    strcpy(dir, p[i].path) ;
    profile_parent(dir) ;
    if (n >= FILES_SEVERAL && !files_wide(dir)) places_add(&l->out, access, dir) ;
    else for (len = 0 ; len < n ; len++) places_add(&l->out, p[i+len].access, p[i+len].path) ;
  }
}
