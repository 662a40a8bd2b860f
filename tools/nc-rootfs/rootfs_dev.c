/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "nc.h"
#include "nc_kernel.h"
#include "rootfs.h"

struct dev_node { char const *name ; unsigned int major ; unsigned int minor ; } ;

static struct dev_node const dev_nodes[] =
{
  { "full", 1, 7 },
  { "null", 1, 3 },
  { "random", 1, 8 },
  { "tty", 5, 0 },
  { "urandom", 1, 9 },
  { "zero", 1, 5 }
} ;

static struct { char const *name ; char const *text ; } const dev_links[] =
{
  { "fd", "/proc/self/fd" },
  { "ptmx", "pts/ptmx" },
  { "stderr", "/proc/self/fd/2" },
  { "stdin", "/proc/self/fd/0" },
  { "stdout", "/proc/self/fd/1" }
} ;

/* The host's own node, checked to be the device of that name: a bound one works in every user namespace and for any uid. */
static void dev_bind (int dev, struct dev_node const *d)
{
  char path[16] = "/dev/" ;
  struct stat st ;
  int tree ;
  int fd = nc_open_at(AT_FDCWD, strcat(path, d->name), O_PATH | O_NOFOLLOW, 0, 0) ;
  if (fd == -1 || fstat(fd, &st) == -1) strerr_diefusys(111, "open ", path) ;
  if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(d->major, d->minor))
    strerr_dief(111, "unable to use ", path, ": it is another device") ;
  tree = nc_mount_clone(fd) ;
  if (tree == -1) strerr_diefusys(111, "copy the mount ", path) ;
  if (nc_mount_attr(tree, NC_MOUNT_NOSUID | NC_MOUNT_NOEXEC) == -1) strerr_diefusys(111, "restrict the mount ", path) ;
  rootfs_close(fd) ;
  if (mknodat(dev, d->name, S_IFREG | 0666, 0) == -1) strerr_diefusys(111, "make ", path, " in the new root") ;
  if (nc_mount_at(tree, dev, d->name) == -1) strerr_diefusys(111, "mount ", path) ;
  rootfs_close(tree) ;
}

/* With privilege a node of our own, which is cheaper than a mount. EPERM: a user namespace, or a device cgroup. */
static void dev_node (int dev, struct dev_node const *d)
{
  if (mknodat(dev, d->name, S_IFCHR | 0666, makedev(d->major, d->minor)) == 0) return ;
  if (errno != EPERM) strerr_diefusys(111, "make /dev/", d->name, " in the new root") ;
  dev_bind(dev, d) ;
}

static void dev_mount (int dev, char const *name, char const *fs, char const *const *options)
{
  int fd = nc_mount_new(fs, options, NC_MOUNT_NOSUID | NC_MOUNT_NOEXEC | (fs[0] == 't' ? NC_MOUNT_NODEV : 0)) ;
  if (fd == -1) strerr_diefusys(111, "make the ", fs, " of /dev/", name) ;
  if (mkdirat(dev, name, 0755) == -1) strerr_diefusys(111, "make /dev/", name, " in the new root") ;
  if (nc_mount_at(fd, dev, name) == -1) strerr_diefusys(111, "mount /dev/", name) ;
  rootfs_close(fd) ;
}

void rootfs_dev (struct rootfs *r)
{
  static char const *const tmpfs[] = { "size", "64k", "mode", "755", 0 } ;
  static char const *const shm[] = { "size", "64m", "mode", "1777", 0 } ;
  static char const *const pts[] = { "mode", "620", "ptmxmode", "666", 0 } ;
  size_t i = 0 ;
  int dev = nc_mount_new("tmpfs", tmpfs, NC_MOUNT_NOSUID | NC_MOUNT_NOEXEC) ;
  if (dev == -1) strerr_diefusys(111, "make the tmpfs of /dev") ;
  rootfs_own(r, dev) ;
  rootfs_fixed(r, dev, "/dev") ;
  for (; i < sizeof(dev_nodes) / sizeof(dev_nodes[0]) ; i++) dev_node(dev, dev_nodes + i) ;
  for (i = 0 ; i < sizeof(dev_links) / sizeof(dev_links[0]) ; i++)
    if (symlinkat(dev_links[i].text, dev, dev_links[i].name) == -1)
      strerr_diefusys(111, "make /dev/", dev_links[i].name, " in the new root") ;
  dev_mount(dev, "shm", "tmpfs", shm) ;
  dev_mount(dev, "pts", "devpts", pts) ;
  r->null = nc_open_at(dev, "null", O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH) ;
  if (r->null == -1) strerr_diefusys(111, "open /dev/null in the new root") ;
  r->dev = dev ;
}

/* Once nothing more is to be mounted below: this mount only, the nodes and what lies in shm and pts stay as they are. */
void rootfs_dev_seal (struct rootfs *r)
{
  struct nc_mount_attr attr = { .set = NC_MOUNT_RDONLY } ;
  if (nc_sys_mount_setattr(r->dev, "", AT_EMPTY_PATH, &attr) == -1) strerr_diefusys(111, "make /dev read-only") ;
  rootfs_close(r->dev) ;
}
