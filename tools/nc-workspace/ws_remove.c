/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_kernel.h"
#include "nc_scope.h"
#include "workspace.h"

#define REMOVE_TOP ".gone"      /* beside what is removed */

/* A directory of the workload's may lack what its owner needs to list it, where the caller is that owner; root gets no EACCES. */
static int remove_open (int dir, char const *name)
{
  int fd = nc_open_at(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, RESOLVE_BENEATH) ;
  if (fd != -1 || errno != EACCES) return fd ;
  if (fchmodat(dir, name, 0700, 0) == -1) return -1 ;
  return nc_open_at(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, RESOLVE_BENEATH) ;
}

/* What is moved elsewhere must be its mover's to write to. By its descriptor: never another's through a link. */
static int remove_moved (int dir, char const *name, int top, unsigned long *n)
{
  char to[32] ;
  struct stat st ;
  int fd = remove_open(dir, name) ;
  if (fd == -1 || nc_close(fd, fchmod(fd, 0700)) == -1) return -1 ;
  do snprintf(to, sizeof(to), "nc-%lx", (*n)++) ;
  while (fstatat(top, to, &st, AT_SYMLINK_NOFOLLOW) == 0) ;
  return errno != ENOENT ? -1 : renameat(dir, name, top, to) ;
}

/* Files go, directories move up: none is ever open below another, so that no tree is too deep. */
static int remove_empty (int dir, int top, unsigned long *n)
{
  stralloc names = STRALLOC_ZERO ;
  struct stat st ;
  size_t i = 0 ;
  int r = nc_names(dir, &names) ;
  int e ;
  /* the owner of what is below may lack the right to change it: made first, fchmod(2) follows nothing */
  if (!r) r = fstat(dir, &st) ;
  if (!r && (st.st_mode & 0700) != 0700) r = fchmod(dir, 0700) ;
  for (; !r && i < names.len ; i += strlen(names.s + i) + 1)
  {
    if (!unlinkat(dir, names.s + i, 0)) continue ;
    r = errno != EISDIR ? -1 : unlinkat(dir, names.s + i, AT_REMOVEDIR) ;
    if (r == -1 && (errno == ENOTEMPTY || errno == EEXIST)) r = remove_moved(dir, names.s + i, top, n) ;
  }
  e = errno ;
  stralloc_free(&names) ;
  errno = e ;
  return r ;
}

/* top is a directory with directories in it, of which each is emptied, which puts others beside it. */
static int remove_all (int top)
{
  unsigned long n = 0 ;
  for (;;)
  {
    stralloc names = STRALLOC_ZERO ;
    size_t i = 0 ;
    int r = nc_names(top, &names) ;
    int e ;
    for (; !r && i < names.len ; i += strlen(names.s + i) + 1)
    {
      int fd ;
      if (!unlinkat(top, names.s + i, AT_REMOVEDIR)) continue ;
      if (errno == ENOTDIR) { r = unlinkat(top, names.s + i, 0) ; continue ; }
      fd = errno == ENOTEMPTY || errno == EEXIST ? remove_open(top, names.s + i) : -1 ;
      r = fd == -1 ? -1 : nc_close(fd, remove_empty(fd, top, &n)) ;
      if (!r) r = unlinkat(top, names.s + i, AT_REMOVEDIR) ;
    }
    e = errno ;
    i = names.len ;
    stralloc_free(&names) ;
    errno = e ;
    if (r == -1 || !i) return r ;
  }
}

int ws_remove (int dir, char const *name)
{
  int top, r ;
  if (!unlinkat(dir, name, AT_REMOVEDIR)) return 0 ;
  if (errno != ENOENT && errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) return -1 ;
  if (errno == ENOENT && faccessat(dir, REMOVE_TOP, F_OK, AT_SYMLINK_NOFOLLOW) == -1) return errno == ENOENT ? 0 : -1 ;
  if (mkdirat(dir, REMOVE_TOP, 0700) == -1 && errno != EEXIST) return -1 ;
  top = remove_open(dir, REMOVE_TOP) ;
  if (top == -1) return -1 ;
  if (renameat(dir, name, top, "nc") == -1 && errno != ENOENT && errno != EEXIST && errno != ENOTEMPTY) return nc_close(top, -1) ;
  r = remove_all(top) ;
  /* an earlier removal that was killed had another there */
  if (!r && renameat(dir, name, top, "nc") == 0) r = remove_all(top) ;
  else if (!r && errno != ENOENT) r = -1 ;
  if (nc_close(top, r) == -1) return -1 ;
  return unlinkat(dir, REMOVE_TOP, AT_REMOVEDIR) ;
}
