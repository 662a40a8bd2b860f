/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_merkle.h"
#include "attest.h"

static int store_order (void const *a, void const *b)
{
  return strcmp(((struct attest_entry const *)a)->path, ((struct attest_entry const *)b)->path) ;
}

static struct attest_entry const *store_find (struct attest_entries const *l, char const *path)
{
  struct attest_entry key = { .path = path } ;
  return l->n ? bsearch(&key, l->v, l->n, sizeof(key), &store_order) : 0 ;
}

/* The name below the store, or 0. */
static char const *store_name (struct attest const *a, char const *path)
{
  size_t n = strlen(a->storedir) ;
  return !strncmp(path, a->storedir, n) && path[n] == '/' && attest_store_name(path + n + 1) ? path + n + 1 : 0 ;
}

/* The last entry of l, where it says twice the same it is taken away again. */
static void store_sorted (struct attest_entries *l)
{
  size_t i = 0, n = 0 ;
  if (l->n) qsort(l->v, l->n, sizeof(*l->v), &store_order) ;
  for (; i < l->n ; i++) if (!n || strcmp(l->v[n-1].path, l->v[i].path)) l->v[n++] = l->v[i] ;
  l->n = n ;
}

static void store_list (struct attest *a, struct attest_entries *l)
{
  char const *file = a->list ? a->list : ATTEST_PATHS ;
  struct attest_text t = { 0 } ;
  struct stat st ;
  size_t len ;
  if (!a->list && fstatat(a->dirfd, file, &st, AT_SYMLINK_NOFOLLOW) == -1 && errno == ENOENT)
    strerr_dief(100, "no list of store paths: -l names one, and there is no " ATTEST_PATHS " in ", a->dir) ;
  t.s = attest_read(a->list ? AT_FDCWD : a->dirfd, file, &len) ;
  t.end = t.s + len ;
  for (;;)
  {
    char *s = attest_line(&t, &len) ;
    if (!s && !t.why) break ;
    if (s && !len) continue ;
    if (s && !store_name(a, s)) t.why = "not a path of the store" ;
    if (t.why) attest_malformed(file, &t) ;
    attest_add(l)->path = s ;
  }
  store_sorted(l) ;
}

static void store_registration (struct attest *a)
{
  struct attest_text t = { 0 } ;
  struct attest_entry e ;
  size_t len ;
  int r ;
  if (!a->registration) return ;
  t.s = attest_read(AT_FDCWD, a->registration, &len) ;
  t.end = t.s + len ;
  while ((r = attest_registration_next(&t, &e)) == 1) *attest_add(&a->registered) = e ;
  if (r) attest_malformed(a->registration, &t) ;
  store_sorted(&a->registered) ;
}

/* Whose paths are those of the list: each is pinned, and none is pinned that is not in it. */
static void store_same (struct attest const *a, struct attest_entries const *l)
{
  size_t i = 0 ;
  for (; i < l->n ; i++) if (!store_find(&a->paths, l->v[i].path)) strerr_dief(1, "unable to verify ", a->dir, ": the manifest lacks ", l->v[i].path) ;
  for (i = 0 ; i < a->paths.n ; i++)
    if (!store_find(l, a->paths.v[i].path)) strerr_dief(1, "unable to verify ", a->dir, ": the list lacks ", a->paths.v[i].path) ;
}

void attest_store_load (struct attest *a)
{
  struct attest_entries list = { 0 } ;
  size_t i = 0 ;
  a->pinned_paths = a->paths.n > 0 ;
  if (!a->store && a->pinned_paths) strerr_dief(100, "the manifest pins store paths: -p says how they are verified") ;
  if (!a->store) return ;
  for (; i < a->paths.n ; i++) if (!store_name(a, a->paths.v[i].path)) strerr_dief(100, "not a path of the store ", a->storedir, ": ", a->paths.v[i].path) ;
  store_list(a, &list) ;
  store_registration(a) ;
  if (a->pinned_paths) store_same(a, &list) ;
  else a->paths = list ;
  if (!a->registration && !(a->pinned_paths && a->store == 'f') && !(a->make && a->store == 'f'))
    strerr_dief(100, "nothing to compare store paths with: -r names a registration") ;
}

static int store_larger (void const *a, void const *b)
{
  uint64_t x = ((struct attest_work const *)a)->size, y = ((struct attest_work const *)b)->size ;
  return x == y ? 0 : x < y ? 1 : -1 ;
}

/* Is the content to be read? Where two records are there, path compares them. */
static int store_reads (struct attest const *a)
{
  return a->store == 'f' || (!a->pinned_paths && !a->make) ;
}

/* The largest first, so that no process is left alone with it in the end. */
void attest_store_works (struct attest *a)
{
  size_t i = 0 ;
  if (!a->store || !store_reads(a)) return ;
  a->storefd = nc_open_source(a->storedir, O_RDONLY | O_DIRECTORY) ;
  if (a->storefd == -1) strerr_diefusys(111, "open the store ", a->storedir) ;
  for (; i < a->paths.n ; i++)
  {
    struct attest_entry const *e = a->paths.v + i ;
    struct attest_entry const *known = store_find(&a->registered, e->path) ;
    struct attest_work const w = { .at = a->storefd, .path = store_name(a, e->path), .shown = e->path, .nar = 1, .size = known ? known->size : 1 << 20 } ;
    attest_work_add(a, &w) ;
  }
  if (a->worksn) qsort(a->works, a->worksn, sizeof(*a->works), &store_larger) ;
  for (i = 0 ; i < a->worksn ; i++)
  {
    /* the works are the paths of the list, and nothing else yet */
    struct attest_entry key = { .path = a->works[i].shown } ;
    struct attest_entry *e = bsearch(&key, a->paths.v, a->paths.n, sizeof(key), &store_order) ;
    if (e) e->work = i ;
  }
}

static void store_differs (struct attest const *a, char const *path, char const *is, unsigned char const *x, char const *of, unsigned char const *y)
{
  char s[2 * ATTEST_SUM + 1], t[2 * ATTEST_SUM + 1] ;
  if (!memcmp(x, y, ATTEST_SUM)) return ;
  nc_merkle_hex(s, (char const *)x) ;
  nc_merkle_hex(t, (char const *)y) ;
  strerr_dief(1, "unable to verify ", a->dir, ": ", path, is, s, of, t) ;
}

void attest_store_check (struct attest *a)
{
  size_t i = 0 ;
  for (; a->store && i < a->paths.n ; i++)
  {
    struct attest_entry *e = a->paths.v + i ;
    struct attest_entry const *known = store_find(&a->registered, e->path) ;
    unsigned char const *sum = store_reads(a) ? a->sums + ATTEST_SUM * e->work : 0 ;
    if (a->registration && !known) strerr_dief(1, "unable to verify ", a->dir, ": the store has not registered ", e->path) ;
    if (known && sum) store_differs(a, e->path, " has the digest ", sum, ", its registration ", known->sum) ;
    if (a->pinned_paths && known) store_differs(a, e->path, " is registered with ", known->sum, ", its pin is ", e->sum) ;
    if (a->pinned_paths && sum) store_differs(a, e->path, " has the digest ", sum, ", its pin is ", e->sum) ;
    if (a->pinned_paths) continue ;
    if (sum) memcpy(e->sum, sum, ATTEST_SUM) ;
    else if (known) memcpy(e->sum, known->sum, ATTEST_SUM) ;
  }
}
