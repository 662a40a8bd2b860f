/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include <skalibs/allreadwrite.h>
#include <skalibs/stralloc.h>
#include <skalibs/types.h>
#include <skalibs/uint32.h>

#include "nc.h"
#include "run.h"

/* The one order, nc-intro(7). Without privilege the user namespace is its source and comes early. A step that has several
   places is told apart by its first option. */
static struct { char const *name ; unsigned int privileged ; unsigned int unprivileged ; } const ranks[] =
{
  { "nc-clean", 10, 10 },
  { "nc-scope", 20, 20 },
  { "nc-open", 30, 30 },
  { "nc-assert -S", 35, 35 },
  { "nc-assert -l", 35, 35 },
  { "nc-userns -o", 40, 0 },
  { "nc-userns -q", 40, 0 },
  { "nc-userns", 0, 50 },
  { "nc-cgroup", 50, 60 },
  { "nc-workspace", 80, 80 },
  { "nc-unshare", 90, 90 },
  { "nc-rootfs", 100, 100 },
  { "nc-context", 104, 104 },
  { "nc-secrets", 106, 106 },
  { "nc-attest", 108, 108 },
  { "nc-pivot", 120, 120 },
  { "nc-init", 140, 140 },
  { "nc-rlimit", 150, 40 },
  { "nc-userns -j", 160, 0 },
  { "nc-assert -N", 170, 170 },
  { "nc-assert -m", 170, 170 },
  { "nc-landlock", 180, 180 },
  { "nc-dropcaps", 190, 190 },
  { "nc-assert -c", 200, 200 },
  { "nc-seccomp", 210, 210 }
} ;

void run_add (struct run_chain *c, char const *word)
{
  if (c->n == RUN_WORDS) strerr_dief(100, "the composed line is too long") ;
  c->words[c->n++] = word ;
  c->steps[c->stepsn - 1].n++ ;
}

void run_add2 (struct run_chain *c, char const *option, char const *word)
{
  run_add(c, option) ;
  run_add(c, word) ;
}

static char *run_cut (char const *s, size_t n)
{
  char *word = run_cat(s, "", 0, 0) ;
  word[n] = 0 ;
  return word ;
}

void run_step (struct run_chain *c, char const *name, int privileged)
{
  size_t i = 0 ;
  char const *option = strchr(name, ' ') ;
  while (strcmp(ranks[i].name, name)) i++ ;
  c->steps[c->stepsn].rank = privileged ? ranks[i].privileged : ranks[i].unprivileged ;
  c->steps[c->stepsn].first = c->n ;
  c->steps[c->stepsn++].n = 0 ;
  run_add(c, option ? run_cut(name, (size_t)(option - name)) : name) ;
  if (option) run_add(c, option + 1) ;
}

char *run_cat (char const *a, char const *b, char const *c, char const *d)
{
  char *s = malloc(strlen(a) + strlen(b) + (c ? strlen(c) : 0) + (d ? strlen(d) : 0) + 1) ;
  if (!s) strerr_diefusys(111, "allocate the line") ;
  strcpy(s, a) ;
  strcat(s, b) ;
  if (c) strcat(s, c) ;
  if (d) strcat(s, d) ;
  return s ;
}

/* A field of an option whose fields have colons between them. */
char *run_field (char const *s)
{
  char *t = malloc(2 * strlen(s) + 1), *p = t ;
  if (!t) strerr_diefusys(111, "allocate the line") ;
  for (; *s ; *p++ = *s++) if (*s == ':' || *s == '\\') *p++ = '\\' ;
  *p = 0 ;
  return t ;
}

char *run_num (uint32_t u)
{
  char fmt[UINT32_FMT] ;
  fmt[uint32_fmt(fmt, u)] = 0 ;
  return run_cat(fmt, "", 0, 0) ;
}

/* Separate executables find each other by path only, before and after the change of root: each step is named below bindir,
   which is bound at its own place. In the multicall program names are enough, but for the first one, for a step that is a
   program of its own, as nc-attest is, and for the one that this has to find. */
static int words_fused (char const *name)
{
  struct nc_tool const *t = nc_tools_n > 1 ? nc_tool_find(name) : 0 ;
  return t && t->fuses ;
}

/* argv has room for every word and prog; the sort is stable and short */
void run_sort (struct run_chain *c, char const *bindir, char const **argv, char const *const *prog)
{
  unsigned int last = 0 ;
  int before = 0 ;
  for (;;)
  {
    unsigned int next = ~0U ;
    size_t i = 0 ;
    for (; i < c->stepsn ; i++) if (c->steps[i].rank > last && c->steps[i].rank < next) next = c->steps[i].rank ;
    if (next == ~0U) break ;
    for (i = 0 ; i < c->stepsn ; i++)
      if (c->steps[i].rank == next)
      {
        char const **word = c->words + c->steps[i].first ;
        int fused = words_fused(*word) ;
        if (!before || !fused) *word = run_cat(bindir, "/", *word, 0) ;
        before = fused ;
        memcpy(argv, word, c->steps[i].n * sizeof(char const *)) ;
        argv += c->steps[i].n ;
      }
    last = next ;
  }
  while (*prog) *argv++ = *prog++ ;
  *argv = 0 ;
}

static int print_plain (char const *s)
{
  static char const ok[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:,=+-@%" ;
  return *s && strspn(s, ok) == strlen(s) ;
}

static void print_add (stralloc *sa, char const *s, size_t n)
{
  if (!stralloc_catb(sa, s, n)) strerr_diefusys(111, "allocate the line") ;
}

/* Words that a shell reads back as they are. */
void run_print (char const *const *argv, char const *end)
{
  stralloc sa = STRALLOC_ZERO ;
  for (; *argv ; argv++)
  {
    char const *s = *argv ;
    if (print_plain(s)) print_add(&sa, s, strlen(s)) ;
    else
    {
      print_add(&sa, "'", 1) ;
      for (; *s ; s++) if (*s == '\'') print_add(&sa, "'\\''", 4) ; else print_add(&sa, s, 1) ;
      print_add(&sa, "'", 1) ;
    }
    if (argv[1]) print_add(&sa, " ", 1) ; else print_add(&sa, end, strlen(end)) ;
  }
  if (allwrite(1, sa.s, sa.len) < sa.len) strerr_diefusys(111, "print the line") ;
}
