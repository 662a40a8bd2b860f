/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "workspace.h"

struct changes
{
  struct ws *w ;
  struct nc_walk walk ;         /* of staging */
  stralloc hidden ;             /* below it, what staging lacks is removed; the whole tree where staging is a copy */
  stralloc a, b ;
} ;

static int changes_op (struct changes *c, enum ws_op op, struct ws_entry const *old, mode_t want, char const *path, enum ws_why why)
{
  struct ws_entry e ;
  if (old) memcpy(&e, old, sizeof(e)) ; else memset(&e, 0, sizeof(e)) ;
  e.op = op ;
  e.want = want ;
  e.why = why ;
  if (!ws_add(&c->w->ops, &e, path)) return -1 ;
  c->w->counts[op]++ ;
  return 0 ;
}

/* Hidden is the outermost one. */
static int changes_hide (struct changes *c, char const *path)
{
  if (c->hidden.len && ws_below(path, c->hidden.s)) return 0 ;
  c->hidden.len = 0 ;
  return stralloc_cats(&c->hidden, path) && stralloc_0(&c->hidden) ? 0 : -1 ;
}

/* In the record, not in staging */
static int changes_gone (struct changes *c, struct ws_entry const *e)
{
  mode_t m = e->mode ;
  if (c->w->mode == WS_OVERLAY && (!c->hidden.len || !ws_below(e->path, c->hidden.s))) return 0 ;
  if (!S_ISREG(m) && !S_ISDIR(m) && !S_ISLNK(m)) return 0 ;
  return changes_op(c, WS_OP_REMOVE, e, 0, e->path, WS_FINE) ;
}

static int changes_added (struct changes *c)
{
  mode_t m = c->walk.st.st_mode ;
  int fine = S_ISREG(m) || S_ISDIR(m) || S_ISLNK(m) ;
  return changes_op(c, WS_OP_ADD, 0, m, c->walk.path, fine ? WS_FINE : WS_SPECIAL) ;
}

static int changes_link (struct changes *c, struct ws_entry const *e)
{
  char const *name ;
  int dir, r ;
  if (ws_readlink(c->walk.fd, c->walk.name, &c->a) == -1) return -1 ;
  dir = ws_parent(c->w->srcfd, e->path, &name) ;
  r = dir == -1 ? -1 : nc_close(dir, ws_readlink(dir, name, &c->b)) ;
  /* the host has changed it: the plan finds that */
  if (r == -1 && errno != ENOENT && errno != EINVAL && errno != ENOTDIR && errno != ELOOP) return -1 ;
  if (r == 0 && c->a.len == c->b.len && !memcmp(c->a.s, c->b.s, c->a.len)) return 0 ;
  return changes_op(c, WS_OP_CHANGE, e, c->walk.st.st_mode, e->path, WS_FINE) ;
}

static int changes_file (struct changes *c, struct ws_entry const *e)
{
  struct stat *st = &c->walk.st ;
  struct stat host ;
  int r = 0 ;
  if (ws_stat(c->w->srcfd, e->path, &host) == 0)
  {
    if (ws_same(e, &host)) r = ws_equal(c->w->stage, e->path, c->w->srcfd, e->path, st, &host) ;
  }
  else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) return -1 ;
  if (r == -1) return -1 ;
  if (!r) return changes_op(c, WS_OP_CHANGE, e, st->st_mode, e->path, WS_FINE) ;
  if (!((e->mode ^ st->st_mode) & WS_MODE)) return 0 ;
  return changes_op(c, WS_OP_MODE, e, st->st_mode, e->path, WS_FINE) ;
}

static int changes_untouched (struct changes const *c, struct ws_entry const *e)
{
  struct stat const *st = &c->walk.st ;
  return c->w->mode == WS_COPY && !e->racy && e->copy_ino == st->st_ino && e->copy_sec == st->st_ctim.tv_sec && e->copy_nsec == st->st_ctim.tv_nsec
   && e->size == (uint64_t)st->st_size ;
}

