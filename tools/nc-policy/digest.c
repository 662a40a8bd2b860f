/* ISC license. */

#include <string.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "policy.h"

#define USAGE "nc-policy digest [ -s sha256 ] file"

int policy_digest_main (int argc, char const *const *argv)
{
  char const *words[argc] ;
  struct policy_options o = { .words = words } ;
  struct policy p ;
  policy_options(argc, argv, "+s:", USAGE, &o) ;
  if (o.wordn != 1) dieusage() ;
  memset(&p, 0, sizeof(p)) ;
  p.file = words[0] ;
  policy_slurp(&p, &o) ;
  p.digest[64] = '\n' ;
  if (allwrite(1, p.digest, 65) < 65) strerr_diefusys(111, "write to standard output") ;
  policy_free(&p) ;
  return 0 ;
}
