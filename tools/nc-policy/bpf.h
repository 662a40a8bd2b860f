/* ISC license. */

/* A filter while it is made. */

#ifndef NC_POLICY_BPF_H
#define NC_POLICY_BPF_H

#include <stddef.h>
#include <stdint.h>

#include <linux/filter.h>

#include "policy.h"

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

/* Each returns the position of the last instruction. */
extern size_t bpf_emit (struct bpf *b, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k) ;
extern size_t bpf_ret (struct bpf *b, uint32_t action) ;  /* or that of one that is near */
extern size_t bpf_jump (struct bpf *b, uint16_t op, uint32_t k, size_t yes, size_t no) ;
extern size_t bpf_load (struct bpf *b, size_t offset) ;
extern size_t bpf_tree (struct bpf *b, struct policy_rule const *rules, size_t n, struct bpf_run const *runs, size_t runn) ;

#endif
