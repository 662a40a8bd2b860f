/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/uio.h>

#include "nc.h"
#include "trace.h"

#define READ_FIRST 192  /* most names end before, and copying less costs less */

/* All of it: 1, or 0 and errno. */
int trace_read (pid_t pid, uint64_t address, void *p, size_t n)
{
  struct iovec here = { .iov_base = p, .iov_len = n } ;
  struct iovec there = { .iov_base = (void *)(uintptr_t)address, .iov_len = n } ;
  ssize_t r = process_vm_readv(pid, &here, 1, &there, 1, 0) ;
  if (r == (ssize_t)n) return 1 ;
  if (r != -1) errno = EFAULT ;
  return 0 ;
}

/* Never beyond the page that is known to be there: the next may not be. 1, or 0 and errno. */
int trace_read_string (pid_t pid, uint64_t address, char *s, size_t max)
{
  size_t n = 0 ;
  while (n < max)
  {
    size_t want = 4096 - (size_t)(address + n) % 4096 ;
    if (!n && want > READ_FIRST) want = READ_FIRST ;
    if (want > max - n) want = max - n ;
    if (!trace_read(pid, address + n, s + n, want)) return 0 ;
    if (memchr(s + n, 0, want)) return 1 ;
    n += want ;
  }
  /* nothing has a name that long */
  errno = ENOENT ;
  return 0 ;
}

/* A link of the process in procfs: its length, or 0 and errno: ENOENT where there is none, or where it names nothing in a file system. */
static size_t read_link (struct tracer const *t, pid_t pid, char const *what, int fd, char *s, size_t max)
{
  char path[48] ;
  ssize_t r ;
  if (fd < 0) snprintf(path, sizeof(path), "%d/%s", (int)pid, what) ;
  else snprintf(path, sizeof(path), "%d/%s%d", (int)pid, what, fd) ;
  r = readlinkat(t->proc, path, s, max) ;
  if (r > 0 && (size_t)r < max && s[0] == '/') return (size_t)r ;
  if (r != -1) errno = r && s[0] == '/' ? ENAMETOOLONG : ENOENT ;
  return 0 ;
}

/* Names of what the process has open, which for a reader of the trace would be another file. */
static int read_magic (struct tracer const *t, pid_t pid, char *s, size_t max)
{
  static struct { char const *name ; char const *what ; int fd ; } const magic[] =
  {
    { "/dev/stdin", "fd/", 0 }, { "/dev/stdout", "fd/", 1 }, { "/dev/stderr", "fd/", 2 }, { "/proc/self/exe", "exe", -1 }
  } ;
  static char const *const dirs[] = { "/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/" } ;
  size_t i = 0 ;
  int fd ;
  for (; i < sizeof(magic) / sizeof(magic[0]) ; i++)
  {
    size_t n ;
    if (strcmp(s, magic[i].name)) continue ;
    n = read_link(t, pid, magic[i].what, magic[i].fd, s, max) ;
    s[n] = 0 ;
    return n > 0 ;
  }
  for (i = 0 ; i < sizeof(dirs) / sizeof(dirs[0]) ; i++)
  {
    size_t n = strlen(dirs[i]) ;
    if (strncmp(s, dirs[i], n) || !nc_scan_fd(s + n, &fd)) continue ;
    n = read_link(t, pid, "fd/", fd, s, max) ;
    s[n] = 0 ;
    return n > 0 ;
  }
  return 1 ;
}

/* Makes the path absolute: relative to dirfd, or to the root of a process that has changed it. 1, or 0 and errno as above. */
int trace_resolve (struct tracer const *t, pid_t pid, int dirfd, char *s, size_t max)
{
  char base[PATH_MAX] ;
  size_t n, len = strlen(s) ;
  if (s[0] == '/')
  {
    if (!t->rooted) return read_magic(t, pid, s, max) ;
    n = read_link(t, pid, "root", -1, base, sizeof(base)) ;
    if (!n) return 0 ;
    if (n == 1) return read_magic(t, pid, s, max) ;
  }
  else
  {
    n = dirfd == AT_FDCWD ? read_link(t, pid, "cwd", -1, base, sizeof(base)) : read_link(t, pid, "fd/", dirfd, base, sizeof(base)) ;
    if (!n) return 0 ;
  }
  if (n + len + 2 > max) return (errno = ENAMETOOLONG, 0) ;
  memmove(s + n + (s[0] != '/' && len), s, len + 1) ;
  memcpy(s, base, n) ;
  if (len && s[n] != '/') s[n] = '/' ;
  return 1 ;
}
