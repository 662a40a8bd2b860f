/* ISC license. */
/* sources: tools/nc-policy/[!n]*.c tools/nc-policy/n[ao]*.c tools/nc-policy/?*.cc */
/* sources: tools/nc-seccomp/simulate.c lib/nc_scan.c lib/nc_json.c lib/nc_fd.c lib/nc_longopt.c lib/nc_read.c lib/nc_replace.c */
/* link: -lseccomp -lskarnet */

/* Any bytes as a policy: read, checked, shown; where a filter comes of it, it decides as the rules do, on both machines. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <skalibs/stralloc.h>
#include <skalibs/strerr.h>

#include "tools/nc-policy/policy.h"
#include "tools/nc-seccomp/nc-seccomp.h"

#define FUZZ_RULES 24

static void fuzz_same (struct policy const *p, struct policy_arch const *arch, struct sock_filter const *prog, size_t n, int nr, uint64_t const *args)
{
  struct seccomp_data data = { .nr = nr, .arch = arch->token } ;
  uint32_t action = 0 ;
  memcpy(data.args, args, sizeof(data.args)) ;
  if (!seccomp_simulate(prog, n, &data, 0xffff, &action)) abort() ;
  if (action != policy_decide(p, arch, nr, args)) abort() ;
}

/* The values of a rule, those beside them, and high bits, which most arguments do not have. */
static void fuzz_rule (struct policy const *p, struct policy_arch const *arch, struct sock_filter const *prog, size_t n, struct policy_rule const *r)
{
  static uint64_t const more[] = { 0, 1, (uint64_t)-1, (uint64_t)1 << 32, (uint64_t)0xffffffff << 32, (uint64_t)1 << 63 } ;
  size_t i = 0 ;
  for (; i < N(more) ; i++)
  {
    uint64_t args[6] = { 0 } ;
    unsigned int k = 0 ;
    for (; k < r->n ; k++) args[r->cond[k].index] = r->cond[k].value + more[i] ;
    fuzz_same(p, arch, prog, n, r->nr, args) ;
  }
}

static void fuzz_filter (struct policy *p)
{
  static struct sock_filter buf[4 * BPF_MAXINSNS] ;
  struct policy_arch const *arch = policy_machines[p->target.machine].arch ;
  uint64_t const args[6] = { 0 } ;
  struct sock_filter *prog ;
  size_t n = policy_bpf(p, buf, N(buf), &prog), i = 0 ;
  if (!n || n > BPF_MAXINSNS) return ;
  for (; i < p->rulen && i < FUZZ_RULES ; i++) if (p->rules[i].nr >= 0) fuzz_rule(p, arch, prog, n, p->rules + i) ;
  for (i = 0 ; i < 600 ; i += 7) fuzz_same(p, arch, prog, n, (int)i, args) ;
}

static void fuzz_read (uint8_t const *s, size_t len, unsigned int machine, uint64_t caps)
{
  struct policy p ;
  stralloc sa = STRALLOC_ZERO ;
  char *text = malloc(len + 1) ;
  if (!text) abort() ;
  memcpy(text, s, len) ;
  memset(&p, 0, sizeof(p)) ;
  p.file = "fuzz" ;
  p.target.machine = machine ;
  p.target.caps = caps ;
  p.target.kernel[0] = 5 ;
  policy_text(&p, text, len) ;
  if (!p.errors && p.kind == POLICY_SECCOMP) { fuzz_filter(&p) ; policy_show_seccomp(&p, &sa) ; policy_seccomp_lint(&p) ; }
  if (!p.errors && p.kind == POLICY_CAPS_KIND) { policy_caps_argv(&p, &sa) ; policy_caps_lint(&p) ; }
  if (!p.errors && p.kind == POLICY_LANDLOCK) { policy_landlock_argv(&p, &sa) ; policy_show_landlock(&p, &sa) ; policy_landlock_lint(&p) ; }
  policy_findings_sort(&p) ;
  stralloc_free(&sa) ;
  policy_free(&p) ;
}

extern int LLVMFuzzerTestOneInput (uint8_t const *, size_t) ;
int LLVMFuzzerTestOneInput (uint8_t const *s, size_t len)
{
  PROG = "fuzz" ;
  fuzz_read(s, len, (unsigned int)(len & 1), len & 2 ? UINT64_MAX : 0) ;
  return 0 ;
}
