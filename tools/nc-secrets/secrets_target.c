/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "nc.h"
#include "nc_kernel.h"
#include "secrets.h"

static int target_open (struct secrets *s, char const *path, int flags)
{
  int fd = nc_open_at(s->root, path, O_PATH | flags, 0, RESOLVE_IN_ROOT) ;
  if (fd == -1 && errno != ENOENT) strerr_diefusys(111, "open ", path, " in the new root") ;
  return fd ;
}

/* What the kernel makes up has no room for a secret, wherever it is mounted and whatever link led there. */
static int target_readonly (int fd, char const *path)
{
  struct statfs fs ;
  if (fstatfs(fd, &fs) == -1) strerr_diefusys(111, "look at the file system of ", path, " in the new root") ;
  if (fs.f_type == PROC_SUPER_MAGIC || fs.f_type == SYSFS_MAGIC) strerr_dief(111, "unable to put a secret at ", path, ": it is the kernel's") ;
  return !!(fs.f_flags & 1) ;  /* ST_RDONLY */
}

/* The directory of path's last part, which *last is set to, where that part can be made. */
static int target_parent (struct secrets *s, char const *path, char const **last)
{
  size_t n = (size_t)(strrchr(path, '/') - path) ;
  char dir[n + 2] ;
  int fd ;
  *last = path + n + 1 ;
  memcpy(dir, path, n) ;
  if (!n) dir[n++] = '/' ;
  dir[n] = 0 ;
  fd = secrets_dir(s, dir) ;
  if (target_readonly(fd, dir))
  {
    int cover = secrets_cover(s, fd, dir) ;
    secrets_close(fd) ;
    return cover ;
  }
  if (!secrets_is_own(s, fd, dir))
    strerr_dief(111, "unable to make ", path, ": what is bound there can be written to, and nothing is made in it; make it before") ;
  return fd ;
}

/* What is made for a secret belongs to the owner of where it is, so that a home stays its owner's. */
static void target_made (int dir, char const *name, char const *path)
{
  struct stat st ;
  if (fstat(dir, &st) == -1) strerr_diefusys(111, "stat the directory of ", path, " in the new root") ;
  if (st.st_uid == geteuid() && st.st_gid == getegid()) return ;
  if (fchownat(dir, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) == -1 && errno != EINVAL)
    strerr_diefusys(111, "set the owner of ", path, " in the new root") ;
}

int secrets_dir (struct secrets *s, char const *path)
{
  char const *last ;
  int dir ;
  int fd = target_open(s, path, O_DIRECTORY) ;
  if (fd != -1) return fd ;
  dir = target_parent(s, path, &last) ;
  if (mkdirat(dir, last, 0755) == -1) strerr_diefusys(111, "make the directory ", path, " in the new root") ;
  target_made(dir, last, path) ;
  fd = nc_open_at(dir, last, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, RESOLVE_BENEATH) ;
  if (fd == -1) strerr_diefusys(111, "open the directory ", path, " in the new root") ;
  secrets_close(dir) ;
  return fd ;
}

int secrets_file (struct secrets *s, char const *path)
{
  struct stat st, own ;
  char const *last ;
  int dir ;
  int fd = target_open(s, path, 0) ;
  if (fd == -1)
  {
    dir = target_parent(s, path, &last) ;
    if (mknodat(dir, last, S_IFREG | 0600, 0) == -1) strerr_diefusys(111, "make the file ", path, " in the new root") ;
    target_made(dir, last, path) ;
    fd = nc_open_at(dir, last, O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH) ;
    if (fd == -1) strerr_diefusys(111, "open the file ", path, " in the new root") ;
    secrets_close(dir) ;
    return fd ;
  }
  if (fstat(fd, &st) == -1 || (s->store != -1 && fstat(s->store, &own) == -1)) strerr_diefusys(111, "stat ", path, " in the new root") ;
  if (S_ISDIR(st.st_mode)) strerr_dief(111, "unable to put a secret at ", path, ": it is a directory") ;
  if (s->store != -1 && st.st_dev == own.st_dev) strerr_dief(100, "two secrets with one destination: ", path) ;
  target_readonly(fd, path) ;
  return fd ;
}
