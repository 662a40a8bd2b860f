/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nc.h"
#include "nc_scope.h"
#include "run.h"

static int image_cmp (void const *a, void const *b)
{
  return strcmp(*(char const *const *)a, *(char const *const *)b) ;
}

/* Sorted: a line does not depend on the order of a directory. */
static size_t image_names (int dir, stralloc *sa, char const ***names)
{
  size_t n = 0, i = 0 ;
  if (nc_names(dir, sa) == -1) return (size_t)-1 ;
  for (; i < sa->len ; i++) n += !sa->s[i] ;
  *names = malloc((n + 1) * sizeof(char const *)) ;
  if (!*names) return (size_t)-1 ;
  for (n = i = 0 ; i < sa->len ; i += strlen(sa->s + i) + 1) (*names)[n++] = sa->s + i ;
  qsort(*names, n, sizeof(char const *), &image_cmp) ;
  return n ;
}

void run_image (char const *rootfs, struct run_chain *c, void (*each) (struct run_chain *c, char const *path, int isdir))
{
  static char const skipped[] = " dev home proc run sys tmp " ;
  stralloc sa = STRALLOC_ZERO ;
  char const **names ;
  size_t n, i = 0 ;
  int dir = nc_open_at(AT_FDCWD, rootfs, O_RDONLY | O_DIRECTORY, 0, 0) ;
  if (dir == -1) strerr_diefusys(111, "open the root file system ", rootfs) ;
  n = image_names(dir, &sa, &names) ;
  if (n == (size_t)-1) strerr_diefusys(111, "read the root file system ", rootfs) ;
  for (; i < n ; i++)
  {
    char const *name = names[i] ;
    struct stat st ;
    if (name[0] == '.' || strstr(skipped, run_cat(" ", name, " ", 0))) continue ;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1) strerr_diefusys(111, "look at ", name, " in ", rootfs) ;
    if (!S_ISLNK(st.st_mode)) (*each)(c, run_cat("/", name, 0, 0), S_ISDIR(st.st_mode)) ;
  }
  free(names) ;
  stralloc_free(&sa) ;
  if (close(dir) == -1) strerr_diefusys(111, "close the root file system ", rootfs) ;
}

/* The destinations that a list of binds names apart from their sources. */
void run_binds (char const *file, struct run_chain *c, char const *option)
{
  FILE *f = fopen(file, "re") ;
  char *line = 0 ;
  size_t max = 0 ;
  ssize_t n ;
  if (!f) strerr_diefusys(111, "open the list of binds ", file) ;
  while ((n = getline(&line, &max, f)) > 0)
  {
    char *tab = strchr(line, '\t') ;
    if (line[n-1] == '\n') line[n-1] = 0 ;
    if (tab) run_add2(c, option, run_cat(tab + 1, "", 0, 0)) ;
  }
  if (ferror(f) || fclose(f)) strerr_diefusys(111, "read the list of binds ", file) ;
  free(line) ;
}
