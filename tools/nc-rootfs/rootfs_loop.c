/* ISC license. */

/* A file system in a file. Nothing has to be undone: a loop device lets go of the file when its last user, the mount, ends. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <linux/loop.h>

#include "nc.h"
#include "nc_kernel.h"
#include "rootfs.h"

#define LOOP_TRIES 100
#define LOOP_MAJOR_NUMBER 7

struct loop_path { char s[32] ; } ;

static int loop_control (void)
{
  int fd = nc_open_at(AT_FDCWD, "/dev/loop-control", O_RDWR, 0, 0) ;
  if (fd != -1) return fd ;
  if (errno == ENOENT || errno == ENXIO || errno == ENODEV) strerr_dief(100, "this kernel has no loop devices") ;
  nc_diefusys(111, "an image takes privilege", "open /dev/loop-control") ;
}

static int loop_open (int number, struct loop_path *path)
{
  struct stat st ;
  int fd ;
  snprintf(path->s, sizeof(path->s), "/dev/loop%d", number) ;
  fd = nc_open_at(AT_FDCWD, path->s, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, 0) ;
  if (fd == -1 || fstat(fd, &st) == -1) strerr_diefusys(111, "open ", path->s) ;
  if (!S_ISBLK(st.st_mode) || major(st.st_rdev) != LOOP_MAJOR_NUMBER) strerr_dief(111, "unable to use ", path->s, ": not a loop device") ;
  return fd ;
}

/* A free device can be another's before it is ours: EBUSY, and the next one is asked for. */
static int loop_attach (int file, struct loop_path *path)
{
  struct loop_config config = { .fd = (uint32_t)file, .info = { .lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR } } ;
  unsigned int i = 0 ;
  int control = loop_control() ;
  for (; i < LOOP_TRIES ; i++)
  {
    int fd ;
    int number = ioctl(control, LOOP_CTL_GET_FREE) ;
    if (number == -1) strerr_diefusys(111, "find a free loop device") ;
    fd = loop_open(number, path) ;
    if (ioctl(fd, LOOP_CONFIGURE, &config) == 0)
    {
      rootfs_close(control) ;
      return fd ;
    }
    if (errno != EBUSY) strerr_diefusys(111, "set up ", path->s) ;
    rootfs_close(fd) ;
  }
  strerr_dief(111, "unable to set up a loop device: each is taken by another") ;
}

static int loop_file (char const *src)
{
  struct loop_path path ;
  struct stat st ;
  int file ;
  int given = nc_scan_source(src, &file) ;
  int fd = given ? file : rootfs_bind_source(src, O_PATH, "the image ") ;
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat the image ", src) ;
  if (!S_ISREG(st.st_mode)) strerr_dief(111, "unable to use the image ", src, ": not a regular file") ;
  if (given) return file ;
  snprintf(path.s, sizeof(path.s), "/proc/self/fd/%d", fd) ;
  file = openat(AT_FDCWD, path.s, O_RDONLY | O_CLOEXEC) ;  /* a magic link, the one that is meant */
  if (file == -1) strerr_diefusys(111, "open the image ", src) ;
  rootfs_close(fd) ;
  return file ;
}

static int loop_mount (char const *fs, char const *source)
{
  char const *options[] = { "source", source, "ro", 0, 0 } ;
  return nc_mount_new(fs, options, NC_MOUNT_RDONLY | NC_MOUNT_NOSUID | NC_MOUNT_NODEV) ;
}

static void loop_die (char const *fs, char const *src) gccattr_noreturn ;
static void loop_die (char const *fs, char const *src)
{
  if (errno == ENODEV) strerr_dief(100, "this kernel has no ", fs, " file system: ", src) ;
  if (errno == EPERM) nc_diefusys(111, "an image takes privilege", "mount the ", fs, " image ", src) ;
  strerr_diefusys(111, "mount the ", fs, " image ", src) ;
}

/* erofs takes the file itself where the kernel can do that (ENOTBLK: it cannot; EINVAL: not with the file system it is on) */
int rootfs_image_file (char const *fs, char const *src)
{
  struct loop_path path ;
  int file = loop_file(src) ;
  int fd = -1 ;
  errno = ENOTBLK ;
  snprintf(path.s, sizeof(path.s), "/proc/self/fd/%d", file) ;
  if (!strcmp(fs, "erofs")) fd = loop_mount(fs, path.s) ;
  if (fd == -1 && errno != ENOTBLK && errno != EINVAL) loop_die(fs, src) ;
  if (fd == -1)
  {
    int loop = loop_attach(file, &path) ;
    fd = loop_mount(fs, path.s) ;
    if (fd == -1) loop_die(fs, src) ;
    rootfs_close(loop) ;
  }
  rootfs_close(file) ;
  return fd ;
}
