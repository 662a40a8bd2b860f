/* ISC license. */

/* What a keeper still may do: wait, forward a signal, write a last line, exit. design: see nc-intro(7). */

#include <errno.h>
#include <stddef.h>
#include <unistd.h>
#include <sys/prctl.h>

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "nc.h"
#include "nc_kernel.h"

#ifdef __x86_64__
# define CONFINE_ARCH AUDIT_ARCH_X86_64
#else
# define CONFINE_ARCH AUDIT_ARCH_AARCH64
#endif

#define CONFINE_ALLOW(nr) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), \
  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static struct sock_filter const confine_filter[] =
{
  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CONFINE_ARCH, 1, 0),
  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
  CONFINE_ALLOW(__NR_rt_sigtimedwait),
  CONFINE_ALLOW(__NR_wait4),
  CONFINE_ALLOW(__NR_waitid),
  CONFINE_ALLOW(__NR_kill),
  CONFINE_ALLOW(__NR_madvise),
  CONFINE_ALLOW(__NR_restart_syscall),
  CONFINE_ALLOW(__NR_rt_sigreturn),
  CONFINE_ALLOW(__NR_exit_group),
  CONFINE_ALLOW(__NR_exit),
#ifdef __SANITIZE_ADDRESS__
  /* what a sanitizer does by itself: its memory, its report */
  CONFINE_ALLOW(__NR_mmap),
  CONFINE_ALLOW(__NR_munmap),
  CONFINE_ALLOW(__NR_mprotect),
  CONFINE_ALLOW(__NR_sigaltstack),
  CONFINE_ALLOW(__NR_rt_sigprocmask),
  CONFINE_ALLOW(__NR_rt_sigaction),
  CONFINE_ALLOW(__NR_getpid),
  CONFINE_ALLOW(__NR_gettid),
  CONFINE_ALLOW(__NR_futex),
  CONFINE_ALLOW(__NR_write),
#endif
  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
} ;

/* capset(2): permitted, effective and inheritable. Keeping CAP_KILL: a child of another uid is still to be signalled. */
static int confine_caps (void)
{
  struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 } ;
  struct __user_cap_data_struct data[2] ;
  uint32_t keep ;
  if (syscall(__NR_capget, &head, data) == -1) return -1 ;
  keep = data[0].permitted & (1U << CAP_KILL) ;
  data[0].permitted = data[0].effective = keep ;
  data[1].permitted = data[1].effective = 0 ;
  data[0].inheritable = data[1].inheritable = 0 ;
  return (int)syscall(__NR_capset, &head, data) ;
}

int nc_confine (void)
{
  struct sock_fprog prog = { .len = sizeof(confine_filter) / sizeof(confine_filter[0]), .filter = (struct sock_filter *)confine_filter } ;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1) return -1 ;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) return -1 ;
  if (confine_caps() == -1) return -1 ;
  if (nc_sys_close_range(0, ~0U, 0) == -1) return -1 ;
  return (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) ;
}
