/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <skalibs/allreadwrite.h>
#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_kernel.h"
#include "nc_placeholder.h"
#include "nc_scope.h"
#include "workspace.h"

#ifndef RENAME_NOREPLACE
# define RENAME_NOREPLACE 1
#endif

static int place_absolute (stralloc *sa, char const *path)
{
  char cwd[4096] ;
  if (path[0] == '/') return stralloc_copys(sa, path) && stralloc_0(sa) ;
  return getcwd(cwd, sizeof(cwd)) && stralloc_copys(sa, cwd) && stralloc_cats(sa, "/") && stralloc_cats(sa, path) && stralloc_0(sa) ;
}

/* The container's id is the first line where there is one: nc-gc undoes what carries it. */
static int place_head (struct ws *w, int scope, stralloc *text)
{
  stralloc path = STRALLOC_ZERO, esc = STRALLOC_ZERO ;
  char id[NC_ID_LEN + 2] ;
  char n[2 * UINT64_FMT + 3] ;
  size_t i ;
  int r = -1 ;
  strcpy(id, w->id) ;
  if (scope != -1 && nc_read_at(scope, "id", id, sizeof(id)) == -1) return -1 ;
  id[strcspn(id, "\n")] = 0 ;
  i = uint64_fmt(n, w->srcst.st_dev) ;
  n[i++] = ' ' ;
  i += uint64_fmt(n + i, w->srcst.st_ino) ;
  n[i++] = ' ' ;
  n[i] = 0 ;
  text->len = 0 ;
  if (place_absolute(&path, w->src) && ws_escape(&esc, path.s)
   && stralloc_cats(text, id) && stralloc_cats(text, "\n") && stralloc_cats(text, n) && stralloc_cats(text, esc.s) && stralloc_cats(text, "\n")) r = 0 ;
  if (!r) strcpy(w->place_id, id) ;
  stralloc_free(&path) ;
  stralloc_free(&esc) ;
  return r ;
}

/* The scope's run directory stays open until all are made: its journal is not undone before. */
static void place_begin (struct ws *w)
{
  char const *env[2] = { w->scope, 0 } ;
  stralloc text = STRALLOC_ZERO ;
  int scope = w->scope ? nc_scope_open(env) : -1 ;
  if (w->scope && scope == -1) strerr_diefusys(111, "open the scope") ;
  if (!w->dir) strerr_dief(100, "placeholders below ", w->src, "/.git need a state directory (-s), or -n for none") ;
  if (place_head(w, scope, &text) == -1) strerr_diefusys(111, "begin a journal of placeholders in ", w->dir) ;
  if (ws_put(w->dirfd, NC_PLACEHOLDERS, text.s, text.len, 1) == -1) strerr_diefusys(111, "write ", w->dir, "/", NC_PLACEHOLDERS) ;
  w->placed = 1 ;
  if (scope != -1 && nc_undo_add(scope, "placeholder", w->dir, strlen(w->dir)) == -1) ws_die(w, "enter in the scope's journal ", w->dir) ;
  w->scopefd = scope ;
  stralloc_free(&text) ;
}

static int place_line (struct ws *w, char const *numbers, char const *path)
{
  stralloc sa = STRALLOC_ZERO, esc = STRALLOC_ZERO ;
  int fd = nc_open_at(w->dirfd, NC_PLACEHOLDERS, O_WRONLY | O_APPEND | O_NOFOLLOW, 0, 0) ;
  int r = fd == -1 || !ws_escape(&esc, path) || !stralloc_cats(&sa, numbers) || !stralloc_cats(&sa, esc.s) || !stralloc_cats(&sa, "\n")
   || allwrite(fd, sa.s, sa.len) < sa.len || fsync(fd) == -1 ? -1 : 0 ;
  stralloc_free(&sa) ;
  stralloc_free(&esc) ;
  return fd == -1 ? -1 : nc_close(fd, r) ;
}

