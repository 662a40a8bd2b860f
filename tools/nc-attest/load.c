/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/allreadwrite.h>
#include <skalibs/types.h>

#include "nc.h"
#include "nc_merkle.h"
#include "attest.h"

#define LOAD_MAX (1L << 28)

struct attest_entry *attest_add (struct attest_entries *l)
{
  if (l->n == l->max)
  {
    l->max = l->max ? 2 * l->max : 256 ;
    l->v = reallocarray(l->v, l->max, sizeof(*l->v)) ;
    if (!l->v) strerr_diefusys(111, "allocate memory") ;
  }
  memset(l->v + l->n, 0, sizeof(*l->v)) ;
  l->v[l->n].value = "" ;
  return l->v + l->n++ ;
}

char *attest_dup (char const *s)
{
  char *p = strdup(s) ;
  if (!p) strerr_diefusys(111, "allocate memory") ;
  return p ;
}

/* A regular file, or "fd:N", whole, with a zero byte after it. */
char *attest_read (int at, char const *file, size_t *len)
{
  struct stat st ;
  char *s ;
  int fd ;
  if (!nc_scan_source(file, &fd)) fd = nc_open_at(at, file, O_RDONLY | O_NONBLOCK | O_NOCTTY | (at == AT_FDCWD ? 0 : O_NOFOLLOW), 0, 0) ;
  if (fd == -1 || fstat(fd, &st) == -1) strerr_diefusys(111, "open ", file) ;
  if (!S_ISREG(st.st_mode)) strerr_dief(100, "not a regular file: ", file) ;
  if (st.st_size > LOAD_MAX) strerr_dief(100, "larger than 256 MiB: ", file) ;
  s = malloc((size_t)st.st_size + 1) ;
  if (!s) strerr_diefusys(111, "allocate memory") ;
  errno = ESTALE ;
  *len = (size_t)st.st_size ;
  if (allread(fd, s, *len) < *len) strerr_diefusys(111, "read ", file) ;
  s[*len] = 0 ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", file) ;
  return s ;
}

void attest_malformed (char const *file, struct attest_text const *t)
{
  char fmt[UINT_FMT] ;
  fmt[uint_fmt(fmt, t->line)] = 0 ;
  strerr_dief(100, "malformed ", file, ", line ", fmt, ": ", t->why) ;
}

static int load_order (void const *a, void const *b)
{
  return attest_order(((struct attest_entry const *)a)->path, ((struct attest_entry const *)b)->path) ;
}

/* The other kind has its lines in any order. */
static void load_other (struct attest *a, char const *file, char *s, size_t len)
{
  struct attest_text t = { .s = s, .end = s + len } ;
  struct attest_entry e ;
  size_t i = 1 ;
  int r ;
  while ((r = attest_other_next(&t, &e)) == 1) *attest_add(&a->pinned) = e ;
  if (r) attest_malformed(file, &t) ;
  if (!a->pinned.n) return ;
  qsort(a->pinned.v, a->pinned.n, sizeof(e), &load_order) ;
  for (; i < a->pinned.n ; i++)
    if (!strcmp(a->pinned.v[i-1].path, a->pinned.v[i].path)) strerr_dief(100, "malformed ", file, ": twice in it is ", a->pinned.v[i].path) ;
}

static void load_sum (struct attest *a, char const *file, char const *s, size_t len)
{
  char hex[2 * ATTEST_SUM + 1] ;
  struct attest_sha *h = attest_sha_new() ;
  if (!h || attest_sha_start(h) == -1 || attest_sha_add(h, s, len) == -1 || attest_sha_end(h, a->sum) == -1)
    strerr_diefusys(111, "compute the SHA-256 of ", file) ;
  nc_merkle_hex(hex, (char const *)a->sum) ;
  if (a->pin && strcmp(a->pin, hex)) strerr_dief(100, "digest differs: ", file, " has the SHA-256 ", hex, ", its pin is ", a->pin) ;
}

void attest_load (struct attest *a)
{
  char const *file = a->manifest ? a->manifest : ATTEST_OTHER ;
  struct attest_text t ;
  struct attest_entry e ;
  struct stat st ;
  size_t len ;
  char *s ;
  int r ;
  if (!a->manifest && fstatat(a->dirfd, file, &st, AT_SYMLINK_NOFOLLOW) == -1 && errno == ENOENT)
    strerr_dief(100, "no manifest: -f names one, and there is no " ATTEST_OTHER " in ", a->dir) ;
  s = attest_read(a->manifest ? AT_FDCWD : a->dirfd, file, &len) ;
  load_sum(a, file, s, len) ;
  a->other = !attest_manifest_is(s, len) ;
  if (a->other) { load_other(a, file, s, len) ; return ; }
  if (attest_manifest_start(&t, s, len) == -1) attest_malformed(file, &t) ;
  while ((r = attest_manifest_next(&t, &e)) == 1) *attest_add(e.type == 'n' ? &a->paths : &a->pinned) = e ;
  if (r) attest_malformed(file, &t) ;
}
