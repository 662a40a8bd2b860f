/* ISC license. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/types.h>
#include <skalibs/uint32.h>
#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_kernel.h"
#include "rootfs.h"

#define TMPFS_OWN ((uint32_t)-1)

struct tmpfs_want
{
  uint64_t size ;
  unsigned int mode ;
  uint32_t uid ;
  uint32_t gid ;
  uint64_t attr ;
} ;

static void tmpfs_option (struct rootfs const *r, struct tmpfs_want *w, char const *o, char const *dst)
{
  if (nc_scan_size(!strncmp(o, "size=", 5) ? o + 5 : o, &w->size)) { if (w->size) return ; }
  else if (!strncmp(o, "mode=", 5) && uint0_oscan(o + 5, &w->mode) && w->mode <= 01777) return ;
  else if (!strncmp(o, "uid=", 4) && nc_scan_id(o + 4, &w->uid)) return ;
  else if (!strncmp(o, "gid=", 4) && nc_scan_id(o + 4, &w->gid)) return ;
  else if (!strcmp(o, "own")) { w->uid = r->owner.uid ; w->gid = r->owner.gid ; return ; }
  else if (!strcmp(o, "noexec")) { w->attr |= NC_MOUNT_NOEXEC ; return ; }
  else if (!strcmp(o, "ro")) { w->attr |= NC_MOUNT_RDONLY ; return ; }
  strerr_dief(100, "invalid option of the tmpfs ", dst, ": ", o) ;
}

static int tmpfs_new (struct tmpfs_want const *w)
{
  char size[UINT64_FMT], mode[UINT_OFMT], uid[UINT32_FMT], gid[UINT32_FMT] ;
  char const *options[9] = { "size", size, "mode", mode } ;
  size_t n = 4 ;
  size[uint64_fmt(size, w->size)] = 0 ;
  mode[uint_ofmt(mode, w->mode)] = 0 ;
  uid[uint32_fmt(uid, w->uid)] = 0 ;
  gid[uint32_fmt(gid, w->gid)] = 0 ;
  /* not given: the caller's own, which may be the only ones that its user namespace maps */
  if (w->uid != TMPFS_OWN) { options[n++] = "uid" ; options[n++] = uid ; }
  if (w->gid != TMPFS_OWN) { options[n++] = "gid" ; options[n++] = gid ; }
  return nc_mount_new("tmpfs", options, (unsigned int)w->attr) ;
}

void rootfs_tmpfs (struct rootfs *r, char const *dst, char *options)
{
  struct tmpfs_want w = { .size = 64 << 20, .mode = 01777, .uid = TMPFS_OWN, .gid = TMPFS_OWN, .attr = NC_MOUNT_NOSUID | NC_MOUNT_NODEV } ;
  int fd ;
  while (options && *options)
  {
    char *next = strchr(options, ',') ;
    if (next) *next++ = 0 ;
    tmpfs_option(r, &w, options, dst) ;
    options = next ;
  }
  fd = tmpfs_new(&w) ;
  if (fd == -1)
  {
    if (errno == EINVAL) nc_diefusys(111, "an owner that the user namespace does not map?", "make the tmpfs ", dst) ;
    strerr_diefusys(111, "make the tmpfs ", dst) ;
  }
  if (!(w.attr & NC_MOUNT_RDONLY)) rootfs_own(r, fd) ;
  rootfs_attach(r, fd, 1, dst) ;
  rootfs_close(fd) ;
}

void rootfs_link (struct rootfs *r, char const *text, char const *path)
{
  char name[strlen(path) + 1] ;
  char *slash ;
  int dir ;
  strcpy(name, path) ;
  slash = strrchr(name, '/') ;
  *slash = 0 ;
  dir = rootfs_dir(r, slash == name ? "/" : name) ;
  if (!rootfs_is_own(r, dir)) strerr_dief(111, "unable to make the link ", path, ": nothing is made in a bound tree") ;
  if (symlinkat(text, dir, slash + 1) == -1) strerr_diefusys(111, "make the link ", path) ;
  rootfs_close(dir) ;
}
