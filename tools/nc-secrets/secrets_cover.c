/* ISC license. */

/* A name cannot be made in a directory that is read-only. So the directory is covered by a small file system which has everything
   that is in it, each bound from there, and room for one name more. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <skalibs/types.h>

#include "nc.h"
#include "nc_kernel.h"
#include "nc_scope.h"
#include "secrets.h"

static int cover_new (struct stat const *st, char const *path)
{
  char mode[UINT_OFMT] ;
  char const *options[] = { "size", "1m", "mode", mode, 0 } ;
  int fd ;
  mode[uint_ofmt(mode, st->st_mode & 07777)] = 0 ;
  fd = nc_mount_new("tmpfs", options, NC_MOUNT_NOSUID | NC_MOUNT_NODEV | NC_MOUNT_NOEXEC) ;
  if (fd == -1) strerr_diefusys(111, "make a file system over ", path) ;
  /* an owner without an id here shows as nobody's, and stays the caller's */
  if (fchownat(fd, "", st->st_uid, st->st_gid, AT_EMPTY_PATH) == -1 && errno != EINVAL) strerr_diefusys(111, "set the owner of ", path) ;
  return fd ;
}

static void cover_entry (int from, int to, char const *name, char const *path)
{
  struct stat st ;
  int fd, tree ;
  if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) == -1) strerr_diefusys(111, "stat ", name, " in ", path) ;
  if (S_ISLNK(st.st_mode))
  {
    char text[4096] ;
    ssize_t n = readlinkat(from, name, text, sizeof(text) - 1) ;
    if (n == -1) strerr_diefusys(111, "read ", name, " in ", path) ;
    text[n] = 0 ;
    if (symlinkat(text, to, name) == -1) strerr_diefusys(111, "copy the link ", name, " in ", path) ;
    return ;
  }
  fd = nc_open_at(from, name, O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS) ;
  if (fd == -1) strerr_diefusys(111, "open ", name, " in ", path) ;
  tree = nc_mount_clone(fd) ;
  if (tree == -1) strerr_diefusys(111, "copy the mount of ", name, " in ", path) ;
  if ((S_ISDIR(st.st_mode) ? mkdirat(to, name, 0755) : mknodat(to, name, S_IFREG | 0600, 0)) == -1)
    strerr_diefusys(111, "make ", name, " over ", path) ;
  if (nc_mount_at(tree, to, name) == -1) strerr_diefusys(111, "mount ", name, " over ", path) ;
  secrets_close(tree) ;
  secrets_close(fd) ;
}

static void cover_unmount (struct secrets *s)
{
  char path[32] ;
  snprintf(path, sizeof(path), "/proc/self/fd/%d", s->root) ;
  if (umount2(path, MNT_DETACH) == -1) strerr_diefusys(111, "unmount the root that was covered") ;
}

/* The root itself: a copy of the cover takes its place, and is prog's working directory. A pile of two roots would be one more than
   nc-pivot takes away; what is unmounted by that path is what lies on top, the cover and then the root. */
static int cover_root (struct secrets *s, int cover)
{
  int root = nc_mount_clone(cover) ;
  if (root == -1) strerr_diefusys(111, "copy the cover of the root") ;
  cover_unmount(s) ;
  cover_unmount(s) ;
  secrets_close(s->root) ;
  secrets_close(cover) ;
  if (nc_sys_move_mount(root, "", AT_FDCWD, "/", NC_MOVE_MOUNT_F_EMPTY_PATH) == -1) strerr_diefusys(111, "mount the cover of the root") ;
  s->root = fcntl(root, F_DUPFD_CLOEXEC, 0) ;
  if (s->root == -1) strerr_diefusys(111, "copy a descriptor") ;
  return root ;
}

int secrets_cover (struct secrets *s, int fd, char const *path)
{
  stralloc names = STRALLOC_ZERO ;
  struct secrets_cover *c = s->covers + s->coversn ;
  struct stat st ;
  size_t i = 0, n = 0 ;
  int cover ;
  if (s->coversn == SECRETS_COVERS) strerr_dief(111, "unable to cover ", path, ": too many directories to cover") ;
  if (fstat(fd, &st) == -1 || nc_names(fd, &names) == -1) strerr_diefusys(111, "list ", path, " in the new root") ;
  for (; i < names.len ; i += strlen(names.s + i) + 1) n++ ;
  if (n > SECRETS_ENTRIES) strerr_dief(111, "unable to cover ", path, ": too much is in it") ;
  cover = cover_new(&st, path) ;
  if (nc_mount_on(cover, fd) == -1) strerr_diefusys(111, "cover ", path) ;
  for (i = 0 ; i < names.len ; i += strlen(names.s + i) + 1) cover_entry(fd, cover, names.s + i, path) ;
  stralloc_free(&names) ;
  if (fstat(cover, &st) == -1) strerr_diefusys(111, "stat the cover of ", path) ;
  s->devs[s->devsn++] = c->dev = st.st_dev ;
  c->path = strdup(path) ;
  if (!c->path) strerr_diefusys(111, "allocate a path") ;
  s->coversn++ ;
  return strcmp(path, "/") ? cover : cover_root(s, cover) ;
}

/* As read-only as what they cover; the mounts in them stay as they are. */
void secrets_covers_seal (struct secrets *s)
{
  struct nc_mount_attr attr = { .set = NC_MOUNT_RDONLY } ;
  struct stat st ;
  size_t i = 0 ;
  for (; i < s->coversn ; i++)
  {
    int fd = nc_open_at(s->root, s->covers[i].path, O_PATH | O_DIRECTORY, 0, RESOLVE_IN_ROOT) ;
    if (fd == -1 || fstat(fd, &st) == -1) strerr_diefusys(111, "open the cover of ", s->covers[i].path) ;
    if (st.st_dev != s->covers[i].dev) strerr_dief(111, "unable to make read-only the cover of ", s->covers[i].path, ": it is another mount") ;
    if (nc_sys_mount_setattr(fd, "", AT_EMPTY_PATH, &attr) == -1) strerr_diefusys(111, "make read-only the cover of ", s->covers[i].path) ;
    secrets_close(fd) ;
    free(s->covers[i].path) ;
  }
}
