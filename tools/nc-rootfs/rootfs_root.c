/* ISC license. */

/* The file system that is the root: a tmpfs, or one file system with everything in it, or an overlay over one. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_kernel.h"
#include "rootfs.h"

/* "tree", "erofs" or "squashfs" makes the source of that item the root itself. */
int rootfs_scan_root (struct rootfs *r, struct rootfs_item *it, int writable)
{
  static char const *const words[] = { "tree", "erofs", "squashfs" } ;
  size_t i = 0 ;
  if (!it->options) return 0 ;
  for (; i < sizeof(words) / sizeof(words[0]) ; i++) if (!strcmp(it->options, words[i])) break ;
  if (i == sizeof(words) / sizeof(words[0])) return 0 ;
  if (writable) strerr_dief(100, "a root of this kind is read-only, -o makes it writable: ", it->src) ;
  if (r->whole) strerr_dief(100, "more than one root file system: ", it->src) ;
  r->whole = words[i] ;
  return 1 ;
}

void rootfs_scan_upper (struct rootfs *r, char const *arg)
{
  uint64_t size ;
  if (r->upper) strerr_dief(100, "more than one upper directory: ", arg) ;
  if (arg[0] == '/') rootfs_check_path(arg) ;
  else if (!nc_scan_size(arg, &size) || !size) strerr_dief(100, "neither a size nor an absolute path: ", arg) ;
  r->upper = arg ;
}

/* The item that the root is made of, or 0. */
static struct rootfs_item *root_item (struct rootfs *r)
{
  struct rootfs_item *it = 0 ;
  size_t i = 0 ;
  if (!r->whole && !r->upper)
  {
    for (; i < r->n ; i++) if (r->items[i].bind.own && !strcmp(r->items[i].dst, "/"))
      strerr_dief(100, "a root file system has the owners it has, but under an overlay (-o): ", r->items[i].src) ;
    return 0 ;
  }
  for (; i < r->n ; i++) if (r->items[i].kind == ROOTFS_BIND && !strcmp(r->items[i].dst, "/"))
  {
    if (it) strerr_dief(100, "more than one root file system: ", r->items[i].src) ;
    it = r->items + i ;
    it->kind = ROOTFS_NOTHING ;
  }
  if (!it) strerr_dief(100, "an upper directory (-o) needs a root file system: -b source:/") ;
  return it ;
}

static int root_tree (struct rootfs *r, struct rootfs_item const *it)
{
  struct stat st ;
  int fd, tree ;
  if (nc_scan_source(it->src, &fd))
  {
    if (nc_mount_attr(fd, it->bind.attr) == -1) nc_diefusys(111, "nc-open -t makes detached trees", "restrict the mount ", it->src) ;
    tree = fd ;
  }
  else
  {
    fd = rootfs_bind_source(it->src, O_PATH | O_DIRECTORY, "the root file system ") ;
    if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat ", it->src) ;
    tree = rootfs_bind_tree(r, fd, &st, &it->bind, it->src) ;
    rootfs_close(fd) ;
  }
  if (fstat(tree, &st) == -1) strerr_diefusys(111, "stat ", it->src) ;
  if (!S_ISDIR(st.st_mode)) strerr_dief(111, "unable to use the root file system ", it->src, ": not a directory") ;
  return tree ;
}

static int root_image (struct rootfs *r, struct rootfs_item const *it)
{
  int fd = rootfs_image_file(r->whole, it->src) ;
  if (r->idmap != -1 && nc_mount_idmap(fd, r->idmap) == -1 && errno != EINVAL) strerr_diefusys(111, "map the ids of ", it->src) ;
  return fd ;
}

static int root_tmpfs (char const *size, char const *mode)
{
  char const *options[] = { "size", size, "mode", mode, 0 } ;
  int fd = nc_mount_new("tmpfs", options, NC_MOUNT_NOSUID | NC_MOUNT_NODEV) ;
  if (fd == -1)
  {
    if (errno == EPERM) nc_diefusys(111, "nc-unshare -m, and without privilege nc-userns, go before nc-rootfs", "make the new root") ;
    strerr_diefusys(111, "make the new root") ;
  }
  return fd ;
}

/* What is written lies in a tmpfs that goes with the container, or in DIR, which stays. */
static int root_overlay (struct rootfs *r, int lower, char const *what)
{
  struct rootfs_layers l ;
  struct stat st ;
  int memory = -1 ;
  int fd ;
  if (fstat(lower, &st) == -1) strerr_diefusys(111, "stat ", what) ;
  if (r->upper[0] == '/') rootfs_layers(r->upper, &st, &l) ;
  else
  {
    memory = root_tmpfs(r->upper, "700") ;
    rootfs_layers_at(memory, "a tmpfs", &st, &l) ;
    rootfs_hold(memory, "a tmpfs") ;
  }
  rootfs_hold(lower, what) ;
  fd = rootfs_overlay_new(lower, &l, NC_MOUNT_NOSUID | NC_MOUNT_NODEV, what) ;
  rootfs_drop(lower, what) ;
  if (memory != -1) rootfs_drop(memory, "a tmpfs") ;
  return fd ;
}

int rootfs_root (struct rootfs *r)
{
  struct rootfs_item const *it = root_item(r) ;
  int fd ;
  if (!it) return rootfs_own(r, fd = root_tmpfs(r->size, "755")), fd ;
  fd = r->whole && strcmp(r->whole, "tree") ? root_image(r, it) : root_tree(r, it) ;
  r->bound = !r->upper ;
  r->image = 1 ;
  if (r->upper) rootfs_own(r, fd = root_overlay(r, fd, it->src)) ;
  return fd ;
}
