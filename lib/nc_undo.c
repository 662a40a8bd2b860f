/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_scope.h"

/* Shared, until the descriptor is closed: what undoes the journal waits for who is about to make what he entered there. A
   keeper holds it until status.json names its child; killed before, it has no container, and nobody may enter anything. */
static int undo_share (int fd)
{
  while (flock(fd, LOCK_SH) == -1) if (errno != EINTR) return -1 ;
  if (!faccessat(fd, "status.json", F_OK, 0)) return 0 ;
  if (errno != ENOENT) return -1 ;
  if (!faccessat(fd, "lock", F_OK, 0)) return (errno = ESTALE, -1) ;
  return errno == ENOENT ? 0 : -1 ;
}

int nc_scope_open (char const *const *envp)
{
  char const *path = nc_env_get(envp, "NC_SCOPE") ;
  struct stat st ;
  int fd ;
  if (!path) return (errno = ENOENT, -1) ;
  if (path[0] != '/') return (errno = EINVAL, -1) ;
  fd = nc_open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
  /* ENOENT says that there is no scope; a scope that has gone is an error, never a reason to go on without a journal */
  if (fd == -1) return (errno = errno == ENOENT ? ESTALE : errno, -1) ;
  if (fstat(fd, &st) == -1) return nc_close(fd, -1) ;
  errno = EPERM ;
  if (st.st_uid != geteuid() || st.st_mode & 077 || undo_share(fd) == -1) return nc_close(fd, -1) ;
  return fd ;
}

/* NN-kind: the number, or -1 where the name is not of that form. */
int nc_undo_number (char const *name)
{
  size_t n = strspn(name, "0123456789") ;
  if (n < 2 || n > 4 || name[n] != '-' || !name[n+1]) return -1 ;
  return (int)strtoul(name, 0, 10) ;
}

static int undo_next (int dirfd)
{
  stralloc names = STRALLOC_ZERO ;
  size_t i = 0 ;
  int max = -1 ;
  int r = nc_names(dirfd, &names) ;
  for (; i < names.len ; i += strlen(names.s + i) + 1)
  {
    int n = nc_undo_number(names.s + i) ;
    if (n > max) max = n ;
  }
  stralloc_free(&names) ;
  if (r == -1) return -1 ;
  return max >= NC_UNDO_LAST ? (errno = ENOSPC, -1) : max + 1 ;
}

/* Not synced to a disk: what run directories undo ends with the machine's run, and so does a run directory on tmpfs. Another
   process sees the entry from here on, whatever becomes of this one. */

/* An entry whose write did not happen is empty, and what it would have named was not made either. */
static int undo_write (int dirfd, char const *name, char const *text, size_t len)
{
  ssize_t r ;
  int e ;
  int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600) ;
  if (fd == -1) return -1 ;
  r = write(fd, text, len) ;
  if (r != -1 && r != (ssize_t)len) errno = EIO ;
  if (nc_close(fd, r == (ssize_t)len ? 0 : -1) == 0) return 0 ;
  e = errno ;
  unlinkat(dirfd, name, 0) ;
  errno = e ;
  return -1 ;
}

int nc_undo_add (int scopefd, char const *kind, char const *text, size_t len)
{
  size_t n = strspn(kind, "abcdefghijklmnopqrstuvwxyz") ;
  int dirfd, next, r = -1 ;
  if (!n || kind[n] || n > NC_UNDO_KINDMAX || !len || len > NC_UNDO_MAX) return (errno = EINVAL, -1) ;
  dirfd = openat(scopefd, "undo", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) ;
  if (dirfd == -1) return -1 ;
  for (next = undo_next(dirfd) ; next >= 0 && next <= NC_UNDO_LAST ; next++)
  {
    char name[NC_UNDO_KINDMAX + 6] ;
    snprintf(name, sizeof(name), "%02d-%s", next, kind) ;
    r = undo_write(dirfd, name, text, len) ;
    if (!r || errno != EEXIST) break ;
  }
  return nc_close(dirfd, r) ;
}
