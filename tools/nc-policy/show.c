/* ISC license. */

#include <stdio.h>
#include <string.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "policy.h"

#define USAGE "nc-policy show [ -a machine ] [ -c cap,... ] [ -k version ] [ -s sha256 ] file"

void policy_show_put (stralloc *sa, char const *s)
{
  if (!stralloc_cats(sa, s)) strerr_diefusys(111, "allocate memory") ;
}

void policy_show_words (stralloc *sa, char const *const *words, size_t n)
{
  size_t i = 0, col = 200 ;
  for (; i < n ; i++)
  {
    size_t len = strlen(words[i]) ;
    if (col + len + 2 > 100)
    {
      policy_show_put(sa, i ? "\n   " : "   ") ;
      col = 3 ;
    }
    policy_show_put(sa, " ") ;
    policy_show_put(sa, words[i]) ;
    col += len + 1 ;
  }
  policy_show_put(sa, "\n") ;
}

static void show_caps (struct policy const *p, stralloc *sa)
{
  static char const *const heads[SET_N] =
  {
    "Bounding set, which no program that is started later exceeds",
    "Ambient set, which the program and what it starts have in effect",
    "Effective set until the program is started",
    "Inheritable set"
  } ;
  size_t set = 0, cap ;
  for (; set < SET_N ; set++)
  {
    char const *words[POLICY_CAPS] ;
    size_t n = 0 ;
    for (cap = 0 ; cap < POLICY_CAPS ; cap++) if (p->caps.set[set] >> cap & 1) words[n++] = policy_capnames[cap] ;
    policy_show_put(sa, heads[set]) ;
    policy_show_put(sa, n ? ":\n" : ": empty\n") ;
    if (n) policy_show_words(sa, words, n) ;
  }
}

static void show_findings (struct policy *p, stralloc *sa)
{
  size_t i = 0 ;
  policy_findings_sort(p) ;
  if (p->findingn) policy_show_put(sa, "To be looked at:\n") ;
  for (; i < p->findingn ; i++)
  {
    char where[64] ;
    snprintf(where, sizeof(where), "    line %zu: ", p->findings[i].pos.line) ;
    policy_show_put(sa, where) ;
    policy_show_put(sa, p->findings[i].text) ;
    policy_show_put(sa, "\n") ;
  }
}

int policy_show_main (int argc, char const *const *argv)
{
  char const *words[argc] ;
  struct policy_options o = { .words = words } ;
  struct policy p ;
  stralloc sa = STRALLOC_ZERO ;
  policy_options(argc, argv, "+a:c:k:s:", USAGE, &o) ;
  if (o.wordn != 1) dieusage() ;
  policy_open(&p, words[0], &o) ;
  policy_must(&p) ;
  policy_show_put(&sa, p.kind == POLICY_CAPS_KIND ? "Capability" : p.kind == POLICY_LANDLOCK ? "Landlock" : "Seccomp") ;
  policy_show_put(&sa, " policy ") ;
  policy_show_put(&sa, p.file) ;
  policy_show_put(&sa, "\nSHA-256 ") ;
  policy_show_put(&sa, p.digest) ;
  policy_show_put(&sa, "\n\n") ;
  switch (p.kind)
  {
    case POLICY_CAPS_KIND : show_caps(&p, &sa) ; policy_caps_lint(&p) ; break ;
    case POLICY_LANDLOCK : policy_show_landlock(&p, &sa) ; policy_landlock_lint(&p) ; break ;
    case POLICY_SECCOMP : policy_show_seccomp(&p, &sa) ; policy_seccomp_lint(&p) ; break ;
  }
  show_findings(&p, &sa) ;
  if (allwrite(1, sa.s, sa.len) < sa.len) strerr_diefusys(111, "write to standard output") ;
  stralloc_free(&sa) ;
  policy_free(&p) ;
  return 0 ;
}
