/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "nc_json.h"
#include "nc_scope.h"

#define FACT "fact."
#define FACT_MAX 65536

/* Written beside it and renamed, so that a reader finds a whole one. */
int nc_fact_add (int scopefd, char const *key, char const *json, size_t len)
{
  char name[sizeof(FACT) + NC_UNDO_KINDMAX] ;
  char tmp[sizeof(FACT) + NC_UNDO_KINDMAX + 4] ;
  size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz_") ;
  int fd, r ;
  if (!n || key[n] || n > NC_UNDO_KINDMAX || len >= FACT_MAX || nc_json_value(json, len) != len) return (errno = EINVAL, -1) ;
  snprintf(name, sizeof(name), FACT "%s", key) ;
  snprintf(tmp, sizeof(tmp), "new-%s", name) ;
  fd = openat(scopefd, tmp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600) ;
  if (fd == -1) return -1 ;
  r = allwrite(fd, json, len) < len ? -1 : 0 ;
  if (nc_close(fd, r) == 0 && renameat(scopefd, tmp, scopefd, name) == 0) return 0 ;
  r = errno ;
  unlinkat(scopefd, tmp, 0) ;
  errno = r ;
  return -1 ;
}

static int fact_put (stralloc *sa, int scopefd, char const *name)
{
  size_t start ;
  ssize_t n ;
  if (!nc_json_key(sa, name + sizeof(FACT) - 1) || !stralloc_readyplus(sa, FACT_MAX)) return -1 ;
  start = sa->len ;
  n = nc_read_at(scopefd, name, sa->s + start, FACT_MAX) ;
  if (n == -1) return -1 ;
  if (nc_json_value(sa->s + start, (size_t)n) != (size_t)n) return (errno = EPROTO, -1) ;
  sa->len += (size_t)n ;
  return 0 ;
}

int nc_facts (stralloc *sa, int scopefd)
{
  stralloc names = STRALLOC_ZERO ;
  size_t i = 0 ;
  int r = nc_names(scopefd, &names) ;
  int e ;
  if (!r && !nc_json_put(sa, "{")) r = -1 ;
  for (; !r && i < names.len ; i += strlen(names.s + i) + 1)
    if (!strncmp(names.s + i, FACT, sizeof(FACT) - 1)) r = fact_put(sa, scopefd, names.s + i) ;
  if (!r && !nc_json_put(sa, "}")) r = -1 ;
  e = errno ;
  stralloc_free(&names) ;
  errno = e ;
  return r ;
}
