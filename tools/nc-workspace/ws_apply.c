/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "nc.h"
#include "nc_scope.h"
#include "workspace.h"

#ifndef __NR_fchmodat2
# define __NR_fchmodat2 452
#endif

/* What the host's own tree says to one path: it is named, and the rest goes on. The rest of errno would say the same to all. */
static int apply_named (struct ws *w, struct ws_entry *e)
{
  switch (errno)
  {
    case ENOENT :
    case EEXIST :
    case ENOTEMPTY :
    case ENOTDIR :
    case EISDIR :
    case EBUSY :
    case ELOOP :
      e->why = WS_CONFLICT ;
      ws_name(w, "not applied, the host has changed it", e->path, "") ;
      return 0 ;
    case EACCES :
    case EPERM :
    case EROFS :
    case ENAMETOOLONG :
      e->why = WS_UNABLE ;
      ws_name(w, "not applied", e->path, errno == EROFS ? ": read-only file system" : errno == ENAMETOOLONG ? ": name too long" : ": not permitted") ;
      return 0 ;
    default :
      strerr_warnwusys("apply ", e->path, " to the workspace ", w->src) ;
      return -1 ;
  }
}

static int apply_remove (struct ws *w, struct ws_entry const *e)
{
  char const *name ;
  enum ws_host h = ws_host(w, e) ;
  int dir, r ;
  if (h == WS_HOST_DONE) return 0 ;
  if (h != WS_HOST_DO) return h == WS_HOST_ERROR ? -1 : (errno = EBUSY, -1) ;
  dir = ws_parent(w->srcfd, e->path, &name) ;
  if (dir == -1) return -1 ;
  r = unlinkat(dir, name, S_ISDIR(e->mode) ? AT_REMOVEDIR : 0) ;
  if (!r) w->applied++ ;
  return nc_close(dir, r) ;
}

/* Root's own new directory, still empty, goes to whom the one around it belongs. */
static int apply_own (int dir, char const *name)
{
  stralloc names = STRALLOC_ZERO ;
  struct stat up, st ;
  size_t n ;
  int fd, r ;
  if (geteuid()) return 0 ;
  fd = nc_open_at(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
  if (fd == -1) return -1 ;
  if (fstat(dir, &up) == -1 || fstat(fd, &st) == -1) return nc_close(fd, -1) ;
  if (st.st_uid || (st.st_uid == up.st_uid && st.st_gid == up.st_gid)) return nc_close(fd, 0) ;
  r = nc_names(fd, &names) ;
  n = names.len ;
  stralloc_free(&names) ;
  if (!r && !n && fchown(fd, up.st_uid, up.st_gid) == -1) { r = -1 ; if (errno == EINVAL) errno = EPERM ; }
  return nc_close(fd, r) ;
}

static int apply_mkdir (struct ws *w, struct ws_entry const *e)
{
  char const *name ;
  enum ws_host h = ws_host(w, e) ;
  int dir, r = 0 ;
  if (h == WS_HOST_ERROR) return -1 ;
  if (h == WS_HOST_CONFLICT) return (errno = EBUSY, -1) ;
  dir = ws_parent(w->srcfd, e->path, &name) ;
  if (dir == -1) return -1 ;
  if (h == WS_HOST_DO) { r = mkdirat(dir, name, 0700) ; if (!r) w->applied++ ; }
  return nc_close(dir, r == -1 ? -1 : apply_own(dir, name)) ;
}

/* By a descriptor of what was looked at. */
static int apply_chmod (int fd, mode_t mode)
{
  return (int)syscall(__NR_fchmodat2, fd, "", mode, AT_EMPTY_PATH) ;
}

static int apply_mode (struct ws *w, struct ws_entry const *e, mode_t want)
{
  struct stat st ;
  enum ws_host h = ws_host(w, e) ;
  int last = want == e->want ;
  int fd, r ;
  if (h == WS_HOST_ERROR) return -1 ;
  if (h == WS_HOST_CONFLICT) return (errno = EBUSY, -1) ;
  fd = ws_open(w->srcfd, e->path, O_PATH) ;
  if (fd == -1) return -1 ;
  if (fstat(fd, &st) == -1) return nc_close(fd, -1) ;
  if ((st.st_mode ^ e->want) & S_IFMT) return (errno = EBUSY, nc_close(fd, -1)) ;
  /* a directory's set-group-ID bit is how its files get their group, and the host's own */
  want = S_ISDIR(st.st_mode) ? (want & WS_MODE) | (st.st_mode & S_ISGID) : want & 0777 ;
  if ((st.st_mode & 07777) == want) return nc_close(fd, 0) ;
  r = apply_chmod(fd, want) ;
  if (r == -1 && errno == ENOSYS)
  {
    /* before Linux 6.6: what the caller may not read stays as it is */
    int x = ws_open(w->srcfd, e->path, O_RDONLY) ;
    struct stat now ;
    if (x == -1) return nc_close(fd, -1) ;
    r = fstat(x, &now) == -1 || now.st_ino != st.st_ino || now.st_dev != st.st_dev ? (errno = EBUSY, -1) : fchmod(x, want) ;
    if (nc_close(x, r) == -1) r = -1 ;
  }
  if (!r && last && e->op == WS_OP_MODE) w->applied++ ;
  return nc_close(fd, r) ;
}

static int apply_one (struct ws *w, size_t i, int phase)
{
  struct ws_entry const *e = w->v[i] ;
  int isdir = S_ISDIR(e->want) ;
  switch (phase)
  {
    case 0 : return e->op == WS_OP_MODE && isdir ? apply_mode(w, e, e->mode | e->want) : 0 ;
    case 1 : return e->op == WS_OP_REMOVE ? apply_remove(w, e) : 0 ;
    case 2 :
      if (e->op == WS_OP_MODE) return isdir ? 0 : apply_mode(w, e, e->want) ;
      if (e->op == WS_OP_REMOVE) return 0 ;
      return isdir ? apply_mkdir(w, e) : ws_apply_file(w, e, i) ;
    default : return isdir && e->op != WS_OP_CHANGE ? apply_mode(w, e, e->want) : 0 ;
  }
}

/* Directories are made wider, then what goes goes, then what comes comes, then directories get the mode they are to have. */
static int apply_phase (struct ws *w, int phase)
{
  size_t k = 0 ;
  for (; k < w->ops.n ; k++)
  {
    size_t i = phase & 1 ? w->ops.n - 1 - k : k ;
    if (w->v[i]->why) continue ;
    if (apply_one(w, i, phase) == -1 && apply_named(w, w->v[i]) == -1) return -1 ;
  }
  return 0 ;
}

int ws_apply (struct ws *w)
{
  size_t i = 0 ;
  int phase = 0, kept = 0 ;
  for (; phase < 4 ; phase++) if (apply_phase(w, phase) == -1) return -1 ;
  for (; i < w->ops.n ; i++) kept |= !!w->v[i]->why ;
  if (syncfs(w->srcfd) == -1) { strerr_warnwusys("sync ", w->src) ; return -1 ; }
  if (ws_state_put(w, kept ? "kept\n" : "done\n") == -1 || unlinkat(w->dirfd, "journal", 0) == -1 || fsync(w->dirfd) == -1)
  {
    strerr_warnwusys("end the journal in ", w->dir) ;
    return -1 ;
  }
  return 0 ;
}
