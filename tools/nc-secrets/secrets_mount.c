/* ISC license. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include <skalibs/djbunix.h>
#include <skalibs/stralloc.h>

#include "nc.h"
#include "secrets.h"

struct mount_row
{
  unsigned long id ;
  unsigned long parent ;
  dev_t dev ;
  int top ;            /* mounted on / */
} ;

/* proc_pid_mountinfo(5): ID PARENT MAJOR:MINOR ROOT TARGET ... */
static int mount_row (char const *line, struct mount_row *m)
{
  char *p ;
  unsigned long major, minor ;
  m->id = strtoul(line, &p, 10) ;
  if (*p != ' ') return 0 ;
  m->parent = strtoul(p, &p, 10) ;
  if (*p != ' ') return 0 ;
  major = strtoul(p, &p, 10) ;
  if (*p != ':') return 0 ;
  minor = strtoul(p + 1, &p, 10) ;
  m->dev = makedev((unsigned int)major, (unsigned int)minor) ;
  if (*p++ != ' ') return 0 ;
  m->top = !strncmp(p + strcspn(p, " \n"), " / ", 3) ;
  return 1 ;
}

static unsigned long mount_id (int fd)
{
  char path[40], text[512] ;
  char const *p ;
  snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd) ;
  if (nc_read_at(AT_FDCWD, path, text, sizeof(text)) == -1) strerr_diefusys(111, "read ", path) ;
  p = strstr(text, "mnt_id:") ;
  if (!p) strerr_dief(111, "unable to read ", path, ": no mnt_id in it") ;
  return strtoul(p + 7, 0, 10) ;
}

static struct mount_row *mount_table (size_t *n)
{
  stralloc sa = STRALLOC_ZERO ;
  struct mount_row *rows ;
  size_t i = 0, lines = 0 ;
  int fd = nc_open_at(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY, 0, 0) ;
  if (fd == -1 || !slurp(&sa, fd) || !stralloc_0(&sa)) strerr_diefusys(111, "read /proc/self/mountinfo") ;
  secrets_close(fd) ;
  for (; i < sa.len ; i++) lines += sa.s[i] == '\n' ;
  rows = calloc(lines + 1, sizeof(struct mount_row)) ;
  if (!rows) strerr_diefusys(111, "allocate the mounts") ;
  for (i = 0, *n = 0 ; *n < lines ; (*n)++)
  {
    if (!mount_row(sa.s + i, rows + *n)) strerr_dief(111, "unable to understand /proc/self/mountinfo") ;
    i += strcspn(sa.s + i, "\n") + 1 ;
  }
  stralloc_free(&sa) ;
  return rows ;
}

static int mount_below (struct mount_row const *rows, size_t n, unsigned long id, unsigned long root)
{
  size_t depth = 0 ;
  while (id != root && depth++ < n)
  {
    size_t i = 0 ;
    while (i < n && rows[i].id != id) i++ ;
    if (i == n) return 0 ;
    id = rows[i].parent ;
  }
  return id == root ;
}

/* The new root is mounted where the old one is, and is another mount. */
int secrets_is_root (int fd)
{
  size_t n, i = 0 ;
  struct mount_row *rows = mount_table(&n) ;
  unsigned long id = mount_id(fd) ;
  int r ;
  int root = nc_open_at(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0, 0) ;
  if (root == -1) strerr_diefusys(111, "open /") ;
  while (i < n && rows[i].id != id) i++ ;
  r = i < n && rows[i].top && mount_id(root) != id ;
  secrets_close(root) ;
  free(rows) ;
  return r ;
}

/* A file system that is mounted in the new root and nowhere else is one that a step has made for this container. */
static int mount_private (struct secrets const *s, dev_t dev)
{
  size_t n, i = 0 ;
  struct mount_row *rows = mount_table(&n) ;
  unsigned long root = mount_id(s->root) ;
  int r = 0 ;
  for (; i < n ; i++) if (rows[i].dev == dev)
  {
    r = mount_below(rows, n, rows[i].id, root) ;
    if (!r) break ;
  }
  free(rows) ;
  return r ;
}

/* Mount points are made on a tmpfs of the container's, or an overlay that is its root; never in what is bound. */
int secrets_is_own (struct secrets *s, int fd, char const *path)
{
  struct statfs fs ;
  struct stat st, root ;
  size_t i = 0 ;
  if (fstat(fd, &st) == -1 || fstat(s->root, &root) == -1 || fstatfs(fd, &fs) == -1) strerr_diefusys(111, "stat ", path, " in the new root") ;
  for (; i < s->devsn ; i++) if (s->devs[i] == st.st_dev) return 1 ;
  if (fs.f_type != TMPFS_MAGIC && !(fs.f_type == OVERLAYFS_SUPER_MAGIC && st.st_dev == root.st_dev)) return 0 ;
  if (!mount_private(s, st.st_dev)) return 0 ;
  if (s->devsn < SECRETS_DEVS - SECRETS_COVERS) s->devs[s->devsn++] = st.st_dev ;
  return 1 ;
}
