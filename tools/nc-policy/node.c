/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include "nc.h"
#include "policy.h"

int policy_is (struct policy *p, struct node const *j, enum node_type type, char const *what)
{
  static char const *const types[] = { "null", "true or false", "a number", "a string", "a list", "an object" } ;
  if (j->type == type) return 1 ;
  policy_error(p, j->pos, "wrong type for", what, types[type]) ;
  return 0 ;
}

struct node const *policy_get (struct policy *p, struct node const *object, char const *key, enum node_type type)
{
  struct node const *j = object->first ;
  for (; j ; j = j->next) if (!strcmp(j->key, key)) break ;
  if (!j || (j->type == NODE_NULL && (type == NODE_ARRAY || type == NODE_OBJECT))) return 0 ;
  return policy_is(p, j, type, key) ? j : 0 ;
}

struct node const *policy_need (struct policy *p, struct node const *object, char const *key, enum node_type type)
{
  size_t errors = p->errors ;
  struct node const *j = policy_get(p, object, key, type) ;
  if (!j && errors == p->errors) policy_error(p, object->pos, "missing key", key, 0) ;
  return j ;
}

void policy_keys (struct policy *p, struct node const *object, char const *const *keys, size_t n)
{
  struct node const *j = object->first ;
  for (; j ; j = j->next)
    if (policy_index(keys, n, j->key) == n) policy_unknown(p, j->keypos, "unknown key", j->key, keys, n) ;
}

/* Doubled where n is a power of two. */
void *policy_more (void *array, size_t n, size_t size)
{
  if (n & (n - 1)) return array ;
  array = realloc(array, (n ? 2 * n : 1) * size) ;
  if (!array) strerr_diefusys(111, "allocate memory") ;
  return array ;
}
