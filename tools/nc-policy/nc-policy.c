/* ISC license. */

#include <string.h>

#include "nc.h"
#include "policy.h"

#define USAGE "nc-policy compile [ -o out ] file"

static struct { char const *verb ; int (*run) (int, char const *const *) ; } const policy_verbs[] =
{
  { "compile", &policy_compile },
} ;

int main (int argc, char const *const *argv)
{
  size_t i = 0 ;
  PROG = "nc-policy" ;
  if (argc < 2 || argv[1][0] == '-') dieusage() ;
  for (; i < sizeof(policy_verbs) / sizeof(policy_verbs[0]) ; i++)
    if (!strcmp(argv[1], policy_verbs[i].verb)) return (*policy_verbs[i].run)(argc - 1, argv + 1) ;
  strerr_dief(100, "unknown verb: ", argv[1]) ;
}
