/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_kernel.h"
#include "workspace.h"

#define COPY_TRIES 5

struct copy
{
  struct ws *w ;
  struct nc_walk walk ;
  struct ws_list record ;
  int to ;              /* the directory of the copy */
  stralloc link ;
  dev_t statedev ;
  ino_t stateino ;
} ;

/* Nothing of it stays. */
static void copy_die (struct copy *c, char const *verb, char const *path) gccattr_noreturn ;
static void copy_die (struct copy *c, char const *verb, char const *path)
{
  int e = errno ;
  if (ws_state_clear(c->w) == -1) strerr_warnwusys("clear ", c->w->dir) ;
  errno = e ;
  if (e == ESTALE || e == ENOENT || e == ELOOP || e == ENOTDIR)
    nc_diefusys(111, "it is changed while it is copied", verb, path[0] ? path : ".", " of the workspace ", c->w->src) ;
  strerr_diefusys(111, verb, path[0] ? path : ".", " of the workspace ", c->w->src) ;
}

static int copy_young (struct stat const *st)
{
  struct timespec now ;
  if (clock_gettime(CLOCK_REALTIME, &now) == -1) return 1 ;
  return (now.tv_sec - st->st_ctim.tv_sec) * 1000000000L + now.tv_nsec - st->st_ctim.tv_nsec < WS_RACY_NS ;
}

/* A change within the same tick of the clock would not show. */
static int copy_settle (int fd, struct stat *st)
{
  static struct timespec const tick = { .tv_nsec = WS_RACY_NS } ;
  if (fstat(fd, st) == -1) return -1 ;
  if (!copy_young(st)) return 0 ;
  return nanosleep(&tick, 0) == -1 && errno != EINTR ? -1 : fstat(fd, st) ;
}

static int copy_finish (struct copy *c, int out, struct stat const *st, struct ws_entry *e)
{
  struct timespec const times[2] = { st->st_atim, st->st_mtim } ;
  struct stat now ;
  if (c->w->give && fchown(out, c->w->uid, c->w->gid) == -1) return -1 ;
  if (fchmod(out, st->st_mode & WS_MODE) == -1 || futimens(out, times) == -1 || fstat(out, &now) == -1) return -1 ;
  e->copy_ino = now.st_ino ;
  e->copy_sec = now.st_ctim.tv_sec ;
  e->copy_nsec = now.st_ctim.tv_nsec ;
  return 0 ;
}

/* 1: copied, unchanged meanwhile. 0: once more. */
static int copy_try (struct copy *c, int in, char const *name, struct ws_entry *e)
{
  struct stat st, after ;
  int out, r ;
  if (copy_settle(in, &st) == -1) return -1 ;
  if (!S_ISREG(st.st_mode) || st.st_ino != c->walk.st.st_ino || st.st_dev != c->walk.st.st_dev) return (errno = ESTALE, -1) ;
  out = nc_open_at(c->to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600, 0) ;
  if (out == -1) return -1 ;
  ws_entry_stat(e, &st) ;
  r = nc_copy_file(in, out, &c->w->how) == -1 ? -1 : copy_finish(c, out, &st, e) ;
  if (nc_close(out, r) == -1 || fstat(in, &after) == -1) return -1 ;
  if (ws_same(e, &after)) return 1 ;
  return unlinkat(c->to, name, 0) ;
}

static void copy_file (struct copy *c, struct ws_entry *e)
{
  int in = openat(c->walk.fd, c->walk.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) ;
  int n = 0, r = 0 ;
  if (in == -1) copy_die(c, "open ", c->walk.path) ;
  while (!r && n++ < COPY_TRIES) r = copy_try(c, in, c->walk.name, e) ;
  if (!r) errno = ESTALE ;
  if (nc_close(in, r) != 1) copy_die(c, "copy ", c->walk.path) ;
}

static void copy_link (struct copy *c, struct ws_entry *e)
{
  struct timespec const times[2] = { c->walk.st.st_atim, c->walk.st.st_mtim } ;
  struct stat now ;
  char const *name = c->walk.name ;
  if (ws_readlink(c->walk.fd, name, &c->link) == -1) copy_die(c, "read the link ", c->walk.path) ;
  if (symlinkat(c->link.s, c->to, name) == -1
   || (c->w->give && fchownat(c->to, name, c->w->uid, c->w->gid, AT_SYMLINK_NOFOLLOW) == -1)
   || utimensat(c->to, name, times, AT_SYMLINK_NOFOLLOW) == -1
   || fstatat(c->to, name, &now, AT_SYMLINK_NOFOLLOW) == -1) copy_die(c, "copy the link ", c->walk.path) ;
  e->copy_ino = now.st_ino ;
  e->copy_sec = now.st_ctim.tv_sec ;
  e->copy_nsec = now.st_ctim.tv_nsec ;
}

