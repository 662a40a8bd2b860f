/* ISC license. */

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "nc.h"
#include "rootfs.h"

void rootfs_check_path (char const *path)
{
  char const *p = path ;
  if (path[0] != '/' || strlen(path) > 4000) strerr_dief(100, "not an absolute path: ", path) ;
  while ((p = strstr(p, "/..")))
  {
    if (!p[3] || p[3] == '/') strerr_dief(100, "path goes up by ..: ", path) ;
    p += 3 ;
  }
}

char *rootfs_copy (char const *arg)
{
  char *s = strdup(arg) ;
  if (!s) strerr_diefusys(111, "allocate the line") ;
  return s ;
}

struct rootfs_item *rootfs_add (struct rootfs *r, enum rootfs_kind kind)
{
  if (r->n >= ROOTFS_ITEMS) strerr_dief(100, "too many options") ;
  if (!(r->n & (r->n - 1)) || !r->n)
  {
    r->items = realloc(r->items, (r->n ? 2 * r->n : 8) * sizeof(struct rootfs_item)) ;
    if (!r->items) strerr_diefusys(111, "allocate the line") ;
  }
  memset(r->items + r->n, 0, sizeof(struct rootfs_item)) ;
  r->items[r->n].kind = kind ;
  return r->items + r->n++ ;
}

void rootfs_scan_bind (struct rootfs *r, char const *arg, int writable)
{
  struct rootfs_item *it = rootfs_add(r, ROOTFS_BIND) ;
  char *s = rootfs_copy(arg) ;
  int fd ;
  it->src = nc_field(&s) ;
  it->dst = nc_field(&s) ;
  it->options = nc_field(&s) ;
  if (s || !it->dst || !it->src[0]) strerr_dief(100, "not source:destination[:options]: ", arg) ;
  if (!nc_scan_source(it->src, &fd)) rootfs_check_path(it->src) ;
  rootfs_check_path(it->dst) ;
  if (!strcmp(it->dst, "/") && rootfs_scan_root(r, it, writable)) it->options = 0 ;
  rootfs_bind_options(&it->bind, it->options, writable, it->dst) ;
}

void rootfs_scan_tmpfs (struct rootfs *r, char const *arg)
{
  struct rootfs_item *it = rootfs_add(r, ROOTFS_TMPFS) ;
  char *s = rootfs_copy(arg) ;
  it->dst = nc_field(&s) ;
  it->options = nc_field(&s) ;
  if (s) strerr_dief(100, "not destination[:options]: ", arg) ;
  rootfs_check_path(it->dst) ;
  if (!it->dst[strspn(it->dst, "/.")]) strerr_dief(100, "the root is a tmpfs already: ", arg) ;
}

void rootfs_scan_link (struct rootfs *r, char const *arg)
{
  struct rootfs_item *it = rootfs_add(r, ROOTFS_LINK) ;
  char *s = rootfs_copy(arg) ;
  it->src = nc_field(&s) ;
  it->dst = nc_field(&s) ;
  if (s || !it->dst || !it->src[0]) strerr_dief(100, "not target:link: ", arg) ;
  rootfs_check_path(it->dst) ;
}

/* uid:gid[:name[:home]] or fd:N[:name[:home]] for the owner of a descriptor */
void rootfs_scan_owner (struct rootfs *r, char const *arg)
{
  char *s = rootfs_copy(arg) ;
  char *first = nc_field(&s) ;
  char *name, *home ;
  struct stat st ;
  int fd ;
  if (r->owner.fd != -1) strerr_dief(100, "more than one owner: ", arg) ;
  if (nc_scan_source(first, &fd))
  {
    if (fstat(fd, &st) == -1) strerr_diefusys(100, "read the owner of ", first) ;
    r->owner.uid = st.st_uid ; r->owner.gid = st.st_gid ; r->owner.fd = fd ;
  }
  else
  {
    char *gid = nc_field(&s) ;
    if (!gid || !nc_scan_id(first, &r->owner.uid) || !nc_scan_id(gid, &r->owner.gid)) strerr_dief(100, "not uid:gid[:name[:home]]: ", arg) ;
  }
  name = nc_field(&s) ;
  home = nc_field(&s) ;
  if (s || (name && !nc_scan_name(name)) || (home && (home[0] != '/' || strpbrk(home, ":\n")))) strerr_dief(100, "not uid:gid[:name[:home]]: ", arg) ;
  if (name) r->owner.name = name ;
  if (home) r->owner.home = home ;
}

void rootfs_scan_proc (struct rootfs *r, char const *arg)
{
  static struct { char const *word ; int flag ; } const words[] =
    { { "none", ROOTFS_PROC_NONE }, { "rw", ROOTFS_PROC_RW }, { "subset", ROOTFS_PROC_SUBSET }, { "show", ROOTFS_PROC_SHOW } } ;
  size_t i = 0 ;
  for (; i < sizeof(words) / sizeof(words[0]) ; i++)
    if (!strcmp(arg, words[i].word)) { r->proc |= words[i].flag ; return ; }
  strerr_dief(100, "unknown word for /proc: ", arg) ;
}
