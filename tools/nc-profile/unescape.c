/* ISC license. */

#include <string.h>

#include "profile.h"

static int unescape_digit (char c)
{
  static char const hex[] = "0123456789abcdef" ;
  char const *p = c ? strchr(hex, c) : 0 ;
  return p ? (int)(p - hex) : -1 ;
}

size_t trace_unescape (char *to, char const *s, char const *end)
{
  size_t n = 0 ;
  for (; s < end ; s++)
  {
    char c = *s ;
    if ((unsigned char)c < 32 || c == 127) return 0 ;
    if (c == '\\')
    {
      int high, low ;
      if (end - s < 4 || s[1] != 'x') return 0 ;
      high = unescape_digit(s[2]) ;
      low = unescape_digit(s[3]) ;
      if (high == -1 || low == -1 || !(high | low)) return 0 ;
      c = (char)(high << 4 | low) ;
      s += 3 ;
    }
    to[n++] = c ;
  }
  to[n] = 0 ;
  return n ;
}