static void copy_to (struct copy *c, char const *name)
{
  int fd = openat(c->to, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  if (fd == -1) copy_die(c, "open the copy of ", c->walk.path) ;
  if (close(c->to) == -1) copy_die(c, "close the copy of ", c->walk.path) ;
  c->to = fd ;
}

static void copy_dir (struct copy *c)
{
  if (c->walk.st.st_dev == c->statedev && c->walk.st.st_ino == c->stateino)
  {
    errno = EINVAL ;
    copy_die(c, "copy the state directory, which lies in the workspace: ", c->walk.path) ;
  }
  if (mkdirat(c->to, c->walk.name, 0700) == -1) copy_die(c, "make the copy of ", c->walk.path) ;
  copy_to(c, c->walk.name) ;
  if (nc_walk_enter(&c->walk) == -1) copy_die(c, "open ", c->walk.path) ;
}

/* Mode and time last: they may forbid to write in it, and writing changes them. */
static void copy_leave (struct copy *c)
{
  struct ws_entry unused ;
  if (copy_finish(c, c->to, &c->walk.st, &unused) == -1) copy_die(c, "copy the mode of ", c->walk.path) ;
  copy_to(c, "..") ;
}

static void copy_entry (struct copy *c)
{
  struct ws_entry e ;
  mode_t m = c->walk.st.st_mode ;
  ws_entry_stat(&e, &c->walk.st) ;
  if (S_ISREG(m)) copy_file(c, &e) ;
  else if (S_ISLNK(m)) copy_link(c, &e) ;
  else if (!S_ISDIR(m)) strerr_warnw("not copied, neither file, directory nor link: ", c->walk.path) ;
  if (!ws_add(&c->record, &e, c->walk.path)) copy_die(c, "remember ", c->walk.path) ;
  if (S_ISDIR(m)) copy_dir(c) ;
}

/* What was copied within the last tick could be changed within it: such a file is read at the end, whatever its times say. */
static void copy_record (struct copy *c)
{
  struct timespec now ;
  struct ws_entry *e ;
  size_t pos = 0 ;
  if (clock_gettime(CLOCK_REALTIME, &now) == -1) copy_die(c, "read the clock for ", "") ;
  while ((e = ws_next(&c->record, &pos)))
    e->racy = (now.tv_sec - e->copy_sec) * 1000000000L + now.tv_nsec - e->copy_nsec < WS_RACY_NS ;
  if (ws_put(c->w->dirfd, "record", c->record.sa.s, c->record.sa.len, 0) == -1) copy_die(c, "write the record of ", "") ;
  stralloc_free(&c->record.sa) ;
  stralloc_free(&c->link) ;
}

void ws_copy_in (struct ws *w)
{
  struct copy c = { .w = w } ;
  struct stat st ;
  enum nc_walk_what what ;
  int src = openat(w->srcfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  if (src == -1 || fstat(w->dirfd, &st) == -1 || nc_walk_start(&c.walk, src) == -1) strerr_diefusys(111, "read ", w->src) ;
  c.statedev = st.st_dev ;
  c.stateino = st.st_ino ;
  if (mkdirat(w->dirfd, "tree", 0700) == -1) strerr_diefusys(111, "make ", w->dir, "/tree") ;
  c.to = nc_open_at(w->dirfd, "tree", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
  w->stage = nc_open_at(w->dirfd, "tree", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
  if (c.to == -1 || w->stage == -1) strerr_diefusys(111, "open ", w->dir, "/tree") ;
  while ((what = nc_walk_next(&c.walk)) != NC_WALK_END)
  {
    if (what == NC_WALK_ERROR) copy_die(&c, "read ", c.walk.path) ;
    if (what == NC_WALK_ENTRY) copy_entry(&c) ; else copy_leave(&c) ;
  }
  if (w->give && fchown(c.to, w->uid, w->gid) == -1) copy_die(&c, "give the copy of ", "") ;
  if (nc_walk_end(&c.walk, 0) == -1 || close(c.to) == -1) copy_die(&c, "close ", "") ;
  copy_record(&c) ;
}
