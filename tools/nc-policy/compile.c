/* ISC license. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "policy.h"

#define USAGE "nc-policy compile [ -a machine ] [ -c cap,... ] [ -k version ] [ -s sha256 ] [ --strict ] [ -o out ] file"

/* a filter that is too long is told from one that fits */
#define COMPILE_ROOM ((size_t)4 * BPF_MAXINSNS)

static void compile_replace (char const *out, char const *s, size_t len)
{
  char const *doing ;
  size_t n = strlen(out) ;
  if (!n || out[n - 1] == '/') strerr_dief(100, "invalid output: ", out) ;
  if (nc_replace(out, s, len, &doing) == 0) return ;
  if (!doing) strerr_dief(111, "unable to replace ", out, ": not a regular file") ;
  strerr_diefusys(111, doing, out) ;
}

/* Of the lints, those that say that the filter is not what the file asks for, or of no use; with strict the first is fatal. */
static void compile_warn (struct policy *p, int strict)
{
  static char const *const lints[] = { "flag", "no-effect", "no-execve" } ;
  size_t i = 0 ;
  policy_seccomp_lint(p) ;
  policy_findings_sort(p) ;
  for (; i < p->findingn ; i++)
  {
    struct policy_finding const *f = p->findings + i ;
    char where[64] ;
    snprintf(where, sizeof(where), ":%zu:%zu: ", f->pos.line, f->pos.col) ;
    if (strict) strerr_dief(100, p->file, where, f->text, " [", f->lint, "]") ;
    if (policy_index(lints, N(lints), f->lint) < N(lints)) strerr_warnw(p->file, where, f->text) ;
  }
}

static void compile_file (struct policy *p, struct policy_options const *o)
{
  struct sock_filter *prog ;
  struct sock_filter *buf = malloc(sizeof(*buf) * COMPILE_ROOM) ;
  size_t len ;
  if (!buf) strerr_diefusys(111, "allocate memory") ;
  len = policy_bpf(p, buf, COMPILE_ROOM, &prog) ;
  if (!len || len > BPF_MAXINSNS)
  {
    policy_error(p, p->root->pos, "the filter is longer than the kernel's 4096 instructions", 0, 0) ;
    policy_must(p) ;
  }
  compile_warn(p, o->strict) ;
  if (o->out) compile_replace(o->out, (char const *)prog, len * sizeof(*prog)) ;
  else if (allwrite(1, (char const *)prog, len * sizeof(*prog)) < len * sizeof(*prog))
    strerr_diefusys(111, "write to standard output") ;
  free(buf) ;
}

int policy_compile_main (int argc, char const *const *argv)
{
  char const *words[argc] ;
  struct policy_options o = { .words = words } ;
  struct policy p ;
  policy_options(argc, argv, "+a:c:k:o:s:S", USAGE, &o) ;
  if (o.wordn != 1 || !*words[0]) dieusage() ;
  if (o.out && !strcmp(o.out, "-")) o.out = 0 ;
  if (!o.out && isatty(1)) strerr_dief(100, "standard output is a terminal; use -o") ;
  policy_open(&p, words[0], &o) ;
  policy_must(&p) ;
  if (p.kind != POLICY_SECCOMP) strerr_dief(100, p.file, " is a ", policy_kind_word(p.kind), " policy; nc-policy argv is for it") ;
  compile_file(&p, &o) ;
  policy_free(&p) ;
  return 0 ;
}
