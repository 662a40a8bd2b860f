/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "nc.h"
#include "trace.h"

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
# define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, uint64_t)
# define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1UL
#endif

#define LOOP_IDLE 100  /* ms until what is buffered is written */

struct notif
{
  struct seccomp_notif *q ;
  struct seccomp_notif_resp *r ;
  size_t len ;
} ;

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

static void loop_reap (struct tracer *t)
{
  int w ;
  for (;;)
  {
    pid_t r = waitpid(-1, &w, WNOHANG | __WALL) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r <= 0) return ;
    if (r == t->child) { t->childgone = 1 ; t->wstat = w ; }
  }
}

static void loop_signal (struct tracer *t)
{
  struct signalfd_siginfo si ;
  if (read(t->signals, &si, sizeof(si)) != sizeof(si)) return ;
  if (si.ssi_signo == SIGCHLD) loop_reap(t) ;
  /* what others send to the whole group reaches prog without us */
  else if ((pid_t)si.ssi_pid != t->parent) return ;
  else if (!t->childgone) kill(t->child, (int)si.ssi_signo) ;
  else trace_tree_signal(t->proc, (int)si.ssi_signo) ;
}

/* 1: prog comes next. The cookie was made for this run. */
static int loop_starts (struct tracer const *t, struct seccomp_notif const *q)
{
  return (pid_t)q->pid == t->child && q->data.arch == TRACE_ARCH && q->data.nr == __NR_getpid
    && q->data.args[0] == t->shared->cookie[0] && q->data.args[1] == t->shared->cookie[1] ;
}

static void loop_begin (struct tracer *t)
{
  int keep[] = { 2, t->listener, t->out, t->signals, t->keeper, t->proc } ;
  t->started = 1 ;
  /* now the table of descriptors is this process's alone */
  if (nc_fd_only(0, keep, sizeof(keep) / sizeof(keep[0])) == -1) trace_die(t, "close descriptors for ") ;
  trace_word(t, "nucleus trace 1 ") ;
  trace_hex(t, TRACE_ARCH) ;
  trace_word(t, "\n") ;
}

/* One call: recorded, then let go. Its memory is read while it waits. */
static void loop_call (struct tracer *t, struct notif *n)
{
  memset(n->q, 0, n->len) ;
  if (ioctl(t->listener, SECCOMP_IOCTL_NOTIF_RECV, n->q) == -1)
  {
    /* ENOENT: the task has gone meanwhile */
    if (errno == EINTR || errno == ENOENT) return ;
    trace_die(t, "receive a system call for ") ;
  }
  if (t->started) trace_path(t, n->q) ;
  n->r->id = n->q->id ;
  n->r->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE ;
  if (ioctl(t->listener, SECCOMP_IOCTL_NOTIF_SEND, n->r) == -1 && errno != ENOENT) trace_die(t, "answer a system call for ") ;
  if (t->started) trace_table_add(t, &n->q->data) ;
  else if (loop_starts(t, n->q)) loop_begin(t) ;
}

static void loop_orphaned (struct tracer *) gccattr_noreturn ;
static void loop_orphaned (struct tracer *t)
{
  trace_tree_end(t->proc) ;
  trace_flush(t) ;
  strerr_dief(111, "the keeper was killed, and so is what it ran: ", t->file) ;
}

int trace_loop (struct tracer *t)
{
  struct notif n ;
  struct pollfd x[3] = { { .fd = t->listener, .events = POLLIN }, { .fd = t->signals, .events = POLLIN }, { .fd = t->keeper, .events = POLLIN } } ;
  loop_sizes(t, &n) ;
  /* Linux 6.6: the waiting task runs on this processor at once. Without it, it is slower. */
  ioctl(t->listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP) ;
  for (;;)
  {
    int r = poll(x, 3, t->len ? LOOP_IDLE : -1) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) trace_die(t, "wait for system calls for ") ;
    if (!r) trace_flush(t) ;
    if (x[2].revents) loop_orphaned(t) ;
    if (x[1].revents) loop_signal(t) ;
    if (x[0].revents & POLLIN) loop_call(t, &n) ;
    /* no task has the filter any more */
    else if (x[0].revents) break ;
  }
  while (!t->childgone && waitpid(t->child, &t->wstat, 0) == -1) if (errno != EINTR) trace_die(t, "wait for the program of ") ;
  trace_table_end(t) ;
  return nc_keep_code(t->wstat) ;
}