static int changes_both (struct changes *c, struct ws_entry const *e)
{
  mode_t m = c->walk.st.st_mode, was = e->mode ;
  if (!S_ISREG(was) && !S_ISDIR(was) && !S_ISLNK(was)) return changes_op(c, WS_OP_ADD, e, m, e->path, WS_SPECIAL) ;
  if (!S_ISREG(m) && !S_ISDIR(m) && !S_ISLNK(m)) return changes_op(c, WS_OP_CHANGE, e, m, e->path, WS_SPECIAL) ;
  if (S_ISDIR(m) && S_ISDIR(was))
    return (m ^ was) & WS_MODE ? changes_op(c, WS_OP_MODE, e, m, e->path, WS_FINE) : 0 ;
  if (S_ISDIR(m) || S_ISDIR(was))
  {
    if (S_ISDIR(was) && changes_hide(c, e->path) == -1) return -1 ;
    return changes_op(c, WS_OP_REMOVE, e, 0, e->path, WS_FINE) == -1 ? -1 : changes_op(c, WS_OP_ADD, 0, m, e->path, WS_FINE) ;
  }
  if (changes_untouched(c, e)) return 0 ;
  if (S_ISREG(m) && S_ISREG(was)) return changes_file(c, e) ;
  if (S_ISLNK(m) && S_ISLNK(was)) return changes_link(c, e) ;
  return changes_op(c, WS_OP_CHANGE, e, m, e->path, WS_FINE) ;
}

/* One path that staging has; e is the record's entry of the same path, or 0. */
static int changes_entry (struct changes *c, struct ws_entry const *e)
{
  struct nc_walk *w = &c->walk ;
  int r = c->w->mode == WS_OVERLAY ? ws_is_whiteout(w->fd, w->name, &w->st) : 0 ;
  if (r == -1) return -1 ;
  if (r)
  {
    if (!e) return 0 ;
    if (!S_ISREG(e->mode) && !S_ISDIR(e->mode) && !S_ISLNK(e->mode)) return changes_op(c, WS_OP_REMOVE, e, 0, e->path, WS_SPECIAL) ;
    return changes_op(c, WS_OP_REMOVE, e, 0, e->path, WS_FINE) == -1 ? -1 : changes_hide(c, e->path) ;
  }
  if ((e ? changes_both(c, e) : changes_added(c)) == -1) return -1 ;
  if (!S_ISDIR(w->st.st_mode)) return 0 ;
  r = nc_walk_enter(w) ;
  if (r == -1 && errno == EACCES && fchmodat(w->fd, w->name, 0700, 0) == 0) r = nc_walk_enter(w) ;
  if (r == -1 || c->w->mode != WS_OVERLAY) return r ;
  r = ws_is_opaque(w->fd) ;
  return r == 1 ? changes_hide(c, w->path) : r ;
}

/* Two lists in one order. */
static int changes_merge (struct changes *c, struct ws_list const *record)
{
  size_t pos = 0 ;
  struct ws_entry const *e = ws_next(record, &pos) ;
  for (;;)
  {
    enum nc_walk_what what = nc_walk_next(&c->walk) ;
    int same ;
    if (what == NC_WALK_ERROR) return -1 ;
    if (what == NC_WALK_LEAVE) continue ;
    for (; e && (what == NC_WALK_END || ws_cmp(e->path, c->walk.path) < 0) ; e = ws_next(record, &pos))
      if (changes_gone(c, e) == -1) return -1 ;
    if (what == NC_WALK_END) return 0 ;
    same = e && !strcmp(e->path, c->walk.path) ;
    if (changes_entry(c, same ? e : 0) == -1) return -1 ;
    if (same) e = ws_next(record, &pos) ;
  }
}

int ws_changes (struct ws *w, struct ws_list const *record)
{
  struct changes c = { .w = w } ;
  int fd = openat(w->stage, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  int r ;
  if (fd == -1) { strerr_warnwusys("open the copy in ", w->dir) ; return -1 ; }
  r = nc_walk_start(&c.walk, fd) ;
  if (!r) r = changes_merge(&c, record) ;
  if (r == -1) strerr_warnwusys("compare ", c.walk.path, " in ", w->dir) ;
  if (nc_walk_end(&c.walk, r) == -1 && !r)
  {
    strerr_warnwusys("close the copy in ", w->dir) ;
    r = -1 ;
  }
  stralloc_free(&c.hidden) ;
  stralloc_free(&c.a) ;
  stralloc_free(&c.b) ;
  return r ;
}
