/* ISC license. */

#include <string.h>

#include "nc.h"

char *nc_field (char **s)
{
  char *start = *s ;
  char *out = start ;
  char *p = start ;
  if (!start) return 0 ;
  if (!strncmp(p, "fd:", 3)) { p += 3 ; out += 3 ; }
  for (; *p && *p != ':' ; p++)
  {
    if (*p == '\\' && (p[1] == ':' || p[1] == '\\')) p++ ;
    *out++ = *p ;
  }
  *s = *p ? p + 1 : 0 ;
  *out = 0 ;
  return start ;
}
