/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/stralloc.h>
#include <skalibs/types.h>
#include <skalibs/uint32.h>

#include "nc.h"
#include "nc_kernel.h"
#include "rootfs.h"

static void etc_add (stralloc *sa, char const *s)
{
  if (!stralloc_cats(sa, s)) strerr_diefusys(111, "allocate a file of /etc") ;
}

static void etc_id (stralloc *sa, uint32_t id)
{
  char fmt[UINT32_FMT] ;
  fmt[uint32_fmt(fmt, id)] = 0 ;
  etc_add(sa, fmt) ;
}

static int etc_has (struct rootfs *r, char const *path)
{
  int fd = nc_open_at(r->root, path, O_PATH, 0, RESOLVE_IN_ROOT) ;
  if (fd == -1 && errno != ENOENT) strerr_diefusys(111, "open ", path, " in the new root") ;
  if (fd != -1) rootfs_close(fd) ;
  return fd != -1 ;
}

static int etc_is_own (struct rootfs *r)
{
  int dir = rootfs_dir(r, "/etc") ;
  int own = rootfs_is_own(r, dir) ;
  rootfs_close(dir) ;
  return own ;
}

/* Where /etc is ours, a new file. Where it is an image's, a file that was never visible is bound over the one there, and
   a name that the image lacks stays absent: nothing is made in a bound tree. In an overlay it is made, in the place of a link
   that leads nowhere. */
static void etc_file (struct rootfs *r, char const *name, stralloc *sa)
{
  char path[32] = "/etc/" ;
  strcat(path, name) ;
  if (etc_is_own(r) && !(r->image && etc_has(r, path)))
  {
    if (r->image) rootfs_remove(r, path) ;
    rootfs_write(r, path, sa->s, sa->len) ;
  }
  else if (etc_has(r, path))
  {
    int tree, fd ;
    rootfs_write(r, "/dev/.etc", sa->s, sa->len) ;
    fd = nc_open_at(r->dev, ".etc", O_PATH | O_NOFOLLOW, 0, RESOLVE_IN_ROOT) ;
    tree = fd == -1 ? -1 : nc_mount_clone(fd) ;
    if (tree == -1 || nc_mount_attr(tree, NC_MOUNT_RDONLY | NC_MOUNT_NOSUID | NC_MOUNT_NODEV | NC_MOUNT_NOEXEC) == -1)
      strerr_diefusys(111, "make the mount ", path) ;
    rootfs_attach(r, tree, 0, path) ;
    if (unlinkat(r->dev, ".etc", 0) == -1) strerr_diefusys(111, "remove /dev/.etc in the new root") ;
    rootfs_close(fd) ;
    rootfs_close(tree) ;
  }
  sa->len = 0 ;
}

static void etc_passwd (struct rootfs *r, stralloc *sa)
{
  struct rootfs_owner const *o = &r->owner ;
  int root = !o->uid || !strcmp(o->name, "root") ;  /* a leased id that a user namespace shows as 0 */
  etc_add(sa, "root:x:0:0:root:") ; etc_add(sa, root ? o->home : "/") ; etc_add(sa, root ? ":/bin/sh\n" : ":/bin/false\n") ;
  if (!root && o->uid != 65534)
  {
    etc_add(sa, o->name) ; etc_add(sa, ":x:") ; etc_id(sa, o->uid) ; etc_add(sa, ":") ; etc_id(sa, o->gid) ;
    etc_add(sa, "::") ; etc_add(sa, o->home) ; etc_add(sa, ":/bin/sh\n") ;
  }
  etc_add(sa, "nobody:x:65534:65534:nobody:/:/bin/false\n") ;
  etc_file(r, "passwd", sa) ;
  etc_add(sa, "root:x:0:\n") ;
  if (!root && o->gid && o->gid != 65534) { etc_add(sa, o->name) ; etc_add(sa, ":x:") ; etc_id(sa, o->gid) ; etc_add(sa, ":\n") ; }
  etc_add(sa, "nogroup:x:65534:\n") ;
  etc_file(r, "group", sa) ;
}

void rootfs_etc (struct rootfs *r)
{
  stralloc sa = STRALLOC_ZERO ;
  size_t i = 0 ;
  if (!r->etc) return ;
  /* an image's accounts are its own */
  if (etc_is_own(r) && !(r->image && etc_has(r, "/etc/passwd"))) etc_passwd(r, &sa) ;
  etc_add(&sa, "127.0.0.1 localhost\n::1 localhost\n") ;
  if (r->hostname) { etc_add(&sa, "127.0.1.1 ") ; etc_add(&sa, r->hostname) ; etc_add(&sa, "\n") ; }
  etc_file(r, "hosts", &sa) ;
  if (r->hostname)
  {
    etc_add(&sa, r->hostname) ; etc_add(&sa, "\n") ;
    etc_file(r, "hostname", &sa) ;
  }
  if (etc_is_own(r) && !(r->image && etc_has(r, "/etc/nsswitch.conf")))
  {
    etc_add(&sa, "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n") ;
    etc_file(r, "nsswitch.conf", &sa) ;
  }
  for (; i < r->nameserversn ; i++)
  {
    etc_add(&sa, "nameserver ") ; etc_add(&sa, r->nameservers[i]) ; etc_add(&sa, "\n") ;
  }
  etc_file(r, "resolv.conf", &sa) ;
  stralloc_free(&sa) ;
}
