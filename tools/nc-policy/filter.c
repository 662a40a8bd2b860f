/* ISC license. */

#include <errno.h>

#include <linux/seccomp.h>

#include "bpf.h"

#define BPF_KILL SECCOMP_RET_KILL_PROCESS
#define BPF_NOSYS (SECCOMP_RET_ERRNO | ENOSYS)
#define BPF_X32 0x40000000U

static void bpf_run (struct policy const *p, struct policy_arch const *arch, int nr, struct bpf_run *runs, size_t *runn)
{
  struct bpf_run run = { .first = (unsigned int)nr, .action = policy_otherwise(p, arch, nr) } ;
  size_t i = 0 ;
  for (; i < p->rulen ; i++)
  {
    if (p->rules[i].nr != nr) continue ;
    if (!p->rules[i].n) { run.action = p->rules[i].action ; break ; }
    run.rules = 1 ;
  }
  if (!*runn || run.rules || runs[*runn-1].rules || runs[*runn-1].action != run.action) runs[(*runn)++] = run ;
}

static size_t bpf_arch (struct bpf *b, struct policy *p, struct policy_arch const *arch)
{
  struct bpf_run runs[POLICY_NR_MAX + 1 + POLICY_ARM_END - POLICY_ARM_FIRST + 1] ;
  size_t runn = 0 ;
  int nr = 0 ;
  policy_resolve(p, arch) ;
  for (; nr <= POLICY_NR_MAX ; nr++) bpf_run(p, arch, nr, runs, &runn) ;
  for (nr = POLICY_ARM_FIRST ; nr <= POLICY_ARM_END ; nr++) bpf_run(p, arch, nr, runs, &runn) ;
  return bpf_tree(b, p->rules, p->rulen, runs, runn) ;
}

/* What comes before falls through to the last instruction: one answer for all calls may have been made earlier. */
static void bpf_last (struct bpf *b, size_t to)
{
  if (b->n != to && b->n <= b->max) bpf_emit(b, BPF_JMP | BPF_JA, 0, 0, (uint32_t)(b->n - to)) ;
}

/* x32; -1 is no call of it: a tracer that suppresses a call writes that number */
static size_t bpf_x32 (struct bpf *b, size_t top)
{
  size_t none = bpf_ret(b, BPF_NOSYS) ;
  size_t x32 = bpf_ret(b, BPF_KILL) ;
  x32 = bpf_jump(b, BPF_JEQ, UINT32_MAX, none, x32) ;
  return bpf_jump(b, BPF_JGE, BPF_X32, x32, top) ;
}

size_t policy_bpf (struct policy *p, struct sock_filter *buf, size_t max, struct sock_filter **prog)
{
  struct policy_machine const *m = policy_machines + p->target.machine ;
  struct bpf b = { .buf = buf, .max = max } ;
  size_t other = bpf_ret(&b, BPF_KILL), i = 2 ;
  while (i--)
  {
    size_t top ;
    if (!(p->archs & 1U << i)) continue ;
    top = bpf_arch(&b, p, m->arch + i) ;
    if (!i && !p->target.machine) top = bpf_x32(&b, top) ;
    bpf_last(&b, top) ;
    top = bpf_load(&b, offsetof(struct seccomp_data, nr)) ;
    other = bpf_jump(&b, BPF_JEQ, m->arch[i].token, top, other) ;
  }
  bpf_load(&b, offsetof(struct seccomp_data, arch)) ;
  if (b.n > b.max) return 0 ;
  *prog = buf + (max - b.n) ;
  return b.n ;
}
