/* ISC license. */

#include <string.h>

#include "policy.h"

static char const *const cond_ops[] =
  { "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ" } ;

/* A number written for an argument of fewer bits: as it is, or sign-extended to 64. */
static uint64_t cond_fit (struct policy *p, struct node const *j, uint64_t width)
{
  uint64_t high = ~(width >> 1) ;
  if ((j->number & ~width) && (j->number & high) != high)
    policy_error(p, j->pos, "number does not fit the argument", 0, width == UINT32_MAX ? "the kernel reads 32 bits of it" : "the kernel reads 16 bits of it") ;
  return j->number & width ;
}

static void cond_value (struct policy *p, struct node const *value, struct node const *two, struct policy_cond *c)
{
  c->value = cond_fit(p, value, c->width) ;
  c->mask = c->width ;
  if (c->op != OP_MASKED_EQ)
  {
    if (two && two->number) policy_error(p, two->pos, "valueTwo has no meaning with this operator", 0, 0) ;
    return ;
  }
  c->mask = c->value ;
  c->value = two ? cond_fit(p, two, c->width) : 0 ;
  if (two && c->value & ~c->mask) policy_error(p, two->pos, "valueTwo has bits outside the mask, nothing can equal it", 0, 0) ;
}

static int cond_read (struct policy *p, struct node const *arg, char const *name, struct policy_cond *c)
{
  static char const *const keys[] = { "index", "op", "value", "valueTwo" } ;
  struct node const *index, *value, *two, *op ;
  size_t i ;
  if (!policy_is(p, arg, NODE_OBJECT, "argument")) return 0 ;
  policy_keys(p, arg, keys, N(keys)) ;
  index = policy_need(p, arg, "index", NODE_NUMBER) ;
  op = policy_need(p, arg, "op", NODE_STRING) ;
  value = policy_need(p, arg, "value", NODE_NUMBER) ;
  two = policy_get(p, arg, "valueTwo", NODE_NUMBER) ;
  if (!index || !op || !value) return 0 ;
  i = policy_index(cond_ops, N(cond_ops), op->string) ;
  if (i == N(cond_ops)) policy_unknown(p, op->pos, "unknown operator", op->string, cond_ops, N(cond_ops)) ;
  if (index->number > 5) policy_error(p, index->pos, "argument index out of range", 0, "0 to 5") ;
  if (i == N(cond_ops) || index->number > 5) return 0 ;
  c->op = (enum policy_op)i ;
  c->index = (unsigned int)index->number ;
  c->width = policy_width(name, c->index) ;
  if (!c->width) policy_error(p, index->pos, "the call has no such argument, or its width is not known", name, 0) ;
  else cond_value(p, value, two, c) ;
  return c->width != 0 ;
}

/* Two comparisons of one argument: some runtimes read "and", some "or". */
void policy_args (struct policy *p, struct node const *args, char const *name, struct policy_rule *r)
{
  struct node const *j = args ? args->first : 0 ;
  unsigned int seen = 0 ;
  for (; j ; j = j->next)
  {
    struct policy_cond c ;
    if (!cond_read(p, j, name, &c)) continue ;
    if (seen & 1U << c.index)
    {
      policy_error(p, j->pos, "argument compared twice in one rule", name, "write two rules for or, a mask for and") ;
      continue ;
    }
    seen |= 1U << c.index ;
    r->cond[r->n++] = c ;
  }
}