static int place_object (int dir, char const *tmp, int isdir)
{
  struct stat st ;
  int fd = isdir ? mkdirat(dir, tmp, 0755) : 0 ;
  if (fd == -1) return -1 ;
  fd = openat(dir, tmp, isdir ? O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC : O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644) ;
  if (fd == -1) return -1 ;
  if (geteuid()) return nc_close(fd, 0) ;
  return nc_close(fd, fstat(dir, &st) == -1 || (fchown(fd, st.st_uid, st.st_gid) == -1 && errno != EINVAL && errno != EPERM) ? -1 : 0) ;
}

/* Made under a name of its own, entered with its inode and birth, then renamed: whatever kills this, either name is known. */
static void place_one (struct ws *w, int dir, char const *path, int isdir)
{
  char const *slash = strrchr(path, '/') ;
  size_t n = (size_t)(slash - path) + 1 ;
  char tmp[n + 96] ;
  char numbers[4 * UINT64_FMT + 8] ;
  struct nc_born b ;
  if (!w->placed) place_begin(w) ;
  memcpy(tmp, path, n) ;
  snprintf(tmp + n, 96, NC_PLACEHOLDER_NAME "%s.%x", w->place_id, w->places++) ;
  if (place_line(w, "t ", tmp) == -1) ws_die(w, "write the journal of placeholders in ", w->dir) ;
  if (place_object(dir, tmp + n, isdir) == -1 || nc_born(dir, tmp + n, &b) == -1) ws_die(w, "make a placeholder for ", path) ;
  snprintf(numbers, sizeof(numbers), "p %llu %llu %llu %u ", (unsigned long long)b.dev, (unsigned long long)b.ino, (unsigned long long)b.sec, b.nsec) ;
  if (place_line(w, numbers, path) == -1) ws_die(w, "write the journal of placeholders in ", w->dir) ;
  if (syscall(__NR_renameat2, dir, tmp + n, dir, slash + 1, RENAME_NOREPLACE) == -1)
  {
    /* the host has made it meanwhile */
    if (errno == EEXIST && unlinkat(dir, tmp + n, isdir ? AT_REMOVEDIR : 0) == 0) return ;
    ws_die(w, "make the placeholder ", path) ;
  }
  if (fsync(dir) == -1) ws_die(w, "sync the directory of ", path) ;
  if (!stralloc_catb(&w->made, path, strlen(path) + 1)) ws_die(w, "remember ", path) ;
}

void ws_place (struct ws *w, struct nc_walk const *git)
{
  struct nc_pattern const *x = nc_patterns_s(&w->protect) ;
  size_t n = nc_patterns_len(&w->protect) ;
  int dir = nc_open_at(git->fd, git->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, RESOLVE_BENEATH) ;
  if (dir == -1) ws_die(w, "open ", git->path) ;
  for (; n-- ; x++)
  {
    unsigned int isdir = x->flags & NC_PATTERN_DIR ;
    char const *name = x->glob + 5 ;
    struct stat st ;
    char path[strlen(git->path) + strlen(x->glob) + 2] ;
    if (!(x->flags & NC_PATTERN_LITERAL) || strncmp(x->glob, ".git/", 5) || strchr(name, '/')) continue ;
    if (!(x->flags & NC_PATTERN_ANY) && git->depth > 1) continue ;
    strcpy(path, git->path) ;
    strcat(path, "/") ;
    strcat(path, name) ;
    if (nc_patterns_match(&w->lift, path, name, !!isdir)) continue ;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) continue ;
    if (errno != ENOENT) ws_die(w, "look at ", path) ;
    place_one(w, dir, path, !!isdir) ;
  }
  if (close(dir) == -1) ws_die(w, "close ", git->path) ;
}

int ws_place_undo (struct ws *w)
{
  if (!w->placed) return 0 ;
  if (nc_placeholders_clear(w->dirfd, 0) == -1) return -1 ;
  w->placed = 0 ;
  return 0 ;
}

void ws_place_clear (struct ws *w)
{
  if (nc_placeholders_clear(w->dirfd, 0) == -1) strerr_diefusys(111, "undo the placeholders of an earlier run in ", w->dir, "/", NC_PLACEHOLDERS) ;
}
