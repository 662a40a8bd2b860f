/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "nc.h"
#include "nc_kernel.h"
#include "workspace.h"

#ifndef RENAME_NOREPLACE
# define RENAME_NOREPLACE 1
#endif

struct put
{
  struct ws *w ;
  struct ws_entry const *e ;
  int dir ;                     /* where it goes */
  char const *name ;
  char tmp[48] ;
  struct stat old ;             /* what is there, or of type 0 */
} ;

/* A file that was there keeps its owner; a new one has that of its directory, where the caller is root. By its descriptor: somebody
   may have put another under its name. */
static int put_owner (struct put *p, int fd, struct stat const *now)
{
  struct stat st ;
  if (p->old.st_mode) st = p->old ;
  else if (geteuid()) return 0 ;
  else if (fstat(p->dir, &st) == -1) return -1 ;
  if (st.st_uid == now->st_uid && st.st_gid == now->st_gid) return 0 ;
  if (fchownat(fd, "", st.st_uid, st.st_gid, AT_EMPTY_PATH) == 0) return 0 ;
  /* an id that this user namespace does not map */
  if (errno == EINVAL) errno = EPERM ;
  return -1 ;
}

static int put_copy (struct put *p, int in, int out)
{
  struct stat st, now ;
  struct timespec times[2] ;
  if (fstat(in, &st) == -1 || fstat(out, &now) == -1) return -1 ;
  if (!S_ISREG(st.st_mode)) return (errno = EBUSY, -1) ;
  times[0] = st.st_atim ;
  times[1] = st.st_mtim ;
  if (nc_copy_file(in, out, &p->w->how) == -1 || put_owner(p, out, &now) == -1) return -1 ;
  /* never a set-id bit, and only after the owner is right */
  return fchmod(out, p->e->want & 0777) == -1 || futimens(out, times) == -1 ? -1 : fsync(out) ;
}

static int put_regular (struct put *p)
{
  int in = ws_open_staged(p->w->stage, p->e->path, O_RDONLY) ;
  int out ;
  if (in == -1) return -1 ;
  out = openat(p->dir, p->tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600) ;
  if (out == -1) return nc_close(in, -1) ;
  return nc_close(in, nc_close(out, put_copy(p, in, out))) ;
}

static int put_link (struct put *p)
{
  stralloc sa = STRALLOC_ZERO ;
  struct stat now ;
  char const *name ;
  int dir = ws_parent(p->w->stage, p->e->path, &name) ;
  int r = dir == -1 ? -1 : nc_close(dir, ws_readlink(dir, name, &sa)) ;
  int e ;
  if (!r) r = symlinkat(sa.s, p->dir, p->tmp) ;
  if (!r)
  {
    dir = openat(p->dir, p->tmp, O_PATH | O_NOFOLLOW | O_CLOEXEC) ;
    r = dir == -1 || fstat(dir, &now) == -1 ? -1 : S_ISLNK(now.st_mode) ? put_owner(p, dir, &now) : (errno = EBUSY, -1) ;
    if (dir != -1) r = nc_close(dir, r) ;
  }
  e = errno ;
  stralloc_free(&sa) ;
  errno = e ;
  return r ;
}

/* In one step. What appeared or changed since it was looked at is not replaced. */
static int put_rename (struct put *p)
{
  struct stat st ;
  int r ;
  if (!p->old.st_mode)
  {
    r = (int)syscall(__NR_renameat2, p->dir, p->tmp, p->dir, p->name, RENAME_NOREPLACE) ;
    if (r != -1 || errno != EINVAL) return r ;
  }
  r = fstatat(p->dir, p->name, &st, AT_SYMLINK_NOFOLLOW) ;
  if (r == -1 && errno != ENOENT) return -1 ;
  if (r == -1 ? !!p->old.st_mode : !ws_same(p->e, &st)) return (errno = EBUSY, -1) ;
  return renameat(p->dir, p->tmp, p->dir, p->name) ;
}

static int put_all (struct put *p)
{
  enum ws_host h ;
  int r ;
  /* what a run that was killed has left here */
  if (unlinkat(p->dir, p->tmp, 0) == -1 && errno != ENOENT) return -1 ;
  h = ws_host(p->w, p->e) ;
  if (h == WS_HOST_ERROR) return -1 ;
  if (h == WS_HOST_CONFLICT) return (errno = EBUSY, -1) ;
  if (h == WS_HOST_DONE) return 0 ;
  if (p->e->mode && fstatat(p->dir, p->name, &p->old, AT_SYMLINK_NOFOLLOW) == -1) return -1 ;
  r = S_ISLNK(p->e->want) ? put_link(p) : put_regular(p) ;
  if (!r) r = put_rename(p) ;
  if (!r) { p->w->applied++ ; return 0 ; }
  {
    int e = errno ;
    unlinkat(p->dir, p->tmp, 0) ;
    errno = e ;
  }
  return -1 ;
}

int ws_apply_file (struct ws *w, struct ws_entry const *e, size_t n)
{
  struct put p = { .w = w, .e = e } ;
  p.dir = ws_parent(w->srcfd, e->path, &p.name) ;
  if (p.dir == -1) return -1 ;
  snprintf(p.tmp, sizeof(p.tmp), ".nc-workspace.%s.%lx", w->id, (unsigned long)n) ;
  return nc_close(p.dir, put_all(&p)) ;
}
