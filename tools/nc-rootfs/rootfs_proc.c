/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_kernel.h"
#include "rootfs.h"

#define PROC_ATTR (NC_MOUNT_NOSUID | NC_MOUNT_NODEV | NC_MOUNT_NOEXEC)

static char const *const proc_masked[] =
{
  "/proc/acpi", "/proc/asound", "/proc/config.gz", "/proc/driver", "/proc/interrupts", "/proc/kallsyms", "/proc/kcore", "/proc/keys",
  "/proc/kpagecgroup", "/proc/kpagecount", "/proc/kpageflags", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
  "/proc/sysrq-trigger", "/proc/timer_list", "/proc/timer_stats"
} ;

static char const *const proc_readonly[] = { "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys" } ;

static char const *const sys_masked[] =
  { "/sys/devices/virtual/powercap", "/sys/firmware", "/sys/fs", "/sys/kernel" } ;

static int masked_open (struct rootfs *r, char const *path, int mustexist)
{
  int fd = nc_open_at(r->root, path, O_PATH | O_NOFOLLOW, 0, RESOLVE_IN_ROOT) ;
  if (fd == -1 && (mustexist || errno != ENOENT)) strerr_diefusys(111, "open ", path, " in the new root") ;
  return fd ;
}

/* A directory is covered by an empty read-only tmpfs, the same one everywhere; anything else by the null device. */
void rootfs_mask (struct rootfs *r, char const *path, int mustexist)
{
  static char const *const options[] = { "size", "4k", "mode", "555", 0 } ;
  struct stat st ;
  int tree ;
  int fd = masked_open(r, path, mustexist) ;
  if (fd == -1) return ;
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat ", path, " in the new root") ;
  if (!S_ISDIR(st.st_mode)) tree = nc_mount_clone(r->null) ;
  else if (r->mask != -1) tree = nc_mount_clone(r->mask) ;
  else tree = r->mask = nc_mount_new("tmpfs", options, PROC_ATTR | NC_MOUNT_RDONLY) ;
  if (tree == -1) strerr_diefusys(111, "make the mask of ", path) ;
  if (nc_mount_on(tree, fd) == -1) strerr_diefusys(111, "mask ", path) ;
  if (tree != r->mask) rootfs_close(tree) ;
  rootfs_close(fd) ;
  rootfs_forget(r) ;
}

void rootfs_readonly (struct rootfs *r, char const *path, int mustexist)
{
  int tree ;
  int fd = masked_open(r, path, mustexist) ;
  if (fd == -1) return ;
  tree = nc_mount_clone(fd) ;
  if (tree == -1) strerr_diefusys(111, "copy the mount ", path) ;
  if (nc_mount_attr(tree, NC_MOUNT_RDONLY) == -1) strerr_diefusys(111, "make ", path, " read-only") ;
  if (nc_mount_on(tree, fd) == -1) strerr_diefusys(111, "mount ", path) ;
  rootfs_close(tree) ;
  rootfs_close(fd) ;
  rootfs_forget(r) ;
}

void rootfs_proc (struct rootfs *r)
{
  char const *options[5] = { 0 } ;
  size_t n = 0, i = 0 ;
  int fd ;
  if (r->proc & ROOTFS_PROC_NONE) return ;
  if (!(r->proc & ROOTFS_PROC_SHOW)) { options[n++] = "hidepid" ; options[n++] = "invisible" ; }
  if (r->proc & ROOTFS_PROC_SUBSET) { options[n++] = "subset" ; options[n++] = "pid" ; }
  fd = nc_mount_new("proc", options, PROC_ATTR | (r->proc & ROOTFS_PROC_RW ? 0 : NC_MOUNT_RDONLY)) ;
  if (fd == -1)
  {
    if (errno == EPERM)
      nc_diefusys(111, "it needs nc-unshare -p before, and outside a /proc without anything mounted on it", "make a new /proc") ;
    strerr_diefusys(111, "make a new /proc") ;
  }
  rootfs_fixed(r, fd, "/proc") ;
  rootfs_close(fd) ;
  if (r->proc & ROOTFS_PROC_SUBSET) return ;
  for (; i < sizeof(proc_masked) / sizeof(proc_masked[0]) ; i++) rootfs_mask(r, proc_masked[i], 0) ;
  if (r->proc & ROOTFS_PROC_RW)
    for (i = 0 ; i < sizeof(proc_readonly) / sizeof(proc_readonly[0]) ; i++) rootfs_readonly(r, proc_readonly[i], 0) ;
}

/* sysfs shows the devices of the network namespace it was made in */
void rootfs_sys (struct rootfs *r)
{
  static char const *const none[] = { 0 } ;
  size_t i = 0 ;
  int fd ;
  if (!r->sys) return ;
  fd = nc_mount_new("sysfs", none, PROC_ATTR | NC_MOUNT_RDONLY) ;
  if (fd == -1)
  {
    if (errno == EPERM)
      nc_diefusys(111, "it needs nc-unshare -n before, and outside a /sys without anything mounted on it", "make a new /sys") ;
    strerr_diefusys(111, "make a new /sys") ;
  }
  rootfs_fixed(r, fd, "/sys") ;
  rootfs_close(fd) ;
  for (; i < sizeof(sys_masked) / sizeof(sys_masked[0]) ; i++) rootfs_mask(r, sys_masked[i], 0) ;
}
