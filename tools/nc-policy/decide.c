/* ISC license. */

#include <errno.h>

#include <linux/seccomp.h>

#include "policy.h"

void policy_resolve (struct policy *p, struct policy_arch const *arch)
{
  size_t i = 0 ;
  for (; i < p->rulen ; i++) p->rules[i].nr = policy_call(arch->token, p->rules[i].node->string) ;
}

int policy_listed (struct policy const *p, int nr)
{
  size_t i = 0 ;
  for (; i < p->rulen ; i++) if (p->rules[i].nr == nr) return 1 ;
  return 0 ;
}

/* A call that rules name gets the policy's default; one that no table knows, and clone3, answers as a kernel without it. */
uint32_t policy_otherwise (struct policy const *p, struct policy_arch const *arch, int nr)
{
  if (policy_listed(p, nr)) return p->action ;
  if (nr == policy_call(arch->token, "clone3") || nr < 0) return SECCOMP_RET_ERRNO | ENOSYS ;
  if (nr >= POLICY_NR_MAX && !(arch->token == policy_machines[1].arch[1].token && nr >= POLICY_ARM_FIRST && nr < POLICY_ARM_END))
    return SECCOMP_RET_ERRNO | ENOSYS ;
  return policy_call_known(arch->token, (unsigned int)nr) ? p->action : SECCOMP_RET_ERRNO | ENOSYS ;
}

static int decide_cond (struct policy_cond const *c, uint64_t arg)
{
  arg &= c->mask ;
  switch (c->op)
  {
    case OP_NE : return arg != c->value ;
    case OP_LT : return arg < c->value ;
    case OP_LE : return arg <= c->value ;
    case OP_GE : return arg >= c->value ;
    case OP_GT : return arg > c->value ;
    case OP_EQ :
    case OP_MASKED_EQ : break ;
  }
  return arg == c->value ;
}

uint32_t policy_decide (struct policy const *p, struct policy_arch const *arch, int nr, uint64_t const *args)
{
  size_t i = 0 ;
  for (; i < p->rulen ; i++)
  {
    struct policy_rule const *r = p->rules + i ;
    unsigned int k = 0 ;
    if (r->nr != nr) continue ;
    while (k < r->n && decide_cond(r->cond + k, args[r->cond[k].index])) k++ ;
    if (k == r->n) return r->action ;
  }
  return policy_otherwise(p, arch, nr) ;
}
