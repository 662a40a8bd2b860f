/* ISC license. */

#include <limits.h>
#include <string.h>

#include "nc.h"
#include "policy.h"

#define LANDLOCK_ABI_KNOWN 7

static unsigned int landlock_word (struct policy *p, struct node const *j)
{
  static char const *const words[] = { "all", "all_except_execute", "execute", "read", "readdir", "write" } ;
  static unsigned int const values[] = { LANDLOCK_READ | LANDLOCK_WRITE | LANDLOCK_EXECUTE, LANDLOCK_READ | LANDLOCK_WRITE,
    LANDLOCK_EXECUTE, LANDLOCK_READ, LANDLOCK_READDIR, LANDLOCK_WRITE } ;
  size_t i ;
  if (!policy_is(p, j, NODE_STRING, "access")) return 0 ;
  i = policy_index(words, N(words), j->string) ;
  if (i < N(words)) return values[i] ;
  if (!strcmp(j->string, "create") || !strcmp(j->string, "remove"))
    policy_error(p, j->pos, "refused right", j->string, "nc-landlock grants it with write only") ;
  else policy_unknown(p, j->pos, "unknown right", j->string, words, N(words)) ;
  return 0 ;
}

/* Absolute, or a descriptor; a line of nc-policy argv must hold it. */
static int landlock_path_ok (struct policy *p, struct node const *path)
{
  char const *s = path->string ;
  int fd ;
  for (; *s ; s++)
    if ((unsigned char)*s < 32 || *s == 127)
    {
      policy_error(p, path->pos, "control character in the path", path->string, 0) ;
      return 0 ;
    }
  if (strlen(path->string) >= PATH_MAX)
  {
    policy_error(p, path->pos, "path is longer than the kernel's 4095 bytes", 0, 0) ;
    return 0 ;
  }
  if (path->string[0] == '/' || nc_scan_source(path->string, &fd)) return 1 ;
  policy_error(p, path->pos, "path is not absolute", path->string, 0) ;
  return 0 ;
}

static void landlock_rule (struct policy *p, struct node const *rule)
{
  static char const *const keys[] = { "access", "path" } ;
  struct policy_path r = { .access = 0 } ;
  struct node const *access, *j ;
  if (!policy_is(p, rule, NODE_OBJECT, "a rule")) return ;
  policy_keys(p, rule, keys, N(keys)) ;
  r.node = policy_need(p, rule, "path", NODE_STRING) ;
  access = policy_need(p, rule, "access", NODE_ARRAY) ;
  if (access && !access->first) policy_error(p, access->pos, "the rule grants nothing", 0, 0) ;
  for (j = access ? access->first : 0 ; j ; j = j->next) r.access |= landlock_word(p, j) ;
  if (!r.node || !landlock_path_ok(p, r.node) || !access) return ;
  p->landlock.paths = policy_more(p->landlock.paths, p->landlock.pathn, sizeof(r)) ;
  p->landlock.paths[p->landlock.pathn++] = r ;
}

static void landlock_ports (struct policy *p, struct node const *tcp, char const *key, int bind)
{
  struct node const *list = policy_get(p, tcp, key, NODE_ARRAY) ;
  struct node const *j = list ? list->first : 0 ;
  for (; j ; j = j->next)
  {
    struct policy_port port = { .bind = bind } ;
    if (!policy_is(p, j, NODE_NUMBER, "port")) continue ;
    if (j->number > 65535) { policy_error(p, j->pos, "port out of range", 0, "0 to 65535") ; continue ; }
    port.port = (unsigned int)j->number ;
    p->landlock.ports = policy_more(p->landlock.ports, p->landlock.portn, sizeof(port)) ;
    p->landlock.ports[p->landlock.portn++] = port ;
  }
}

static void landlock_tcp (struct policy *p)
{
  static char const *const keys[] = { "bind", "connect" } ;
  struct node const *tcp = policy_get(p, p->root, "tcp", NODE_OBJECT) ;
  if (!tcp) return ;
  p->landlock.tcp = 1 ;
  policy_keys(p, tcp, keys, N(keys)) ;
  landlock_ports(p, tcp, "connect", 0) ;
  landlock_ports(p, tcp, "bind", 1) ;
}

static void landlock_scope (struct policy *p)
{
  static char const *const keys[] = { "abstract_sockets", "signals" } ;
  struct node const *scope = policy_get(p, p->root, "scope", NODE_OBJECT) ;
  struct node const *j ;
  if (!scope) return ;
  policy_keys(p, scope, keys, N(keys)) ;
  p->landlock.scopepos = scope->keypos ;
  j = policy_get(p, scope, "abstract_sockets", NODE_BOOL) ;
  p->landlock.abstract = j && !j->number ;
  j = policy_get(p, scope, "signals", NODE_BOOL) ;
  p->landlock.signals = j && !j->number ;
}

void policy_landlock_read (struct policy *p)
{
  static char const *const keys[] = { "best_effort", "log_denied", "min_abi", "rules", "scope", "tcp" } ;
  struct policy_landlock *l = &p->landlock ;
  struct node const *j ;
  policy_keys(p, p->root, keys, N(keys)) ;
  j = policy_get(p, p->root, "min_abi", NODE_NUMBER) ;
  if (j && (!j->number || j->number > LANDLOCK_ABI_KNOWN)) policy_error(p, j->pos, "unknown Landlock ABI", 0, "1 to 7") ;
  else if (j) l->abi = (unsigned int)j->number ;
  j = policy_get(p, p->root, "best_effort", NODE_BOOL) ;
  l->besteffort = j && j->number ;
  if (j) l->besteffortpos = j->keypos ;
  j = policy_get(p, p->root, "log_denied", NODE_BOOL) ;
  l->quiet = j && !j->number ;
  landlock_tcp(p) ;
  landlock_scope(p) ;
  j = policy_need(p, p->root, "rules", NODE_ARRAY) ;
  if (!j) return ;
  if (!j->first) policy_error(p, j->pos, "the policy allows no path", 0, 0) ;
  for (j = j->first ; j ; j = j->next) landlock_rule(p, j) ;
}
