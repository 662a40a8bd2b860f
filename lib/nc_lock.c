/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_scope.h"

static int lock_byte (int fd, int cmd, short type, off_t byte, pid_t *holder)
{
  struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 } ;
  int r ;
  do r = fcntl(fd, cmd, &l) ; while (r == -1 && errno == EINTR && cmd == F_SETLKW) ;
  if (holder) *holder = r == -1 ? -1 : l.l_type == F_UNLCK ? 0 : l.l_pid ? l.l_pid : -1 ;
  return r ;
}

/* Is the file that was locked still the one at RUNDIR/NAME/lock? Its holder may have removed it in between. */
static int lock_current (struct nc_scope const *s)
{
  struct stat a, b ;
  char path[NC_NAME_MAX + 6] ;
  strcpy(path, s->name) ;
  strcat(path, "/lock") ;
  if (fstat(s->lock, &a) == -1) return -1 ;
  if (!S_ISREG(a.st_mode)) return (errno = EINVAL, -1) ;
  if (fstatat(s->base, path, &b, AT_SYMLINK_NOFOLLOW) == -1) return errno == ENOENT ? 0 : -1 ;
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino ;
}

static int lock_close (struct nc_scope *s, int r)
{
  if (s->lock != -1) r = nc_close(s->lock, r) ;
  if (s->dir != -1) r = nc_close(s->dir, r) ;
  s->lock = s->dir = -1 ;
  return r ;
}

/* 1: both bytes are ours and the file is current. 0: start again. */
static int lock_try (struct nc_scope *s, int create, pid_t *holder, char const **why)
{
  int r, busy ;
  s->dir = nc_rundir_openat(s->base, s->name, create, why) ;
  if (s->dir == -1) return create && errno == EAGAIN ? 0 : -1 ;
  s->lock = openat(s->dir, "lock", O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (create ? O_CREAT : 0), 0600) ;
  /* with O_CREAT: the directory has been removed */
  if (s->lock == -1) return create && errno == ENOENT ? 0 : -1 ;
  if (lock_byte(s->lock, F_SETLKW, F_WRLCK, 1, 0) == -1) return -1 ;
  busy = lock_byte(s->lock, F_SETLK, F_WRLCK, 0, 0) == -1 ;
  if (busy && errno != EAGAIN && errno != EACCES) return -1 ;
  r = lock_current(s) ;
  if (r != 1 || !busy) return r ;
  if (lock_byte(s->lock, F_GETLK, F_WRLCK, 0, holder) == -1) return -1 ;
  return *holder ? 2 : 0 ;
}

enum nc_take nc_scope_take (struct nc_scope *s, int create, pid_t *holder, char const **why)
{
  int r ;
  *why = 0 ;
  do
  {
    s->dir = s->lock = -1 ;
    r = lock_try(s, create, holder, why) ;
    if (r == 1) return NC_TAKE_OK ;
    r = lock_close(s, r) ;
  }
  while (!r) ;
  if (r == 2) return NC_TAKE_BUSY ;
  return !create && errno == ENOENT ? NC_TAKE_GONE : NC_TAKE_ERROR ;
}

int nc_scope_settled (struct nc_scope const *s)
{
  return lock_byte(s->lock, F_SETLK, F_UNLCK, 1, 0) ;
}

/* nc_scope_open has it shared. Who makes something is alive for that moment only, or being killed. */
int nc_scope_seal (struct nc_scope const *s)
{
  int ms = NC_END_MS ;
  while (flock(s->dir, LOCK_EX | LOCK_NB) == -1)
  {
    if (errno == EINTR) continue ;
    if (errno != EWOULDBLOCK) return -1 ;
    if (!ms--) return (errno = ETIMEDOUT, -1) ;
    usleep(1000) ;
  }
  return 0 ;
}

int nc_scope_unseal (struct nc_scope const *s)
{
  return flock(s->dir, LOCK_UN) ;
}

int nc_scope_holder (int dirfd, pid_t *holder)
{
  int fd = openat(dirfd, "lock", O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) ;
  if (fd == -1) return -1 ;
  return nc_close(fd, lock_byte(fd, F_GETLK, F_WRLCK, 0, holder)) ;
}
