/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include <linux/audit.h>

#include <skalibs/uint64.h>

#include "../nc-policy/policy.h"
#include "nc.h"
#include "profile.h"

#define SECCOMP_COLUMN 120

/* What every program calls before its main, after it, and out of sight of a recorder: the C library's start, with and without
   a loader, what it does for want of memory, the ends of signals, the clocks that the kernel's page answers; and waiting, which
   is a matter of the moment. */
static char const *const seccomp_always[] =
{
  "access", "arch_prctl", "brk", "clock_getres", "clock_gettime", "clock_nanosleep", "close", "execve", "exit", "exit_group",
  "faccessat", "fstat", "futex", "getcpu", "getrandom", "gettimeofday", "lseek", "madvise", "mmap", "mprotect", "mremap", "munmap",
  "nanosleep", "newfstatat", "openat", "pause", "poll", "ppoll", "pread64", "prlimit64", "pselect6", "read", "readlink", "readlinkat",
  "restart_syscall", "rseq", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "sched_yield",
  "select", "set_robust_list", "set_tid_address", "time", "uname", "wait4", "waitid", "write", "writev"
} ;

/* The same of 32-bit programs. */
static char const *const seccomp_always32[] =
{
  "clock_getres_time64", "clock_gettime64", "clock_nanosleep_time64", "fstat64", "fstatat64", "futex_time64", "_llseek", "mmap2", "_newselect",
  "ppoll_time64", "pselect6_time64", "rt_sigtimedwait_time64", "set_thread_area", "sigreturn", "sigsuspend", "ugetrlimit", "waitpid"
} ;

void profile_put (stralloc *sa, char const *s)
{
  if (!stralloc_cats(sa, s)) strerr_diefusys(111, "allocate memory") ;
}

int profile_compare (void const *a, void const *b)
{
  return strcmp(a, b) ;
}

static void seccomp_names (stralloc *sa, struct profile_name const *names, size_t n)
{
  size_t i = 0, column = SECCOMP_COLUMN ;
  for (; i < n ; i++)
  {
    if (i && !strcmp(names[i].name, names[i-1].name)) continue ;
    if (i) profile_put(sa, ",") ;
    if (column + strlen(names[i].name) + 4 > SECCOMP_COLUMN)
    {
      profile_put(sa, "\n       ") ;
      column = 7 ;
    }
    profile_put(sa, " \"") ;
    profile_put(sa, names[i].name) ;
    profile_put(sa, "\"") ;
    column += strlen(names[i].name) + 4 ;
  }
}

static void seccomp_head (struct trace const *t, int kill, stralloc *sa, int foreign)
{
  profile_put(sa, "{\n  \"comment\": \"made by nc-profile: what the traced programs called, and what every start needs\",\n") ;
  profile_put(sa, kill ? "  \"defaultAction\": \"SCMP_ACT_KILL_PROCESS\",\n" : "  \"defaultAction\": \"SCMP_ACT_ERRNO\",\n  \"defaultErrnoRet\": 1,\n") ;
  profile_put(sa, "  \"architectures\": [\"") ;
  profile_put(sa, t->arch == AUDIT_ARCH_X86_64 ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64") ;
  if (foreign) profile_put(sa, t->arch == AUDIT_ARCH_X86_64 ? "\", \"SCMP_ARCH_X86" : "\", \"SCMP_ARCH_ARM") ;
  profile_put(sa, "\"],\n  \"syscalls\": [\n    {\n      \"names\": [") ;
}

/* 1 where the trace has 32-bit calls of the same machine. */
static int seccomp_foreign (struct trace const *t)
{
  uint32_t const other = t->arch == AUDIT_ARCH_X86_64 ? AUDIT_ARCH_I386 : AUDIT_ARCH_ARM ;
  int r = 0 ;
  size_t i = 0 ;
  if (t->arch != AUDIT_ARCH_X86_64 && t->arch != AUDIT_ARCH_AARCH64) strerr_dief(100, "the trace is of a machine that nc-policy does not know") ;
  for (; i < t->calln ; i++)
  {
    if (t->calls[i].arch == other) r = 1 ;
    else if (t->calls[i].arch != t->arch) strerr_dief(100, "the trace has calls of an architecture that its machine does not have") ;
  }
  return r ;
}

void profile_seccomp (struct trace const *t, unsigned int few, int kill, stralloc *sa)
{
  int foreign = seccomp_foreign(t) ;
  struct profile_name *names = malloc((t->calln + N(seccomp_always) + N(seccomp_always32) + 8) * sizeof(*names)) ;
  stralloc rules = STRALLOC_ZERO ;
  size_t n = 0, i = 0 ;
  if (!names) strerr_diefusys(111, "allocate memory") ;
  for (; i < N(seccomp_always) ; i++) strcpy(names[n++].name, seccomp_always[i]) ;
  for (i = 0 ; foreign && i < N(seccomp_always32) ; i++) strcpy(names[n++].name, seccomp_always32[i]) ;
  profile_rules(t, few, names, &n, &rules) ;
  qsort(names, n, sizeof(*names), &profile_compare) ;
  seccomp_head(t, kill, sa, foreign) ;
  seccomp_names(sa, names, n) ;
  profile_put(sa, "\n      ],\n      \"action\": \"SCMP_ACT_ALLOW\"\n    }") ;
  if (!stralloc_catb(sa, rules.s, rules.len)) strerr_diefusys(111, "allocate memory") ;
  profile_put(sa, "\n  ]\n}\n") ;
  stralloc_free(&rules) ;
  free(names) ;
}
