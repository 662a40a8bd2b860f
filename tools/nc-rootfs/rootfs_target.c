/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "nc_kernel.h"
#include "rootfs.h"

/* One that stayed open would be prog's, and a way out of its root. */
void rootfs_close (int fd)
{
  if (close(fd) == -1) strerr_diefusys(111, "close a descriptor") ;
}

void rootfs_own (struct rootfs *r, int fd)
{
  struct stat st ;
  if (r->devsn == ROOTFS_DEVS) strerr_dief(100, "too many file systems") ;
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat a new file system") ;
  r->devs[r->devsn++] = st.st_dev ;
}

int rootfs_is_own (struct rootfs const *r, int fd)
{
  struct stat st ;
  size_t i = 0 ;
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat a directory of the new root") ;
  for (; i < r->devsn ; i++) if (st.st_dev == r->devs[i]) return 1 ;
  return 0 ;
}

static int target_open (struct rootfs *r, char const *path, int flags)
{
  return nc_open_at(r->root, path, O_PATH | flags, 0, RESOLVE_IN_ROOT) ;
}

void rootfs_forget (struct rootfs *r)
{
  if (r->parentfd != -1) rootfs_close(r->parentfd) ;
  r->parentfd = -1 ;
  r->parent[0] = 0 ;
}

/* The directory that holds path's last component, which *last is set to. The last answer is remembered: a closure of
   500 store paths has one parent. The descriptor stays ours. */
static int target_parent (struct rootfs *r, char const *path, char const **last)
{
  char dir[strlen(path) + 2] ;
  size_t n = strlen(path) ;
  while (n && path[n-1] != '/') n-- ;
  *last = path + n ;
  while (n > 1 && path[n-1] == '/') n-- ;
  memcpy(dir, path, n) ;
  dir[n] = 0 ;
  if (!**last || !strcmp(*last, ".")) strerr_dief(100, "path ends in a slash or dot: ", path) ;
  if (r->parentfd != -1 && !strcmp(dir, r->parent)) return r->parentfd ;
  {
    int fd = rootfs_dir(r, dir) ;
    rootfs_forget(r) ;
    r->parentfd = fd ;
  }
  if (n < sizeof(r->parent)) strcpy(r->parent, dir) ;
  if (!rootfs_is_own(r, r->parentfd))
    strerr_dief(111, "unable to make the mount point ", path, ": what was bound there lacks it, and nothing is made in a bound tree") ;
  return r->parentfd ;
}

static void target_die (char const *what, char const *path) gccattr_noreturn ;
static void target_die (char const *what, char const *path)
{
  if (errno == EOVERFLOW) nc_diefusys(111, "this user has no id here: nc-rootfs goes before nc-userns -j", what, path, " in the new root") ;
  strerr_diefusys(111, what, path, " in the new root") ;
}

int rootfs_dir (struct rootfs *r, char const *path)
{
  char const *last ;
  int dir ;
  int fd = target_open(r, path, O_DIRECTORY) ;
  if (fd != -1) return fd ;
  if (errno != ENOENT) strerr_diefusys(111, "open the directory ", path, " in the new root") ;
  dir = target_parent(r, path, &last) ;
  if (mkdirat(dir, last, 0755) == -1 && errno != EEXIST) target_die("make the directory ", path) ;
  fd = target_open(r, path, O_DIRECTORY) ;
  if (fd == -1) strerr_diefusys(111, "open the directory ", path, " in the new root") ;
  return fd ;
}

int rootfs_file (struct rootfs *r, char const *path)
{
  struct stat st ;
  char const *last ;
  int dir ;
  int fd = target_open(r, path, 0) ;
  if (fd == -1)
  {
    if (errno != ENOENT) strerr_diefusys(111, "open the file ", path, " in the new root") ;
    dir = target_parent(r, path, &last) ;
    if (mknodat(dir, last, S_IFREG | 0644, 0) == -1 && errno != EEXIST) target_die("make the file ", path) ;
    fd = target_open(r, path, 0) ;
    if (fd == -1) strerr_diefusys(111, "open the file ", path, " in the new root") ;
  }
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat ", path) ;
  if (S_ISDIR(st.st_mode)) strerr_dief(111, "unable to mount a file on ", path, ": it is a directory") ;
  return fd ;
}

/* The directory of dst where it costs no look-up, and its last component: the root itself, or the one used last. */
static int target_near (struct rootfs const *r, char const *dst, char const **last)
{
  size_t n = strlen(r->parent) ;
  *last = dst + 1 ;
  if (dst[1] && !strchr(dst + 1, '/')) return r->bound ? -1 : r->root ;
  *last = dst + n + 1 ;
  if (r->parentfd != -1 && n > 1 && !strncmp(dst, r->parent, n) && dst[n] == '/' && dst[n+1] && !strchr(dst + n + 1, '/'))
    return r->parentfd ;
  return -1 ;
}

void rootfs_attach (struct rootfs *r, int tree, int isdir, char const *dst)
{
  char const *last ;
  int dir = target_near(r, dst, &last) ;
  int fd ;
  /* the usual case: a name that is not there yet */
  if (dir != -1)
  {
    if ((isdir ? mkdirat(dir, last, 0755) : mknodat(dir, last, S_IFREG | 0644, 0)) == 0)
    {
      if (nc_mount_at(tree, dir, last) == -1) strerr_diefusys(111, "mount ", dst) ;
      return ;
    }
    if (errno != EEXIST) target_die("make the mount point ", dst) ;
  }
  fd = isdir ? rootfs_dir(r, dst) : rootfs_file(r, dst) ;
  if (nc_mount_on(tree, fd) == -1) strerr_diefusys(111, "mount ", dst) ;
  rootfs_close(fd) ;
  rootfs_forget(r) ;  /* the remembered directory may lie below what was just covered */
}

/* One of ours. In a root file system of somebody's making, a link could lead it to another place. */
void rootfs_fixed (struct rootfs *r, int tree, char const *dst)
{
  struct stat st ;
  if (r->image)
  {
    if (fstatat(r->root, dst + 1, &st, AT_SYMLINK_NOFOLLOW) == 0)
    {
      if (S_ISLNK(st.st_mode)) strerr_dief(111, "unable to mount ", dst, ": the root file system has a symbolic link there") ;
    }
    else if (errno != ENOENT) strerr_diefusys(111, "stat ", dst, " in the new root") ;
  }
  rootfs_attach(r, tree, 1, dst) ;
}

/* A new file on a file system of our own. */
int rootfs_create (struct rootfs *r, char const *path)
{
  char const *last ;
  int dir = target_parent(r, path, &last) ;
  int fd = openat(dir, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644) ;
  if (fd == -1) strerr_diefusys(111, "make the file ", path, " in the new root") ;
  return fd ;
}

/* What would be in the way of rootfs_create, if there is anything. */
void rootfs_remove (struct rootfs *r, char const *path)
{
  char const *last ;
  int dir = target_parent(r, path, &last) ;
  if (unlinkat(dir, last, 0) == -1 && errno != ENOENT) strerr_diefusys(111, "remove ", path, " in the new root") ;
}

void rootfs_write (struct rootfs *r, char const *path, char const *text, size_t len)
{
  int fd = rootfs_create(r, path) ;
  if (allwrite(fd, text, len) < len) strerr_diefusys(111, "write the file ", path, " in the new root") ;
  if (close(fd) == -1) strerr_diefusys(111, "close the file ", path, " in the new root") ;
}
