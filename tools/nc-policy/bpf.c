/* ISC license. */

#include <linux/seccomp.h>

#include "bpf.h"

size_t bpf_emit (struct bpf *b, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k)
{
  struct sock_filter const f = { .code = code, .jt = jt, .jf = jf, .k = k } ;
  if (b->n >= b->max) { b->n = b->max + 1 ; return b->n ; }
  b->n++ ;
  b->buf[b->max - b->n] = f ;
  return b->n ;
}

size_t bpf_ret (struct bpf *b, uint32_t action)
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

size_t bpf_jump (struct bpf *b, uint16_t op, uint32_t k, size_t yes, size_t no)
{
  yes = bpf_near(b, yes, 1) ;
  no = bpf_near(b, no, 0) ;
  return bpf_emit(b, BPF_JMP | BPF_K | op, (uint8_t)(b->n - yes), (uint8_t)(b->n - no), k) ;
}

size_t bpf_load (struct bpf *b, size_t offset)
{
  return bpf_emit(b, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset) ;
}

static size_t bpf_word (struct bpf *b, unsigned int index, int high, uint32_t mask)
{
  if (mask != UINT32_MAX) bpf_emit(b, BPF_ALU | BPF_AND | BPF_K, 0, 0, mask) ;
  return bpf_load(b, offsetof(struct seccomp_data, args) + (size_t)8 * index + (high ? 4 : 0)) ;
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

size_t bpf_tree (struct bpf *b, struct policy_rule const *rules, size_t n, struct bpf_run const *runs, size_t runn)
{
  size_t left, right, half = runn / 2 ;
  if (runn == 1) return runs->rules ? bpf_rules(b, rules, n, runs) : bpf_ret(b, runs->action) ;
  right = bpf_tree(b, rules, n, runs + half, runn - half) ;
  left = bpf_tree(b, rules, n, runs, half) ;
  return bpf_jump(b, BPF_JGE, runs[half].first, right, left) ;
}
