/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>

#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_json.h"
#include "scope.h"

#define STATS_MAX 4096

/* The file's text: 1, or 0 and null in its place where the kernel has no such file, or -1. */
static int stats_read (stralloc *sa, int dir, char const *file, char const *name, char *s, size_t max)
{
  if (!nc_json_key(sa, name)) return -1 ;
  if (nc_read_at(dir, file, s, max) != -1) return 1 ;
  return errno == ENOENT || errno == EOPNOTSUPP ? nc_json_put(sa, "null") - 1 : -1 ;
}

/* A file of one number: that number; max or no such file: null. */
static int stats_number (stralloc *sa, int dir, char const *file, char const *name)
{
  char s[64] ;
  uint64_t u ;
  int r = stats_read(sa, dir, file, name, s, sizeof(s)) ;
  if (r != 1) return r == 0 ;
  return uint64_scan(s, &u) ? nc_json_u64(sa, u) : nc_json_put(sa, "null") ;
}

/* cgroup-v2.rst, flat keyed: "KEY VALUE" lines as an object. */
static int stats_flat (stralloc *sa, int dir, char const *file, char const *name)
{
  char s[STATS_MAX] ;
  char *p = s ;
  uint64_t u ;
  int r = stats_read(sa, dir, file, name, s, sizeof(s)) ;
  if (r != 1) return r == 0 ;
  if (!nc_json_put(sa, "{")) return 0 ;
  while (*p)
  {
    size_t n = strcspn(p, " \n"), line = strcspn(p, "\n") ;
    if (p[n] == ' ' && uint64_scan(p + n + 1, &u))
    {
      p[n] = 0 ;
      if (!nc_json_member_u64(sa, p, u)) return 0 ;
    }
    p += line ;
    if (*p) p++ ;
  }
  return nc_json_put(sa, "}") ;
}

/* cgroup-v2.rst, nested keyed: lines as they stand. */
static int stats_lines (stralloc *sa, int dir, char const *file, char const *name)
{
  char s[STATS_MAX] ;
  char *p = s ;
  int r = stats_read(sa, dir, file, name, s, sizeof(s)) ;
  if (r != 1) return r == 0 ;
  if (!nc_json_put(sa, "[")) return 0 ;
  while (*p)
  {
    size_t n = strcspn(p, "\n") ;
    if ((p != s && !nc_json_put(sa, ",")) || !nc_json_string(sa, p, n)) return 0 ;
    p += n ;
    if (*p) p++ ;
  }
  return nc_json_put(sa, "]") ;
}

/* cgroup-v2.rst, memory.events, oom_kill: 1 and the number, 0 where the kernel has none, or -1. */
static int stats_oom_kills (int dir, uint64_t *n)
{
  char s[STATS_MAX] ;
  char *p ;
  if (nc_read_at(dir, "memory.events", s, sizeof(s)) == -1) return errno == ENOENT ? 0 : -1 ;
  p = strstr(s, "\noom_kill ") ;
  return p && uint64_scan(p + 10, n) ;
}

static int stats_oom (stralloc *sa, int dir)
{
  uint64_t n ;
  int r = stats_oom_kills(dir, &n) ;
  return r != -1 && nc_json_key(sa, "oom_kills") && (r ? nc_json_u64(sa, n) : nc_json_put(sa, "null")) ;
}

/* The container's cgroup, where the journal has one and it is still there: 1 and its descriptor, 0, or -1. */
static int stats_cgroup (struct keeper const *k, int *dir)
{
  char path[NC_UNDO_MAX + 1] ;
  ssize_t n = nc_undo_find(k->s.dir, "cgroup", path, sizeof(path)) ;
  if (n <= 0) return (int)n ;
  *dir = nc_open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, 0) ;
  return *dir != -1 ? 1 : errno == ENOENT ? 0 : -1 ;
}

int scope_oom (struct keeper const *k, char *max)
{
  uint64_t n = 0 ;
  int dir = -1 ;
  int r = stats_cgroup(k, &dir) ;
  if (r != 1) return r ;
  r = stats_oom_kills(dir, &n) ;
  if (r == 1 && !n) r = 0 ;
  if (r == 1 && nc_read_at(dir, "memory.max", max, SCOPE_MAX) == -1) r = -1 ;
  return nc_close(dir, r) ;
}

static uint64_t stats_usec (struct timeval const *t)
{
  return (uint64_t)t->tv_sec * 1000000 + (uint64_t)t->tv_usec ;
}

static int stats_rusage (stralloc *sa)
{
  struct rusage u ;
  if (getrusage(RUSAGE_CHILDREN, &u) == -1) return 0 ;
  return nc_json_key(sa, "resource_stats") && nc_json_put(sa, "{")
   && nc_json_member_string(sa, "source", "rusage of the waited child and of what it waited for")
   && nc_json_member_u64(sa, "user_usec", stats_usec(&u.ru_utime))
   && nc_json_member_u64(sa, "system_usec", stats_usec(&u.ru_stime))
   && nc_json_member_u64(sa, "maxrss_kib", (uint64_t)u.ru_maxrss)
   && nc_json_member_u64(sa, "major_faults", (uint64_t)u.ru_majflt)
   && nc_json_put(sa, "}") && nc_json_key(sa, "oom_kills") && nc_json_put(sa, "null") ;
}

int scope_stats (stralloc *sa, struct keeper const *k)
{
  int ok, dir = -1 ;
  int r = stats_cgroup(k, &dir) ;
  if (r == -1) return 0 ;
  if (!r) return stats_rusage(sa) ;
  ok = nc_json_key(sa, "resource_stats") && nc_json_put(sa, "{") && nc_json_member_string(sa, "source", "cgroup")
   && stats_number(sa, dir, "memory.max", "memory_max")
   && stats_number(sa, dir, "memory.peak", "memory_peak") && stats_flat(sa, dir, "memory.events", "memory_events")
   && stats_flat(sa, dir, "cpu.stat", "cpu") && stats_number(sa, dir, "pids.max", "pids_max")
   && stats_number(sa, dir, "pids.peak", "pids_peak") && stats_flat(sa, dir, "pids.events", "pids_events")
   && stats_lines(sa, dir, "io.stat", "io") && nc_json_put(sa, "}") && stats_oom(sa, dir) ;
  return nc_close(dir, ok ? 0 : -1) == 0 ;
}
