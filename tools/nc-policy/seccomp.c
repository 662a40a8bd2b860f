/* ISC license. */

#include <stdio.h>
#include <string.h>

#include <linux/seccomp.h>

#include "policy.h"

static char const *const seccomp_actions[] = { "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS",
  "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP" } ;
static uint32_t const seccomp_values[] = { SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS,
  SECCOMP_RET_KILL_THREAD, SECCOMP_RET_LOG, SECCOMP_RET_USER_NOTIF, SECCOMP_RET_TRACE, SECCOMP_RET_TRAP } ;

int policy_lets (uint32_t action)
{
  action &= SECCOMP_RET_ACTION_FULL ;
  return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG || action == SECCOMP_RET_TRACE ;
}

/* The error number: by number, by name, or by both, which must agree. EPERM without, as OCI says. */
static uint32_t seccomp_errno (struct policy *p, struct node const *ret, struct node const *name, uint32_t max)
{
  uint32_t e = 1 ;
  if (ret && ret->number > max) policy_error(p, ret->pos, "error number out of range", 0, 0) ;
  else if (ret) e = (uint32_t)ret->number ;
  if (!name || !*name->string) return e ;
  if (!policy_errno(name->string)) policy_errno_unknown(p, name) ;
  else if (ret && (uint32_t)policy_errno(name->string) != e)
    policy_error(p, name->pos, "the error's name and its number differ", name->string, policy_errno_name(e)) ;
  else e = (uint32_t)policy_errno(name->string) ;
  return e ;
}

uint32_t policy_action (struct policy *p, struct node const *object, char const *action, char const *ret, char const *name)
{
  struct node const *j = policy_need(p, object, action, NODE_STRING) ;
  struct node const *number = policy_get(p, object, ret, NODE_NUMBER) ;
  struct node const *word = policy_get(p, object, name, NODE_STRING) ;
  uint32_t v ;
  size_t i ;
  if (!j) return SECCOMP_RET_KILL_PROCESS ;
  i = policy_index(seccomp_actions, N(seccomp_actions), j->string) ;
  if (i == N(seccomp_actions))
  {
    policy_unknown(p, j->pos, "unknown action", j->string, seccomp_actions, N(seccomp_actions)) ;
    return SECCOMP_RET_KILL_PROCESS ;
  }
  v = seccomp_values[i] ;
  if (v == SECCOMP_RET_USER_NOTIF) policy_error(p, j->pos, "refused action", j->string, "nobody listens to a filter from a file") ;
  if (v == SECCOMP_RET_ERRNO) return v | seccomp_errno(p, number, word, 4095) ;
  if (v == SECCOMP_RET_TRACE) return v | seccomp_errno(p, number, word, 65535) ;
  if (number) policy_error(p, number->pos, "an error number has no meaning with", j->string, 0) ;
  else if (word && *word->string) policy_error(p, word->pos, "an error has no meaning with", j->string, 0) ;
  return v ;
}

/* The file holds instructions only: what nc-seccomp has to do with them must be said there. */
static void seccomp_flags (struct policy *p)
{
  static char const *const known[] = { "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_NEW_LISTENER", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
    "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_TSYNC_ESRCH", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" } ;
  struct node const *list = policy_get(p, p->root, "flags", NODE_ARRAY) ;
  struct node const *j = list ? list->first : 0 ;
  for (; j ; j = j->next)
  {
    if (!policy_is(p, j, NODE_STRING, "flag")) continue ;
    /* nc-seccomp has one thread */
    if (!strcmp(j->string, "SECCOMP_FILTER_FLAG_TSYNC") || !strcmp(j->string, "SECCOMP_FILTER_FLAG_TSYNC_ESRCH")) continue ;
    if (!strcmp(j->string, "SECCOMP_FILTER_FLAG_LOG"))
    {
      p->flags |= SECCOMP_FILTER_FLAG_LOG ;
      policy_lint(p, j->pos, "flag", "not in the compiled filter", j->string, "give -l to nc-seccomp, as nc-policy argv says") ;
    }
    else if (!strcmp(j->string, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"))
      policy_error(p, j->pos, "refused flag", j->string, "speculation stays mitigated") ;
    else if (!strcmp(j->string, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV") || !strcmp(j->string, "SECCOMP_FILTER_FLAG_NEW_LISTENER"))
      policy_error(p, j->pos, "refused flag", j->string, "nobody listens to a filter from a file") ;
    else policy_unknown(p, j->pos, "unknown flag", j->string, known, N(known)) ;
  }
}

/* An empty list of what is allowed is a mistake, whatever a reader would take it for. */
static void seccomp_empty (struct policy *p)
{
  size_t i = 0 ;
  if (p->errors || policy_lets(p->action)) return ;
  while (i < p->rulen && !policy_lets(p->rules[i].action)) i++ ;
  if (i == p->rulen) policy_error(p, p->root->pos, "the policy allows no call", 0, 0) ;
}

void policy_seccomp_read (struct policy *p)
{
  static char const *const keys[] = { "archMap", "architectures", "comment", "defaultAction", "defaultErrno", "defaultErrnoRet", "flags",
    "listenerMetadata", "listenerPath", "syscalls" } ;
  struct node const *j = p->root ;
  if (j->type != NODE_OBJECT)
  {
    policy_error(p, j->pos, "the policy is not an object", 0, 0) ;
    return ;
  }
  policy_keys(p, j, keys, N(keys)) ;
  for (j = j->first ; j ; j = j->next)
    if (!strcmp(j->key, "listenerPath") || !strcmp(j->key, "listenerMetadata"))
      policy_error(p, j->keypos, "refused key", j->key, "no agent is given the filter's notifications: calls are decided by the filter alone") ;
  policy_get(p, p->root, "comment", NODE_STRING) ;
  p->action = policy_action(p, p->root, "defaultAction", "defaultErrnoRet", "defaultErrno") ;
  j = policy_get(p, p->root, "defaultAction", NODE_STRING) ;
  p->actionpos = j ? j->pos : p->root->pos ;
  policy_archs(p) ;
  seccomp_flags(p) ;
  policy_rules_read(p) ;
  seccomp_empty(p) ;
}
