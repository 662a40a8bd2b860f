/* ISC license. */

#include <string.h>

#include <skalibs/uint64.h>

#include "nc.h"

static struct { char const *name ; int resource ; int bytes ; } const rlimit_names[] =
{
  { "as", RLIMIT_AS, 1 },
  { "core", RLIMIT_CORE, 1 },
  { "cpu", RLIMIT_CPU, 0 },
  { "data", RLIMIT_DATA, 1 },
  { "fsize", RLIMIT_FSIZE, 1 },
  { "locks", 10, 0 },
  { "memlock", RLIMIT_MEMLOCK, 1 },
  { "msgqueue", RLIMIT_MSGQUEUE, 1 },
  { "nice", RLIMIT_NICE, 0 },
  { "nofile", RLIMIT_NOFILE, 0 },
  { "nproc", RLIMIT_NPROC, 0 },
  { "rss", RLIMIT_RSS, 1 },
  { "rtprio", RLIMIT_RTPRIO, 0 },
  { "rttime", RLIMIT_RTTIME, 0 },
  { "sigpending", RLIMIT_SIGPENDING, 0 },
  { "stack", RLIMIT_STACK, 1 }
} ;

#define RLIMIT_N (sizeof(rlimit_names) / sizeof(rlimit_names[0]))

static int rlimit_value (char const *s, int bytes, rlim_t *v)
{
  uint64_t u ;
  if (!strcmp(s, "unlimited")) { *v = RLIM_INFINITY ; return 1 ; }
  if (bytes && !nc_scan_size(s, &u)) return 0 ;
  if (!bytes && !uint640_scan(s, &u)) return 0 ;
  if (u == UINT64_MAX) return 0 ;
  *v = u ;
  return 1 ;
}

char const *nc_scan_rlimit (char const *word, int *resource, struct rlimit *limit)
{
  size_t n = strcspn(word, "=") ;
  size_t i = 0 ;
  char const *s = word + n ;
  char const *colon ;
  char soft[32] ;
  if (!*s++) return "invalid limit, name=soft[:hard] is meant: " ;
  for (; i < RLIMIT_N ; i++)
    if (strlen(rlimit_names[i].name) == n && !memcmp(rlimit_names[i].name, word, n)) break ;
  if (i == RLIMIT_N) return "unknown limit: " ;
  colon = s + strcspn(s, ":") ;
  if ((size_t)(colon - s) >= sizeof(soft)) return "invalid value: " ;
  memcpy(soft, s, (size_t)(colon - s)) ;
  soft[colon - s] = 0 ;
  if (!rlimit_value(soft, rlimit_names[i].bytes, &limit->rlim_cur)
    || !rlimit_value(*colon ? colon + 1 : soft, rlimit_names[i].bytes, &limit->rlim_max)) return "invalid value: " ;
  if (limit->rlim_cur > limit->rlim_max) return "soft limit above the hard one: " ;
  *resource = rlimit_names[i].resource ;
  return 0 ;
}
