/* ISC license. */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "nc.h"
#include "nc_json.h"
#include "scope.h"

void scope_report (void *data, char const *entry, char const *text, char const *why)
{
  struct keeper *k = data ;
  stralloc sa = STRALLOC_ZERO ;
  if (!stralloc_cats(&sa, entry) || (text[0] && (!stralloc_cats(&sa, " ") || !stralloc_cats(&sa, text)))
   || !stralloc_cats(&sa, ": ") || !stralloc_cats(&sa, why)
   || (k->errors.len && !nc_json_put(&k->errors, ",")) || !nc_json_string(&k->errors, sa.s, sa.len))
    strerr_diefusys(111, "allocate memory") ;
  stralloc_free(&sa) ;
  strerr_warnw("unable to undo ", k->path, "/undo/", entry, text[0] ? " " : "", text, ": ", why) ;
}

static int scope_confine (struct keeper *k)
{
  int keep[] = { 2, k->s.base, k->s.dir, k->s.lock, k->events, k->sock } ;
  if (nc_fd_only(0, keep, sizeof(keep) / sizeof(keep[0])) == -1) return -1 ;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1) return -1 ;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) return -1 ;
  nc_env_overwrite() ;
  if (scope_now(&k->created) == -1) return -1 ;
  /* no proc file system: 0, which no process has for its start */
  if (nc_proc_start(k->child, &k->childticks) == -1 && errno != ENOENT) return -1 ;
  return scope_status(k) == -1 ? -1 : nc_scope_unseal(&k->s) ;
}

/* A kill that nobody sent: say where it came from, and the limit, "max" where the limit is one of a group above. No
   number: with memory.oom.group the kernel counts the first one twice. */
static int scope_say_oom (struct keeper const *k)
{
  char max[SCOPE_MAX] ;
  int r = scope_oom(k, max) ;
  if (r != 1) return r ;
  max[strcspn(max, "\n")] = 0 ;
  strerr_warnw("out of memory: the kernel has killed in ", k->path, ", whose memory.max is ", max) ;
  return 0 ;
}

int scope_keep (struct keeper *k)
{
  stralloc stats = STRALLOC_ZERO ;
  int wstat = 0 ;
  int code = scope_confine(k) ? -1 : scope_wait(k, &wstat) ;
  int failed = code == -1 ;
  if (failed)
  {
    strerr_warnwusys("keep the container, which ends here") ;
    kill(k->child, SIGKILL) ;
    while (waitpid(k->child, &wstat, 0) == -1 && errno == EINTR) ;
    code = 111 ;
  }
  /* not only where it ended by that signal: the one killed may be a child of what told its own story with another code */
  if (code && scope_say_oom(k) == -1) { strerr_warnwusys("tell whether memory was lacking") ; failed = 1 ; }
  if (k->events != -1 && (!scope_stats(&stats, k) || !nc_json_key(&stats, "facts") || nc_facts(&stats, k->s.dir) == -1))
  {
    strerr_warnwusys("read what is known of the container") ;
    failed = 1 ;
  }
  if (nc_scope_clear(&k->s, WIFSIGNALED(wstat), &scope_report, k) == -1)
  {
    failed = 1 ;
    k->state = "stopped" ;
    if (scope_status(k) == -1) strerr_warnwusys("write ", k->path, "/status.json") ;
  }
  else if (nc_scope_remove(&k->s) == -1) { strerr_warnwusys("remove ", k->path) ; failed = 1 ; }
  if (k->events != -1 && scope_event_summary(k, wstat, &stats) == -1) { strerr_warnwusys("write an event") ; failed = 1 ; }
  return failed && !code ? 111 : code ;
}
