/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_kernel.h"
#include "rootfs.h"

struct overlay_path { char s[32] ; } ;

/* Layers are named by descriptor: what their paths hold (a comma, a colon) and lead to does not matter. */
static char const *overlay_path (struct overlay_path *p, int fd)
{
  snprintf(p->s, sizeof(p->s), "/proc/self/fd/%d", fd) ;
  return p->s ;
}

static int overlay_userns (void)
{
  int first = nc_first_users() ;
  if (first == -1) strerr_diefusys(111, "look at the user namespace") ;
  return !first ;
}

/* Layers are mounts of this namespace: one of our own lies on top of all for as long as it takes to use it. */
void rootfs_hold (int tree, char const *what)
{
  if (nc_sys_move_mount(tree, "", AT_FDCWD, "/", NC_MOVE_MOUNT_F_EMPTY_PATH) == -1) strerr_diefusys(111, "mount ", what) ;
}

void rootfs_drop (int tree, char const *what)
{
  struct overlay_path p ;
  if (umount2(overlay_path(&p, tree), MNT_DETACH) == -1) strerr_diefusys(111, "unmount ", what) ;
  rootfs_close(tree) ;
}

/* No redirection and no copies of metadata alone: an upper directory is then read by its names, types and whiteouts. */
static int overlay_new (int lower, int upper, int work, uint64_t attr, char const *what)
{
  struct overlay_path l, u, w ;
  char const *options[17] =
  {
    "source", "overlay", "lowerdir", overlay_path(&l, lower), "upperdir", overlay_path(&u, upper), "workdir", overlay_path(&w, work),
    "redirect_dir", "nofollow", "metacopy", "off", "index", "off", overlay_userns() ? "userxattr" : 0, 0, 0
  } ;
  int fd = nc_mount_new("overlay", options, (unsigned int)attr) ;
  if (fd == -1 && errno == ENODEV) strerr_dief(100, "this kernel has no overlay file system: ", what) ;
  if (fd == -1) nc_diefusys(111, "the kernel's log says more", "make the overlay of ", what) ;
  return fd ;
}

/* A new upper directory has the mode and the owner of what it lies over: they are the root's, for the workload. An owner
   without an id here stays the caller's. */
static void layers_make (int fd, char const *dir, struct stat const *like)
{
  if (mkdirat(fd, "upper", 0700) == 0)
  {
    if (fchownat(fd, "upper", like->st_uid, like->st_gid, AT_SYMLINK_NOFOLLOW) == -1 && errno != EINVAL)
      strerr_diefusys(111, "set the owner of the upper directory in ", dir) ;
    if (fchmodat(fd, "upper", like->st_mode & 01777, 0) == -1) strerr_diefusys(111, "set the mode of the upper directory in ", dir) ;
  }
  else if (errno != EEXIST) strerr_diefusys(111, "make the upper directory in ", dir) ;
  if (mkdirat(fd, "work", 0700) == -1 && errno != EEXIST) strerr_diefusys(111, "make the work directory in ", dir) ;
}

void rootfs_layers_at (int fd, char const *dir, struct stat const *like, struct rootfs_layers *l)
{
  if (like) layers_make(fd, dir, like) ;
  l->upper = nc_open_at(fd, "upper", O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS) ;
  if (l->upper == -1) strerr_diefusys(111, "open the upper directory in ", dir) ;
  l->work = nc_open_at(fd, "work", O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS) ;
  if (l->work == -1) strerr_diefusys(111, "open the work directory in ", dir) ;
}

void rootfs_layers (char const *dir, struct stat const *like, struct rootfs_layers *l)
{
  struct stat st ;
  int fd = nc_open_at(AT_FDCWD, dir, O_PATH | O_DIRECTORY, 0, RESOLVE_NO_SYMLINKS) ;
  if (fd == -1 && errno == ELOOP) nc_diefusys(111, "no symbolic link is followed to it", "open the directory of an overlay ", dir) ;
  if (fd == -1 || fstat(fd, &st) == -1) strerr_diefusys(111, "open the directory of an overlay ", dir) ;
  if (st.st_uid != geteuid()) strerr_dief(111, "unable to use the directory of an overlay ", dir, ": it is not the caller's") ;
  if (st.st_mode & 022) strerr_dief(111, "unable to use the directory of an overlay ", dir, ": others may write to it") ;
  rootfs_layers_at(fd, dir, like, l) ;
  rootfs_close(fd) ;
}

int rootfs_overlay_new (int lower, struct rootfs_layers const *l, uint64_t attr, char const *what)
{
  int fd = overlay_new(lower, l->upper, l->work, attr, what) ;
  rootfs_close(l->upper) ;
  rootfs_close(l->work) ;
  return fd ;
}

void rootfs_scan_overlay (struct rootfs *r, char const *arg)
{
  struct rootfs_item *it = rootfs_add(r, ROOTFS_OVERLAY) ;
  char *s = rootfs_copy(arg) ;
  it->dst = nc_field(&s) ;
  it->src = nc_field(&s) ;
  it->upper = nc_field(&s) ;
  it->options = nc_field(&s) ;
  if (s || !it->upper) strerr_dief(100, "not destination:lower:directory[:options]: ", arg) ;
  rootfs_check_path(it->dst) ;
  rootfs_check_path(it->src) ;
  rootfs_check_path(it->upper) ;
  rootfs_bind_options(&it->bind, it->options, 1, it->dst) ;
}

/* -V: the lower directory is only read; what is made or changed below dst lies in the upper one. */
void rootfs_overlay (struct rootfs *r, struct rootfs_item const *it)
{
  struct rootfs_layers l ;
  struct stat st ;
  int fd ;
  int lower = rootfs_bind_source(it->src, O_PATH, "the lower directory ") ;
  if (fstat(lower, &st) == -1) strerr_diefusys(111, "stat ", it->src) ;
  if (!S_ISDIR(st.st_mode)) strerr_dief(111, "unable to use the lower directory ", it->src, ": not a directory") ;
  rootfs_layers(it->upper, 0, &l) ;
  if (it->bind.own)
  {
    int tree = nc_mount_clone(lower) ;
    if (tree == -1) strerr_diefusys(111, "copy the mount ", it->src) ;
    rootfs_map_owner(&it->bind, tree, &st, it->src) ;
    rootfs_hold(tree, it->src) ;
    rootfs_close(lower) ;
    lower = tree ;
  }
  fd = rootfs_overlay_new(lower, &l, it->bind.attr, it->src) ;
  if (it->bind.own) rootfs_drop(lower, it->src) ; else rootfs_close(lower) ;
  rootfs_attach(r, fd, 1, it->dst) ;
  rootfs_close(fd) ;
}
