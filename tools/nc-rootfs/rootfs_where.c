/* ISC license. */

/* What this step mounts would cover the host's own root, were it in the host's mount namespace. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "nc.h"
#include "rootfs.h"

/* The parent in the pid namespace of the procfs that is mounted here, proc_pid_stat(5): getppid is 0 in a new one. */
static int where_parent (void)
{
  char text[512] ;
  char const *p ;
  int ppid ;
  if (nc_read_at(AT_FDCWD, "/proc/self/stat", text, sizeof(text)) == -1) strerr_diefusys(111, "read /proc/self/stat") ;
  p = strrchr(text, ')') ;
  if (!p || sscanf(p, ") %*c %d", &ppid) != 1) strerr_dief(111, "unable to tell the parent from /proc/self/stat") ;
  return ppid ;
}

/* 1: pid is in the mount namespace of own. -1: it is not ours to know. */
static int where_same (struct stat const *own, int pid)
{
  char path[32] ;
  struct stat st ;
  snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid) ;
  if (stat(path, &st) == 0) return st.st_dev == own->st_dev && st.st_ino == own->st_ino ;
  if (errno != EACCES && errno != EPERM && errno != ENOENT) strerr_diefusys(111, "stat ", path) ;
  return -1 ;
}

/* The first process tells; where it may not be asked, the parent does. Where neither may, this process has no power over
   the host's mounts, and the kernel says so. */
void rootfs_where (void)
{
  struct stat own ;
  int same ;
  if (stat("/proc/self/ns/mnt", &own) == -1) strerr_diefusys(111, "stat /proc/self/ns/mnt") ;
  same = where_same(&own, 1) ;
  if (same == -1)
  {
    int parent = where_parent() ;
    same = parent > 0 ? where_same(&own, parent) : -1 ;
  }
  if (same == 1) strerr_dief(100, "still in the mount namespace that this began in: nc-unshare -m goes before nc-rootfs") ;
}
