/* ISC license. */

#include <string.h>

#include "nc.h"
#include "policy.h"

static char const *const caps_sets[SET_N] = { "bounding", "ambient", "effective", "inheritable" } ;

static void caps_set (struct policy *p, struct node const *table, enum policy_set set)
{
  static char const *const keys[] = { "keep" } ;
  struct node const *keep, *j ;
  policy_keys(p, table, keys, N(keys)) ;
  keep = policy_need(p, table, "keep", NODE_ARRAY) ;
  for (j = keep ? keep->first : 0 ; j ; j = j->next)
  {
    int cap ;
    if (!policy_is(p, j, NODE_STRING, "capability")) continue ;
    cap = policy_cap(j->string) ;
    if (cap == -1) { policy_cap_unknown(p, j) ; continue ; }
    if (p->caps.set[set] >> cap & 1) policy_error(p, j->pos, "capability stands twice in one set", j->string, 0) ;
    p->caps.set[set] |= (uint64_t)1 << cap ;
    p->caps.pos[set][cap] = j->pos ;
  }
}

void policy_caps_read (struct policy *p)
{
  size_t i = 0 ;
  policy_keys(p, p->root, caps_sets, SET_N) ;
  for (; i < SET_N ; i++)
  {
    struct node const *table = policy_get(p, p->root, caps_sets[i], NODE_OBJECT) ;
    if (table) caps_set(p, table, (enum policy_set)i) ;
  }
}

void policy_caps_argv (struct policy const *p, stralloc *sa)
{
  static char const letters[SET_N] = "BAEI" ;
  size_t set = 0, cap ;
  for (; set < SET_N ; set++)
  {
    char option[3] = { '-', letters[set], 0 } ;
    char const *before = option ;
    if (!p->caps.set[set]) continue ;
    for (cap = 0 ; cap < POLICY_CAPS ; cap++)
    {
      if (!(p->caps.set[set] >> cap & 1)) continue ;
      if (!stralloc_cats(sa, before) || !stralloc_cats(sa, policy_capnames[cap])) strerr_diefusys(111, "allocate memory") ;
      before = "," ;
    }
    if (!stralloc_append(sa, '\n')) strerr_diefusys(111, "allocate memory") ;
  }
}
