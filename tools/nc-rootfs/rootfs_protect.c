/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <skalibs/stralloc.h>

#include "nc.h"
#include "nc_kernel.h"
#include "rootfs.h"

#define PROTECT_MAX (16 << 20) /* bytes of a list */

struct protect
{
  struct rootfs *r ;
  char const *src ;    /* "fd:N" */
  char const *dst ;
  int top ;
} ;

void rootfs_scan_protect (struct rootfs *r, char const *arg)
{
  struct rootfs_item *it = rootfs_add(r, ROOTFS_PROTECT) ;
  char *s = rootfs_copy(arg) ;
  int fd ;
  it->dst = nc_field(&s) ;
  it->src = nc_field(&s) ;
  if (s || !it->src || !nc_scan_source(it->src, &fd)) strerr_dief(100, "not destination:fd:N: ", arg) ;
  rootfs_check_path(it->dst) ;
}

static void protect_malformed (struct protect const *p) gccattr_noreturn ;
static void protect_malformed (struct protect const *p)
{
  strerr_dief(100, "malformed list of protected paths: ", p->src) ;
}

static void protect_read (struct protect const *p, stralloc *sa)
{
  int fd ;
  ssize_t n ;
  nc_scan_source(p->src, &fd) ;
  /* a memfd's offset is where its writer left it; a pipe has none */
  if (lseek(fd, 0, SEEK_SET) == -1 && errno != ESPIPE) strerr_diefusys(111, "read the protected paths from ", p->src) ;
  do
  {
    if (sa->len > PROTECT_MAX) strerr_dief(100, "too many protected paths: ", p->src) ;
    if (!stralloc_readyplus(sa, 65536)) strerr_diefusys(111, "allocate the protected paths") ;
    do n = read(fd, sa->s + sa->len, 65536) ; while (n == -1 && errno == EINTR) ;
    if (n == -1) strerr_diefusys(111, "read the protected paths from ", p->src) ;
    sa->len += (size_t)n ;
  }
  while (n) ;
  rootfs_close(fd) ;
}

/* The next line, without its newline and with a zero byte; 0 at the end. */
static char *protect_line (struct protect const *p, stralloc *sa, size_t *i)
{
  char *line = sa->s + *i ;
  char *end ;
  if (*i == sa->len) return 0 ;
  end = memchr(line, '\n', sa->len - *i) ;
  if (!end || memchr(line, 0, (size_t)(end - line))) protect_malformed(p) ;
  *end = 0 ;
  *i += (size_t)(end - line) + 1 ;
  return line ;
}

static void protect_unescape (struct protect const *p, char *s)
{
  char *out = s ;
  for (; *s ; s++)
  {
    if (*s != '\\') *out++ = *s ;
    else if (*++s == 'n') *out++ = '\n' ;
    else if (*s == 't') *out++ = '\t' ;
    else if (*s == '\\') *out++ = '\\' ;
    else protect_malformed(p) ;
  }
  *out = 0 ;
}

/* "= DEV INO" or "= MAJOR:MINOR INO": what was looked at must be what is mounted there. */
static void protect_same (struct protect const *p, char const *line)
{
  struct stat st ;
  char *end ;
  unsigned long long dev, ino ;
  if (!line || strncmp(line, "= ", 2)) protect_malformed(p) ;
  dev = strtoull(line + 2, &end, 10) ;
  if (*end == ':') dev = makedev((unsigned int)dev, (unsigned int)strtoul(end + 1, &end, 10)) ;
  if (*end++ != ' ') protect_malformed(p) ;
  ino = strtoull(end, &end, 10) ;
  if (*end) protect_malformed(p) ;
  if (fstat(p->top, &st) == -1) strerr_diefusys(111, "stat ", p->dst, " in the new root") ;
  if (st.st_dev != dev || st.st_ino != ino)
    strerr_dief(111, "unable to protect ", p->dst, ": it is not the directory that ", p->src, " describes") ;
}

/* Bound onto itself, a copy of the mount that is there: its flags and its map of ids stay. A directory that only leads to
   something protected becomes a mount too, for a mount cannot be renamed. */
static void protect_path (struct protect const *p, char const *path, int readonly)
{
  int tree ;
  int fd = nc_open_at(p->top, path, O_PATH | O_NOFOLLOW | (readonly ? 0 : O_DIRECTORY), 0, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS) ;
  if (fd == -1) strerr_diefusys(111, "open the protected path ", path, " in ", p->dst) ;
  tree = nc_mount_clone(fd) ;
  if (tree == -1) strerr_diefusys(111, "copy the mount of the protected path ", path, " in ", p->dst) ;
  if (readonly && nc_mount_attr(tree, NC_MOUNT_RDONLY) == -1) strerr_diefusys(111, "make read-only ", path, " in ", p->dst) ;
  if (nc_mount_on(tree, fd) == -1) strerr_diefusys(111, "mount the protected path ", path, " in ", p->dst) ;
  rootfs_close(tree) ;
  rootfs_close(fd) ;
}

void rootfs_protect (struct rootfs *r, char const *dst, char const *src)
{
  struct protect p = { .r = r, .src = src, .dst = dst } ;
  stralloc sa = STRALLOC_ZERO ;
  size_t i = 0 ;
  char *line ;
  protect_read(&p, &sa) ;
  p.top = nc_open_at(r->root, dst, O_PATH | O_DIRECTORY, 0, RESOLVE_IN_ROOT) ;
  if (p.top == -1) strerr_diefusys(111, "open ", dst, " in the new root") ;
  protect_same(&p, protect_line(&p, &sa, &i)) ;
  while ((line = protect_line(&p, &sa, &i)))
  {
    if ((line[0] != 'r' && line[0] != 'd') || line[1] != ' ' || !line[2] || line[2] == '/') protect_malformed(&p) ;
    protect_unescape(&p, line + 2) ;
    protect_path(&p, line + 2, line[0] == 'r') ;
  }
  rootfs_close(p.top) ;
  stralloc_free(&sa) ;
  rootfs_forget(r) ;
}
