/* ISC license. */

#include <string.h>

#include "assert.h"

static int env_names (struct assert_word const *w, char const *name)
{
  size_t n = strlen(name) ;
  return w->kind == 'e' && !strncmp(w->s, name, n) && (!w->s[n] || w->s[n] == '=') ;
}

/* Of words with one name the last counts, as in nc-clean. A value is never said: it may be nobody's business. */
static void env_one (struct assert *a, char const *entry)
{
  size_t n = strcspn(entry, "=") ;
  size_t i = a->n ;
  int found = 0 ;
  char name[n + 1] ;
  memcpy(name, entry, n) ;
  name[n] = 0 ;
  while (i--)
  {
    struct assert_word *w = a->words + i ;
    if (!env_names(w, name)) continue ;
    if (w->seen) assert_differs("once", "twice", "variable ", name) ;
    if (!found && w->s[n] && strcmp(w->s, entry)) assert_differs("the value given", "another", "variable ", name) ;
    found = 1 ;
    w->seen = 1 ;
  }
  if (!found) assert_differs("unset", "set", "variable ", name) ;
}

static void env_unset (char const *word)
{
  size_t n = strcspn(word, "=") ;
  char name[n + 1] ;
  memcpy(name, word, n) ;
  name[n] = 0 ;
  assert_differs("set", "unset", "variable ", name) ;
}

void assert_env (struct assert *a, char const *const *envp)
{
  size_t i = 0 ;
  for (; *envp ; envp++) env_one(a, *envp) ;
  for (; i < a->n ; i++)
    if (a->words[i].kind == 'e' && !a->words[i].seen) env_unset(a->words[i].s) ;
}
