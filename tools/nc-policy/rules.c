/* ISC license. */

#include <stdio.h>
#include <string.h>

#include "policy.h"

/* decided: 1 + the place of the rule that decides a number without conditions. A rule after that has no effect, which is
   a mistake in the file unless both say the same. */
static void rules_reach (struct policy *p, size_t *decided, struct policy_rule const *r)
{
  struct policy_rule const *before ;
  char hint[80] ;
  if (r->nr < 0) return ;
  if (!decided[r->nr])
  {
    if (!r->n) decided[r->nr] = p->rulen ;
    return ;
  }
  before = p->rules + (decided[r->nr] - 1) ;
  if (before->action == r->action) return ;
  snprintf(hint, sizeof(hint), "line %zu decides it without conditions", before->node->pos.line) ;
  policy_lint(p, r->node->pos, "no-effect", "rule without effect", r->node->string, hint) ;
}

static int rules_name (struct policy *p, struct node const *j, int *nr)
{
  char near[65], hint[96] ;
  if (!policy_is(p, j, NODE_STRING, "name")) return 0 ;
  *nr = policy_call(policy_machines[p->target.machine].arch[0].token, j->string) ;
  if (*nr != -2) return 1 ;
  if (p->errors >= POLICY_FINDINGS_MAX) return 0 ;
  policy_call_nearest(j->string, near) ;
  snprintf(hint, sizeof(hint), "the nearest known is %s", near) ;
  policy_error(p, j->pos, "unknown system call", j->string, hint) ;
  return 0 ;
}

static void rules_add (struct policy *p, struct node const *name, struct node const *args, uint32_t action, int holds, size_t *decided)
{
  struct policy_rule r = { .node = name, .action = action } ;
  if (!rules_name(p, name, &r.nr)) return ;
  policy_args(p, args, name->string, &r) ;
  if (!holds) return ;
  if (p->rulen == POLICY_RULES_MAX)
  {
    if (!p->errors) policy_error(p, name->pos, "too many rules", 0, 0) ;
    return ;
  }
  p->rules = policy_more(p->rules, p->rulen, sizeof(r)) ;
  p->rules[p->rulen++] = r ;
  rules_reach(p, decided, &r) ;
}

/* "names", or the "name" of older profiles. */
static struct node const *rules_names (struct policy *p, struct node const *entry)
{
  struct node const *name = policy_get(p, entry, "name", NODE_STRING) ;
  struct node const *names = name ? policy_get(p, entry, "names", NODE_ARRAY) : policy_need(p, entry, "names", NODE_ARRAY) ;
  if (names && names->first && name) policy_error(p, name->keypos, "name beside names", 0, "a rule has one of them") ;
  if (names && !names->first && !name) policy_error(p, names->pos, "a rule without names", 0, 0) ;
  return name ? name : names ;
}

static void rules_entry (struct policy *p, struct node const *entry, size_t *decided)
{
  static char const *const keys[] = { "action", "args", "comment", "errno", "errnoRet", "excludes", "includes", "name", "names" } ;
  struct node const *names, *args, *j ;
  uint32_t action ;
  int holds ;
  if (!policy_is(p, entry, NODE_OBJECT, "a rule")) return ;
  policy_keys(p, entry, keys, N(keys)) ;
  policy_get(p, entry, "comment", NODE_STRING) ;
  names = rules_names(p, entry) ;
  args = policy_get(p, entry, "args", NODE_ARRAY) ;
  action = policy_action(p, entry, "action", "errnoRet", "errno") ;
  holds = policy_when(p, entry) ;
  if (!names) return ;
  if (names->type == NODE_STRING) rules_add(p, names, args, action, holds, decided) ;
  else for (j = names->first ; j ; j = j->next) rules_add(p, j, args, action, holds, decided) ;
}

void policy_rules_read (struct policy *p)
{
  struct node const *list = policy_get(p, p->root, "syscalls", NODE_ARRAY) ;
  struct node const *entry = list ? list->first : 0 ;
  size_t decided[POLICY_NR_MAX] ;
  memset(decided, 0, sizeof(decided)) ;
  for (; entry ; entry = entry->next) rules_entry(p, entry, decided) ;
}
