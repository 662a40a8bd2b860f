/* ISC license. */

#include <string.h>

#include "assert.h"

/* A value is never said: it may be nobody's business. */
static void env_one (struct assert *a, char const *entry)
{
  size_t n = strcspn(entry, "=") ;
  size_t i = 0 ;
  char name[n + 1] ;
  memcpy(name, entry, n) ;
  name[n] = 0 ;
  for (; i < a->n ; i++)
  {
    struct assert_word *w = a->words + i ;
    if (w->kind != 'e' || strncmp(w->s, name, n) || (w->s[n] && w->s[n] != '=')) continue ;
    if (w->seen) assert_differs("once", "twice", "variable ", name) ;
    if (w->s[n] && strcmp(w->s, entry)) assert_differs("the value given", "another", "variable ", name) ;
    w->seen = 1 ;
    return ;
  }
  assert_differs("unset", "set", "variable ", name) ;
}

void assert_env (struct assert *a, char const *const *envp)
{
  size_t i = 0 ;
  for (; *envp ; envp++) env_one(a, *envp) ;
  for (; i < a->n ; i++)
    if (a->words[i].kind == 'e' && !a->words[i].seen) env_unset(a->words[i].s) ;
}
