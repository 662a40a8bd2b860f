/* ISC license. */

#include <string.h>
#include <sys/capability.h>

#include "nc.h"

static int caps_one (char const *s, size_t n, uint64_t *set)
{
  char word[64] = "cap_" ;
  char *name = word + 4 ;
  cap_value_t cap ;
  if (!n || n >= sizeof(word) - 4) return 0 ;
  memcpy(name, s, n) ;
  name[n] = 0 ;
  if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz_")]) return 0 ;
  if (cap_from_name(strncmp(name, "cap_", 4) ? word : name, &cap) == -1 || cap < 0 || cap > 63) return 0 ;
  *set |= (uint64_t)1 << cap ;
  return 1 ;
}

char const *nc_scan_caps (char const *list, uint64_t *set)
{
  for (;;)
  {
    size_t n = strcspn(list, ",") ;
    if (!caps_one(list, n, set)) return list ;
    if (!list[n]) return 0 ;
    list += n + 1 ;
  }
}
