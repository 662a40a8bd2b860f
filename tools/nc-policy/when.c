/* ISC license. */

#include <string.h>

#include <skalibs/types.h>

#include "policy.h"

/* Is it the machine's own, as container runtimes spell it? */
static int when_arch (struct policy *p, struct node const *j, char const *own)
{
  static char const *const known[] = { "amd64", "arm", "arm64", "loong64", "mips", "mips3l64n32", "mips64", "mips64n32", "mipsel", "mipsel64",
    "mipsel64n32", "parisc", "parisc64", "ppc", "ppc64", "ppc64le", "riscv64", "s390", "s390x", "x32", "x86" } ;
  if (!policy_is(p, j, NODE_STRING, "architecture")) return 0 ;
  if (policy_index(known, N(known), j->string) == N(known)) policy_unknown(p, j->pos, "unknown architecture", j->string, known, N(known)) ;
  return !strcmp(j->string, own) ;
}

static int when_cap (struct policy *p, struct node const *j)
{
  int cap ;
  if (!policy_is(p, j, NODE_STRING, "capability")) return 0 ;
  cap = policy_cap(j->string) ;
  if (cap == -1) policy_cap_unknown(p, j) ;
  return cap != -1 && p->target.caps >> cap & 1 ;
}

int policy_version (char const *s, unsigned int *v)
{
  size_t i = 0 ;
  for (; i < 3 ; i++)
  {
    size_t n = uint_scan(s, v + i) ;
    s += n ;
    if (!n) return 0 ;
    if (!*s) return i > 0 ;
    if (*s++ != '.') return 0 ;
  }
  return 0 ;
}

/* Is the kernel at least that: 1, 0, or -1 without a word about it. */
static int when_kernel (struct policy *p, struct node const *when)
{
  struct node const *j = policy_get(p, when, "minKernel", NODE_STRING) ;
  unsigned int v[3] = { 0, 0, 0 } ;
  size_t i = 0 ;
  if (!j || !*j->string) return -1 ;
  if (!policy_version(j->string, v)) policy_error(p, j->pos, "invalid kernel version", j->string, "two or three numbers with dots between") ;
  for (; i < 3 ; i++) if (v[i] != p->target.kernel[i]) return v[i] < p->target.kernel[i] ;
  return 1 ;
}

/* includes: all of the caps, one of the arches, the kernel; excludes: one of any. */
static int when_holds (struct policy *p, struct node const *when, int includes)
{
  static char const *const keys[] = { "arches", "caps", "minKernel" } ;
  struct node const *arches, *caps, *j ;
  int arch = 0, all = 1, any = 0, kernel ;
  if (!when) return 1 ;
  policy_keys(p, when, keys, N(keys)) ;
  arches = policy_get(p, when, "arches", NODE_ARRAY) ;
  caps = policy_get(p, when, "caps", NODE_ARRAY) ;
  kernel = when_kernel(p, when) ;
  for (j = arches ? arches->first : 0 ; j ; j = j->next) arch |= when_arch(p, j, policy_machines[p->target.machine].arches) ;
  for (j = caps ? caps->first : 0 ; j ; j = j->next)
  {
    int has = when_cap(p, j) ;
    all &= has ;
    any |= has ;
  }
  if (includes) return all && (arch || !arches || !arches->first) && kernel ;
  return !any && !arch && kernel != 1 ;
}

int policy_when (struct policy *p, struct node const *entry)
{
  int in = when_holds(p, policy_get(p, entry, "includes", NODE_OBJECT), 1) ;
  int out = when_holds(p, policy_get(p, entry, "excludes", NODE_OBJECT), 0) ;
  return in && out ;
}
