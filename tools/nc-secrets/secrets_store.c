/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_kernel.h"
#include "secrets.h"

#define STORE_ATTR (NC_MOUNT_NOSUID | NC_MOUNT_NODEV | NC_MOUNT_NOEXEC)

/* One that stayed open would be prog's. */
void secrets_close (int fd)
{
  if (close(fd) == -1) strerr_diefusys(111, "close a descriptor") ;
}

/* A tmpfs whose pages are not swapped, Linux 6.4 and not in a user namespace; else a ramfs, whose pages never are. It lies on top
   of all until its files are where they belong: only what is mounted can be bound. */
void secrets_store (struct secrets *s)
{
  static char const *const ramfs[] = { "mode", "700", 0 } ;
  char size[UINT64_FMT] ;
  char const *tmpfs[] = { "size", size, "mode", "700", "noswap", 0, 0 } ;
  int first = nc_first_users() ;
  if (first == -1) strerr_diefusys(111, "look at the user namespace") ;
  size[uint64_fmt(size, s->size + (s->n + 1) * 8192)] = 0 ;
  if (first) s->store = nc_mount_new("tmpfs", tmpfs, STORE_ATTR) ;
  if (!first || (s->store == -1 && errno == EINVAL)) s->store = nc_mount_new("ramfs", ramfs, STORE_ATTR) ;
  if (s->store == -1) strerr_diefusys(111, "make the file system of secrets") ;
  if (nc_sys_move_mount(s->store, "", AT_FDCWD, "/", NC_MOVE_MOUNT_F_EMPTY_PATH) == -1)
  {
    if (errno == EPERM || errno == EINVAL)
      nc_diefusys(111, "nc-secrets goes before nc-landlock and nc-dropcaps", "mount the file system of secrets") ;
    strerr_diefusys(111, "mount the file system of secrets") ;
  }
}

/* The directories of name that are missing; the last part is left. */
static void store_parents (struct secrets *s, char const *name)
{
  char path[strlen(name) + 1] ;
  char *slash = path ;
  strcpy(path, name) ;
  while ((slash = strchr(slash, '/')))
  {
    *slash = 0 ;
    if (mkdirat(s->store, path, 0700) == -1 && errno != EEXIST) strerr_diefusys(111, "make the directory ", path, " of secrets") ;
    *slash++ = '/' ;
  }
}

void secrets_put (struct secrets *s, struct secret const *x, char const *name)
{
  int fd ;
  store_parents(s, name) ;
  fd = nc_open_at(s->store, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0400, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS) ;
  if (fd == -1) strerr_diefusys(111, "make the secret ", x->dst) ;
  s->size -= secrets_copy(s, x, fd, s->size) ;
  if (fchown(fd, s->uid, s->gid) == -1) strerr_diefusys(111, "set the owner of the secret ", x->dst) ;
  secrets_close(fd) ;
}

int secrets_tree (struct secrets *s, char const *name)
{
  int tree = nc_sys_open_tree(s->store, name, NC_OPEN_TREE_CLONE | NC_OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW) ;
  if (tree == -1) strerr_diefusys(111, "copy the mount of a secret") ;
  if (nc_mount_attr(tree, STORE_ATTR | NC_MOUNT_RDONLY) == -1) strerr_diefusys(111, "restrict the mount of a secret") ;
  return tree ;
}

static void store_own (struct secrets *s, char const *path)
{
  if (fchownat(s->store, path, s->uid, s->gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) == -1)
    strerr_diefusys(111, "set the owner of the directory of secrets") ;
  if (fchmodat(s->store, path[0] ? path : ".", 0500, 0) == -1) strerr_diefusys(111, "set the mode of the directory of secrets") ;
}

static void store_own_parents (struct secrets *s, char const *name)
{
  char path[strlen(name) + 1] ;
  char *slash ;
  strcpy(path, name) ;
  while ((slash = strrchr(path, '/')))
  {
    *slash = 0 ;
    store_own(s, path) ;
  }
}

/* With names below the directory of secrets, that is where it goes; else it was needed for the files alone. */
void secrets_seal (struct secrets *s, int named)
{
  char path[32] ;
  size_t i = 0 ;
  if (named)
  {
    int fd ;
    for (; i < s->n ; i++) if (s->list[i].name) store_own_parents(s, s->list[i].name) ;
    store_own(s, "") ;
    fd = secrets_dir(s, s->dir) ;
    if (nc_mount_on(s->store, fd) == -1) strerr_diefusys(111, "mount the secrets on ", s->dir) ;
    if (nc_mount_attr(s->store, STORE_ATTR | NC_MOUNT_RDONLY) == -1) strerr_diefusys(111, "make read-only ", s->dir) ;
    secrets_close(fd) ;
  }
  else
  {
    snprintf(path, sizeof(path), "/proc/self/fd/%d", s->store) ;
    if (umount2(path, MNT_DETACH) == -1) strerr_diefusys(111, "unmount the file system of secrets") ;
  }
  secrets_close(s->store) ;
}
