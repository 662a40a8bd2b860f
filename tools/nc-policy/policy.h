/* ISC license. */

/* What the files of nc-policy share: a policy between its text and what a step takes. */

#ifndef NC_POLICY_H
#define NC_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include <linux/filter.h>

#include <skalibs/gccattributes.h>
#include <skalibs/stralloc.h>

#include "tree.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

#define POLICY_SIZE_MAX (1U << 20)
#define POLICY_FINDINGS_MAX 100
#define POLICY_NR_MAX 512        /* call numbers below it are looked at one by one */
#define POLICY_ARM_FIRST 0xf0001 /* arm's own calls, six of them, arch/arm/include/uapi/asm/unistd.h */
#define POLICY_ARM_END 0xf0007
#define POLICY_RULES_MAX 16384
#define POLICY_CONDS_MAX 6
#define POLICY_CAPS 41

 /* seccomp */

enum policy_op { OP_NE, OP_LT, OP_LE, OP_EQ, OP_GE, OP_GT, OP_MASKED_EQ } ;

struct policy_cond
{
  uint64_t value ;       /* OP_MASKED_EQ: what is left under the mask */
  uint64_t mask ;        /* the bits of the argument that the kernel reads, and those of OP_MASKED_EQ */
  uint64_t width ;       /* the bits of the argument that the kernel reads */
  unsigned int index ;
  enum policy_op op ;
} ;

/* One call of one "syscalls" entry; the rules of a number apply in the order of the file. */
struct policy_rule
{
  struct node const *node ;  /* the name */
  uint32_t action ;          /* what the filter returns */
  int nr ;                   /* on the architecture in hand; -1 where it has no such call */
  unsigned int n ;
  struct policy_cond cond[POLICY_CONDS_MAX] ;
} ;

/* A machine and its 32-bit architecture, which a policy may admit. */
struct policy_arch
{
  char const *name ;    /* as OCI spells it */
  uint32_t token ;      /* AUDIT_ARCH_x, libseccomp's SCMP_ARCH_x */
} ;

struct policy_machine
{
  char const *name ;    /* as uname(2) spells it */
  char const *arches ;  /* as "includes" and "excludes" spell it */
  struct policy_arch arch[2] ;
} ;

/* What a policy is read for. */
struct policy_target
{
  unsigned int machine ;
  uint64_t caps ;           /* which the container keeps */
  unsigned int kernel[3] ;
} ;

 /* Landlock */

#define LANDLOCK_READ 1U
#define LANDLOCK_WRITE 2U
#define LANDLOCK_EXECUTE 4U
#define LANDLOCK_READDIR 8U

struct policy_path
{
  struct node const *node ;
  unsigned int access ;
} ;

struct policy_port
{
  unsigned int port ;
  int bind ;
} ;

struct policy_landlock
{
  struct policy_path *paths ;
  struct policy_port *ports ;
  size_t pathn ;
  size_t portn ;
  unsigned int abi ;       /* 0: not said */
  int besteffort, tcp, abstract, signals, quiet ;
  struct node_pos besteffortpos, scopepos ;
} ;

 /* capabilities */

enum policy_set { SET_BOUNDING, SET_AMBIENT, SET_EFFECTIVE, SET_INHERITABLE, SET_N } ;

struct policy_caps
{
  uint64_t set[SET_N] ;
  struct node_pos pos[SET_N][POLICY_CAPS] ;
} ;

 /* a policy */

enum policy_kind { POLICY_SECCOMP, POLICY_CAPS_KIND, POLICY_LANDLOCK } ;

struct policy_finding
{
  struct node_pos pos ;
  char const *lint ;  /* its name; 0: an error */
  char *text ;
} ;

struct policy
{
  char const *file ;
  char *text ;
  size_t len ;
  char digest[65] ;
  enum policy_kind kind ;
  struct policy_target target ;
  struct node_doc *doc ;
  struct node const *root ;
  struct policy_finding *findings ;
  size_t findingn ;
  size_t errors ;

  uint32_t action ;          /* seccomp: the default action */
  struct node_pos actionpos ;
  unsigned int archs ;       /* bit 0: the machine's own; bit 1: its 32-bit one */
  unsigned int flags ;       /* SECCOMP_FILTER_FLAG_* */
  struct policy_rule *rules ;
  size_t rulen ;

  struct policy_landlock landlock ;
  struct policy_caps caps ;
} ;

 /* options.c */

struct policy_options
{
  struct policy_target target ;
  char const *digest ;       /* the pin, 0 without */
  char const *out ;
  int json, strict ;
  unsigned int pid ;
  char const **words ;
  size_t wordn ;
} ;

/* letters: those that the verb takes, as getopt(3) has them. Every verb's usage is one string. Fills words, which has room for argc. */
extern void policy_options (int argc, char const *const *argv, char const *letters, char const *usage, struct policy_options *o) ;

 /* say.c: what is wrong with a policy is collected; word comes from the file, hint may be 0 */

extern void policy_error (struct policy *p, struct node_pos pos, char const *what, char const *word, char const *hint) ;
extern void policy_unknown (struct policy *p, struct node_pos pos, char const *what, char const *word, char const *const *words, size_t n) ;
extern void policy_lint (struct policy *p, struct node_pos pos, char const *lint, char const *what, char const *word, char const *why) ;
extern void policy_findings_sort (struct policy *p) ;
extern void policy_must (struct policy *p) ;  /* dies 100 with the first error, if there is one */

 /* source.c */

