/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mount.h>

#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_scope.h"

int nc_carries (struct nc_scope const *s, char const *path)
{
  char const *slash = strrchr(path, '/') ;
  return path[0] == '/' && s->id[0] && strstr(slash + 1, s->id) ;
}

static int undo_file (struct nc_scope const *s, char const *text)
{
  if (!nc_carries(s, text)) return (errno = EINVAL, -1) ;
  return unlink(text) == -1 && errno != ENOENT ? -1 : 0 ;
}

static int undo_dir (struct nc_scope const *s, char const *text)
{
  if (!nc_carries(s, text)) return (errno = EINVAL, -1) ;
  return rmdir(text) == -1 && errno != ENOENT ? -1 : 0 ;
}

/* Mounts stack: until there is none (EINVAL), and no place for one (ENOENT). */
static int undo_mount (struct nc_scope const *s, char const *text)
{
  if (!nc_carries(s, text)) return (errno = EINVAL, -1) ;
  while (!umount2(text, MNT_DETACH | UMOUNT_NOFOLLOW)) ;
  return errno == EINVAL || errno == ENOENT ? 0 : -1 ;
}

/* "PID START": the start time is what makes the pid the container's own. */
static int undo_pid (struct nc_scope const *s, char const *text)
{
  uint64_t pid, ticks ;
  size_t n = uint64_scan(text, &pid) ;
  (void)s ;
  if (!n || pid < 2 || pid > INT32_MAX || text[n] != ' ' || !uint640_scan(text + n + 1, &ticks)) return (errno = EINVAL, -1) ;
  return nc_proc_end((pid_t)pid, ticks, NC_END_MS) ;
}

static struct { char const *kind ; int (*undo) (struct nc_scope const *, char const *) ; } const undo_kinds[] =
{
  { "cgroup", &nc_undo_cgroup },
  { "dir", &undo_dir },
  { "file", &undo_file },
  { "lease", &nc_undo_lease },
  { "mount", &undo_mount },
  { "pid", &undo_pid },
  { "placeholder", &nc_undo_placeholder }
} ;

/* Newest first: the higher number, and where two writers took the same one, the later name. */
static int undo_cmp (void const *a, void const *b)
{
  char const *x = *(char const *const *)a, *y = *(char const *const *)b ;
  int i = nc_undo_number(x), j = nc_undo_number(y) ;
  return i == j ? strcmp(y, x) : (j > i) - (j < i) ;
}

/* 1 where the entry had to be kept. */
static int undo_entry (struct nc_scope const *s, int dirfd, char const *name, nc_undo_report *report, void *data)
{
  char text[NC_UNDO_MAX + 1] ;
  char const *kind = strchr(name, '-') ;
  char const *why = 0 ;
  size_t i = 0 ;
  ssize_t n = nc_read_at(dirfd, name, text, sizeof(text)) ;
  if (n == -1) { (*report)(data, name, "", strerror(errno)) ; return 1 ; }
  if (n && text[n-1] == '\n') text[--n] = 0 ;
  while (i < sizeof(undo_kinds) / sizeof(undo_kinds[0]) && (!kind || strcmp(kind + 1, undo_kinds[i].kind))) i++ ;
  if (!n) ;  /* killed before the text was written: what it would have named was not made */
  else if (nc_undo_number(name) == -1) why = "not the name of an entry" ;
  else if (i == sizeof(undo_kinds) / sizeof(undo_kinds[0])) why = "unknown kind" ;
  else if (strlen(text) != (size_t)n) why = "zero byte" ;
  else if ((*undo_kinds[i].undo)(s, text) == -1) why = errno == EINVAL ? "it does not carry the container's id, or is malformed" : strerror(errno) ;
  if (!why && unlinkat(dirfd, name, 0) == -1 && errno != ENOENT) why = strerror(errno) ;
  if (why) (*report)(data, name, text, why) ;
  return !!why ;
}

static int undo_all (struct nc_scope const *s, int dirfd, stralloc const *names, nc_undo_report *report, void *data)
{
  size_t n = 0, i = 0 ;
  int kept = 0 ;
  char const **v ;
  for (; i < names->len ; i++) n += !names->s[i] ;
  if (!n) return 0 ;
  v = malloc(n * sizeof(*v)) ;
  if (!v) { (*report)(data, "undo", "", strerror(errno)) ; return -1 ; }
  for (i = 0, n = 0 ; i < names->len ; i += strlen(names->s + i) + 1) v[n++] = names->s + i ;
  qsort(v, n, sizeof(*v), &undo_cmp) ;
  for (i = 0 ; i < n ; i++) kept += undo_entry(s, dirfd, v[i], report, data) ;
  free(v) ;
  return kept ;
}

int nc_undo_run (struct nc_scope const *s, nc_undo_report *report, void *data)
{
  stralloc names = STRALLOC_ZERO ;
  int r = 0 ;
  int dirfd = openat(s->dir, "undo", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) ;
  if (dirfd == -1 && errno == ENOENT) return 0 ;
  if (dirfd != -1) r = nc_names(dirfd, &names) ;
  if (dirfd == -1 || r == -1)
  {
    (*report)(data, "undo", "", strerror(errno)) ;
    r = -1 ;
  }
  else r = undo_all(s, dirfd, &names, report, data) ;
  stralloc_free(&names) ;
  if (dirfd == -1 || close(dirfd) == 0) return r ;
  (*report)(data, "undo", "", strerror(errno)) ;
  return -1 ;
}

ssize_t nc_undo_find (int scopedir, char const *kind, char *text, size_t max)
{
  stralloc names = STRALLOC_ZERO ;
  size_t i = 0 ;
  char const *best = 0 ;
  ssize_t n ;
  int e ;
  int dirfd = openat(scopedir, "undo", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) ;
  text[0] = 0 ;
  if (dirfd == -1) return errno == ENOENT ? 0 : -1 ;
  n = nc_names(dirfd, &names) ;
  for (; !n && i < names.len ; i += strlen(names.s + i) + 1)
  {
    char const *x = names.s + i ;
    char const *dash = strchr(x, '-') ;
    if (dash && !strcmp(dash + 1, kind) && (!best || undo_cmp(&x, &best) < 0)) best = x ;
  }
  if (!n && best) n = nc_read_at(dirfd, best, text, max) ;
  if (n > 0 && text[n-1] == '\n') text[--n] = 0 ;
  e = errno ;
  stralloc_free(&names) ;
  errno = e ;
  return nc_close(dirfd, (int)n) ;
}
