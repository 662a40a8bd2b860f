/* ISC license. */

#include <stdio.h>
#include <string.h>

#include <linux/seccomp.h>

#include "nc.h"
#include "policy.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* FILE:LINE:COL: what: word; hint. The word comes from the file: bytes that are not printable ASCII become '?'. */
void policy_die (struct policy const *p, struct json_pos pos, char const *what, char const *word, char const *hint)
{
  char where[64] ;
  char shown[65] = "" ;
  size_t i = 0, n = word ? strnlen(word, sizeof(shown) - 1) : 0 ;
  snprintf(where, sizeof(where), ":%zu:%zu: ", pos.line, pos.col) ;
  for (; i < n ; i++) shown[i] = word[i] > 32 && word[i] < 127 ? word[i] : '?' ;
  shown[i] = 0 ;
  strerr_dief(100, p->file, where, what, word ? ": " : "", shown, hint ? "; " : "", hint ? hint : "") ;
}

struct json const *policy_get (struct json const *object, char const *key, enum json_type type, struct policy const *p)
{
  static char const *const types[] = { "null", "a boolean", "a number", "a string", "an array", "an object" } ;
  struct json const *j = object->first ;
  for (; j ; j = j->next) if (!strcmp(j->key, key)) break ;
  if (j && j->type != type) policy_die(p, j->pos, "wrong type for", key, types[type]) ;
  return j ;
}

void policy_keys (struct policy const *p, struct json const *object, char const *const *keys, size_t n)
{
  struct json const *j = object->first ;
  for (; j ; j = j->next)
  {
    size_t i = 0 ;
    while (i < n && strcmp(keys[i], j->key)) i++ ;
    if (i == n)
    {
      char hint[80] ;
      snprintf(hint, sizeof(hint), "the nearest known is %s", policy_word_nearest(keys, n, j->key)) ;
      policy_die(p, j->keypos, "unknown key", j->key, hint) ;
    }
  }
}

uint32_t policy_action (struct policy const *p, struct json const *action, struct json const *ret)
{
  static char const *const names[] = { "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS",
    "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP" } ;
  static uint32_t const values[] = { SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS,
    SECCOMP_RET_KILL_THREAD, SECCOMP_RET_LOG, SECCOMP_RET_USER_NOTIF, SECCOMP_RET_TRACE, SECCOMP_RET_TRAP } ;
  uint32_t v ;
  size_t i = 0 ;
  while (i < N(names) && strcmp(names[i], action->string)) i++ ;
  if (i == N(names))
  {
    char hint[80] ;
    snprintf(hint, sizeof(hint), "the nearest known is %s", policy_word_nearest(names, N(names), action->string)) ;
    policy_die(p, action->pos, "unknown action", action->string, hint) ;
  }
  v = values[i] ;
  if (v == SECCOMP_RET_USER_NOTIF) policy_die(p, action->pos, "refused action", action->string, "nobody listens to a filter from a file") ;
  if (v != SECCOMP_RET_ERRNO && v != SECCOMP_RET_TRACE)
  {
    if (ret) policy_die(p, ret->pos, "an error number has no meaning with", action->string, 0) ;
    return v ;
  }
  if (!ret) return v | 1 ;  /* EPERM, as OCI says */
  if (ret->number > (v == SECCOMP_RET_ERRNO ? 4095 : 65535)) policy_die(p, ret->pos, "error number out of range", 0, 0) ;
  return v | (uint32_t)ret->number ;
}

static void read_archs (struct policy *p, struct json const *archs)
{
  struct json const *j = archs->first ;
  for (; j ; j = j->next)
  {
    size_t i = 0 ;
    if (j->type != JSON_STRING) policy_die(p, j->pos, "wrong type for an architecture", 0, "a string") ;
    if (!strcmp(j->string, "SCMP_ARCH_X32")) policy_die(p, j->pos, "refused architecture", j->string, "x32 calls are always killed") ;
    if (!policy_arch_exists(j->string)) policy_die(p, j->pos, "unknown architecture", j->string, 0) ;
    for (; i < policy_archs_n ; i++) if (!strcmp(j->string, policy_archs[i].name)) p->archs |= 1U << i ;
#ifdef __aarch64__
    if (!strcmp(j->string, "SCMP_ARCH_ARM")) policy_die(p, j->pos, "refused architecture", j->string, "32-bit calls are always killed here") ;
#endif
  }
  if (archs->first && !(p->archs & 1)) policy_die(p, archs->pos, "the architecture of this machine is not listed", policy_archs[0].name, 0) ;
}

/* The file holds instructions only, so what nc-seccomp would have to do with them must be said there. */
static void read_flags (struct policy const *p, struct json const *flags)
{
  struct json const *j = flags->first ;
  for (; j ; j = j->next)
  {
    if (j->type != JSON_STRING) policy_die(p, j->pos, "wrong type for a flag", 0, "a string") ;
    if (!strcmp(j->string, "SECCOMP_FILTER_FLAG_TSYNC")) continue ;  /* nc-seccomp has one thread */
    policy_die(p, j->pos, "refused flag", j->string,
      strcmp(j->string, "SECCOMP_FILTER_FLAG_LOG") ? "a filter file carries no flags" : "give -l to nc-seccomp") ;
  }
}

void policy_read (struct policy *p)
{
  static char const *const keys[] =
    { "architectures", "comment", "defaultAction", "defaultErrnoRet", "flags", "listenerPath", "listenerMetadata", "archMap", "syscalls" } ;
  struct json const *root = p->root ;
  struct json const *j ;
  if (root->type != JSON_OBJECT) policy_die(p, root->pos, "the policy is not an object", 0, 0) ;
  policy_keys(p, root, keys, N(keys)) ;
  for (j = root->first ; j ; j = j->next)
    if (!strcmp(j->key, "listenerPath") || !strcmp(j->key, "listenerMetadata") || !strcmp(j->key, "archMap"))
      policy_die(p, j->keypos, "refused key", j->key, 0) ;
  policy_get(root, "comment", JSON_STRING, p) ;
  j = policy_get(root, "defaultAction", JSON_STRING, p) ;
  if (!j) policy_die(p, root->pos, "missing key", "defaultAction", 0) ;
  p->action = policy_action(p, j, policy_get(root, "defaultErrnoRet", JSON_NUMBER, p)) ;
  p->archs = 0 ;
  j = policy_get(root, "architectures", JSON_ARRAY, p) ;
  if (j) read_archs(p, j) ;
  p->archs |= 1 ;
  j = policy_get(root, "flags", JSON_ARRAY, p) ;
  if (j) read_flags(p, j) ;
  policy_get(root, "syscalls", JSON_ARRAY, p) ;
}
