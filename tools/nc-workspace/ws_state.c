/* ISC license. */

/* The state directory:
 *   lock          byte 0 is the keeper's
 *   tree          the copy, or upper and work of the overlay
 *   record        what the workspace was at the start
 *   state         none: staging is not complete; "running PID TICKS"; "kept"; "done"
 *   changes       what was listed last
 *   journal       is being applied
 *   placeholders  nc_placeholder.h
 *   left.N        staging that an earlier run has left */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/types.h>
#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_scope.h"
#include "workspace.h"

#define STATE_LEFT 10000

/* 0: it went with the directory, which its last keeper left empty. */
static int state_lock (struct ws *w)
{
  struct stat st, now ;
  struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 } ;
  char fmt[INT_FMT] ;
  w->lockfd = nc_open_at(w->dirfd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600, 0) ;
  if (w->lockfd == -1 && errno == ENOENT) return nc_close(w->dirfd, 0) ;
  if (w->lockfd == -1) strerr_diefusys(111, "open ", w->dir, "/lock") ;
  if (fcntl(w->lockfd, F_SETLK, &l) == 0)
  {
    if (fstat(w->lockfd, &st) == -1) strerr_diefusys(111, "stat ", w->dir, "/lock") ;
    if (fstatat(w->dirfd, "lock", &now, AT_SYMLINK_NOFOLLOW) == 0) { if (now.st_ino == st.st_ino && now.st_dev == st.st_dev) return 1 ; }
    else if (errno != ENOENT) strerr_diefusys(111, "stat ", w->dir, "/lock") ;
    if (close(w->lockfd) == -1 || close(w->dirfd) == -1) strerr_diefusys(111, "close ", w->dir) ;
    return 0 ;
  }
  if (errno != EAGAIN && errno != EACCES) strerr_diefusys(111, "lock ", w->dir, "/lock") ;
  if (fcntl(w->lockfd, F_GETLK, &l) == -1) strerr_diefusys(111, "look at ", w->dir, "/lock") ;
  fmt[l.l_pid > 0 ? int_fmt(fmt, l.l_pid) : 0] = 0 ;
  strerr_dief(111, "state directory in use: ", w->dir, l.l_pid > 0 ? "; its keeper is pid " : "", fmt) ;
}

/* Its parents are made too: XDG_STATE_HOME has not been used by every user. */
static void state_parents (char const *dir)
{
  char s[strlen(dir) + 1] ;
  size_t i = 1 ;
  strcpy(s, dir) ;
  for (; s[i] ; i++) if (s[i] == '/' && s[i+1])
  {
    s[i] = 0 ;
    if (mkdirat(AT_FDCWD, s, 0700) == -1 && errno != EEXIST) strerr_diefusys(111, "make ", s) ;
    s[i] = '/' ;
  }
}

static void state_dir (struct ws *w)
{
  struct stat st ;
  char const *why ;
  w->dirfd = nc_rundir_openat(AT_FDCWD, w->dir, 1, &why) ;
  if (w->dirfd == -1 && !why && errno == ENOENT)
  {
    state_parents(w->dir) ;
    w->dirfd = nc_rundir_openat(AT_FDCWD, w->dir, 1, &why) ;
  }
  if (why) strerr_dief(100, "unusable state directory ", w->dir, ": ", why) ;
  if (w->dirfd == -1) strerr_diefusys(111, "open ", w->dir) ;
  if (fstat(w->dirfd, &st) == -1) strerr_diefusys(111, "stat ", w->dir) ;
  if (st.st_dev == w->srcst.st_dev && st.st_ino == w->srcst.st_ino) strerr_dief(100, "the state directory is the workspace: ", w->dir) ;
}

void ws_state_open (struct ws *w)
{
  do state_dir(w) ; while (!state_lock(w)) ;
}

int ws_state_put (struct ws *w, char const *word)
{
  return ws_put(w->dirfd, "state", word, strlen(word), 0) ;
}

static int state_unlink (struct ws *w, char const *name)
{
  return unlinkat(w->dirfd, name, 0) == -1 && errno != ENOENT ? -1 : 0 ;
}

