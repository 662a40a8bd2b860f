/* ISC license. */

#include <skalibs/types.h>

#include "nc.h"
#include "policy.h"

static void argv_line (stralloc *sa, char const *option, char const *value)
{
  if (!stralloc_cats(sa, option) || !stralloc_cats(sa, value) || !stralloc_append(sa, '\n')) strerr_diefusys(111, "allocate memory") ;
}

static void argv_number (stralloc *sa, char const *option, unsigned int u)
{
  char fmt[UINT_FMT] ;
  fmt[uint_fmt(fmt, u)] = 0 ;
  argv_line(sa, option, fmt) ;
}

void policy_landlock_argv (struct policy const *p, stralloc *sa)
{
  struct policy_landlock const *l = &p->landlock ;
  size_t i = 0 ;
  if (l->besteffort) argv_line(sa, "-b", "") ;
  if (l->abi) argv_number(sa, "-a", l->abi) ;
  for (; i < l->pathn ; i++)
  {
    char const *path = l->paths[i].node->string ;
    unsigned int access = l->paths[i].access ;
    if (access & LANDLOCK_READ) argv_line(sa, "-r", path) ;
    if (access & LANDLOCK_WRITE) argv_line(sa, "-w", path) ;
    if (access & LANDLOCK_EXECUTE) argv_line(sa, "-x", path) ;
    if ((access & (LANDLOCK_READ | LANDLOCK_READDIR)) == LANDLOCK_READDIR) argv_line(sa, "-d", path) ;
  }
  if (l->tcp) argv_line(sa, "-t", "") ;
  for (i = 0 ; i < l->portn ; i++) argv_number(sa, l->ports[i].bind ? "-l" : "-c", l->ports[i].port) ;
  if (l->abstract) argv_line(sa, "-A", "") ;
  if (l->signals) argv_line(sa, "-S", "") ;
  if (l->quiet) argv_line(sa, "-q", "") ;
}
