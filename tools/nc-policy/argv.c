/* ISC license. */

#include <linux/seccomp.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "policy.h"

#define USAGE "nc-policy argv [ -s sha256 ] file"

int policy_argv_main (int argc, char const *const *argv)
{
  char const *words[argc] ;
  struct policy_options o = { .words = words } ;
  struct policy p ;
  stralloc sa = STRALLOC_ZERO ;
  policy_options(argc, argv, "+s:", USAGE, &o) ;
  if (o.wordn != 1) dieusage() ;
  policy_open(&p, words[0], &o) ;
  policy_must(&p) ;
  switch (p.kind)
  {
    case POLICY_CAPS_KIND : policy_caps_argv(&p, &sa) ; break ;
    case POLICY_LANDLOCK : policy_landlock_argv(&p, &sa) ; break ;
    case POLICY_SECCOMP :
      if (p.flags & SECCOMP_FILTER_FLAG_LOG && !stralloc_cats(&sa, "-l\n")) strerr_diefusys(111, "allocate memory") ;
      break ;
  }
  if (allwrite(1, sa.s, sa.len) < sa.len) strerr_diefusys(111, "write to standard output") ;
  stralloc_free(&sa) ;
  policy_free(&p) ;
  return 0 ;
}
