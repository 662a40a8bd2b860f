/* ISC license. */

#include <string.h>

#include "policy.h"

/* One architecture that the policy admits: those of other machines have no effect. */
static void archs_add (struct policy *p, struct node const *j)
{
  static char const *const known[] = { "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_MIPS",
    "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_NATIVE",
    "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64", "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_RISCV64",
    "SCMP_ARCH_S390", "SCMP_ARCH_S390X", "SCMP_ARCH_SH", "SCMP_ARCH_SHEB", "SCMP_ARCH_X32", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64" } ;
  struct policy_machine const *m = policy_machines + p->target.machine ;
  size_t i = 0 ;
  if (!policy_is(p, j, NODE_STRING, "architecture")) return ;
  if (policy_index(known, N(known), j->string) == N(known)) policy_unknown(p, j->pos, "unknown architecture", j->string, known, N(known)) ;
  if (!strcmp(j->string, "SCMP_ARCH_NATIVE")) p->archs |= 1 ;
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
