/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <skalibs/types.h>
#include <skalibs/uint32.h>

#include "assert.h"

int assert_proc (void)
{
  int proc = nc_procfs() ;
  if (proc != -1) return proc ;
  if (errno == EMEDIUMTYPE) assert_differs("a procfs", "something else", "/proc") ;
  if (errno == ENOENT) assert_differs("a procfs", "none", "/proc") ;
  strerr_diefusys(111, "open ", "/proc") ;
}

/* What a procfs says of a pidfd is in numbers of its own pid namespace: for ours a single one, and getpid's. */
void assert_proc_own (int proc, char *dev)
{
  char path[32] = "self/fdinfo/", line[16 + UINT_FMT] = "\nNSpid:\t", s[1024] ;
  struct stat st ;
  size_t n = strlen(path) ;
  ssize_t r ;
  int info, fd = (int)syscall(__NR_pidfd_open, getpid(), 0) ;
  if (fd == -1) strerr_diefusys(111, "open a descriptor of this process") ;
  path[n + uint_fmt(path + n, (unsigned int)fd)] = 0 ;
  info = nc_procfs_open(proc, path, O_RDONLY) ;
  if (info == -1) strerr_diefusys(111, "open /proc/", path) ;
  r = read(info, s, sizeof(s) - 1) ;
  if (r == -1) strerr_diefusys(111, "read /proc/", path) ;
  s[r] = 0 ;
  if (close(info) == -1 || close(fd) == -1) strerr_diefusys(111, "close a descriptor of this process") ;
  n = strlen(line) ;
  n += uint_fmt(line + n, (unsigned int)getpid()) ;
  strcpy(line + n, "\n") ;
  if (!strstr(s, line)) assert_differs("the procfs of this pid namespace", "another", "mount /proc") ;
  if (fstat(proc, &st) == -1) strerr_diefusys(111, "stat ", "/proc") ;
  dev += uint32_fmt(dev, major(st.st_dev)) ;
  *dev++ = ':' ;
  dev[uint32_fmt(dev, minor(st.st_dev))] = 0 ;
}

/* The call, since a library may guess where the kernel says "(unreachable)" */
void assert_cwd (void)
{
  char s[PATH_MAX + 1] ;
  if (syscall(__NR_getcwd, s, sizeof(s)) == -1)
  {
    if (errno == ENOENT) assert_differs("one that is there", "a removed one", "working directory") ;
    strerr_diefusys(111, "read the working directory") ;
  }
  if (s[0] != '/') assert_differs("one below the root", s, "working directory") ;
}
