/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_kernel.h"
#include "workspace.h"

/* A .git that is a file or a link says where hooks and configuration are. What is no plain file counts as a directory: a link to
   one does what one does. */
enum ws_match ws_match (struct ws const *w, char const *path, char const *name, mode_t mode)
{
  struct nc_pattern const *x = nc_patterns_s(&w->protect) ;
  size_t i = 0, n = nc_patterns_len(&w->protect) ;
  if (!n) return WS_MATCH_NONE ;
  if (nc_patterns_match(&w->lift, path, name, !S_ISREG(mode))) return WS_MATCH_LIFTED ;
  if (nc_patterns_match(&w->protect, path, name, !S_ISREG(mode))) return WS_MATCH_PROTECTED ;
  if (S_ISDIR(mode) || strcmp(name, ".git")) return WS_MATCH_NONE ;
  for (; i < n ; i++) if (!strncmp(x[i].glob, ".git/", 5)) return WS_MATCH_PROTECTED ;
  return WS_MATCH_NONE ;
}

/* It, or a directory it is in */
int ws_is_protected (struct ws const *w, char const *path, mode_t mode)
{
  char s[strlen(path) + 1] ;
  char *end = s ;
  int r = 0 ;
  strcpy(s, path) ;
  for (;;)
  {
    char *name = end ;
    enum ws_match m ;
    char c ;
    end = strchr(end, '/') ;
    if (!end) end = name + strlen(name) ;
    c = *end ;
    *end = 0 ;
    m = ws_match(w, s, name, c ? S_IFDIR : mode) ;
    *end = c ;
    if (m == WS_MATCH_LIFTED) return 0 ;
    if (m == WS_MATCH_PROTECTED) r = 1 ;
    if (!c) return r ;
    end++ ;
  }
}

/* Leads it out of the workspace: by its text, or through a link that the host has there */
static int plan_outside (struct ws const *w, struct ws_entry const *e)
{
  stralloc target = STRALLOC_ZERO, where = STRALLOC_ZERO ;
  char const *name ;
  int fd = ws_parent(w->stage, e->path, &name) ;
  int r = fd == -1 ? -1 : nc_close(fd, ws_readlink(fd, name, &target)) ;
  if (!r) r = ws_resolve(&where, e->path, target.s) ;
  /* 1: inside by its text; to the top itself, 0 */
  if (r == 1)
  {
    fd = nc_open_at(w->srcfd, where.s, O_PATH, 0, RESOLVE_BENEATH) ;
    r = fd != -1 || (errno != EXDEV && errno != ELOOP) ;
    if (fd != -1) r = nc_close(fd, r) ;
  }
  else if (!r) r = !ws_links_out(e->path, target.s) ;
  {
    int x = errno ;
    stralloc_free(&target) ;
    stralloc_free(&where) ;
    errno = x ;
  }
  return r == -1 ? -1 : !r ;
}

/* made: the directory added last, in which the host has nothing; replaced: the path of the removal before it */
static int plan_verdict (struct ws *w, struct ws_entry *e, char const *made, char const *replaced)
{
  int r ;
  if (e->why) return 0 ;
  e->why = WS_PROTECTED ;
  if ((e->want && ws_is_protected(w, e->path, e->want)) || (e->mode && ws_is_protected(w, e->path, e->mode))) return 0 ;
  e->why = WS_FINE ;
  if (S_ISLNK(e->want))
  {
    r = plan_outside(w, e) ;
    if (r == -1) return -1 ;
    if (r) { e->why = WS_OUTSIDE ; return 0 ; }
  }
  if (e->op == WS_OP_ADD && ((made && ws_below(e->path, made)) || (replaced && (!strcmp(e->path, replaced) || ws_below(e->path, replaced))))) return 0 ;
  switch (ws_host(w, e))
  {
    case WS_HOST_ERROR : return -1 ;
    case WS_HOST_CONFLICT : e->why = WS_CONFLICT ; return 0 ;
    default : return 0 ;
  }
}

/* A directory is removed only if all that was in it is; they come right after it. */
static void plan_up (struct ws *w)
{
  char const *stays = 0 ;
  size_t i = w->ops.n ;
  while (i--)
  {
    struct ws_entry *e = w->v[i] ;
    if (e->op != WS_OP_REMOVE) continue ;
    if (!e->why && stays && ws_below(stays, e->path)) e->why = WS_BELOW ;
    if (e->why) stays = e->path ;
  }
}

/* Nothing is made in what is not made, nor where something stays. */
static void plan_down (struct ws *w)
{
  char const *not = 0 ;
  size_t i = 0 ;
  for (; i < w->ops.n ; i++)
  {
    struct ws_entry *e = w->v[i] ;
    if (not && (ws_below(e->path, not) || (e->op == WS_OP_ADD && !strcmp(e->path, not))))
    {
      if (e->op == WS_OP_ADD) e->why = WS_BELOW ;
      continue ;
    }
    not = e->why && (e->op == WS_OP_ADD || e->op == WS_OP_REMOVE) ? e->path : 0 ;
  }
}

int ws_plan (struct ws *w)
{
  char const *made = 0, *replaced = 0 ;
  size_t i = 0 ;
  for (; i < w->ops.n ; i++)
  {
    struct ws_entry *e = w->v[i] ;
    if (plan_verdict(w, e, made, replaced) == -1)
    {
      strerr_warnwusys("look at ", e->path, " of the workspace ", w->src) ;
      return -1 ;
    }
    if (e->op == WS_OP_ADD && S_ISDIR(e->want) && !e->why && !(made && ws_below(e->path, made))) made = e->path ;
    if (e->op == WS_OP_REMOVE && !e->why) { if (!replaced || !ws_below(e->path, replaced)) replaced = e->path ; }
  }
  plan_up(w) ;
  plan_down(w) ;
  return 0 ;
}
