/* ISC license. */

#include <string.h>

#include "landlock.h"
#include "nc.h"

/* nc-policy(5): no control character, and TOML is UTF-8; a name that cannot be written is granted by what is above it. */
static int toml_plain (char const *s)
{
  for (; *s ; s++) if ((unsigned char)*s < 32 || (unsigned char)*s >= 127) return 0 ;
  return 1 ;
}

static void toml_rule (stralloc *sa, struct place const *p)
{
  static char const *const words[] = { "read", "write", "execute", "readdir" } ;
  char const *s = p->path ;
  unsigned int access = p->access & ACCESS_READ ? p->access & ~ACCESS_READDIR : p->access, i = 0 ;
  int first = 1 ;
  profile_put(sa, "\n[[rules]]\npath = \"") ;
  for (; *s ; s++)
  {
    char c[3] = { '\\', *s, 0 } ;
    profile_put(sa, *s == '"' || *s == '\\' ? c : c + 1) ;
  }
  profile_put(sa, "\"\naccess = [") ;
  for (; i < N(words) ; i++)
  {
    if (!(access >> i & 1)) continue ;
    profile_put(sa, first ? "\"" : ", \"") ;
    profile_put(sa, words[i]) ;
    profile_put(sa, "\"") ;
    first = 0 ;
  }
  profile_put(sa, "]\n") ;
}

void landlock_toml (struct landlock *l, stralloc *sa)
{
  size_t i = 0 ;
  for (; i < l->out.n ; i++) while (!toml_plain(l->out.p[i].path)) profile_parent(l->out.p[i].path) ;
  places_fold(&l->out) ;
  if (!l->out.n) strerr_dief(100, "no path of the trace is here") ;
  profile_put(sa, "# made by nc-profile: what the traced programs opened, widened to directories as nc-profile(8) says\n") ;
  for (i = 0 ; i < l->out.n ; i++)
  {
    if (!strcmp(l->out.p[i].path, "/") && l->out.p[i].access != ACCESS_READDIR)
      strerr_warnw("the policy grants / itself: the programs make files or directories in it") ;
    toml_rule(sa, l->out.p + i) ;
  }
}
