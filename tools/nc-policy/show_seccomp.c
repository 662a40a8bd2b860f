/* ISC license. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/seccomp.h>

#include "nc.h"
#include "policy.h"

void policy_action_words (uint32_t action, char *s, size_t max)
{
  unsigned int data = action & SECCOMP_RET_DATA ;
  char const *name = policy_errno_name(data) ;
  switch (action & SECCOMP_RET_ACTION_FULL)
  {
    case SECCOMP_RET_ALLOW : snprintf(s, max, "allowed") ; break ;
    case SECCOMP_RET_LOG : snprintf(s, max, "allowed and logged") ; break ;
    case SECCOMP_RET_TRACE : snprintf(s, max, "left to a tracer, message %u; ENOSYS without one", data) ; break ;
    case SECCOMP_RET_TRAP : snprintf(s, max, "answered by the signal SIGSYS") ; break ;
    case SECCOMP_RET_KILL_PROCESS : snprintf(s, max, "killed") ; break ;
    case SECCOMP_RET_ERRNO :
      if (!data) snprintf(s, max, "answered by success, without effect") ;
      else if (name) snprintf(s, max, "refused with %s", name) ;
      else snprintf(s, max, "refused with error %u", data) ;
      break ;
    default : snprintf(s, max, "the calling thread is killed") ; break ;
  }
}

static void show_cond (struct policy_cond const *c, char *s, size_t max)
{
  static char const *const words[] = { "is not", "is less than", "is at most", "is", "is at least", "is more than" } ;
  size_t n = (size_t)snprintf(s, max, "argument %u", c->index) ;
  if (c->op == OP_MASKED_EQ) snprintf(s + n, max - n, c->value ? " & 0x%llx is 0x%llx" : " & 0x%llx is %llu",
    (unsigned long long)c->mask, (unsigned long long)c->value) ;
  else snprintf(s + n, max - n, c->value < 4096 ? " %s %llu" : " %s 0x%llx", words[c->op], (unsigned long long)c->value) ;
}

static int show_cmp (void const *a, void const *b)
{
  char const *const *x = a ;
  char const *const *y = b ;
  return strcmp(*x, *y) ;
}

/* The calls of the machine's own architecture, on which one rule without conditions decides, by what it says. */
static void show_plain (struct policy const *p, stralloc *sa, uint32_t action)
{
  char const **words = malloc((p->rulen + 1) * sizeof(*words)) ;
  size_t i = 0, n = 0, k ;
  char head[80] ;
  if (!words) strerr_diefusys(111, "allocate memory") ;
  for (; i < p->rulen ; i++)
  {
    struct policy_rule const *r = p->rules + i ;
    if (r->n || r->action != action || r->nr < 0) continue ;
    for (k = 0 ; k < i ; k++) if (p->rules[k].nr == r->nr) break ;
    if (k == i) words[n++] = r->node->string ;
  }
  if (n)
  {
    qsort(words, n, sizeof(*words), &show_cmp) ;
    policy_action_words(action, head, sizeof(head)) ;
    policy_show_put(sa, "Whatever the arguments are, ") ;
    policy_show_put(sa, head) ;
    policy_show_put(sa, ":\n") ;
    policy_show_words(sa, words, n) ;
  }
  free(words) ;
}

static void show_rule (struct policy_rule const *r, stralloc *sa)
{
  char s[128] ;
  unsigned int k = 0 ;
  policy_show_put(sa, "        ") ;
  policy_action_words(r->action, s, sizeof(s)) ;
  policy_show_put(sa, s) ;
  for (; k < r->n ; k++)
  {
    show_cond(r->cond + k, s, sizeof(s)) ;
    policy_show_put(sa, k ? " and " : " if ") ;
    policy_show_put(sa, s) ;
  }
  policy_show_put(sa, "\n") ;
}

/* One call and its rules, the first of which that holds decides. */
static void show_call (struct policy const *p, struct policy_arch const *arch, size_t first, stralloc *sa)
{
  struct policy_rule const *r = p->rules + first ;
  char s[80] ;
  size_t i ;
  for (i = 0 ; i < first ; i++) if (p->rules[i].nr == r->nr) return ;
  policy_show_put(sa, "    ") ;
  policy_show_put(sa, r->node->string) ;
  policy_show_put(sa, "\n") ;
  for (i = first ; i < p->rulen ; i++)
  {
    if (p->rules[i].nr != r->nr) continue ;
    show_rule(p->rules + i, sa) ;
    if (!p->rules[i].n) return ;
  }
  policy_action_words(policy_otherwise(p, arch, r->nr), s, sizeof(s)) ;
  policy_show_put(sa, "        otherwise ") ;
  policy_show_put(sa, s) ;
  policy_show_put(sa, "\n") ;
}

static void show_head (struct policy const *p, struct policy_machine const *m, stralloc *sa)
{
  char s[80] ;
  policy_action_words(p->action, s, sizeof(s)) ;
  policy_show_put(sa, "For ") ;
  policy_show_put(sa, m->name) ;
  policy_show_put(sa, p->archs & 2 ? "; 32-bit calls are decided by the same rules\n" : "; 32-bit calls are killed\n") ;
  policy_show_put(sa, "What is not named below: ") ;
  policy_show_put(sa, s) ;
  policy_show_put(sa, "\nNumbers without a known call, and clone3 unless it is named: refused with ENOSYS\n") ;
}

void policy_show_seccomp (struct policy *p, stralloc *sa)
{
  struct policy_machine const *m = policy_machines + p->target.machine ;
  size_t i = 0, k ;
  int head = 0 ;
  policy_resolve(p, m->arch) ;
  show_head(p, m, sa) ;
  for (; i < p->rulen ; i++)
  {
    for (k = 0 ; k < i ; k++) if (p->rules[k].action == p->rules[i].action) break ;
    if (k == i) show_plain(p, sa, p->rules[i].action) ;
  }
  for (i = 0 ; i < p->rulen ; i++)
  {
    if (!p->rules[i].n || p->rules[i].nr < 0) continue ;
    if (!head++) policy_show_put(sa, "Depending on the arguments, which the kernel reads with the width that it has:\n") ;
    show_call(p, m->arch, i, sa) ;
  }
}
