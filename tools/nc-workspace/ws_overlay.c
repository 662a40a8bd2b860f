/* ISC license. */

/* Linux' Documentation/filesystems/overlayfs.rst: whiteouts and opaque directories. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "nc.h"
#include "nc_kernel.h"
#include "workspace.h"

/* 1 where it is there, with that first letter or any; the second name is that of an overlay mounted without privilege */
static int overlay_xattr (int fd, char const *const *names, char const *letters)
{
  char value[8] ;
  int i = 0 ;
  for (; i < 2 ; i++)
  {
    ssize_t r = fgetxattr(fd, names[i], value, sizeof(value)) ;
    if (r >= 0 && (!letters[0] || (r > 0 && strchr(letters, value[0])))) return 1 ;
    if (r == -1 && errno != ENODATA && errno != EOPNOTSUPP && errno != ERANGE) return -1 ;
  }
  return 0 ;
}

int ws_is_opaque (int dir)
{
  static char const *const names[] = { "trusted.overlay.opaque", "user.overlay.opaque" } ;
  return overlay_xattr(dir, names, "y") ;
}

int ws_is_whiteout (int dir, char const *name, struct stat const *st)
{
  static char const *const names[] = { "trusted.overlay.whiteout", "user.overlay.whiteout" } ;
  int fd, r ;
  if (S_ISCHR(st->st_mode)) return st->st_rdev == makedev(0, 0) ;
  if (!S_ISREG(st->st_mode) || st->st_size) return 0 ;
  fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) ;
  /* one without a right to read is none: the mount makes them readable */
  if (fd == -1) return errno == EACCES ? 0 : -1 ;
  r = overlay_xattr(fd, names, "") ;
  return nc_close(fd, r) ;
}

static void overlay_die (struct ws *w, char const *verb, char const *path) gccattr_noreturn ;
static void overlay_die (struct ws *w, char const *verb, char const *path)
{
  int e = errno ;
  if (ws_state_clear(w) == -1) strerr_warnwusys("clear ", w->dir) ;
  errno = e ;
  strerr_diefusys(111, verb, path, path[0] ? " of the workspace " : "", w->src) ;
}

static void overlay_dir (struct ws *w, char const *name, mode_t mode)
{
  int fd ;
  if (mkdirat(w->dirfd, name, 0700) == -1) overlay_die(w, "make the directories for ", "") ;
  fd = nc_open_at(w->dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, RESOLVE_BENEATH) ;
  if (fd == -1 || (w->give && fchown(fd, w->uid, w->gid) == -1) || fchmod(fd, mode) == -1) overlay_die(w, "make the directories for ", "") ;
  if (!strcmp(name, "upper")) w->stage = fd ;
  else if (close(fd) == -1) overlay_die(w, "make the directories for ", "") ;
}

/* The record is what tells the host's changes from those of the workload, and what was there to be removed. */
void ws_overlay_in (struct ws *w)
{
  struct ws_list record = { .n = 0 } ;
  struct nc_walk walk ;
  struct ws_entry e ;
  enum nc_walk_what what ;
  int src = openat(w->srcfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  if (src == -1 || nc_walk_start(&walk, src) == -1) strerr_diefusys(111, "read ", w->src) ;
  overlay_dir(w, "upper", w->give ? 0700 : w->srcst.st_mode & 0777) ;
  overlay_dir(w, "work", 0700) ;
  while ((what = nc_walk_next(&walk)) != NC_WALK_END)
  {
    if (what == NC_WALK_ERROR) overlay_die(w, "read ", walk.path) ;
    if (what != NC_WALK_ENTRY) continue ;
    ws_entry_stat(&e, &walk.st) ;
    e.racy = 1 ;
    if (!ws_add(&record, &e, walk.path)) overlay_die(w, "remember ", walk.path) ;
    /* what the caller cannot look into, it cannot change either */
    if (S_ISDIR(walk.st.st_mode) && nc_walk_enter(&walk) == -1 && errno != EACCES) overlay_die(w, "open ", walk.path) ;
  }
  if (nc_walk_end(&walk, 0) == -1) overlay_die(w, "close ", "") ;
  if (ws_put(w->dirfd, "record", record.sa.s, record.sa.len, 0) == -1) overlay_die(w, "write the record of ", "") ;
  stralloc_free(&record.sa) ;
}
