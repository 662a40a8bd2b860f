/* ISC license. */

#include <string.h>
#include <unistd.h>

#include <skalibs/uint64.h>

#include "cgroup.h"
#include "nc.h"

/* Memory is counted in pages: page_counter_memparse() rounds down. */
static int same_word (char const *file, char const *got, size_t gotlen, char const *want, size_t wantlen)
{
  char word[24], read[24] ;
  uint64_t w, r ;
  if (gotlen == wantlen && !memcmp(got, want, gotlen)) return 1 ;
  if (strncmp(file, "memory.", 7) || gotlen >= sizeof(read) || wantlen >= sizeof(word)) return 0 ;
  memcpy(word, want, wantlen) ; word[wantlen] = 0 ;
  memcpy(read, got, gotlen) ; read[gotlen] = 0 ;
  if (!nc_scan_size(word, &w) || !uint640_scan(read, &r)) return 0 ;
  return w - w % (uint64_t)sysconf(_SC_PAGESIZE) == r ;
}

static int same_has (char const *file, char const *line, size_t len, char const *want, size_t wantlen)
{
  size_t i = 0, n ;
  for (; i < len ; i += n + 1)
  {
    n = strcspn(line + i, " \n") ;
    if (same_word(file, line + i, n, want, wantlen)) return 1 ;
  }
  return 0 ;
}

/* What stands in the line and was not asked for: other keys, and numbers (the period of cpu.max). A word of another kind
   takes back what stands before it: cpuset.cpus.partition is "root invalid (...)" where it could not be had. */
static int same_rest (char const *file, char const *line, size_t len, char const *want)
{
  size_t i = 0, n ;
  for (; i < len ; i += n + 1)
  {
    n = strcspn(line + i, " \n") ;
    if (!memchr(line + i, '=', n) && strspn(line + i, "0123456789") < n && !same_has(file, want, strlen(want), line + i, n)) return 0 ;
  }
  return 1 ;
}

/* The first word names a device or is the value, the others follow it in any order. */
static int same_line (char const *file, char const *line, size_t len, char const *want)
{
  size_t n = strcspn(want, " ") ;
  size_t first = strcspn(line, " \n") ;
  if (!same_word(file, line, first, want, n)) return 0 ;
  if (first < len && !same_rest(file, line + first + 1, len - first - 1, want)) return 0 ;
  for (want += n ; *want ; want += n)
  {
    want++ ;
    n = strcspn(want, " ") ;
    if (n && (first == len || !same_has(file, line + first + 1, len - first - 1, want, n))) return 0 ;
  }
  return 1 ;
}

/* Where a device has no limit at all, the kernel has no line for it. */
static int same_unlimited (char const *want)
{
  size_t n = strcspn(want, " ") ;
  if (!want[n]) return 0 ;
  for (want += n ; *want ; want += n)
  {
    want++ ;
    n = strcspn(want, " ") ;
    if (n < 4 || memcmp(want + n - 4, "=max", 4)) return 0 ;
  }
  return 1 ;
}

int cgroup_same (char const *file, char const *got, char const *want)
{
  size_t n = strcspn(want, " ") ;
  int named = 0 ;
  for (;;)
  {
    size_t len = strcspn(got, "\n") ;
    if (same_line(file, got, len, want)) return 1 ;
    if (strcspn(got, " \n") == n && !memcmp(got, want, n)) named = 1 ;
    if (!got[len] || !got[len+1]) break ;
    got += len + 1 ;
  }
  return !named && same_unlimited(want) ;
}
