/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/wait.h>

#include <linux/filter.h>
#include <linux/futex.h>

#include "nc.h"
#include "nc_kernel.h"
#include "trace.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
# define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

#define START_NOW (-2)  /* in place of the listener: it comes next */

static void start_exec (struct tracer *, char const *const *, char const *const *, sigset_t const *) gccattr_noreturn ;

/* Every call from here on waits for the tracer, which has the listener because the table of descriptors is one. */
static void start_filter (struct tracer *t)
{
  struct sock_filter all[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF) } ;
  struct sock_fprog prog = { .len = 1, .filter = all } ;
  unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV ;
  long fd = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog) ;
  /* before 5.19 */
  if (fd == -1 && errno == EINVAL) fd = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog) ;
  if (fd == -1 && errno == EBUSY) nc_diefusys(111, "there is one listener for a program, and nc-trace or something like it has it", "listen to system calls") ;
  if (fd == -1 && errno == EINVAL) strerr_dief(100, "this kernel has no seccomp listeners; Linux 5.14 or later is needed") ;
  if (fd == -1) strerr_diefusys(111, "listen to system calls") ;
  *(int volatile *)&t->listener = (int)fd ;
}

static void start_exec (struct tracer *t, char const *const *argv, char const *const *envp, sigset_t const *oldmask)
{
  uint64_t cookie[2] = { t->cookie[0], t->cookie[1] } ;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1) strerr_diefusys(111, "ask for the tracer's death signal") ;
  if (getppid() != t->tracer) _exit(111) ;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == -1) strerr_diefusys(111, "set no_new_privs") ;
  /* the last call that waits for nobody: the tracer has little left to wait for once it is awake */
  *(int volatile *)&t->listener = START_NOW ;
  if (syscall(__NR_futex, &t->listener, FUTEX_WAKE, 1, 0, 0, 0) == -1) strerr_diefusys(111, "wake the tracer") ;
  start_filter(t) ;
  if (unshare(CLONE_FILES) == -1) strerr_diefusys(111, "unshare the descriptors") ;
  if (close(t->listener) == -1 || close(t->proc) == -1 || (t->out > 2 && close(t->out) == -1)) strerr_diefusys(111, "close descriptors") ;
  if (munmap(t, sizeof(*t)) == -1) strerr_diefusys(111, "give back memory") ;
  if (nc_keep_unblock(oldmask) == -1) strerr_diefusys(111, "unblock signals") ;
  syscall(__NR_getpid, cookie[0], cookie[1]) ;
  nc_exec(argv, envp) ;
}

/* Its own calls wait for nobody yet when it dies here. */
static void start_wait (struct tracer *t)
{
  static struct timespec const tick = { .tv_nsec = 50000000 } ;
  for (;;)
  {
    int now = *(int volatile *)&t->listener ;
    pid_t r ;
    if (now >= 0) break ;
    if (now == START_NOW)
    {
      if (sched_yield() == -1) strerr_diefusys(111, "yield to the program") ;
    }
    else if (syscall(__NR_futex, &t->listener, FUTEX_WAIT, now, &tick, 0, 0) == -1 && errno != EAGAIN && errno != ETIMEDOUT && errno != EINTR)
      strerr_diefusys(111, "wait for the listener") ;
    r = waitpid(t->child, &t->wstat, WNOHANG) ;
    if (r == t->child) _exit(nc_keep_code(t->wstat)) ;
    if (r == -1 && errno != EINTR) strerr_diefusys(111, "wait for the program") ;
  }
}

void trace_start (struct tracer *t, char const *const *argv, char const *const *envp, sigset_t const *oldmask)
{
  pid_t pid ;
  if (getrandom(t->cookie, sizeof(t->cookie), 0) != sizeof(t->cookie)) strerr_diefusys(111, "get random bytes") ;
  t->tracer = getpid() ;
  pid = (pid_t)syscall(__NR_clone, (unsigned long)(CLONE_FILES | SIGCHLD), 0, 0, 0, 0) ;
  if (pid == -1) strerr_diefusys(111, "fork") ;
  if (!pid) start_exec(t, argv, envp, oldmask) ;
  t->child = pid ;
  nc_env_overwrite() ;
  start_wait(t) ;
}
