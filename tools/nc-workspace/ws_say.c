/* ISC license. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "nc.h"
#include "nc_json.h"
#include "nc_scope.h"
#include "workspace.h"

#define SAY_FACT 60000  /* what the names in a fact may take */

char const *ws_mode_name (enum ws_mode m)
{
  static char const *const names[] = { "bind-rw", "bind-ro", "copy-in-out", "overlay-in-out" } ;
  return names[m] ;
}

/* Newline, tab and backslash as nc-rootfs -P reads them: 0 where memory ran out. */
char const *ws_escape (stralloc *sa, char const *path)
{
  sa->len = 0 ;
  for (; *path ; path++)
  {
    char const *s = *path == '\n' ? "\\n" : *path == '\t' ? "\\t" : *path == '\\' ? "\\\\" : 0 ;
    if (!(s ? stralloc_cats(sa, s) : stralloc_catb(sa, path, 1))) return 0 ;
  }
  return stralloc_0(sa) ? sa->s : 0 ;
}

void ws_say (char const *what, char const *path, char const *more)
{
  strerr_warn(PROG, ": info: ", what, ": ", path, more) ;
}

void ws_name (struct ws *w, char const *what, char const *path, char const *more)
{
  strerr_warn(PROG, ": error: ", what, ": ", path, more) ;
  w->bad = 1 ;
  if (w->named.len > SAY_FACT) return ;
  if ((w->named.len && !nc_json_put(&w->named, ",")) || !nc_json_put(&w->named, "{")
   || !nc_json_member_string(&w->named, "what", what) || !nc_json_member_string(&w->named, "path", path)
   || !nc_json_put(&w->named, "}")) w->failed = 1 ;
}

/* What is in a protected directory goes without saying. */
static uint64_t say_protected (struct ws const *w)
{
  struct ws_entry const *e ;
  uint64_t n = 0 ;
  size_t pos = 0 ;
  while ((e = ws_next(&w->start, &pos))) n += !e->racy ;
  return n ;
}

static int say_text (stralloc *sa, struct ws const *w, int end)
{
  static char const *const keys[] = { 0, "added", "changed", "modes", "removed" } ;
  size_t i = 1 ;
  int ok = nc_json_put(sa, "{") && nc_json_member_string(sa, "mode", ws_mode_name(w->mode))
   && nc_json_member_u64(sa, "protected", say_protected(w)) ;
  if (!end) return ok && nc_json_put(sa, "}") ;
  if (w->mode > WS_BIND_RO) for (; ok && i < 5 ; i++) ok = nc_json_member_u64(sa, keys[i], w->counts[i]) ;
  if (w->mode > WS_BIND_RO)
    ok = ok && nc_json_member_string(sa, "at_end", w->end == WS_APPLY ? "apply" : w->end == WS_KEEP ? "keep" : "drop")
     && nc_json_member_u64(sa, "applied", w->applied) ;
  return ok && nc_json_key(sa, "errors") && nc_json_put(sa, "[") && stralloc_catb(sa, w->named.s, w->named.len)
   && nc_json_put(sa, "]}") ;
}

/* Of the scope, where there is one: at the start it goes into container_started, at the end into container_summary. */
void ws_fact (struct ws *w, int end)
{
  stralloc sa = STRALLOC_ZERO ;
  char const *env[2] = { w->scope, 0 } ;
  int fd, r ;
  if (!w->scope) return ;
  fd = nc_scope_open(env) ;
  if (fd == -1 && !end) ws_die(w, "open the scope", "") ;
  r = fd == -1 || !say_text(&sa, w, end) ? -1 : nc_fact_add(fd, "workspace", sa.s, sa.len) ;
  if (fd != -1) r = nc_close(fd, r) ;
  stralloc_free(&sa) ;
  if (r == 0) return ;
  if (!end) ws_die(w, "tell the scope of the workspace", "") ;
  strerr_warnwusys("tell the scope of the workspace") ;
  w->failed = 1 ;
}
