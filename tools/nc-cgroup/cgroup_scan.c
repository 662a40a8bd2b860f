/* ISC license. */

#include <stdio.h>
#include <string.h>

#include <skalibs/uint32.h>
#include <skalibs/uint64.h>

#include "cgroup.h"
#include "nc.h"

#define CGROUP_PERIOD 100000U /* microseconds, the kernel's default */
#define CGROUP_QUOTA_MIN 1000 /* what kernel/sched/core.c accepts */
#define CGROUP_PIDS_MAX 4194304 /* linux/threads.h: PID_MAX_LIMIT */
#define CGROUP_CORES_MAX 100000000

static char const *const scan_iokeys[4] = { "rbps", "wbps", "riops", "wiops" } ;

int cgroup_scan_limit (char const *s, int size, char *out)
{
  uint64_t u ;
  if (!strcmp(s, "max")) { strcpy(out, s) ; return 1 ; }
  if (!(size ? nc_scan_size(s, &u) : !!uint640_scan(s, &u) && u <= CGROUP_PIDS_MAX)) return 0 ;
  snprintf(out, CGROUP_TEXT, "%llu", (unsigned long long)u) ;
  return 1 ;
}

/* At most five decimals: hundredths of a millisecond of a period of 100. */
int cgroup_scan_cores (char const *s, char *out)
{
  uint64_t quota ;
  uint32_t scale = CGROUP_PERIOD / 10 ;
  size_t n ;
  if (!strcmp(s, "max")) { snprintf(out, CGROUP_TEXT, "max %u", CGROUP_PERIOD) ; return 1 ; }
  n = uint64_scan(s, &quota) ;
  if (!n || quota > CGROUP_CORES_MAX) return 0 ;
  quota *= CGROUP_PERIOD ;
  if (s[n] == '.')
  {
    if (!s[++n]) return 0 ;
    for (; s[n] >= '0' && s[n] <= '9' && scale ; scale /= 10) quota += (uint64_t)(s[n++] - '0') * scale ;
  }
  if (s[n] || quota < CGROUP_QUOTA_MIN) return 0 ;
  snprintf(out, CGROUP_TEXT, "%llu %u", (unsigned long long)quota, CGROUP_PERIOD) ;
  return 1 ;
}

int cgroup_scan_weight (char const *s, char *out)
{
  uint32_t u ;
  if (!uint320_scan(s, &u) || !u || u > 10000) return 0 ;
  snprintf(out, CGROUP_TEXT, "%u", u) ;
  return 1 ;
}

static int scan_iovalue (char const *s, size_t len, char *out)
{
  char word[24] ;
  if (!len || len >= sizeof(word)) return 0 ;
  memcpy(word, s, len) ;
  word[len] = 0 ;
  return cgroup_scan_limit(word, 1, out) && strcmp(out, "0") ;
}

/* In the order in which the kernel prints them; a key that is not named stays as it is, that is max in a new group. */
int cgroup_scan_io (char const *s, char *out)
{
  char value[4][CGROUP_TEXT] = { "", "", "", "" } ;
  uint32_t major, minor ;
  size_t n = uint32_scan(s, &major) ;
  size_t m = n && s[n] == ':' ? uint32_scan(s + n + 1, &minor) : 0 ;
  int i, len ;
  if (!m || s[n + 1 + m] != ' ') return 0 ;
  for (s += n + 1 + m ; *s ; s += n)
  {
    size_t k ;
    s++ ;
    n = strcspn(s, " ") ;
    k = strcspn(s, "=") ;
    for (i = 0 ; i < 4 ; i++) if (strlen(scan_iokeys[i]) == k && !memcmp(s, scan_iokeys[i], k)) break ;
    if (k >= n || i == 4 || value[i][0] || !scan_iovalue(s + k + 1, n - k - 1, value[i])) return 0 ;
  }
  len = snprintf(out, CGROUP_TEXT, "%u:%u", major, minor) ;
  for (i = 0 ; i < 4 ; i++)
    if (value[i][0]) len += snprintf(out + len, CGROUP_TEXT - (size_t)len, " %s=%s", scan_iokeys[i], value[i]) ;
  return 1 ;
}

size_t cgroup_scan_file (char const *s)
{
  static char const ok[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_." ;
  size_t n = strspn(s, ok) ;
  size_t i = n + 1 ;
  if (!n || n > CGROUP_KEYMAX || s[n] != '=' || !s[n+1] || s[0] == '.' || !memchr(s, '.', n)) return 0 ;
  for (; s[i] ; i++) if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f) return 0 ;
  return n ;
}
