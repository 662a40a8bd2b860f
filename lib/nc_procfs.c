/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "nc.h"
#include "nc_kernel.h"

#define PROCFS_ROOT_INO 1

int nc_procfs (void)
{
  struct statfs fs = { .f_type = 0 } ;
  struct stat st = { .st_ino = 0 } ;
  int fd = nc_open_at(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY, 0, RESOLVE_NO_SYMLINKS) ;
  if (fd == -1) return -1 ;
  if (fstatfs(fd, &fs) == -1 || fstat(fd, &st) == -1) return nc_close(fd, -1) ;
  if (fs.f_type == PROC_SUPER_MAGIC && st.st_ino == PROCFS_ROOT_INO) return fd ;
  errno = EMEDIUMTYPE ;
  return nc_close(fd, -1) ;
}

int nc_procfs_open (int proc, char const *path, int flags)
{
  return nc_open_at(proc, path, flags, 0, RESOLVE_BENEATH | RESOLVE_NO_XDEV) ;
}
