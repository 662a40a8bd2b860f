/* ISC license. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nc.h"
#include "policy.h"

#define SAY_WORD 200

/* A word of the file is shown as far as it is printable ASCII. */
static void say_add (char *s, size_t max, char const *pre, char const *word)
{
  size_t n = strlen(s), i = 0 ;
  if (!word) return ;
  snprintf(s + n, max - n, "%s", pre) ;
  n = strlen(s) ;
  for (; i < SAY_WORD && word[i] && n + 1 < max ; i++) s[n++] = (char)(word[i] >= 32 && word[i] < 127 ? word[i] : '?') ;
  s[n] = 0 ;
}

static void say (struct policy *p, struct node_pos pos, char const *lint, char const *what, char const *word, char const *hint)
{
  char text[1024] = "" ;
  struct policy_finding *f ;
  if (!lint) p->errors++ ;
  if (p->findingn >= POLICY_FINDINGS_MAX)
  {
    /* the last place is an error's, if there is one */
    if (lint || !p->findings[POLICY_FINDINGS_MAX - 1].lint) return ;
    free(p->findings[--p->findingn].text) ;
  }
  say_add(text, sizeof(text), "", what) ;
  say_add(text, sizeof(text), ": ", word) ;
  say_add(text, sizeof(text), "; ", hint) ;
  p->findings = policy_more(p->findings, p->findingn, sizeof(*f)) ;
  f = p->findings + p->findingn++ ;
  f->pos = pos ;
  f->lint = lint ;
  f->text = strdup(text) ;
  if (!f->text) strerr_diefusys(111, "allocate memory") ;
}

void policy_error (struct policy *p, struct node_pos pos, char const *what, char const *word, char const *hint)
{
  say(p, pos, 0, what, word, hint) ;
}

void policy_unknown (struct policy *p, struct node_pos pos, char const *what, char const *word, char const *const *words, size_t n)
{
  char hint[96] ;
  if (p->errors >= POLICY_FINDINGS_MAX) return ;
  snprintf(hint, sizeof(hint), "the nearest known is %s", policy_nearest(words, n, word)) ;
  say(p, pos, 0, what, word, hint) ;
}

void policy_lint (struct policy *p, struct node_pos pos, char const *lint, char const *what, char const *word, char const *why)
{
  say(p, pos, lint, what, word, why) ;
}

static int say_cmp (void const *a, void const *b)
{
  struct policy_finding const *x = a, *y = b ;
  if (x->pos.line != y->pos.line) return x->pos.line < y->pos.line ? -1 : 1 ;
  if (x->pos.col != y->pos.col) return x->pos.col < y->pos.col ? -1 : 1 ;
  return strcmp(x->text, y->text) ;
}

void policy_findings_sort (struct policy *p)
{
  if (p->findingn) qsort(p->findings, p->findingn, sizeof(*p->findings), &say_cmp) ;
}

void policy_must (struct policy *p)
{
  size_t i = 0 ;
  char where[64] ;
  if (!p->errors) return ;
  policy_findings_sort(p) ;
  while (p->findings[i].lint) i++ ;
  snprintf(where, sizeof(where), ":%zu:%zu: ", p->findings[i].pos.line, p->findings[i].pos.col) ;
  strerr_dief(100, p->file, where, p->findings[i].text) ;
}
