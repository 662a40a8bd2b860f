/* ISC license. */
/* sources: tools/nc-profile/parse.c tools/nc-profile/unescape.c */
/* link: -lskarnet */

/* Any text as a trace: what is taken of it is whole, paths are absolute, and the same text adds the same again. */

#include <stdlib.h>
#include <string.h>

#include "tools/nc-profile/profile.h"

static void fuzz_whole (struct trace const *t)
{
  size_t i = 0 ;
  for (; i < t->pathn ; i++)
  {
    if (t->paths[i].path[0] != '/' || strlen(t->paths[i].path) > 16384) abort() ;
    if (!t->paths[i].use || t->paths[i].use > 31) abort() ;
  }
  for (i = 0 ; i < t->calln ; i++) if (t->calls[i].many > 63) abort() ;
}

extern int LLVMFuzzerTestOneInput (unsigned char const *, size_t) ;
int LLVMFuzzerTestOneInput (unsigned char const *s, size_t len)
{
  struct trace t = { .calls = 0 } ;
  size_t line, again, n ;
  char *copy = malloc(len ? len : 1) ;
  if (!copy) abort() ;
  memcpy(copy, s, len) ;
  if (!trace_parse(&t, copy, len, &line))
  {
    fuzz_whole(&t) ;
    n = t.calln + t.pathn + t.clonen ;
    if (trace_parse(&t, copy, len, &again) || again != line || t.calln + t.pathn + t.clonen != 2 * n) abort() ;
  }
  trace_free(&t) ;
  free(copy) ;
  return 0 ;
}
