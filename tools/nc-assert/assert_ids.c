/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/fsuid.h>
#include <sys/stat.h>

#include <skalibs/types.h>
#include <skalibs/uint32.h>

#include "assert.h"

#define IDS_NAMED 32

static void ids_four (char const *what, uint32_t want, uint32_t const *have)
{
  static char const *const kinds[] = { "real ", "effective ", "saved ", "file system " } ;
  char expected[UINT32_FMT], found[UINT32_FMT] ;
  unsigned int i = 0 ;
  for (; i < 4 ; i++) if (have[i] != want)
  {
    expected[uint32_fmt(expected, want)] = 0 ;
    found[uint32_fmt(found, have[i])] = 0 ;
    assert_differs(expected, found, kinds[i], what) ;
  }
}

void assert_owner (struct assert *a)
{
  struct stat st ;
  if (fstat(a->owner, &st) == -1) strerr_diefusys(111, "stat the descriptor of -O") ;
  if (a->owner > 2 && close(a->owner) == -1) strerr_diefusys(111, "close the descriptor of -O") ;
  a->uid = st.st_uid ;
  a->gid = st.st_gid ;
}

void assert_ids (struct assert const *a)
{
  uid_t u[4] ;
  gid_t g[4] ;
  if (getresuid(u, u + 1, u + 2) == -1 || getresgid(g, g + 1, g + 2) == -1) strerr_diefusys(111, "read the ids") ;
  /* an id that is none changes nothing and answers with the present one */
  u[3] = (uid_t)setfsuid((uid_t)-1) ;
  g[3] = (gid_t)setfsgid((gid_t)-1) ;
  if (a->uid != ASSERT_NONE) ids_four("uid", a->uid, u) ;
  if (a->gid != ASSERT_NONE) ids_four("gid", a->gid, g) ;
}

static int ids_cmp (void const *a, void const *b)
{
  uint32_t x = *(uint32_t const *)a, y = *(uint32_t const *)b ;
  return (x > y) - (x < y) ;
}

static void ids_list (char *s, uint32_t const *list, size_t n)
{
  size_t i = 0 ;
  if (!n) { strcpy(s, "none") ; return ; }
  for (; i < n && i < IDS_NAMED ; i++)
  {
    if (i) *s++ = ',' ;
    s += uint32_fmt(s, list[i]) ;
  }
  strcpy(s, i < n ? " and more" : "") ;
}

void assert_groups (struct assert const *a)
{
  uint32_t want[ASSERT_GROUPS] ;
  int n = getgroups(0, 0) ;
  if (n == -1) strerr_diefusys(111, "read the groups") ;
  {
    char expected[IDS_NAMED * (UINT32_FMT + 1) + 16], found[IDS_NAMED * (UINT32_FMT + 1) + 16] ;
    gid_t have[n + 1] ;
    n = getgroups(n, have) ;
    if (n == -1) strerr_diefusys(111, "read the groups") ;
    memcpy(want, a->groups, a->groupsn * sizeof(uint32_t)) ;
    qsort(want, a->groupsn, sizeof(uint32_t), &ids_cmp) ;
    qsort(have, (size_t)n, sizeof(uint32_t), &ids_cmp) ;
    if ((size_t)n == a->groupsn && !memcmp(want, have, (size_t)n * sizeof(uint32_t))) return ;
    ids_list(expected, want, a->groupsn) ;
    ids_list(found, have, (size_t)n) ;
    assert_differs(expected, found, "supplementary groups") ;
  }
}
