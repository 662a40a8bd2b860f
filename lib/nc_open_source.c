/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "nc.h"
#include "nc_kernel.h"

#define SOURCE_LINKS 40 /* the kernel's own limit, path_resolution(7) */

struct source
{
  int fd ;                /* where the walk is */
  int safe ;              /* only root can replace what led here */
  unsigned int links ;
  unsigned int depth ;    /* below / */
  uid_t root ;            /* owner of /: in a user namespace without an id for root, the overflow id */
  char rest[PATH_MAX] ;   /* what is still to be walked */
} ;

static int source_enter (struct source *s, int fd, struct stat const *st)
{
  /* sticky and of a group only, as Nix's store: its members add to it and replace nothing */
  if (st->st_uid != s->root || st->st_mode & S_IWOTH || (st->st_mode & (S_IWGRP | S_ISVTX)) == S_IWGRP) s->safe = 0 ;
  if (s->fd != -1 && close(s->fd) == -1) return nc_close(fd, -1) ;
  s->fd = fd ;
  return 0 ;
}

static int source_start (struct source *s, char const *path, int safe)
{
  struct stat st ;
  int fd = nc_open_at(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0, 0) ;
  if (fd == -1) return -1 ;
  if (fstat(fd, &st) == -1) return nc_close(fd, -1) ;
  s->root = st.st_uid ;
  s->safe = safe ;
  s->depth = path[0] == '/' ? 0 : PATH_MAX ;
  return source_enter(s, fd, &st) ;
}

static int source_link (struct source *s, int link)
{
  char text[PATH_MAX] ;
  struct statfs fs ;
  size_t n = strlen(s->rest) ;
  ssize_t r ;
  if (!s->safe || s->links++ == SOURCE_LINKS) return (errno = ELOOP, -1) ;
  if (fstatfs(link, &fs) == -1) return -1 ;
  /* a magic link leads elsewhere than its text says */
  if (fs.f_type == PROC_SUPER_MAGIC) return (errno = ELOOP, -1) ;
  r = readlinkat(link, "", text, sizeof(text)) ;
  if (r == -1) return -1 ;
  if (!r) return (errno = ENOENT, -1) ;
  if ((size_t)r + n + 1 >= sizeof(text)) return (errno = ENAMETOOLONG, -1) ;
  text[r] = '/' ;
  memcpy(text + r + 1, s->rest, n + 1) ;
  strcpy(s->rest, text) ;
  return text[0] == '/' ? source_start(s, "/", 1) : 0 ;
}

static int source_step (struct source *s, char const *name)
{
  struct stat st ;
  int r, fd ;
  if (strcmp(name, "..")) s->depth++ ;
  /* by name: by .. it would be what nc-rootfs has mounted on it */
  else if (s->depth <= 1) return source_start(s, "/", s->safe) ;
  else s->depth-- ;
  fd = openat(s->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC) ;
  if (fd == -1) return -1 ;
  r = fstat(fd, &st) ;
  if (!r && !S_ISLNK(st.st_mode)) return source_enter(s, fd, &st) ;
  s->depth-- ;
  if (!r) r = source_link(s, fd) ;
  return nc_close(fd, r) ;
}

static int source_walk (struct source *s)
{
  for (;;)
  {
    char name[NAME_MAX + 1] ;
    char *p = s->rest + strspn(s->rest, "/") ;
    size_t n = strcspn(p, "/") ;
    if (!n) return 0 ;
    if (n > NAME_MAX) return (errno = ENAMETOOLONG, -1) ;
    memcpy(name, p, n) ;
    name[n] = 0 ;
    memmove(s->rest, p + n, strlen(p + n) + 1) ;
    if (strcmp(name, ".") && source_step(s, name) == -1) return -1 ;
  }
}

int nc_open_source (char const *path, int flags)
{
  struct source s = { .fd = -1 } ;
  int fd = nc_open_at(AT_FDCWD, path, flags, 0, RESOLVE_NO_SYMLINKS) ;
  if (fd != -1 || errno != ELOOP) return fd ;
  if (strlen(path) >= sizeof(s.rest)) return (errno = ENAMETOOLONG, -1) ;
  strcpy(s.rest, path) ;
  if (source_start(&s, path[0] == '/' ? "/" : ".", path[0] == '/') == -1) return -1 ;
  fd = source_walk(&s) == -1 ? -1 : (flags & O_PATH) ? s.fd : openat(s.fd, ".", flags | O_CLOEXEC) ;
  return fd == s.fd ? fd : nc_close(s.fd, fd) ;
}
