/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <skalibs/env.h>
#include <skalibs/sgetopt.h>

#include "nc.h"
#include "nc_kernel.h"

#define USAGE "nc-pivot [ -w ] [ -d dir ] prog..."

/* A working directory above the root, or of a detached tree, shows as "(unreachable)...": getcwd(3), CVE-2024-21626. */
static void pivot_chdir (char const *dir)
{
  char buf[PATH_MAX] ;
  int fd = nc_open_at(AT_FDCWD, dir, O_PATH | O_DIRECTORY, 0, RESOLVE_IN_ROOT) ;
  if (fd == -1) strerr_diefusys(111, "open ", dir) ;
  if (fchdir(fd) == -1) strerr_diefusys(111, "change directory to ", dir) ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", dir) ;
  if (syscall(__NR_getcwd, buf, sizeof(buf)) == -1) strerr_diefusys(111, "read the working directory ", dir) ;
  if (buf[0] != '/') strerr_diefu(111, "change directory to ", dir, ": it is outside the new root") ;
}

/* Where no step made a new root, the working directory is the root itself, or a mount of the host's. */
static void pivot_check (void)
{
  struct stat root, dot ;
  int first ;
  if (stat("/", &root) == -1 || stat(".", &dot) == -1) strerr_diefusys(111, "stat the working directory") ;
  if (root.st_dev == dot.st_dev && root.st_ino == dot.st_ino)
    strerr_dief(111, "unable to pivot into the working directory: it is no new root; nc-rootfs goes before nc-pivot") ;
  first = nc_first_mounts() ;
  if (first == -1) strerr_diefusys(111, "tell the mount namespace from /proc") ;
  if (first) strerr_dief(100, "still in the mount namespace of the host: nc-unshare -m goes before nc-pivot") ;
}

int nc_pivot_main (int argc, char const *const *argv, char const *const *envp)
{
  char const *newenv[env_len(envp) + 1] ;
  char const *dir = "/" ;
  int writable = 0 ;
  PROG = "nc-pivot" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "wd:", &l) ;
      if (opt == -1) break ;
      switch (opt)
      {
        case 'w' : writable = 1 ; break ;
        case 'd' : dir = l.arg ; break ;
        default : dieusage() ;
      }
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (!argc) dieusage() ;
  if (dir[0] != '/') strerr_dief(100, "not an absolute path: ", dir) ;
  pivot_check() ;

  /* nc-rootfs left the new root as the working directory; where no step did, "." is no mount point or the root itself */
  if (nc_sys_pivot_root(".", ".") == -1)
  {
    if (errno == EINVAL || errno == EBUSY)
      nc_diefusys(111, "it is no new root: nc-rootfs goes before nc-pivot", "pivot into the working directory") ;
    if (errno == EPERM) nc_diefusys(111, "it goes before nc-landlock, and it goes before nc-dropcaps", "pivot into the working directory") ;
    strerr_diefusys(111, "pivot into the working directory") ;
  }
  if (umount2(".", MNT_DETACH) == -1) strerr_diefusys(111, "detach the old root") ;
  if (chdir("/") == -1) strerr_diefusys(111, "change directory to /") ;
  if (!writable)
  {
    /* this mount only: what lies on it was given its own flags by the step that mounted it */
    struct nc_mount_attr attr = { .set = NC_MOUNT_RDONLY } ;
    if (nc_sys_mount_setattr(AT_FDCWD, "/", 0, &attr) == -1) strerr_diefusys(111, "make the root read-only") ;
  }
  pivot_chdir(dir) ;
  nc_env_without(newenv, envp, "NC_SCOPE") ;
  nc_exec(argv, newenv) ;
}
