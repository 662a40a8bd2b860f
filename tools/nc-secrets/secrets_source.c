/* ISC license. */

/* No byte of a secret is in the memory of this process: the kernel moves it from one file to the other. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_kernel.h"
#include "secrets.h"

#define SOURCE_STEP (1U << 20)

/* Is it a regular file, before it is opened for reading: a device or a FIFO would be asked for something. */
static int source_file (int path, char const *src)
{
  char name[32] ;
  struct stat st ;
  int fd ;
  if (path == -1 && errno == ELOOP) nc_diefusys(111, NC_SOURCE_HINT, "open the secret ", src) ;
  if (path == -1 || fstat(path, &st) == -1) strerr_diefusys(111, "open the secret ", src) ;
  if (!S_ISREG(st.st_mode)) strerr_dief(111, "unable to read the secret ", src, ": not a regular file") ;
  snprintf(name, sizeof(name), "/proc/self/fd/%d", path) ;
  fd = openat(AT_FDCWD, name, O_RDONLY | O_CLOEXEC) ;  /* a magic link, the one that is meant */
  if (fd == -1) strerr_diefusys(111, "open the secret ", src) ;
  secrets_close(path) ;
  return fd ;
}

static int source_credential (struct secrets const *s, char const *name)
{
  int fd ;
  int dir = nc_open_source(s->credentials, O_PATH) ;
  if (dir == -1) strerr_diefusys(111, "open the directory of credentials ", s->credentials) ;
  fd = source_file(nc_open_at(dir, name, O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS), name) ;
  secrets_close(dir) ;
  return fd ;
}

static int source_open (struct secrets const *s, struct secret const *x, int *pipe)
{
  struct stat st ;
  *pipe = 0 ;
  if (x->credential) return source_credential(s, x->src) ;
  if (x->fd == -1) return source_file(nc_open_source(x->src, O_PATH), x->src) ;
  if (fstat(x->fd, &st) == -1) strerr_diefusys(111, "stat the secret ", x->src) ;
  *pipe = S_ISFIFO(st.st_mode) ;
  if (!*pipe && !S_ISREG(st.st_mode)) strerr_dief(111, "unable to read the secret ", x->src, ": neither a pipe nor a regular file") ;
  return x->fd ;
}

uint64_t secrets_copy (struct secrets const *s, struct secret const *x, int out, uint64_t max)
{
  uint64_t total = 0 ;
  off_t at = 0 ;
  int pipe ;
  int fd = source_open(s, x, &pipe) ;
  for (;;)
  {
    /* one byte more than there may be tells a secret that is too large */
    uint64_t want = max - total + 1 ;
    size_t step = want < SOURCE_STEP ? (size_t)want : SOURCE_STEP ;
    ssize_t n = pipe ? splice(fd, 0, out, 0, step, 0) : sendfile(out, fd, &at, step) ;
    if (n == -1 && errno == EINTR) continue ;
    if (n == -1) strerr_diefusys(111, "copy the secret ", x->src) ;
    if (!n) break ;
    total += (uint64_t)n ;
    if (total > max) strerr_dief(111, "unable to copy the secret ", x->src, ": larger than what -S leaves for it") ;
  }
  if (!total) strerr_dief(111, "unable to use the secret ", x->src, ": it is empty") ;
  secrets_close(fd) ;
  return total ;
}
