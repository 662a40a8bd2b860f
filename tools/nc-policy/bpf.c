/* ISC license. */

#include <errno.h>
#include <stddef.h>

#include <linux/seccomp.h>

#include "policy.h"

#define BPF_KILL SECCOMP_RET_KILL_PROCESS
#define BPF_NOSYS (SECCOMP_RET_ERRNO | ENOSYS)
#define BPF_X32 0x40000000U

/* The program grows from its end to its start, so that a jump's target is always known: a position counts from the end. */
struct bpf
{
  struct sock_filter *buf ;
  size_t max ;
  size_t n ;              /* instructions so far; max + 1 once it did not fit */
} ;

/* Calls first to last - 1 of one architecture are treated alike. */
struct bpf_run
{
  unsigned int first ;
  uint32_t action ;       /* where no rule is left to decide */
  int rules ;             /* 1: the rules of number first have conditions */
} ;

static size_t bpf_emit (struct bpf *b, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k)
{
  struct sock_filter const f = { .code = code, .jt = jt, .jf = jf, .k = k } ;
  if (b->n >= b->max) { b->n = b->max + 1 ; return b->n ; }
  b->n++ ;
  b->buf[b->max - b->n] = f ;
  return b->n ;
}

static size_t bpf_ret (struct bpf *b, uint32_t action)
{
  size_t i = b->n <= b->max ? b->n : 0 ;
  for (; i && b->n - i < 200 ; i--)
  {
    struct sock_filter const *f = b->buf + (b->max - i) ;
    if (f->code == (BPF_RET | BPF_K) && f->k == action) return i ;
  }
  return bpf_emit(b, BPF_RET | BPF_K, 0, 0, action) ;
}

/* A conditional jump reaches 255 instructions; beyond, it goes through an unconditional one. */
static size_t bpf_near (struct bpf *b, size_t to, size_t slack)
{
  return b->n - to + slack <= 255 ? to : bpf_emit(b, BPF_JMP | BPF_JA, 0, 0, (uint32_t)(b->n - to)) ;
}

static size_t bpf_jump (struct bpf *b, uint16_t op, uint32_t k, size_t yes, size_t no)
{
  yes = bpf_near(b, yes, 1) ;
  no = bpf_near(b, no, 0) ;
  return bpf_emit(b, BPF_JMP | BPF_K | op, (uint8_t)(b->n - yes), (uint8_t)(b->n - no), k) ;
}

static size_t bpf_load (struct bpf *b, size_t offset)
{
  return bpf_emit(b, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset) ;
}

static size_t bpf_word (struct bpf *b, unsigned int index, int high, uint32_t mask)
{
  if (mask != UINT32_MAX) bpf_emit(b, BPF_ALU | BPF_AND | BPF_K, 0, 0, mask) ;
  return bpf_load(b, offsetof(struct seccomp_data, args) + 8 * index + (high ? 4 : 0)) ;
}

/* The high word decides alone unless it is equal; it is not looked at where the kernel does not. */
static size_t bpf_order (struct bpf *b, struct policy_cond const *c, uint16_t op, size_t yes, size_t no)
{
  uint32_t high = (uint32_t)(c->mask >> 32) ;
  size_t low ;
  bpf_jump(b, op, (uint32_t)c->value, yes, no) ;
  low = bpf_word(b, c->index, 0, (uint32_t)c->mask) ;
  if (!high) return low ;
  low = bpf_jump(b, BPF_JEQ, (uint32_t)(c->value >> 32), low, no) ;
  bpf_jump(b, BPF_JGT, (uint32_t)(c->value >> 32), yes, low) ;
  return bpf_word(b, c->index, 1, high) ;
}

static size_t bpf_equal (struct bpf *b, struct policy_cond const *c, size_t yes, size_t no)
{
  uint32_t high = (uint32_t)(c->mask >> 32) ;
  if ((uint32_t)c->mask)
  {
    bpf_jump(b, BPF_JEQ, (uint32_t)c->value, yes, no) ;
    yes = bpf_word(b, c->index, 0, (uint32_t)c->mask) ;
  }
  if (high)
  {
    bpf_jump(b, BPF_JEQ, (uint32_t)(c->value >> 32), yes, no) ;
    yes = bpf_word(b, c->index, 1, high) ;
  }
  return yes ;
}

static size_t bpf_cond (struct bpf *b, struct policy_cond const *c, size_t yes, size_t no)
{
  switch (c->op)
  {
    case OP_NE : return bpf_equal(b, c, no, yes) ;
    case OP_LT : return bpf_order(b, c, BPF_JGE, no, yes) ;
    case OP_LE : return bpf_order(b, c, BPF_JGT, no, yes) ;
    case OP_GE : return bpf_order(b, c, BPF_JGE, yes, no) ;
    case OP_GT : return bpf_order(b, c, BPF_JGT, yes, no) ;
    case OP_EQ :
    case OP_MASKED_EQ : break ;
  }
  return bpf_equal(b, c, yes, no) ;
}

/* The rules of one number, last to first: what one leaves undecided the next one gets. */
static size_t bpf_rules (struct bpf *b, struct policy_rule const *rules, size_t n, struct bpf_run const *run)
{
  size_t next = bpf_ret(b, run->action) ;
  while (n--)
  {
    struct policy_rule const *r = rules + n ;
    size_t yes ;
    unsigned int i = r->n ;
    if (r->nr != (int)run->first || !i) continue ;
    next = bpf_near(b, next, 100) ;
    yes = bpf_ret(b, r->action) ;
    while (i--) yes = bpf_cond(b, r->cond + i, yes, next) ;
    next = yes ;
  }
  return next ;
}

static size_t bpf_tree (struct bpf *b, struct policy_rule const *rules, size_t n, struct bpf_run const *runs, size_t runn)
{
  size_t left, right, half = runn / 2 ;
  if (runn == 1) return runs->rules ? bpf_rules(b, rules, n, runs) : bpf_ret(b, runs->action) ;
  right = bpf_tree(b, rules, n, runs + half, runn - half) ;
  left = bpf_tree(b, rules, n, runs, half) ;
  return bpf_jump(b, BPF_JGE, runs[half].first, right, left) ;
}

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
    top = bpf_load(&b, offsetof(struct seccomp_data, nr)) ;
    other = bpf_jump(&b, BPF_JEQ, m->arch[i].token, top, other) ;
  }
  bpf_load(&b, offsetof(struct seccomp_data, arch)) ;
  if (b.n > b.max) return 0 ;
  *prog = buf + (max - b.n) ;
  return b.n ;
}
