/* ISC license. */

#include <unistd.h>

#include <skalibs/buffer.h>

#include "nc.h"
#include "run_modes.h"

#define MODES_ROW(rule, words, a, s, p) { words, { RUN_##a, RUN_##s, RUN_##p } },
static struct { char const *words ; enum run_verdict say[3] ; } const rules[] = { RUN_MODES(MODES_ROW) } ;
#undef MODES_ROW

enum run_verdict run_verdict (enum run_mode mode, enum run_rule rule)
{
  return rules[rule].say[mode] ;
}

int run_always (enum run_mode mode, enum run_rule rule)
{
  return rules[rule].say[mode] == RUN_ALWAYS ;
}

char const *run_mode_name (enum run_mode mode)
{
  static char const *const names[] = { "agent", "strict-agent", "production" } ;
  return names[mode] ;
}

void run_rule (enum run_mode mode, enum run_rule rule, int asked)
{
  enum run_verdict say = rules[rule].say[mode] ;
  if (say == RUN_NEVER && asked) strerr_dief(100, "refused in mode ", run_mode_name(mode), ": ", rules[rule].words) ;
  if (say == RUN_MUST && !asked) strerr_dief(100, "needed in mode ", run_mode_name(mode), ": ", rules[rule].words) ;
}

void run_modes (void)
{
  static char const *const says[] = { "no", "may", "always", "must", "never" } ;
  unsigned int i = 0, j ;
  for (; i < RUN_RULES ; i++)
  {
    buffer_puts(buffer_1small, rules[i].words) ;
    for (j = 0 ; j < 3 ; j++)
    {
      buffer_puts(buffer_1small, "\t") ;
      buffer_puts(buffer_1small, says[rules[i].say[j]]) ;
    }
    buffer_puts(buffer_1small, "\n") ;
  }
  if (!buffer_flush(buffer_1small)) strerr_diefusys(111, "print the modes") ;
  _exit(0) ;
}