/* What says what it was goes last. */
int ws_state_clear (struct ws *w)
{
  if (w->stage != -1) { int fd = w->stage ; w->stage = -1 ; if (close(fd) == -1) return -1 ; }
  if (ws_remove(w->dirfd, "tree") == -1 || ws_remove(w->dirfd, "upper") == -1 || ws_remove(w->dirfd, "work") == -1) return -1 ;
  if (state_unlink(w, "record") == -1 || state_unlink(w, "record.new") == -1 || state_unlink(w, "journal.new") == -1
   || state_unlink(w, "state.new") == -1 || state_unlink(w, "changes.new") == -1) return -1 ;
  return state_unlink(w, "state") ;
}

void ws_die (struct ws *w, char const *verb, char const *object)
{
  int e = errno ;
  if (ws_place_undo(w) == -1) strerr_warnwusys("undo the placeholders in ", w->src) ;
  if (w->mode >= WS_COPY && ws_state_clear(w) == -1) strerr_warnwusys("clear ", w->dir) ;
  errno = e ;
  strerr_diefusys(111, verb, object) ;
}

/* What ran in it may be dying still. */
static void state_end (struct ws *w, char const *s)
{
  uint64_t pid, ticks ;
  size_t n = strncmp(s, "running ", 8) ? 0 : uint64_scan(s + 8, &pid) ;
  if (!n || !pid || pid > INT32_MAX || s[8 + n] != ' ' || !uint64_scan(s + 9 + n, &ticks)) return ;
  if (nc_proc_end((pid_t)pid, ticks, NC_END_MS) == -1) strerr_diefusys(111, "wait for the end of what ran in ", w->dir) ;
}

/* Renamed, never removed: nobody has seen yet what is in it. */
static void state_aside (struct ws *w, char const *why)
{
  static char const *const names[] = { "tree", "upper", "changes", "record" } ;
  char to[32] ;
  unsigned int n = 1 ;
  size_t i = 0 ;
  int fd ;
  for (; n < STATE_LEFT ; n++)
  {
    snprintf(to, sizeof(to), "left.%u", n) ;
    if (mkdirat(w->dirfd, to, 0700) == 0) break ;
    if (errno != EEXIST) strerr_diefusys(111, "make ", w->dir, "/", to) ;
  }
  fd = nc_open_at(w->dirfd, to, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
  if (fd == -1) strerr_diefusys(111, "open ", w->dir, "/", to) ;
  for (; i < sizeof(names) / sizeof(names[0]) ; i++)
    if (renameat(w->dirfd, names[i], fd, names[i]) == -1 && errno != ENOENT) strerr_diefusys(111, "move ", w->dir, "/", names[i], " to ", to) ;
  if (nc_close(fd, fsync(w->dirfd)) == -1) strerr_diefusys(111, "sync ", w->dir) ;
  strerr_warnw(why, " is now in ", w->dir, "/", to) ;
}

static void state_recover (struct ws *w)
{
  int r = ws_journal_read(w) ;
  if (r == -1) strerr_diefusys(111, "read ", w->dir, "/journal") ;
  if (!r) return ;
  ws_say("completing what an earlier run began to apply", w->dir, "") ;
  if (ws_apply(w) == -1) strerr_dief(111, "unable to complete what an earlier run began to apply: ", w->dir) ;
  free(w->v) ;
  w->v = 0 ;
  stralloc_free(&w->ops.sa) ;
  w->ops.n = 0 ;
  w->applied = 0 ;
  if (close(w->stage) == -1) strerr_diefusys(111, "close ", w->dir) ;
  w->stage = -1 ;
  w->how = 0 ;
  w->bad = 0 ;
}

void ws_state_start (struct ws *w)
{
  stralloc sa = STRALLOC_ZERO ;
  int r = ws_slurp(w->dirfd, "state", &sa) ;
  if (r == -1 || !stralloc_0(&sa)) strerr_diefusys(111, "read ", w->dir, "/state") ;
  state_end(w, sa.s) ;
  state_recover(w) ;
  r = ws_slurp(w->dirfd, "state", &sa) ;
  if (r == -1 || !stralloc_0(&sa)) strerr_diefusys(111, "read ", w->dir, "/state") ;
  if (!strncmp(sa.s, "kept", 4)) state_aside(w, "what an earlier run has kept") ;
  /* an empty one: a power cut */
  else if (r && strncmp(sa.s, "done", 4) && w->end != WS_DROP) state_aside(w, "what an earlier run was killed in") ;
  stralloc_free(&sa) ;
  if (ws_state_clear(w) == -1) strerr_diefusys(111, "clear ", w->dir) ;
}
