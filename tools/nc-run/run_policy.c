/* ISC license. */

/* Policies that the line names are read by nc-policy, before anything else is done, and by nobody later. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <skalibs/djbunix.h>
#include <skalibs/stralloc.h>

#include "nc.h"
#include "run.h"

#define POLICY_ARGV 16

/* Runs nc-policy with its standard output at out. Where it refuses it has said why, and its code is ours. */
static void policy_run (char const *bindir, char const *const *argv, int out)
{
  char *prog = run_cat(bindir, "/nc-policy", 0, 0) ;
  int wstat ;
  pid_t pid = nc_fork() ;
  if (pid == -1) strerr_diefusys(111, "fork") ;
  if (!pid)
  {
    static char const *const none[] = { 0 } ;
    if (dup2(out, 1) == -1) strerr_diefusys(111, "redirect nc-policy") ;
    execve(prog, (char *const *)argv, (char *const *)none) ;
    strerr_diefusys(errno == ENOENT ? 127 : 126, "exec ", prog) ;
  }
  while (waitpid(pid, &wstat, 0) == -1) if (errno != EINTR) strerr_diefusys(111, "wait for nc-policy") ;
  if (WIFSIGNALED(wstat)) strerr_dief(111, "nc-policy was killed while it read ", argv[2]) ;
  if (WEXITSTATUS(wstat)) _exit(WEXITSTATUS(wstat)) ;
}

/* What nc-policy prints, in memory, where it cannot be changed any more. */
static int policy_output (char const *bindir, char const *const *argv)
{
  int fd = memfd_create("nc-run", MFD_CLOEXEC | MFD_ALLOW_SEALING) ;
  if (fd == -1) strerr_diefusys(111, "make a file in memory") ;
  policy_run(bindir, argv, fd) ;
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == -1) strerr_diefusys(111, "seal a file in memory") ;
  if (lseek(fd, 0, SEEK_SET) == -1) strerr_diefusys(111, "rewind a file in memory") ;
  return fd ;
}

static size_t policy_pin (struct run_policy const *p, char const **argv, size_t n)
{
  argv[n++] = p->file ;
  if (!p->sum) return n ;
  argv[n++] = "-s" ;
  argv[n++] = p->sum ;
  return n ;
}

/* Options of the step, one a line. strict: what nc-policy warns of is an error. */
static void policy_words (struct run_policy *p, char const *bindir, int strict)
{
  char const *argv[8] = { "nc-policy", "argv" } ;
  stralloc sa = STRALLOC_ZERO ;
  size_t n = policy_pin(p, argv, 2) ;
  char *s, *end ;
  int fd ;
  if (strict)
  {
    argv[1] = "check" ;
    argv[n] = "--strict" ;
    argv[n + 1] = 0 ;
    policy_run(bindir, argv, 2) ;
    argv[1] = "argv" ;
  }
  argv[n] = 0 ;
  fd = policy_output(bindir, argv) ;
  if (!slurp(&sa, fd) || !stralloc_0(&sa)) strerr_diefusys(111, "read the options of ", p->file) ;
  if (close(fd) == -1) strerr_diefusys(111, "close the options of ", p->file) ;
  for (s = sa.s ; *s ; s = end + 1)
  {
    end = strchr(s, '\n') ;
    if (!end) strerr_dief(111, "unable to read the options of ", p->file, ": a line has no end") ;
    *end = 0 ;
    if (p->n == RUN_POLICY_WORDS) strerr_dief(100, "too many options: ", p->file) ;
    p->words[p->n++] = s ;
  }
}

static char const *policy_kernel (void)
{
  struct utsname u ;
  char *end ;
  if (uname(&u) == -1) strerr_diefusys(111, "read the kernel's version") ;
  end = u.release + strspn(u.release, "0123456789") ;
  if (*end == '.') end += 1 + strspn(end + 1, "0123456789") ;
  *end = 0 ;
  return run_cat(u.release, "", 0, 0) ;
}

/* What the program will have: includes and excludes of a seccomp policy may ask for it. */
static char const *policy_caps (struct run_policy const *caps)
{
  char const *list = 0 ;
  size_t i = 0 ;
  for (; i < caps->n ; i++) if (!strncmp(caps->words[i], "-A", 2)) list = caps->words[i] + 2 ;
  return list ;
}

static void policy_compile (struct run_request const *r, char const **argv)
{
  size_t n = 2 ;
  argv[0] = "nc-policy" ;
  argv[1] = "compile" ;
  n = policy_pin(&r->seccompfile, argv, n) ;
  argv[n++] = "-k" ;
  argv[n++] = policy_kernel() ;
  if (policy_caps(&r->caps))
  {
    argv[n++] = "-c" ;
    argv[n++] = policy_caps(&r->caps) ;
  }
  argv[n] = 0 ;
}

/* The line that is printed opens a file, which these words make. */
void run_print_policy (struct run_request const *r, char const *bindir)
{
  char const *argv[POLICY_ARGV] ;
  size_t n = 0 ;
  if (!r->seccompfile.file) return ;
  policy_compile(r, argv) ;
  argv[0] = run_cat(bindir, "/nc-policy", 0, 0) ;
  while (argv[n]) n++ ;
  argv[n++] = "-o" ;
  argv[n++] = r->seccomp ;
  argv[n] = 0 ;
  run_print(argv, " && ") ;
}

void run_policies (struct run_request *r, char const *bindir)
{
  char const *argv[POLICY_ARGV] ;
  int strict = run_always(r->mode, RUN_RULE_LINTS), fd, number ;
  if (r->caps.file) policy_words(&r->caps, bindir, strict) ;
  if (r->landlock.file) policy_words(&r->landlock, bindir, strict) ;
  if (!r->seccompfile.file) return ;
  policy_words(&r->seccompfile, bindir, 0) ;
  policy_compile(r, argv) ;
  fd = policy_output(bindir, argv) ;
  if (r->print)
  {
    if (close(fd) == -1) strerr_diefusys(111, "close ", r->seccompfile.file) ;
    return ;
  }
  if (!nc_scan_fd(RUN_FD_BPF, &number) || nc_fd_give(fd, number) == -1) strerr_diefusys(111, "move a descriptor to ", RUN_FD_BPF) ;
}
