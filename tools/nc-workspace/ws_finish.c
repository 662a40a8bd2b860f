/* ISC license. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nc.h"
#include "nc_placeholder.h"
#include "workspace.h"

static char const *const finish_ops[] = { "", "added", "changed", "mode", "removed" } ;

static char const *finish_why (uint32_t why)
{
  static char const *const words[] =
  {
    "",
    "not applied, protected",
    "not applied, a link that leads out of the workspace",
    "not applied, neither file, directory nor link",
    "not applied, the host has changed it",
    "not applied, with what is in it or around it",
    "not applied"
  } ;
  return words[why] ;
}

/* DIR/changes: OP, a blank and the path, one a line; the same on standard error. */
static int finish_list (struct ws *w)
{
  stralloc sa = STRALLOC_ZERO, esc = STRALLOC_ZERO ;
  size_t i = 0 ;
  int r = 0 ;
  for (; !r && i < w->ops.n ; i++)
  {
    struct ws_entry const *e = w->v[i] ;
    char const *s = ws_escape(&esc, e->path) ;
    if (!w->quiet) ws_say(finish_ops[e->op], e->path, "") ;
    if (!s || !stralloc_cats(&sa, finish_ops[e->op]) || !stralloc_cats(&sa, " ") || !stralloc_cats(&sa, s) || !stralloc_cats(&sa, "\n")) r = -1 ;
  }
  if (!r) r = ws_put(w->dirfd, "changes", sa.len ? sa.s : "", sa.len, 0) ;
  if (r == -1) strerr_warnwusys("write ", w->dir, "/changes") ;
  stralloc_free(&sa) ;
  stralloc_free(&esc) ;
  return r ;
}

static int finish_apply (struct ws *w)
{
  size_t i = 0 ;
  if (ws_plan(w) == -1)
  {
    strerr_warnw("nothing was applied; the next run puts aside what is in ", w->dir) ;
    return -1 ;
  }
  for (; i < w->ops.n ; i++)
  {
    struct ws_entry const *e = w->v[i] ;
    /* what is below one that was named goes without saying */
    if (e->why && (e->why != WS_BELOW || e->op == WS_OP_REMOVE)) ws_name(w, finish_why(e->why), e->path, "") ;
  }
  if (ws_journal_write(w) == -1)
  {
    strerr_warnwusys("write ", w->dir, "/journal") ;
    strerr_warnw("nothing was applied; the next run puts aside what is in ", w->dir) ;
    return -1 ;
  }
  if (ws_apply(w) == 0) return 0 ;
  strerr_warnw("what was begun is completed by the next run with ", w->dir) ;
  return -1 ;
}

static int finish_record (struct ws *w, struct ws_list *record)
{
  size_t pos = 0 ;
  if (ws_slurp(w->dirfd, "record", &record->sa) == 1)
  {
    while (ws_next(record, &pos)) record->n++ ;
    if (pos == record->sa.len) return 0 ;
    errno = EPROTO ;
  }
  strerr_warnwusys("read ", w->dir, "/record") ;
  return -1 ;
}

static int finish_changes (struct ws *w)
{
  struct ws_list record = { .n = 0 } ;
  int r = finish_record(w, &record) ;
  if (!r) r = ws_changes(w, &record) ;
  stralloc_free(&record.sa) ;
  if (r) return -1 ;
  w->v = ws_index(&w->ops) ;
  if (!w->v) { strerr_warnwusys("list the changes of ", w->src) ; return -1 ; }
  return finish_list(w) ;
}

/* Whatever fails, nothing of staging is removed then. */
static int finish_staging (struct ws *w)
{
  if (finish_changes(w) == -1) return -1 ;
  if (w->end == WS_APPLY && w->ops.n)
  {
    size_t i = 0 ;
    if (finish_apply(w) == -1) return -1 ;
    for (; i < w->ops.n ; i++) if (w->v[i]->why)
    {
      strerr_warnw("what was not applied is in ", w->dir, w->mode == WS_COPY ? "/tree" : "/upper") ;
      return 0 ;
    }
  }
  else if (w->end == WS_KEEP && w->ops.n)
  {
    if (ws_state_put(w, "kept\n") == -1) { strerr_warnwusys("write ", w->dir, "/state") ; return -1 ; }
    return 0 ;
  }
  if (ws_state_put(w, "done\n") == -1 || ws_state_clear(w) == -1) { strerr_warnwusys("clear ", w->dir) ; return -1 ; }
  return 0 ;
}

void ws_finish (struct ws *w)
{
  if (w->mode >= WS_COPY) { if (finish_staging(w) == -1) w->failed = 1 ; }
  else ws_compare(w) ;
  if (w->dirfd != -1 && nc_state_leave(w->dirfd, w->dir) == -1) { strerr_warnwusys("remove ", w->dir) ; w->failed = 1 ; }
  ws_fact(w, 1) ;
}
