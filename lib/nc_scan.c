/* ISC license. */

#include <string.h>

#include <skalibs/types.h>
#include <skalibs/uint32.h>
#include <skalibs/uint64.h>

#include "nc.h"

int nc_scan_id (char const *s, uint32_t *id)
{
  return uint320_scan(s, id) && *id != (uint32_t)-1 ;
}

int nc_scan_fd (char const *s, int *fd)
{
  uint32_t u ;
  if (!uint320_scan(s, &u) || u > 1048575) return 0 ;
  *fd = (int)u ;
  return 1 ;
}

int nc_scan_source (char const *s, int *fd)
{
  return !strncmp(s, "fd:", 3) && nc_scan_fd(s + 3, fd) ;
}

int nc_scan_size (char const *s, uint64_t *bytes)
{
  static char const units[] = "KMGT" ;
  uint64_t u ;
  size_t n = uint64_scan(s, &u) ;
  char const *p ;
  unsigned int shift ;
  if (!n) return 0 ;
  if (!s[n]) { *bytes = u ; return 1 ; }
  p = memchr(units, s[n] & ~0x20, sizeof(units) - 1) ;
  if (!p || s[n+1]) return 0 ;
  shift = 10 * (unsigned int)(p - units + 1) ;
  if (u > UINT64_MAX >> shift) return 0 ;
  *bytes = u << shift ;
  return 1 ;
}

int nc_scan_duration (char const *s, uint64_t *ms)
{
  static struct { char const *unit ; uint64_t ms ; } const units[] =
    { { "", 1 }, { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } } ;
  uint64_t u ;
  size_t n = uint64_scan(s, &u) ;
  size_t i = 0 ;
  if (!n) return 0 ;
  for (; i < sizeof(units) / sizeof(units[0]) ; i++)
    if (!strcmp(s + n, units[i].unit))
    {
      if (u > UINT64_MAX / units[i].ms) return 0 ;
      *ms = u * units[i].ms ;
      return 1 ;
    }
  return 0 ;
}

int nc_scan_hostname (char const *s)
{
  static char const ok[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_." ;
  size_t n = strlen(s) ;
  return n && n <= 64 && strspn(s, ok) == n && s[0] != '-' && s[0] != '.' ;
}

int nc_scan_name (char const *s)
{
  static char const ok[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-" ;
  size_t n = strlen(s) ;
  return n && n <= 64 && s[0] != '.' && s[0] != '-' && strspn(s, ok) == n ;
}
