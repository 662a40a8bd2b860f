/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/djbunix.h>
#include <skalibs/stralloc.h>

#include "nc.h"
#include "nc_kernel.h"
#include "nc_scope.h"
#include "rootfs.h"

static int bind_is (char const *s, size_t n, char const *word)
{
  return strlen(word) == n && !memcmp(s, word, n) ;
}

void rootfs_bind_options (struct rootfs_bind *b, char const *options, int writable, char const *dst)
{
  char const *s = options ;
  b->attr = NC_MOUNT_NOSUID | NC_MOUNT_NODEV | (writable ? 0 : NC_MOUNT_RDONLY) ;
  b->writable = writable ;
  while (s)
  {
    size_t n = strcspn(s, ",") ;
    if (bind_is(s, n, "noexec")) b->attr |= NC_MOUNT_NOEXEC ;
    else if (bind_is(s, n, "dev")) b->attr &= ~(uint64_t)NC_MOUNT_NODEV ;
    else if (bind_is(s, n, "own")) b->own = 1 ;
    else if (bind_is(s, n, "tryown")) b->own = b->tryown = 1 ;
    else strerr_dief(100, "unknown option of the bind ", dst, ": ", options) ;
    s = s[n] ? s + n + 1 : 0 ;
  }
}

/* A detached tree of what fd names, with flags on every mount of it. EINVAL: the file system knows no idmapped mounts;
   then the files keep their ids, which show as the overflow id inside. */
int rootfs_bind_tree (struct rootfs *r, int fd, struct stat const *st, struct rootfs_bind const *b, char const *src)
{
  int tree = nc_mount_clone(fd) ;
  if (tree == -1)
  {
    if (errno == EINVAL) nc_diefusys(111, "it has mounts that this user namespace may not copy alone", "copy the mount ", src) ;
    if (errno == EPERM) nc_diefusys(111, "nc-unshare -m, and without privilege nc-userns, go before nc-rootfs", "copy the mount ", src) ;
    strerr_diefusys(111, "copy the mount ", src) ;
  }
  if (b->own) rootfs_map_owner(b, tree, st, src) ;
  else if (!b->writable && r->idmap != -1 && nc_mount_idmap(tree, r->idmap) == -1 && errno != EINVAL)
    strerr_diefusys(111, "map the ids of ", src) ;
  if (nc_mount_attr(tree, b->attr) == -1) strerr_diefusys(111, "restrict the mount ", src) ;
  return tree ;
}

int rootfs_bind_source (char const *src, int flags, char const *what)
{
  int fd = nc_open_source(src, flags) ;
  if (fd == -1 && errno == ELOOP) nc_diefusys(111, NC_SOURCE_HINT, "open ", what, src) ;
  if (fd == -1) strerr_diefusys(111, "open ", what, src) ;
  return fd ;
}

void rootfs_bind (struct rootfs *r, char const *src, char const *dst, struct rootfs_bind const *b)
{
  struct stat st ;
  int fd, tree ;
  if (nc_scan_source(src, &fd))
  {
    /* a detached tree is used up by attaching it; nc-open -t made it */
    if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat ", src) ;
    if (b->own) rootfs_map_owner(b, fd, &st, src) ;
    if (nc_mount_attr(fd, b->attr) == -1) nc_diefusys(111, "nc-open -t makes detached trees", "restrict the mount ", src) ;
    rootfs_attach(r, fd, S_ISDIR(st.st_mode), dst) ;
    rootfs_close(fd) ;
    return ;
  }
  fd = rootfs_bind_source(src, O_PATH, "") ;
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat ", src) ;
  tree = rootfs_bind_tree(r, fd, &st, b, src) ;
  rootfs_close(fd) ;
  rootfs_attach(r, tree, S_ISDIR(st.st_mode), dst) ;
  rootfs_close(tree) ;
}

