/* ISC license. */

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "nc.h"

void nc_keep_set (sigset_t *set)
{
  static int const signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH, SIGCONT, SIGCHLD } ;
  size_t i = 0 ;
  sigemptyset(set) ;
  for (; i < sizeof(signals) / sizeof(signals[0]) ; i++) sigaddset(set, signals[i]) ;
}

int nc_keep_block (sigset_t *old)
{
  struct sigaction sa = { .sa_handler = SIG_DFL } ;
  sigset_t set ;
  nc_keep_set(&set) ;
  if (sigprocmask(SIG_BLOCK, &set, old) == -1) return -1 ;
  /* wait(2): an inherited SIG_IGN would make the kernel forget the exit code */
  return sigaction(SIGCHLD, &sa, 0) ;
}

int nc_keep_unblock (sigset_t const *old)
{
  return sigprocmask(SIG_SETMASK, old, 0) ;
}

int nc_keep_code (int wstat)
{
  return WIFSIGNALED(wstat) ? 128 + WTERMSIG(wstat) : WEXITSTATUS(wstat) ;
}

/* Signals coalesce: one SIGCHLD may stand for any number of children. */
static int keep_reap (pid_t child, int *wstat)
{
  int found = 0 ;
  for (;;)
  {
    int w ;
    pid_t r = wait4(-1, &w, WNOHANG, 0) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1 && errno == ECHILD) return found ? 1 : -1 ;
    if (r == -1) return -1 ;
    if (!r) return found ;
    if (r == child) { *wstat = w ; found = 1 ; }
  }
}

/* sig: what a wait for a signal has returned */
static int keep_signal (pid_t child, int *wstat, int sig, int group)
{
  if (sig == -1) return errno == EINTR || errno == EAGAIN ? 0 : -1 ;
  if (sig == SIGCHLD) return keep_reap(child, wstat) ;
  /* ESRCH cannot be: child is not yet waited for. EPERM: it runs as someone whom this process may not signal. */
  if (!group || (sig != SIGINT && sig != SIGQUIT) || kill(-child, sig) == -1) kill(child, sig) ;
  return 0 ;
}

int nc_keep_step (pid_t child, int *wstat, struct timespec const *timeout, int group)
{
  sigset_t set ;
  nc_keep_set(&set) ;
  return keep_signal(child, wstat, sigtimedwait(&set, 0, timeout), group) ;
}

int nc_keep (pid_t child, int *wstat, void const *frame, int group)
{
  static struct timespec const second = { .tv_sec = 1 } ;
  int r = nc_keep_step(child, wstat, &second, group) ;
  sigset_t set ;
  nc_keep_set(&set) ;
  /* a container that has come to stay */
  while (!r) r = keep_signal(child, wstat, nc_park(&set, frame), group) ;
  return r == -1 ? -1 : nc_keep_code(*wstat) ;
}
