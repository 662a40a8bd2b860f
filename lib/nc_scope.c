/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_scope.h"

/* id is the last to go before the lock: where it can be made anew, nothing is left of an earlier container. */
int nc_scope_make (struct nc_scope *s)
{
  char text[NC_ID_LEN + 1] ;
  int r ;
  int fd = openat(s->dir, "id", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600) ;
  if (fd == -1) return -1 ;
  memcpy(text, s->id, NC_ID_LEN) ;
  text[NC_ID_LEN] = '\n' ;
  r = write(fd, text, sizeof(text)) == (ssize_t)sizeof(text) ? 0 : -1 ;
  if (nc_close(fd, r) == -1) return -1 ;
  return mkdirat(s->dir, "undo", 0700) ;
}

int nc_scope_unmake (struct nc_scope const *s)
{
  static char const *const names[] = { "status.next", "status.tmp", "id" } ;
  size_t i = 0 ;
  if (unlinkat(s->dir, "undo", AT_REMOVEDIR) == -1 && errno != ENOENT) return -1 ;
  for (; i < sizeof(names) / sizeof(names[0]) ; i++)
    if (unlinkat(s->dir, names[i], 0) == -1 && errno != ENOENT) return -1 ;
  return nc_scope_remove(s) ;
}

int nc_scope_id (struct nc_scope *s)
{
  char text[NC_ID_LEN + 2] ;
  ssize_t r = nc_read_at(s->dir, "id", text, sizeof(text)) ;
  s->id[0] = 0 ;
  if (r == -1) return errno == ENOENT ? 0 : -1 ;
  if (r != NC_ID_LEN + 1 || strspn(text, "0123456789abcdef") != NC_ID_LEN) return 0 ;
  memcpy(s->id, text, NC_ID_LEN) ;
  s->id[NC_ID_LEN] = 0 ;
  return 0 ;
}

/* Nothing but what the chain put there: files, and undo once it is empty. */
static int scope_empty (struct nc_scope const *s, nc_undo_report *report, void *data)
{
  stralloc names = STRALLOC_ZERO ;
  size_t i ;
  int r = nc_names(s->dir, &names) ;
  if (r == -1) (*report)(data, s->name, "", strerror(errno)) ;
  for (i = 0 ; i < names.len ; i += strlen(names.s + i) + 1)
  {
    char const *x = names.s + i ;
    if (!strcmp(x, "lock") || !strcmp(x, "id")) continue ;
    if (!unlinkat(s->dir, x, 0) || errno == ENOENT) continue ;
    if (errno == EISDIR && !unlinkat(s->dir, x, AT_REMOVEDIR)) continue ;
    (*report)(data, x, "", strerror(errno)) ;
    r = -1 ;
  }
  stralloc_free(&names) ;
  if (!r && unlinkat(s->dir, "id", 0) == -1 && errno != ENOENT)
  {
    (*report)(data, "id", "", strerror(errno)) ;
    r = -1 ;
  }
  return r ;
}

/* fcntl(2): a dying keeper lets its locks go before the kernel signals its child, and undo must come after the child. */
static int scope_end (struct nc_scope const *s, int killed, nc_undo_report *report, void *data)
{
  struct nc_status st ;
  int r ;
  if (!s->id[0]) return 0 ;
  r = nc_status_read(s->dir, &st) ;
  /* killed before the first status.json: nc_scope_open lets nobody enter anything */
  if (r == -1 && (errno == ENOENT || errno == EPROTO)) return 0 ;
  if (r == -1)
  {
    (*report)(data, "status.json", "", strerror(errno)) ;
    return -1 ;
  }
  r = st.child ? nc_proc_end(st.child, st.childticks, NC_END_MS) : 0 ;
  if (!r && st.pid && st.pid != st.child) r = nc_proc_end(st.pid, st.ticks, NC_END_MS) ;
  if (!r && st.child && killed) r = nc_session_wait(st.child) ;
  if (r == -1) (*report)(data, "status.json", "", strerror(errno)) ;
  nc_status_free(&st) ;
  return r ;
}

int nc_scope_clear (struct nc_scope const *s, int killed, nc_undo_report *report, void *data)
{
  int r = scope_end(s, killed, report, data) ;
  if (r) return -1 ;
  if (nc_scope_seal(s) == -1) { (*report)(data, "undo", "", strerror(errno)) ; return -1 ; }
  /* what is no step of ours may not have been dead, and have added an entry */
  do
  {
    r = nc_undo_run(s, report, data) ;
    if (r) return -1 ;
    r = unlinkat(s->dir, "undo", AT_REMOVEDIR) ;
  }
  while (r == -1 && errno == ENOTEMPTY) ;
  if (r == -1 && errno != ENOENT)
  {
    (*report)(data, "undo", "", strerror(errno)) ;
    return -1 ;
  }
  return scope_empty(s, report, data) ;
}

int nc_scope_remove (struct nc_scope const *s)
{
  if (unlinkat(s->dir, "lock", 0) == -1) return -1 ;
  /* the next container of this name may have made its lock here already, or have removed the directory again */
  if (unlinkat(s->base, s->name, AT_REMOVEDIR) == -1 && errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT) return -1 ;
  return 0 ;
}
