/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/allreadwrite.h>
#include <skalibs/djbunix.h>

#include "nc.h"
#include "nc_kernel.h"
#include "workspace.h"

#define PATH_BENEATH (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS)

/* By parts that a system call takes: a path below the top may be longer than PATH_MAX. */
int ws_parent (int top, char const *path, char const **name)
{
  char part[WS_CHUNK + 1] ;
  int fd = nc_open_at(top, ".", O_PATH | O_DIRECTORY, 0, PATH_BENEATH) ;
  char const *last = strrchr(path, '/') ;
  *name = last ? last + 1 : path ;
  while (fd != -1 && path < *name)
  {
    size_t n = (size_t)(*name - path) - 1 ;
    int next ;
    if (n > WS_CHUNK) for (n = WS_CHUNK ; path[n] != '/' ; n--) ;
    memcpy(part, path, n) ;
    part[n] = 0 ;
    next = nc_open_at(fd, part, O_PATH | O_DIRECTORY, 0, PATH_BENEATH) ;
    if (nc_close(fd, next) == -1 && next != -1) return nc_close(next, -1) ;
    fd = next ;
    path += n + 1 ;
  }
  return fd ;
}

static int path_open (int top, char const *path, int flags, int own)
{
  char const *name ;
  int dir = ws_parent(top, path, &name) ;
  int fd ;
  if (dir == -1) return -1 ;
  flags |= O_NOFOLLOW | ((flags & O_PATH) ? 0 : O_NONBLOCK | O_NOCTTY) ;
  fd = nc_open_at(dir, name, flags, 0, PATH_BENEATH) ;
  if (fd == -1 && errno == EACCES && own && fchmodat(dir, name, 0700, 0) == 0) fd = nc_open_at(dir, name, flags, 0, PATH_BENEATH) ;
  return nc_close(dir, fd) ;
}

int ws_open (int top, char const *path, int flags)
{
  return path_open(top, path, flags, 0) ;
}

/* Without privilege the workload may have taken away what its own user needs to read. */
int ws_open_staged (int top, char const *path, int flags)
{
  return path_open(top, path, flags, 1) ;
}

int ws_stat (int top, char const *path, struct stat *st)
{
  char const *name ;
  int dir = ws_parent(top, path, &name) ;
  return dir == -1 ? -1 : nc_close(dir, fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW)) ;
}

/* Up is out of it once more than the link's own directories were left, or after a name, which may be a link itself. */
int ws_links_out (char const *path, char const *target)
{
  size_t depth = 0 ;
  int named = 0 ;
  if (!target[0] || target[0] == '/') return 1 ;
  for (; *path ; path++) depth += *path == '/' ;
  while (*target)
  {
    size_t n = strcspn(target, "/") ;
    if (n == 2 && target[0] == '.' && target[1] == '.') { if (named || !depth--) return 1 ; }
    else if (n && !(n == 1 && target[0] == '.')) named = 1 ;
    target += n + strspn(target + n, "/") ;
  }
  return 0 ;
}

int ws_resolve (stralloc *out, char const *path, char const *target)
{
  char const *slash = strrchr(path, '/') ;
  if (ws_links_out(path, target)) return 0 ;
  out->len = 0 ;
  if (slash && !stralloc_catb(out, path, (size_t)(slash - path))) return -1 ;
  while (*target)
  {
    size_t n = strcspn(target, "/") ;
    if (n == 2 && target[0] == '.' && target[1] == '.')
    {
      while (out->len && out->s[out->len-1] != '/') out->len-- ;
      if (out->len) out->len-- ;
    }
    else if (n && !(n == 1 && target[0] == '.'))
      if ((out->len && !stralloc_cats(out, "/")) || !stralloc_catb(out, target, n)) return -1 ;
    target += n + strspn(target + n, "/") ;
  }
  return stralloc_0(out) ? out->len > 1 : -1 ;
}

int ws_readlink (int dir, char const *name, stralloc *sa)
{
  ssize_t r ;
  sa->len = 0 ;
  if (!stralloc_ready(sa, 4097)) return -1 ;
  r = readlinkat(dir, name, sa->s, 4096) ;
  if (r == -1) return -1 ;
  if (r == 4096) return (errno = ENAMETOOLONG, -1) ;
  sa->len = (size_t)r ;
  return stralloc_0(sa) ? 0 : -1 ;
}

/* Not everything has to be on the disk before what comes next: after a power cut, what is lost is found out. */
int ws_put (int dir, char const *name, char const *s, size_t len, int sync)
{
  char tmp[64] ;
  int fd ;
  strcpy(tmp, name) ;
  strcat(tmp, ".new") ;
  fd = nc_open_at(dir, tmp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600, 0) ;
  if (fd == -1) return -1 ;
  if (nc_close(fd, allwrite(fd, s, len) < len || (sync && fsync(fd) == -1) ? -1 : 0) == -1) return -1 ;
  if (renameat(dir, tmp, dir, name) == -1) return -1 ;
  return sync ? fsync(dir) : 0 ;
}

int ws_slurp (int dir, char const *name, stralloc *sa)
{
  int fd = nc_open_at(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, 0) ;
  sa->len = 0 ;
  if (fd == -1) return errno == ENOENT ? 0 : -1 ;
  return nc_close(fd, slurp(sa, fd) ? 0 : -1) == -1 ? -1 : 1 ;
}
