/* ISC license. */
/* sources: tools/nc-policy/denied_parse.c */
/* link: -lskarnet */

/* Any line as a record of the kernel's audit: what is kept of it is printable. */

#include <stdlib.h>
#include <string.h>

#include "tools/nc-policy/denied.h"

static void fuzz_printable (char const *s, size_t max)
{
  size_t i = 0 ;
  for (; i < max && s[i] ; i++) if (s[i] < 32 || s[i] > 126) abort() ;
  if (i == max) abort() ;
}

extern int LLVMFuzzerTestOneInput (unsigned char const *, size_t) ;
int LLVMFuzzerTestOneInput (unsigned char const *s, size_t len)
{
  struct denied d ;
  char *line = malloc(len + 1) ;
  if (!line) abort() ;
  memcpy(line, s, len) ;
  if (denied_parse(line, len, &d))
  {
    fuzz_printable(d.comm, sizeof(d.comm)) ;
    fuzz_printable(d.exe, sizeof(d.exe)) ;
  }
  free(line) ;
  return 0 ;
}
