/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <skalibs/sha256.h>
#include <skalibs/uint32.h>

#include "nc.h"
#include "nc_kernel.h"
#include "nc_scope.h"

#define LEASE_NAME 24   /* FIRST or FIRST+COUNT */

struct lease_span
{
  uint32_t first, count ;
} ;

/* The run directory's .leases, ours alone, with its lock held as long as the second descriptor is open. */
static int lease_open (char const *dir, int *lock)
{
  struct stat st ;
  int fd ;
  if (mkdir(dir, 0700) == -1 && errno != EEXIST) return -1 ;
  fd = nc_open_at(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
  if (fd == -1 || fstat(fd, &st) == -1) return -1 ;
  if (st.st_uid != geteuid() || st.st_mode & 077) return (errno = EPERM, -1) ;
  *lock = nc_open_at(fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW, 0600, 0) ;
  if (*lock == -1) return -1 ;
  while (flock(*lock, LOCK_EX) == -1) if (errno != EINTR) return -1 ;
  return fd ;
}

static int lease_parse (char const *name, struct lease_span *s)
{
  size_t n = uint32_scan(name, &s->first) ;
  s->count = 1 ;
  return n && (!name[n] || (name[n] == '+' && uint320_scan(name + n + 1, &s->count))) ;
}

static int lease_cmp (void const *a, void const *b)
{
  uint32_t x = ((struct lease_span const *)a)->first, y = ((struct lease_span const *)b)->first ;
  return (x > y) - (x < y) ;
}

/* All leases, sorted by first id; they do not overlap. */
static int lease_list (int dirfd, struct lease_span **list, size_t *n)
{
  stralloc names = STRALLOC_ZERO ;
  size_t i = 0, max = 1 ;
  int r = nc_names(dirfd, &names) ;
  for (; i < names.len ; i++) max += !names.s[i] ;
  if (!r) *list = malloc(max * sizeof(**list)) ;
  for (i = 0 ; *list && i < names.len ; i += strlen(names.s + i) + 1) *n += (size_t)lease_parse(names.s + i, *list + *n) ;
  stralloc_free(&names) ;
  if (*n) qsort(*list, *n, sizeof(**list), &lease_cmp) ;
  return *list ? 0 : -1 ;
}

static int lease_free (struct lease_span const *list, size_t n, uint32_t first, uint32_t count)
{
  size_t lo = 0, hi = n ;
  while (lo < hi)
  {
    size_t mid = (lo + hi) / 2 ;
    if (list[mid].first < first) lo = mid + 1 ; else hi = mid ;
  }
  if (lo < n && list[lo].first - first < count) return 0 ;
  return !lo || first - list[lo-1].first >= list[lo-1].count ;
}

/* The same name starts its search at the same slot, so that it normally gets the same ids again. */
static int lease_pick (struct nc_lease *l, char const *name, int dirfd, uint32_t count)
{
  SHA256Schedule ctx = SHA256_INIT() ;
  unsigned char hash[32] ;
  struct lease_span *list = 0 ;
  size_t n = 0 ;
  uint64_t h = 0 ;
  uint32_t first, total, slots, i ;
  int r = nc_lease_range(l, &first, &total) ;
  if (r) return r ;
  l->object = "read the leases" ;
  if (lease_list(dirfd, &list, &n) == -1) { free(list) ; return NC_LEASE_SYSTEM ; }
  sha256_update(&ctx, name, strlen(name)) ;
  sha256_final(&ctx, (char *)hash) ;
  for (i = 0 ; i < 8 ; i++) h = h << 8 | hash[i] ;
  slots = total / count ;
  for (i = 0 ; i < slots ; i++)
  {
    l->first = first + (uint32_t)((h + i) % slots) * count ;
    if (lease_free(list, n, l->first, count)) break ;
  }
  free(list) ;
  return i < slots ? NC_LEASE_OK : NC_LEASE_FULL ;
}

/* The container's id is the first line of the lease: undo frees nothing that carries another one. Renamed into place whole,
   out of the scope's directory, where what a kill leaves of it is cleared. */
static int lease_write (int dirfd, int scopefd, char const *file, char const *name, uint32_t count)
{
  char text[128] ;
  ssize_t r ;
  int n ;
  int fd = nc_open_at(scopefd, "id", O_RDONLY, 0, RESOLVE_BENEATH) ;
  if (fd == -1) return -1 ;
  r = read(fd, text, 32) ;
  if (nc_close(fd, (int)r) == -1) return -1 ;
  if (r != 32) return (errno = EPROTO, -1) ;
  n = snprintf(text + 32, sizeof(text) - 32, "\n%s %u\n", name, count) ;
  if (n < 0 || (size_t)n >= sizeof(text) - 32) return (errno = ENAMETOOLONG, -1) ;
  fd = nc_open_at(scopefd, "lease", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600, 0) ;
  if (fd == -1) return -1 ;
  r = write(fd, text, (size_t)n + 32) ;
  if (nc_close(fd, (int)r) == -1) return -1 ;
  if (r != n + 32) return (errno = EIO, -1) ;
  return renameat(scopefd, "lease", dirfd, file) ;
}

int nc_lease_take (struct nc_lease *l, int scopefd, char const *scope, uint32_t count)
{
  char const *slash = strrchr(scope, '/') ;
  size_t dirlen = slash ? (size_t)(slash - scope) : 0 ;
  char path[dirlen + sizeof("/.leases/\n") + LEASE_NAME] ;
  size_t len = dirlen + 8 ;
  int lock, n, r, dirfd ;
  l->object = "open the directory of leases" ;
  memcpy(path, scope, dirlen) ;
  memcpy(path + dirlen, "/.leases", 9) ;
  if (!slash || !slash[1]) return (errno = EINVAL, NC_LEASE_SYSTEM) ;
  dirfd = lease_open(path, &lock) ;
  if (dirfd == -1) return NC_LEASE_SYSTEM ;
  r = lease_pick(l, slash + 1, dirfd, count) ;
  if (r) return r ;
  n = snprintf(path + len, LEASE_NAME + 2, count == 1 ? "/%u" : "/%u+%u", l->first, count) ;
  path[len + (size_t)n] = '\n' ;
  l->object = "write an undo entry" ;
  if (nc_undo_add(scopefd, "lease", path, len + (size_t)n + 1) == -1) return NC_LEASE_SYSTEM ;
  path[len + (size_t)n] = 0 ;
  l->object = "write a lease" ;
  if (lease_write(dirfd, scopefd, path + len + 1, slash + 1, count) == -1) return NC_LEASE_SYSTEM ;
  l->object = "close the directory of leases" ;
  return close(dirfd) == -1 || close(lock) == -1 ? NC_LEASE_SYSTEM : NC_LEASE_OK ;
}
