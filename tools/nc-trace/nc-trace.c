/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <skalibs/sgetopt.h>
#include <skalibs/types.h>

#include "nc.h"
#include "trace.h"

#define USAGE "nc-trace -o file prog..."

static void trace_output (struct tracer *t)
{
  if (nc_scan_source(t->file, &t->out))
  {
    if (fcntl(t->out, F_SETFD, FD_CLOEXEC) == -1) strerr_dief(100, "descriptor is not open: ", t->file) ;
  }
  else if (!strncmp(t->file, "fd:", 3)) strerr_dief(100, "invalid descriptor: ", t->file) ;
  else t->out = nc_open_at(AT_FDCWD, t->file, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, 0600, 0) ;
  if (t->out == -1) strerr_diefusys(111, "open ", t->file) ;
}

/* procfs shows the processes of one pid namespace, which must be this one. */
static void trace_procfs (struct tracer *t)
{
  char s[1024] ;
  int fd ;
  unsigned int pid ;
  ssize_t n ;
  t->proc = nc_procfs() ;
  if (t->proc == -1) strerr_diefusys(111, "open /proc") ;
  n = readlinkat(t->proc, "self", s, 15) ;
  if (n == -1) strerr_diefusys(111, "read /proc/self") ;
  s[n] = 0 ;
  if (!uint0_scan(s, &pid) || (pid_t)pid != getpid()) strerr_dief(100, "/proc is that of another pid namespace; nc-rootfs goes before nc-trace") ;
  /* where children cannot be found they could not be killed */
  strcat(s, "/stat") ;
  fd = nc_procfs_open(t->proc, ".", O_RDONLY | O_DIRECTORY) ;
  if (fd == -1 || nc_read_at(t->proc, s, s, sizeof(s)) == -1) nc_diefusys(111, "nc-trace goes before nc-landlock", "read /proc") ;
  if (nc_close(fd, 0) == -1) strerr_diefusys(111, "close /proc") ;
}

static void trace_tracer (struct tracer *, char const *const *, char const *const *, sigset_t const *) gccattr_noreturn ;
static void trace_tracer (struct tracer *t, char const *const *argv, char const *const *envp, sigset_t const *old)
{
  /* orphans come here, and nobody of the tree may look into this process */
  if (prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L) == -1) strerr_diefusys(111, "become a subreaper") ;
  trace_start(t, argv, envp, old) ;
  if (prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) == -1) trace_die(t, "become undumpable for ") ;
  _exit(trace_loop(t)) ;
}

/* Forwards signals, but for those of the terminal, which has sent them to the whole group. */
static int trace_keep (struct tracer *t, pid_t tracer)
{
  sigset_t set ;
  int w ;
  nc_keep_set(&set) ;
  for (;;)
  {
    siginfo_t si ;
    pid_t r ;
    int sig = sigwaitinfo(&set, &si) ;
    if (sig == -1 && errno != EINTR) trace_die(t, "wait for a signal to the keeper of ") ;
    if (sig > 0 && sig != SIGCHLD && si.si_code != SI_KERNEL && kill(tracer, sig) == -1) trace_die(t, "forward a signal to the tracer of ") ;
    do r = waitpid(-1, &w, WNOHANG | __WALL) ; while ((r > 0 && r != tracer) || (r == -1 && errno == EINTR)) ;
    /* no children at all cannot be: the tracer is not yet waited for */
    if (r == -1) trace_die(t, "wait for the tracer of ") ;
    if (r == tracer) break ;
  }
  if (WIFEXITED(w)) return WEXITSTATUS(w) ;
  trace_tree_end(t->proc) ;
  trace_flush(t) ;
  strerr_dief(111, "the tracer was killed, and so is what it traced: ", t->file) ;
}

int nc_trace_main (int argc, char const *const *argv, char const *const *envp)
{
  struct tracer *t = mmap(0, sizeof(*t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) ;
  sigset_t old ;
  pid_t pid ;
  PROG = "nc-trace" ;
  if (t == MAP_FAILED) strerr_diefusys(111, "allocate memory") ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "o:", &l) ;
      if (opt == -1) break ;
      switch (opt)
      {
        case 'o' : t->file = l.arg ; break ;
        default : dieusage() ;
      }
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (!argc || !t->file) dieusage() ;

  trace_procfs(t) ;
  trace_output(t) ;
  t->parent = getpid() ;
  t->listener = -1 ;
  if (nc_keep_block(&old) == -1) strerr_diefusys(111, "block signals") ;
  if (prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L) == -1) strerr_diefusys(111, "become a subreaper") ;
  pid = nc_fork() ;
  if (pid == -1) strerr_diefusys(111, "fork") ;
  if (!pid) trace_tracer(t, argv, envp, &old) ;
  nc_env_overwrite() ;
  {
    int keep[] = { 2, t->out, t->proc } ;
    if (nc_fd_only(0, keep, 3) == -1 || prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) == -1) strerr_diefusys(111, "give up descriptors") ;
  }
  t->ready = 1 ;
  _exit(trace_keep(t, pid)) ;
}