/* Reads the file once, checks its pin (0: none) and parses those bytes. Dies 111 where it cannot be read, 100 where the pin differs. */
extern void policy_open (struct policy *p, char const *file, struct policy_options const *o) ;
extern void policy_text (struct policy *p, char *text, size_t len) ;  /* the same from memory, which policy_free frees */
extern void policy_slurp (struct policy *p, struct policy_options const *o) ;
extern char const *policy_kind_word (enum policy_kind kind) ;
extern void policy_free (struct policy *p) ;

 /* node.c: get returns 0 where the key is absent, or of another type, which is an error then; null is no array and no object */

extern struct node const *policy_get (struct policy *p, struct node const *object, char const *key, enum node_type type) ;
extern struct node const *policy_need (struct policy *p, struct node const *object, char const *key, enum node_type type) ;
extern void policy_keys (struct policy *p, struct node const *object, char const *const *keys, size_t n) ;
extern int policy_is (struct policy *p, struct node const *j, enum node_type type, char const *what) ;
extern void *policy_more (void *array, size_t n, size_t size) ;  /* room for one more than n; dies */

 /* words.c */

extern unsigned int policy_distance (char const *a, char const *b) ;
extern char const *policy_nearest (char const *const *words, size_t n, char const *word) ;
extern size_t policy_index (char const *const *words, size_t n, char const *word) ;  /* n where it is none of them */

 /* names.c, errnos.c, widths.c */

extern struct policy_machine const policy_machines[] ;
extern size_t const policy_machines_n ;
extern int policy_call (uint32_t token, char const *name) ;           /* number; -1 not on this architecture; -2 unknown */
extern int policy_call_known (uint32_t token, unsigned int nr) ;      /* 1 or 0 */
extern int policy_call_name (uint32_t token, unsigned int nr, char *s) ;  /* s has room for 65 bytes */
extern void policy_call_nearest (char const *name, char *near) ;      /* the same */
extern int policy_errno (char const *name) ;                          /* 0 where it is none */
extern void policy_errno_unknown (struct policy *p, struct node const *j) ;
extern char const *policy_errno_name (unsigned int e) ;               /* 0 where it is none */
extern uint64_t policy_width (char const *name, unsigned int index) ; /* the bits the kernel reads of that argument, 0 where there is none */

 /* capnames.c: in lower case, without "cap_" */

extern char const *const policy_capnames[POLICY_CAPS] ;
extern int policy_cap (char const *name) ;                            /* -1 where it is none; all upper or all lower case, with or without CAP_ */
extern void policy_cap_unknown (struct policy *p, struct node const *j) ;

 /* seccomp.c, archs.c, rules.c, cond.c, when.c: the reader */

extern void policy_seccomp_read (struct policy *p) ;
extern uint32_t policy_action (struct policy *p, struct node const *object, char const *action, char const *ret, char const *name) ;
extern int policy_lets (uint32_t action) ;                            /* does that action let a call through */
extern void policy_archs (struct policy *p) ;
extern void policy_rules_read (struct policy *p) ;
extern void policy_args (struct policy *p, struct node const *args, char const *name, struct policy_rule *r) ;
extern int policy_version (char const *s, unsigned int *v) ;          /* "5.14", "5.14.0": 1 and v[0..2], or 0 */
extern int policy_when (struct policy *p, struct node const *entry) ; /* do includes and excludes hold */

 /* decide.c */

extern void policy_resolve (struct policy *p, struct policy_arch const *arch) ;  /* sets the rules' numbers */
extern uint32_t policy_decide (struct policy const *p, struct policy_arch const *arch, int nr, uint64_t const *args) ;
extern int policy_listed (struct policy const *p, int nr) ;
extern uint32_t policy_otherwise (struct policy const *p, struct policy_arch const *arch, int nr) ;  /* where no rule decides */

 /* bpf.c, filter.c: length of the program at *prog, which lies in buf; 0 where it does not fit */

extern size_t policy_bpf (struct policy *p, struct sock_filter *buf, size_t max, struct sock_filter **prog) ;

 /* landlock.c, caps.c: readers, lints, and the step's options, one a line */

extern void policy_landlock_read (struct policy *p) ;
extern void policy_landlock_lint (struct policy *p) ;
extern void policy_landlock_argv (struct policy const *p, stralloc *sa) ;
extern void policy_caps_read (struct policy *p) ;
extern void policy_caps_lint (struct policy *p) ;
extern void policy_caps_argv (struct policy const *p, stralloc *sa) ;
extern void policy_seccomp_lint (struct policy *p) ;

 /* show.c, show_seccomp.c, show_landlock.c: what a policy allows, in words */

extern void policy_action_words (uint32_t action, char *s, size_t max) ;
extern void policy_show_put (stralloc *sa, char const *s) ;
extern void policy_show_words (stralloc *sa, char const *const *words, size_t n) ;
extern void policy_show_seccomp (struct policy *p, stralloc *sa) ;
extern void policy_show_landlock (struct policy const *p, stralloc *sa) ;

 /* the verbs */

extern int policy_check_main (int argc, char const *const *argv) ;
extern int policy_argv_main (int argc, char const *const *argv) ;
extern int policy_compile_main (int argc, char const *const *argv) ;
extern int policy_show_main (int argc, char const *const *argv) ;
extern int policy_digest_main (int argc, char const *const *argv) ;
extern int policy_denied_main (int argc, char const *const *argv) ;

#endif
