/* ISC license. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nc.h"
#include "policy.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static char const *const rules_ops[] =
  { "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ" } ;

/* A number written for an argument of fewer bits: as it is, or sign-extended to 64. */
static uint64_t rules_fit (struct policy const *p, struct json const *j, uint64_t width)
{
  uint64_t high = ~(width >> 1) ;
  if ((j->number & ~width) && (j->number & high) != high)
    policy_die(p, j->pos, "number does not fit the argument", 0, width == UINT32_MAX ? "the kernel reads 32 bits of it" : "the kernel reads 16 bits of it") ;
  return j->number & width ;
}

static enum policy_op rules_op (struct policy const *p, struct json const *j)
{
  size_t i = 0 ;
  while (i < N(rules_ops) && strcmp(rules_ops[i], j->string)) i++ ;
  if (i == N(rules_ops))
  {
    char hint[80] ;
    snprintf(hint, sizeof(hint), "the nearest known is %s", policy_word_nearest(rules_ops, N(rules_ops), j->string)) ;
    policy_die(p, j->pos, "unknown operator", j->string, hint) ;
  }
  return (enum policy_op)i ;
}

static struct json const *rules_need (struct policy const *p, struct json const *object, char const *key, enum json_type type)
{
  struct json const *j = policy_get(object, key, type, p) ;
  if (!j) policy_die(p, object->pos, "missing key", key, 0) ;
  return j ;
}

static void rules_cond (struct policy const *p, struct json const *arg, char const *name, struct policy_cond *c)
{
  static char const *const keys[] = { "index", "op", "value", "valueTwo" } ;
  struct json const *index, *value, *two ;
  uint64_t width ;
  if (arg->type != JSON_OBJECT) policy_die(p, arg->pos, "wrong type for an argument", 0, "an object") ;
  policy_keys(p, arg, keys, N(keys)) ;
  index = rules_need(p, arg, "index", JSON_NUMBER) ;
  value = rules_need(p, arg, "value", JSON_NUMBER) ;
  two = policy_get(arg, "valueTwo", JSON_NUMBER, p) ;
  c->op = rules_op(p, rules_need(p, arg, "op", JSON_STRING)) ;
  if (index->number > 5) policy_die(p, index->pos, "argument index out of range", 0, "0 to 5") ;
  c->index = (unsigned int)index->number ;
  width = policy_width(name, c->index) ;
  if (!width) policy_die(p, index->pos, "this argument cannot be compared, its width is not known", name, 0) ;
  c->value = rules_fit(p, value, width) ;
  c->mask = width ;
  if (c->op != OP_MASKED_EQ)
  {
    if (two && two->number) policy_die(p, two->pos, "valueTwo has no meaning with this operator", 0, 0) ;
    return ;
  }
  c->mask = c->value ;
  c->value = two ? rules_fit(p, two, width) : 0 ;
  if (c->value & ~c->mask) policy_die(p, two->pos, "valueTwo has bits outside the mask, nothing can equal it", 0, 0) ;
}

/* Two comparisons of one argument: some runtimes read "and", some "or". */
static void rules_args (struct policy const *p, struct json const *args, char const *name, struct policy_rule *r)
{
  struct json const *j = args ? args->first : 0 ;
  unsigned int seen = 0 ;
  r->n = 0 ;
  for (; j ; j = j->next)
  {
    if (r->n == POLICY_CONDS_MAX) policy_die(p, j->pos, "too many arguments", 0, 0) ;
    rules_cond(p, j, name, r->cond + r->n) ;
    if (seen & 1U << r->cond[r->n].index)
      policy_die(p, j->pos, "argument compared twice in one rule", name, "write two rules for or, a mask for and") ;
    seen |= 1U << r->cond[r->n++].index ;
  }
}

static struct json const *rules_entry (struct policy const *p, struct json const *entry)
{
  static char const *const keys[] = { "action", "args", "comment", "errnoRet", "excludes", "includes", "names" } ;
  struct json const *names ;
  size_t i = 4 ;
  if (entry->type != JSON_OBJECT) policy_die(p, entry->pos, "wrong type for a rule", 0, "an object") ;
  policy_keys(p, entry, keys, N(keys)) ;
  policy_get(entry, "comment", JSON_STRING, p) ;
  for (; i < 6 ; i++)
  {
    struct json const *j = policy_get(entry, keys[i], JSON_OBJECT, p) ;
    if (j && j->first) policy_die(p, j->keypos, "refused key", j->key, "resolve the profile's conditions before") ;
  }
  names = rules_need(p, entry, "names", JSON_ARRAY) ;
  if (!names->first) policy_die(p, names->pos, "a rule without names", 0, 0) ;
  return names ;
}

/* A rule that an earlier one leaves nothing to is a mistake in the file, unless both say the same. */
static void rules_reach (struct policy const *p, struct policy_rule const *rules, size_t n, struct policy_rule const *r)
{
  size_t i = 0 ;
  for (; i < n ; i++)
    if (rules[i].nr == r->nr && !rules[i].n && rules[i].action != r->action)
    {
      char hint[64] ;
      snprintf(hint, sizeof(hint), "line %zu decides it without conditions", rules[i].json->pos.line) ;
      policy_die(p, r->json->pos, "rule without effect", r->json->string, hint) ;
    }
}

static int rules_name (struct policy const *p, struct policy_arch const *arch, struct json const *name)
{
  int nr ;
  if (name->type != JSON_STRING) policy_die(p, name->pos, "wrong type for a name", 0, "a string") ;
  nr = policy_call(arch->token, name->string) ;
  if (nr == -2)
  {
    char near[65], hint[96] ;
    policy_call_nearest(name->string, near) ;
    snprintf(hint, sizeof(hint), "the nearest known is %s", near) ;
    policy_die(p, name->pos, "unknown system call", name->string, hint) ;
  }
  return nr ;
}

size_t policy_rules (struct policy const *p, struct policy_arch const *arch, struct policy_rule *rules)
{
  struct json const *list = policy_get(p->root, "syscalls", JSON_ARRAY, p) ;
  struct json const *entry = list ? list->first : 0 ;
  size_t n = 0 ;
  for (; entry ; entry = entry->next)
  {
    struct json const *name = rules_entry(p, entry)->first ;
    struct json const *args = policy_get(entry, "args", JSON_ARRAY, p) ;
    uint32_t action = policy_action(p, rules_need(p, entry, "action", JSON_STRING), policy_get(entry, "errnoRet", JSON_NUMBER, p)) ;
    for (; name ; name = name->next)
    {
      struct policy_rule *r = rules + n ;
      int nr = rules_name(p, arch, name) ;
      if (n == POLICY_RULES_MAX) policy_die(p, name->pos, "too many rules", 0, 0) ;
      r->json = name ;
      r->action = action ;
      rules_args(p, args, name->string, r) ;
      if (nr < 0) continue ;  /* a call of other architectures */
      r->nr = (unsigned int)nr ;
      rules_reach(p, rules, n, r) ;
      n++ ;
    }
  }
  return n ;
}
