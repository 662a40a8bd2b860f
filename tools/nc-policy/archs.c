/* ISC license. */

#include <string.h>

#include "policy.h"

/* One architecture that the policy admits: those of other machines have no effect. */
static void archs_add (struct policy *p, struct node const *j)
{
  struct policy_machine const *m = policy_machines + p->target.machine ;
  size_t i = 0 ;
  if (!policy_is(p, j, NODE_STRING, "architecture")) return ;
  if (!policy_arch_exists(j->string)) { policy_error(p, j->pos, "unknown architecture", j->string, 0) ; return ; }
  for (; i < 2 ; i++) if (!strcmp(j->string, m->arch[i].name)) p->archs |= 1U << i ;
}

static void archs_list (struct policy *p, struct node const *list)
{
  struct node const *j = list->first ;
  for (; j ; j = j->next)
  {
    if (j->type == NODE_STRING && !strcmp(j->string, "SCMP_ARCH_X32"))
      policy_error(p, j->pos, "refused architecture", j->string, "x32 calls are always killed") ;
    else archs_add(p, j) ;
  }
  if (!p->errors && list->first && !(p->archs & 1))
    policy_error(p, list->pos, "the machine's own architecture is not listed", policy_machines[p->target.machine].arch[0].name, 0) ;
}

/* What a runtime admits beside its own; only the machine's own line has an effect. */
static void archs_map (struct policy *p, struct node const *list)
{
  static char const *const keys[] = { "architecture", "subArchitectures" } ;
  char const *own = policy_machines[p->target.machine].arch[0].name ;
  struct node const *line = list->first ;
  for (; line ; line = line->next)
  {
    struct node const *arch, *j ;
    unsigned int archs = p->archs ;
    if (!policy_is(p, line, NODE_OBJECT, "archMap")) continue ;
    policy_keys(p, line, keys, N(keys)) ;
    arch = policy_need(p, line, "architecture", NODE_STRING) ;
    j = policy_get(p, line, "subArchitectures", NODE_ARRAY) ;
    if (!arch) continue ;
    archs_add(p, arch) ;
    for (j = j ? j->first : 0 ; j ; j = j->next)
    {
      archs_add(p, j) ;
      if (j->type == NODE_STRING && !strcmp(j->string, "SCMP_ARCH_X32") && !strcmp(arch->string, own))
        policy_lint(p, j->pos, "x32", "not admitted", j->string, "x32 calls are always killed") ;
    }
    if (strcmp(arch->string, own)) p->archs = archs ;
  }
  if (!p->errors && list->first && !(p->archs & 1)) policy_error(p, list->pos, "the machine's own architecture is not listed", own, 0) ;
}

void policy_archs (struct policy *p)
{
  struct node const *list = policy_get(p, p->root, "architectures", NODE_ARRAY) ;
  struct node const *map = policy_get(p, p->root, "archMap", NODE_ARRAY) ;
  p->archs = 0 ;
  if (list) archs_list(p, list) ;
  if (list && list->first && map && map->first)
    policy_error(p, map->keypos, "archMap beside architectures", 0, "a policy has one of them") ;
  else if (map) archs_map(p, map) ;
  p->archs |= 1 ;
}
