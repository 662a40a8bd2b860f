/* ISC license. */

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

#include "nc.h"
#include "nc_json.h"
#include "scope.h"

static int event_head (stralloc *sa, struct keeper const *k, char const *type)
{
  uint64_t now ;
  return scope_now(&now) == 0 && nc_json_put(sa, "{") && nc_json_member_u64(sa, "timestamp_unix_ms", now)
   && nc_json_member_string(sa, "type", type) && nc_json_key(sa, "container") && nc_json_put(sa, "{")
   && nc_json_member_string(sa, "id", k->s.id) && nc_json_member_string(sa, "name", k->s.name)
   && nc_json_member_u64(sa, "pid", (uint64_t)(k->payload ? k->payload : k->child))
   && nc_json_member_u64(sa, "keeper_pid", (uint64_t)getpid()) && nc_json_put(sa, "}") ;
}

/* One write, so that lines of several writers to one file do not mix. */
static int event_write (struct keeper const *k, stralloc const *sa)
{
  ssize_t r = write(k->events, sa->s, sa->len) ;
  return r == (ssize_t)sa->len ? 0 : r == -1 ? -1 : (errno = EIO, -1) ;
}

static int event_end (struct keeper const *k, stralloc *sa, int ok)
{
  int r = ok ? event_write(k, sa) : -1 ;
  int e = errno ;
  stralloc_free(sa) ;
  errno = e ;
  return r ;
}

int scope_event_started (struct keeper *k)
{
  stralloc sa = STRALLOC_ZERO ;
  int ok = event_head(&sa, k, "container_started") && nc_json_key(&sa, "measured") && scope_measure(&sa, k)
   && nc_json_key(&sa, "facts") && nc_facts(&sa, k->s.dir) == 0 && nc_json_put(&sa, "}\n") ;
  return event_end(k, &sa, ok) ;
}

static int event_exit (stralloc *sa, struct keeper const *k, int wstat)
{
  return nc_json_key(sa, "started")
   && nc_json_put(sa, scope_started(k) ? "true" : k->eof ? "false" : "null")
   && nc_json_key(sa, "exit_status") && nc_json_put(sa, "{")
   && nc_json_member_u64(sa, "code", (uint64_t)nc_keep_code(wstat)) && nc_json_key(sa, "signal")
   && (WIFSIGNALED(wstat) ? nc_json_u64(sa, (uint64_t)WTERMSIG(wstat)) : nc_json_put(sa, "null")) && nc_json_put(sa, "}") ;
}

int scope_event_summary (struct keeper *k, int wstat, stralloc const *stats)
{
  stralloc sa = STRALLOC_ZERO ;
  int ok = event_head(&sa, k, "container_summary") && event_exit(&sa, k, wstat)
   && nc_json_put(&sa, ",") && stralloc_catb(&sa, stats->s, stats->len)
   && nc_json_key(&sa, "cleanup") && nc_json_put(&sa, k->errors.len ? "{\"succeeded\":false,\"errors\":[" : "{\"succeeded\":true,\"errors\":[")
   && stralloc_catb(&sa, k->errors.s, k->errors.len) && nc_json_put(&sa, "]}}\n") ;
  return event_end(k, &sa, ok) ;
}
