/* ISC license. */

/* What the files of nc-policy share: a seccomp policy between its JSON text and its BPF program. */

#ifndef NC_POLICY_H
#define NC_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include <linux/filter.h>

#include <skalibs/gccattributes.h>

#include "json.h"

#define POLICY_NR_MAX 512     /* call numbers below it are looked at one by one */
#define POLICY_RULES_MAX 16384
#define POLICY_CONDS_MAX 6

enum policy_op { OP_NE, OP_LT, OP_LE, OP_EQ, OP_GE, OP_GT, OP_MASKED_EQ } ;

struct policy_cond
{
  uint64_t value ;       /* OP_MASKED_EQ: what is left under the mask */
  uint64_t mask ;        /* the bits of the argument that the kernel reads, and those of OP_MASKED_EQ */
  unsigned int index ;
  enum policy_op op ;
} ;

/* One call of one "syscalls" entry; the rules of a number apply in the order of the file. */
struct policy_rule
{
  struct json const *json ;  /* the name */
  uint32_t action ;          /* what the filter returns */
  unsigned int nr ;
  unsigned int n ;
  struct policy_cond cond[POLICY_CONDS_MAX] ;
} ;

/* One architecture of a filter. */
struct policy_arch
{
  char const *name ;    /* as OCI spells it */
  uint32_t token ;      /* AUDIT_ARCH_x, libseccomp's SCMP_ARCH_x */
  int compat ;          /* only where the policy lists it */
} ;

struct policy
{
  char const *file ;
  struct json const *root ;
  uint32_t action ;
  unsigned int archs ;       /* bit i: policy_archs[i] */
} ;

/* The architectures this machine can present to a filter, its own first. */
extern struct policy_arch const policy_archs[] ;
extern size_t const policy_archs_n ;

/* names.c */
extern int policy_arch_exists (char const *name) ;
extern int policy_call (uint32_t token, char const *name) ;           /* number; -1 not on this architecture; -2 unknown */
extern int policy_call_known (uint32_t token, unsigned int nr) ;      /* 1 or 0 */
extern void policy_call_nearest (char const *name, char *near) ;      /* near has room for 65 bytes */
extern char const *policy_word_nearest (char const *const *words, size_t n, char const *word) ;

/* widths.c: the bits the kernel reads of that argument, 0 where it is not known */
extern uint64_t policy_width (char const *name, unsigned int index) ;

/* read.c, rules.c: die 100 with the position */
extern void policy_die (struct policy const *p, struct json_pos pos, char const *what, char const *word, char const *hint) gccattr_noreturn ;
extern void policy_read (struct policy *p) ;
extern uint32_t policy_action (struct policy const *p, struct json const *action, struct json const *ret) ;
extern struct json const *policy_get (struct json const *object, char const *key, enum json_type type, struct policy const *p) ;
extern void policy_keys (struct policy const *p, struct json const *object, char const *const *keys, size_t n) ;
extern size_t policy_rules (struct policy const *p, struct policy_arch const *arch, struct policy_rule *rules) ;

/* bpf.c: length of the program at *prog, which lies in buf; 0 where it does not fit */
extern size_t policy_bpf (struct policy const *p, struct policy_rule *rules, struct sock_filter *buf, size_t max, struct sock_filter **prog) ;

/* compile.c */
extern int policy_compile (int argc, char const *const *argv) ;

#endif
