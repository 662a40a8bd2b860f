/* ISC license. */

#include <limits.h>
#include <string.h>

#include "policy.h"

/* The path, of less than PATH_MAX bytes, without empty components, "." and "..", as text: links are not looked at. The root becomes the empty string. */
static void lint_fold (char *out, char const *path)
{
  size_t n = 0, len ;
  for (; *path ; path += len)
  {
    path += strspn(path, "/") ;
    len = strcspn(path, "/") ;
    if (len == 2 && path[0] == '.' && path[1] == '.') while (n && out[--n] != '/') ;
    else if (len && !(len == 1 && path[0] == '.'))
    {
      out[n++] = '/' ;
      memcpy(out + n, path, len) ;
      n += len ;
    }
  }
  out[n] = 0 ;
}

/* Is path outer or below it? */
static int lint_within (char const *outer, char const *path)
{
  char o[PATH_MAX], s[PATH_MAX] ;
  if (outer[0] != '/' || path[0] != '/') return !strcmp(outer, path) ;
  lint_fold(o, outer) ;
  lint_fold(s, path) ;
  return !strncmp(o, s, strlen(o)) && (!s[strlen(o)] || s[strlen(o)] == '/') ;
}

static char const *lint_path (struct policy const *p, size_t i)
{
  return p->landlock.paths[i].node->string ;
}

/* Rules grant together: what is written below one path and executed below another is both where one is within the other. */
static void lint_write_execute (struct policy *p)
{
  size_t w = 0, x ;
  for (; w < p->landlock.pathn ; w++)
  {
    if (!(p->landlock.paths[w].access & LANDLOCK_WRITE)) continue ;
    for (x = 0 ; x < p->landlock.pathn ; x++)
    {
      int inner = lint_within(lint_path(p, w), lint_path(p, x)) ;
      if (!(p->landlock.paths[x].access & LANDLOCK_EXECUTE)) continue ;
      if (!inner && !lint_within(lint_path(p, x), lint_path(p, w))) continue ;
      policy_lint(p, p->landlock.paths[inner ? x : w].node->pos, "write-execute", "written and executed", lint_path(p, inner ? x : w),
        "what the program writes there it can run") ;
      break ;
    }
  }
}

void policy_landlock_lint (struct policy *p)
{
  struct policy_landlock const *l = &p->landlock ;
  unsigned int all = 0 ;
  size_t i = 0 ;
  for (; i < l->pathn ; i++)
  {
    char const *path = lint_path(p, i) ;
    all |= l->paths[i].access ;
    if (path[0] != '/' || !lint_within(path, "/")) continue ;
    policy_lint(p, l->paths[i].node->pos, "root", "a rule on", path, "it grants the whole tree; a path is reached without a right on what is above it") ;
  }
  lint_write_execute(p) ;
  if (!(all & LANDLOCK_EXECUTE))
    policy_lint(p, p->root->pos, "no-execute", "no path may be executed, so no program can be started", 0, 0) ;
  if (l->besteffort)
    policy_lint(p, l->besteffortpos, "best-effort", "what the kernel lacks is not enforced", "best_effort", "give min_abi") ;
  if (l->abstract)
    policy_lint(p, l->scopepos, "scope", "abstract sockets of other programs can be reached", 0, "in a network namespace of its own it has no effect") ;
  if (l->signals)
    policy_lint(p, l->scopepos, "scope", "other programs can be sent signals", 0, "in a pid namespace of its own it has no effect") ;
}
