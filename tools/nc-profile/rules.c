/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include <skalibs/types.h>
#include <skalibs/uint64.h>

#include "nc.h"
#include "policy.h"
#include "profile.h"

/* clone(2): CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET */
#define RULES_NAMESPACES "2114060288"
#define RULES_NAMESPACE_BITS 0x7e020000U
/* clone3(2) only: all of the upper half but CLONE_CLEAR_SIGHAND, without which the C library does */
#define RULES_CLONE3 0xfffffffe00000000U

/* Calls whose arguments decide what they are; the kernel reads 32 bits of each of these arguments. Sorted. */
static struct limited { char const *name ; unsigned int n ; unsigned int index[3] ; } const rules_limited[] =
{
  { "clone", 1, { 0 } },
  { "ioctl", 1, { 1 } },
  { "personality", 1, { 0 } },
  { "prctl", 1, { 0 } },
  { "socket", 3, { 0, 1, 2 } },
} ;

struct tuple
{
  uint32_t v[3] ;
} ;

struct tuples
{
  struct tuple *t ;
  size_t n ;
  int seen ;    /* the call was made */
  int many ;    /* with more than is known */
} ;

static int tuple_compare (void const *a, void const *b)
{
  struct tuple const *x = a, *y = b ;
  unsigned int i = 0 ;
  for (; i < 3 ; i++) if (x->v[i] != y->v[i]) return x->v[i] < y->v[i] ? -1 : 1 ;
  return 0 ;
}

static void tuples_add (struct tuples *s, struct tuple const *t)
{
  struct tuple *p = realloc(s->t, (s->n + 1) * sizeof(*p)) ;
  if (!p) strerr_diefusys(111, "allocate memory") ;
  s->t = p ;
  s->t[s->n++] = *t ;
}

static void tuples_call (struct tuples *s, struct limited const *l, struct trace_call const *c)
{
  struct tuple t = { .v = { 0, 0, 0 } } ;
  unsigned int i = 0 ;
  s->seen = 1 ;
  for (; i < l->n ; i++)
  {
    if (c->many >> l->index[i] & 1) s->many = 1 ;
    t.v[i] = (uint32_t)c->args[l->index[i]] ;
  }
  tuples_add(s, &t) ;
}

static void tuples_unique (struct tuples *s)
{
  size_t i = 0, n = 0 ;
  if (!s->n) return ;
  qsort(s->t, s->n, sizeof(*s->t), &tuple_compare) ;
  for (; i < s->n ; i++) if (!i || tuple_compare(s->t + i, s->t + n - 1)) s->t[n++] = s->t[i] ;
  s->n = n ;
}

static void rules_number (stralloc *sa, uint64_t u)
{
  char fmt[UINT64_FMT] ;
  fmt[uint64_fmt(fmt, u)] = 0 ;
  profile_put(sa, fmt) ;
}

static void rules_open (stralloc *sa, char const *name)
{
  profile_put(sa, ",\n    {\n      \"names\": [\"") ;
  profile_put(sa, name) ;
  profile_put(sa, "\"],\n      \"action\": \"SCMP_ACT_ALLOW\",\n      \"args\": [") ;
}

static void rules_tuple (stralloc *sa, struct limited const *l, struct tuple const *t)
{
  unsigned int i = 0 ;
  rules_open(sa, l->name) ;
  for (; i < l->n ; i++)
  {
    profile_put(sa, i ? ",\n        { \"index\": " : "\n        { \"index\": ") ;
    rules_number(sa, l->index[i]) ;
    profile_put(sa, ", \"value\": ") ;
    rules_number(sa, t->v[i]) ;
    profile_put(sa, ", \"op\": \"SCMP_CMP_EQ\" }") ;
  }
  profile_put(sa, "\n      ]\n    }") ;
}

/* Too many for a rule each: any flags but those that no traced call had. 1, or 0. */
static int rules_clone (stralloc *sa, struct tuples const *s)
{
  size_t i = 0 ;
  if (s->many) return 0 ;
  for (; i < s->n ; i++) if (s->t[i].v[0] & RULES_NAMESPACE_BITS) return 0 ;
  rules_open(sa, "clone") ;
  profile_put(sa, "\n        { \"index\": 0, \"value\": " RULES_NAMESPACES ", \"valueTwo\": 0, \"op\": \"SCMP_CMP_MASKED_EQ\" }\n      ]\n    }") ;
  return 1 ;
}

/* clone3(2) is not allowed, since no filter sees its flags: the C library then calls clone(2) with them. */
static int rules_clone3 (struct trace const *t, struct tuples *s)
{
  size_t i = 0 ;
  int only = 0 ;
  for (; i < t->clonen ; i++)
  {
    struct tuple x = { .v = { (uint32_t)t->clones[i].flags, 0, 0 } } ;
    if (t->clones[i].flags & RULES_CLONE3) only = 1 ;
    s->seen = 1 ;
    tuples_add(s, &x) ;
  }
  return only ;
}

static void rules_name (struct profile_name *names, size_t *n, char const *name)
{
  strcpy(names[(*n)++].name, name) ;
}

static void rules_write (struct tuples *s, struct limited const *l, unsigned int few, struct profile_name *names, size_t *n, stralloc *sa)
{
  size_t j = 0 ;
  if (!s->seen) return ;
  tuples_unique(s) ;
  if (!s->many && s->n <= few) for (; j < s->n ; j++) rules_tuple(sa, l, s->t + j) ;
  else if (strcmp(l->name, "clone") || !rules_clone(sa, s)) rules_name(names, n, l->name) ;
}

void profile_rules (struct trace const *t, unsigned int few, struct profile_name *names, size_t *n, stralloc *sa)
{
  struct tuples s[N(rules_limited)] = { { .t = 0 } } ;
  size_t i = 0, j ;
  int clone3 = rules_clone3(t, s) ;
  for (; i < t->calln ; i++)
  {
    struct trace_call const *c = t->calls + i ;
    char name[65] ;
    if (!policy_call_known(c->arch, c->nr) || !policy_call_name(c->arch, c->nr, name))
    {
      char fmt[UINT_FMT] ;
      fmt[uint_fmt(fmt, c->nr)] = 0 ;
      if (!i || c->nr != c[-1].nr) strerr_warnw("left out, a call without a name here: number ", fmt) ;
      continue ;
    }
    for (j = 0 ; j < N(rules_limited) && strcmp(name, rules_limited[j].name) ; j++) ;
    if (j < N(rules_limited)) tuples_call(s + j, rules_limited + j, c) ;
    else if (strcmp(name, "clone3") || clone3) rules_name(names, n, name) ;
    if (!strcmp(name, "io_uring_setup") && (!i || c->nr != c[-1].nr)) strerr_warnw("what is done through io_uring is not in a trace, and no filter sees it") ;
  }
  if (clone3) strerr_warnw("clone3 is allowed, whatever its flags are: the programs ask for what clone cannot do") ;
  for (j = 0 ; j < N(rules_limited) ; j++)
  {
    rules_write(s + j, rules_limited + j, few, names, n, sa) ;
    free(s[j].t) ;
  }
}