static int image_skips (char const *name)
{
  static char const *const ours[] = { "dev", "home", "proc", "run", "sys", "tmp" } ;
  size_t i = 0 ;
  for (; i < sizeof(ours) / sizeof(ours[0]) ; i++) if (!strcmp(name, ours[i])) return 1 ;
  return 0 ;
}

/* One entry of an image's top directory: a link is copied, a directory or file is bound. */
static void image_entry (struct rootfs *r, int image, char const *name, struct rootfs_item const *it)
{
  char dst[strlen(name) + 2] ;
  char text[4096] ;
  ssize_t n = readlinkat(image, name, text, sizeof(text) - 1) ;
  struct stat st ;
  int fd, tree ;
  dst[0] = '/' ;
  strcpy(dst + 1, name) ;
  if (n > 0) { text[n] = 0 ; rootfs_link(r, text, dst) ; return ; }
  if (n == 0 || errno != EINVAL) strerr_diefusys(111, "read ", name, " in ", it->src) ;
  fd = nc_open_at(image, name, O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH) ;
  if (fd == -1 || fstat(fd, &st) == -1) strerr_diefusys(111, "open ", name, " in ", it->src) ;
  tree = rootfs_bind_tree(r, fd, &st, &it->bind, it->src) ;
  rootfs_close(fd) ;
  rootfs_attach(r, tree, S_ISDIR(st.st_mode), dst) ;
  rootfs_close(tree) ;
}

/* The whole of a root file system: each top entry on the new root, but for those that are always our own. */
void rootfs_image (struct rootfs *r, struct rootfs_item const *it)
{
  stralloc names = STRALLOC_ZERO ;
  size_t i = 0 ;
  int image, fd ;
  if (nc_scan_source(it->src, &fd)) strerr_dief(100, "a root file system is given by its path: ", it->src) ;
  image = rootfs_bind_source(it->src, O_RDONLY | O_DIRECTORY, "the root file system ") ;
  if (nc_names(image, &names) == -1) strerr_diefusys(111, "list the root file system ", it->src) ;
  for (; i < names.len ; i += strlen(names.s + i) + 1)
    /* a dot begins lists and manifests beside the tree */
    if (names.s[i] != '.' && !image_skips(names.s + i)) image_entry(r, image, names.s + i, it) ;
  stralloc_free(&names) ;
  rootfs_close(image) ;
}

/* One path a line, or source and destination with a tab between: read-only binds. */
void rootfs_list (struct rootfs *r, char const *file)
{
  stralloc sa = STRALLOC_ZERO ;
  struct rootfs_bind b = { .ns = -1 } ;
  struct stat st ;
  size_t i = 0 ;
  int fd ;
  rootfs_bind_options(&b, 0, 0, file) ;
  if (!nc_scan_source(file, &fd)) fd = nc_open_at(AT_FDCWD, file, O_RDONLY | O_NONBLOCK, 0, 0) ;
  if (fd == -1 || fstat(fd, &st) == -1) strerr_diefusys(111, "open the list ", file) ;
  if (!S_ISREG(st.st_mode)) strerr_dief(111, "unable to read the list ", file, ": not a regular file") ;
  if (!slurp(&sa, fd)) strerr_diefusys(111, "read the list ", file) ;
  rootfs_close(fd) ;
  if (memchr(sa.s, 0, sa.len)) strerr_dief(100, "the list ", file, " holds a zero byte") ;
  if (sa.len && sa.s[sa.len - 1] != '\n') strerr_dief(100, "the list ", file, " does not end in a newline") ;
  while (i < sa.len)
  {
    char *line = sa.s + i ;
    char *end = memchr(line, '\n', sa.len - i) ;
    char *tab ;
    *end = 0 ;
    i += (size_t)(end - line) + 1 ;
    if (!*line) continue ;
    tab = strchr(line, '\t') ;
    if (tab) *tab++ = 0 ; else tab = line ;
    rootfs_check_path(line) ;
    rootfs_check_path(tab) ;
    rootfs_bind(r, line, tab, &b) ;
  }
  stralloc_free(&sa) ;
}
