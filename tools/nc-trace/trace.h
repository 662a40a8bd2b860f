/* ISC license. */

/* What the files of nc-trace share. */

#ifndef NC_TRACE_H
#define NC_TRACE_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/audit.h>
#include <linux/seccomp.h>

#if defined(__x86_64__)
# define TRACE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
# define TRACE_ARCH AUDIT_ARCH_AARCH64
#else
# define TRACE_ARCH AUDIT_ARCH_RISCV64
#endif

#define TRACE_FEW 32        /* values of one argument that are told apart */
#define TRACE_TUPLES 256    /* lines of one call before the argument with the most values is no longer told apart */
#define TRACE_CALLS 4096    /* call numbers that are told apart */
#define TRACE_BUFFER 65536

 /* what is known of one call of one architecture */

struct trace_call
{
  uint32_t arch ;
  uint32_t nr ;
  uint64_t count ;
  unsigned int many ;         /* bit i: argument i is not told apart any more */
  unsigned int lines ;
  unsigned int n[6] ;
  uint64_t value[6][TRACE_FEW] ;
} ;

struct trace_set
{
  void **slot ;
  size_t size ;  /* a power of two */
  size_t n ;
} ;

/* What a path is opened for. */
#define TRACE_READ 1U
#define TRACE_WRITE 2U
#define TRACE_EXECUTE 4U
#define TRACE_MAKE 8U    /* an entry of its directory is made, removed or renamed */
#define TRACE_DIR 16U    /* a directory that is made, or anything moved to that name */
#define TRACE_OLD 32U    /* not recorded where there is nothing of that name, since the call then fails */
#define TRACE_NEW 64U    /* nor this where there is */

/* How a call names a path. dir (-1: the working directory) and path: arguments; arg: the one with the flags, or the use itself. */
enum trace_kind { TRACE_OPEN, TRACE_HOW, TRACE_USE, TRACE_BIND } ;

struct trace_row
{
  short nr ;
  short nr32 ;
  signed char dir ;
  unsigned char path ;
  unsigned char kind ;
  unsigned char arg ;
} ;

extern struct trace_row const trace_rows[] ;
extern size_t const trace_rows_n ;

/* In memory that all three processes share until prog is executed. */
struct tracer
{
  int listener ;      /* descriptors; the child writes this one: minus one until it is there */
  int out, proc ;
  char const *file ;
  pid_t parent ;      /* the keeper */
  pid_t tracer ;
  pid_t child ;       /* prog */
  int childgone, wstat ;
  int ready ;         /* the keeper has given up what it had to; prog is not started before */
  int started ;       /* prog has been */
  int rooted ;        /* a process may have another root than this one */
  uint64_t cookie[2] ;  /* of the call that says that prog comes next */
  uint64_t total ;
  struct trace_set calls, lines, once ;
  size_t len ;
  char buf[TRACE_BUFFER] ;
} ;

 /* trace_tree.c: every child of this process, which the orphans of its tree become */

extern void trace_tree_signal (int proc, int sig) ;
extern void trace_tree_end (int proc) ;

 /* trace_start.c */

extern void trace_start (struct tracer *t, char const *const *argv, char const *const *envp, sigset_t const *oldmask) ;

 /* trace_loop.c: the whole life of the tracer */

extern int trace_loop (struct tracer *t) ;

 /* trace_set.c: a set of things that are never removed; 0 where memory ran out */

extern uint64_t trace_hash (void const *p, size_t n, uint64_t seed) ;
extern int trace_set_grow (struct trace_set *s, uint64_t (*hash) (void const *)) ;

 /* trace_table.c */

extern void trace_table_add (struct tracer *t, struct seccomp_data const *d) ;
extern void trace_table_end (struct tracer *t) ;

 /* trace_path.c, trace_read.c: what a call opens, before it goes on */

extern void trace_path (struct tracer *t, struct seccomp_notif const *q) ;
extern int trace_read (pid_t pid, uint64_t address, void *p, size_t n) ;
extern int trace_read_string (pid_t pid, uint64_t address, char *s, size_t max) ;
extern int trace_resolve (struct tracer const *t, pid_t pid, int dirfd, char *s, size_t max) ;

 /* trace_out.c: lines of the file; dies where it cannot be written, and the tree with it */

extern void trace_die (struct tracer *t, char const *what) __attribute__((noreturn)) ;
extern void trace_put (struct tracer *t, char const *s, size_t n) ;
extern void trace_word (struct tracer *t, char const *s) ;
extern void trace_hex (struct tracer *t, uint64_t u) ;
extern void trace_dec (struct tracer *t, uint64_t u) ;
extern void trace_escaped (struct tracer *t, char const *path) ;
extern void trace_flush (struct tracer *t) ;

#endif
