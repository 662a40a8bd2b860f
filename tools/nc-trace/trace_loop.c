/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <skalibs/types.h>

#include "nc.h"
#include "trace.h"

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
# define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, uint64_t)
# define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1UL
#endif

#define LOOP_DEATH SIGPWR  /* of the keeper: none of those it forwards */

struct notif
{
  struct seccomp_notif *q ;
  struct seccomp_notif_resp *r ;
  size_t len ;
} ;

/* For the handlers, which do all the work of a signal: whoever blocks in the ioctl need not be woken. */
static struct { struct tracer *t ; } loop ;

static void loop_reap (struct tracer *t)
{
  int w ;
  for (;;)
  {
    pid_t r = waitpid(-1, &w, WNOHANG | __WALL) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1 && errno != ECHILD) trace_die(t, "wait for what runs for ") ;
    if (r <= 0) return ;
    if (r == t->child) { t->childgone = 1 ; t->wstat = w ; }
  }
}

static void loop_orphaned (struct tracer *) gccattr_noreturn ;
static void loop_orphaned (struct tracer *t)
{
  trace_tree_end(t->proc) ;
  trace_flush(t) ;
  strerr_dief(111, "the keeper was killed, and so is what it ran: ", t->file) ;
}

static void loop_handle (int sig, siginfo_t *si, void *context)
{
  struct tracer *t = loop.t ;
  int e = errno ;
  (void)context ;
  if (getppid() != t->parent) loop_orphaned(t) ;
  if (sig == SIGCHLD) loop_reap(t) ;
  /* what others send to the whole group reaches prog without us */
  else if (si->si_pid != t->parent || sig == LOOP_DEATH) return ;
  /* EPERM: it runs as someone whom this process may not signal */
  else if (!t->childgone) kill(t->child, sig) ;
  else trace_tree_signal(t->proc, sig) ;
  errno = e ;
}

static void loop_handlers (struct tracer *t)
{
  struct sigaction sa = { .sa_sigaction = &loop_handle, .sa_flags = SA_SIGINFO } ;
  sigset_t set ;
  int sig = 1 ;
  loop.t = t ;
  sigfillset(&sa.sa_mask) ;
  nc_keep_set(&set) ;
  sigaddset(&set, LOOP_DEATH) ;
  for (; sig < 32 ; sig++) if (sigismember(&set, sig) == 1 && sigaction(sig, &sa, 0) == -1) trace_die(t, "catch signals for ") ;
  if (prctl(PR_SET_PDEATHSIG, LOOP_DEATH, 0, 0, 0) == -1) trace_die(t, "ask for the keeper's death signal for ") ;
  if (sigprocmask(SIG_UNBLOCK, &set, 0) == -1) trace_die(t, "unblock signals for ") ;
  /* before, or meanwhile */
  if (getppid() != t->parent) loop_orphaned(t) ;
}

/* The kernel's structures may be larger than the compiler's. */
static void loop_sizes (struct tracer *t, struct notif *n)
{
  struct seccomp_notif_sizes s ;
  if (syscall(__NR_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &s) == -1) trace_die(t, "ask for the size of a notification for ") ;
  n->len = s.seccomp_notif > sizeof(*n->q) ? s.seccomp_notif : sizeof(*n->q) ;
  n->q = calloc(1, n->len) ;
  n->r = calloc(1, s.seccomp_notif_resp > sizeof(*n->r) ? s.seccomp_notif_resp : sizeof(*n->r)) ;
  if (!n->q || !n->r) trace_die(t, "allocate memory for ") ;
}

/* Before Linux 6.11 who waits in the ioctl is not told that the last task has gone. To poll is right for every kernel. */
static int loop_polls (void)
{
  struct utsname u ;
  unsigned int major = 0, minor = 0 ;
  size_t n ;
  if (uname(&u) == -1) return 1 ;
  n = uint_scan(u.release, &major) ;
  if (!n || u.release[n] != '.' || !uint_scan(u.release + n + 1, &minor)) return 1 ;
  return major < 6 || (major == 6 && minor < 11) ;
}

/* 1: prog comes next. The cookie was made for this run. */
static int loop_starts (struct tracer const *t, struct seccomp_notif const *q)
{
  return (pid_t)q->pid == t->child && q->data.arch == TRACE_ARCH && q->data.nr == __NR_getpid
    && q->data.args[0] == t->cookie[0] && q->data.args[1] == t->cookie[1] ;
}

static void loop_begin (struct tracer *t)
{
  static struct timespec const pause = { .tv_nsec = 20000 } ;
  int keep[] = { 2, t->listener, t->out, t->proc } ;
  t->started = 1 ;
  /* now the table of descriptors is this process's alone */
  if (nc_fd_only(0, keep, sizeof(keep) / sizeof(keep[0])) == -1) trace_die(t, "close descriptors for ") ;
  trace_word(t, "nucleus trace 1 ") ;
  trace_hex(t, TRACE_ARCH) ;
  trace_word(t, "\n") ;
  /* now, so that a file that takes nothing is known before prog runs */
  trace_flush(t) ;
  while (!*(int volatile *)&t->ready) if (nanosleep(&pause, 0) == -1 && errno != EINTR) trace_die(t, "wait for the keeper of ") ;
}

/* What the listener has, waited for as long as timeout says: 0 also where it has to be asked again. */
static int loop_poll (struct tracer *t, int timeout)
{
  struct pollfd x = { .fd = t->listener, .events = POLLIN } ;
  int r = poll(&x, 1, timeout) ;
  if (r == -1 && errno != EINTR) trace_die(t, "wait for a system call for ") ;
  return r == 1 ? x.revents : 0 ;
}

/* The next call is recorded, then let go; its memory is read while it waits. 0: no task has the filter any more. */
static int loop_call (struct tracer *t, struct notif *n, int polls)
{
  if (polls)
  {
    int what = loop_poll(t, -1) ;
    if (!(what & POLLIN)) return !what ;
  }
  memset(n->q, 0, n->len) ;
  if (ioctl(t->listener, SECCOMP_IOCTL_NOTIF_RECV, n->q) == -1)
  {
    if (errno == EINTR) return 1 ;
    if (errno != ENOENT) trace_die(t, "receive a system call for ") ;
    /* that task has gone meanwhile, or all have */
    return !(loop_poll(t, 0) & POLLHUP) ;
  }
  if (t->started) trace_path(t, n->q) ;
  n->r->id = n->q->id ;
  n->r->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE ;
  while (ioctl(t->listener, SECCOMP_IOCTL_NOTIF_SEND, n->r) == -1 && errno != ENOENT)
    if (errno != EINTR) trace_die(t, "answer a system call for ") ;
  if (t->started) trace_table_add(t, &n->q->data) ;
  else if (loop_starts(t, n->q)) loop_begin(t) ;
  return 1 ;
}

int trace_loop (struct tracer *t)
{
  struct notif n ;
  sigset_t all ;
  int polls = loop_polls() ;
  loop_sizes(t, &n) ;
  /* Linux 6.6: the waiting task runs on this processor at once. Without it, it is slower. */
  ioctl(t->listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP) ;
  loop_handlers(t) ;
  while (loop_call(t, &n, polls)) ;
  sigfillset(&all) ;
  if (sigprocmask(SIG_BLOCK, &all, 0) == -1) trace_die(t, "block signals for ") ;
  while (!t->childgone && waitpid(t->child, &t->wstat, 0) == -1) if (errno != EINTR) trace_die(t, "wait for the program of ") ;
  trace_table_end(t) ;
  return nc_keep_code(t->wstat) ;
}
