/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_json.h"
#include "nc_scope.h"

static int status_load (int scopedir, stralloc *sa)
{
  struct stat st ;
  int fd = openat(scopedir, "status.json", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) ;
  if (fd == -1) return -1 ;
  if (fstat(fd, &st) == -1) goto err ;
  errno = EPROTO ;
  if (st.st_uid != geteuid() || !S_ISREG(st.st_mode) || st.st_size > NC_STATUS_MAX) goto err ;
  if (!stralloc_ready(sa, (size_t)st.st_size + 1)) goto err ;
  while (sa->len < (size_t)st.st_size)
  {
    ssize_t r = read(fd, sa->s + sa->len, (size_t)st.st_size - sa->len) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) goto err ;
    if (!r) break ;
    sa->len += (size_t)r ;
  }
  return nc_close(fd, 0) ;
 err:
  return nc_close(fd, -1) ;
}

static int status_u64 (stralloc const *sa, char const *key, uint64_t *u)
{
  char const *v ;
  size_t n ;
  char s[UINT64_FMT] ;
  if (!nc_json_find(sa->s, sa->len, key, &v, &n) || n >= sizeof(s)) return 0 ;
  memcpy(s, v, n) ;
  s[n] = 0 ;
  return !!uint640_scan(s, u) ;
}

static int status_pid (stralloc const *sa, char const *key, pid_t *pid)
{
  uint64_t u ;
  if (!status_u64(sa, key, &u) || u > INT32_MAX) return 0 ;
  *pid = (pid_t)u ;
  return 1 ;
}

static int status_text (stralloc const *sa, char const *key, stralloc *out)
{
  char const *v ;
  size_t n ;
  return nc_json_find(sa->s, sa->len, key, &v, &n) && nc_json_unstring(out, v, n) == n && stralloc_catb(out, "", 1) ;
}

/* The writer puts no space between the words of an array of strings. */
static int status_argv (stralloc const *sa, stralloc *out)
{
  char const *v ;
  size_t n, i = 1 ;
  if (!nc_json_find(sa->s, sa->len, "argv", &v, &n) || v[0] != '[') return 0 ;
  while (i + 1 < n)
  {
    size_t r = nc_json_unstring(out, v + i, n - i) ;
    if (!r || !stralloc_catb(out, "", 1)) return 0 ;
    i += r + 1 ;
  }
  return 1 ;
}

void nc_status_free (struct nc_status *st)
{
  stralloc_free(&st->cgroup) ;
  stralloc_free(&st->argv) ;
}

int nc_status_read (int scopedir, struct nc_status *st)
{
  static struct nc_status const zero ;
  stralloc sa = STRALLOC_ZERO, state = STRALLOC_ZERO ;
  uint64_t uid ;
  int e ;
  int r = status_load(scopedir, &sa) ;
  *st = zero ;
  if (!r)
  {
    errno = EPROTO ;
    r = -!(status_pid(&sa, "pid", &st->pid) && status_pid(&sa, "child_pid", &st->child)
     && status_u64(&sa, "start_ticks", &st->ticks) && status_u64(&sa, "child_start_ticks", &st->childticks)
     && status_u64(&sa, "created_unix_ms", &st->created) && status_u64(&sa, "creator_uid", &uid) && uid <= UINT32_MAX
     && status_text(&sa, "state", &state) && state.len <= sizeof(st->state)
     && status_text(&sa, "cgroup", &st->cgroup) && status_argv(&sa, &st->argv)) ;
  }
  if (!r)
  {
    st->uid = (uint32_t)uid ;
    memcpy(st->state, state.s, state.len) ;
  }
  e = errno ;
  if (r) nc_status_free(st) ;
  stralloc_free(&sa) ;
  stralloc_free(&state) ;
  errno = e ;
  return r ;
}
