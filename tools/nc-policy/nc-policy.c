/* ISC license. */

#include <string.h>

#include "nc.h"
#include "policy.h"

#define USAGE "nc-policy check|argv|compile|show|digest|denied [ options ] file..."

static struct { char const *verb ; int (*run) (int, char const *const *) ; } const policy_verbs[] =
{
  { "argv", &policy_argv_main },
  { "check", &policy_check_main },
  { "compile", &policy_compile_main },
  { "denied", &policy_denied_main },
  { "digest", &policy_digest_main },
  { "show", &policy_show_main },
} ;

int main (int argc, char const *const *argv)
{
  size_t i = 0 ;
  PROG = "nc-policy" ;
  if (argc < 2 || argv[1][0] == '-') dieusage() ;
  for (; i < N(policy_verbs) ; i++)
    if (!strcmp(argv[1], policy_verbs[i].verb)) return (*policy_verbs[i].run)(argc - 1, argv + 1) ;
  strerr_dief(100, "unknown verb: ", argv[1]) ;
}
