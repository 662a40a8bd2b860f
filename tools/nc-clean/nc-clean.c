/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <linux/keyctl.h>

#include <skalibs/sgetopt.h>

#include "nc.h"
#include "nc_kernel.h"

#define USAGE "nc-clean [ -k fd ] ... [ -e name[=value] ] ... prog..."

/* -e name: the caller's value, where it has one; -e name=value: that value. A later one of the same name wins. */
static char const *clean_entry (char const *word, char const *const *envp)
{
  char const *value ;
  char *s ;
  size_t n = strcspn(word, "=") ;
  if (!n) strerr_dief(100, "invalid variable name: ", word) ;
  if (word[n]) return word ;
  value = nc_env_get(envp, word) ;
  if (!value) return 0 ;
  s = malloc(n + strlen(value) + 2) ;
  if (!s) strerr_diefusys(111, "allocate the environment") ;
  memcpy(s, word, n) ;
  s[n] = '=' ;
  strcpy(s + n + 1, value) ;
  return s ;
}

static size_t clean_put (char const **env, size_t n, char const *entry)
{
  size_t len = strcspn(entry, "=") + 1 ;
  size_t i = 0 ;
  for (; i < n ; i++) if (!strncmp(env[i], entry, len)) break ;
  env[i] = entry ;
  return i == n ? n + 1 : n ;
}

/* A closed standard descriptor would be the number of the next file that a step opens, and prog would write to it. */
static void clean_standard (void)
{
  int i = 0 ;
  for (; i <= 2 ; i++)
  {
    int r = nc_fd_free(i) ;
    if (r == -1) strerr_diefusys(111, "look at the standard descriptors") ;
    if (r && open("/dev/null", O_RDWR) != i) strerr_diefusys(111, "open /dev/null") ;
  }
}

static void clean_fds (int *keep, size_t n)
{
  size_t i = 0 ;
  for (; i < n ; i++) if (fcntl(keep[i], F_SETFD, 0) == -1) strerr_diefusys(111, "keep a descriptor") ;
  if (nc_fd_only(3, keep, n) == -1) strerr_diefusys(111, "close descriptors") ;
}

static void clean_signals (void)
{
  static struct itimerval const zero ;
  static unsigned long const kernel_default[4] ;  /* struct sigaction of rt_sigaction(2): SIG_DFL, no flags, empty mask */
  sigset_t set ;
  int i ;
  for (i = 0 ; i <= ITIMER_PROF ; i++)
    if (setitimer(i, &zero, 0) == -1) strerr_diefusys(111, "stop timers") ;
  /* not sigaction(3): libc lets nobody set 32 to 34, which may be inherited as ignored like any other */
  for (i = 1 ; i <= 64 ; i++)
    if (i != SIGKILL && i != SIGSTOP && syscall(__NR_rt_sigaction, i, kernel_default, 0, 8) == -1)
      strerr_diefusys(111, "reset signals") ;
  sigemptyset(&set) ;
  if (sigprocmask(SIG_SETMASK, &set, 0) == -1) strerr_diefusys(111, "reset the signal mask") ;
}

static void clean_rest (void)
{
  if (personality(0) == -1) strerr_diefusys(111, "reset the personality") ;
  umask(022) ;
  /* EACCES: the caller may not raise the priority, so a positive value stays */
  if (setpriority(PRIO_PROCESS, 0, 0) == -1 && !(errno == EACCES && getpriority(PRIO_PROCESS, 0) > 0))
    strerr_diefusys(111, "reset the nice value") ;
  if (syscall(__NR_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0) == -1 && errno != ENOSYS)
    strerr_diefusys(111, "join a new session keyring") ;
}

int nc_clean_main (int argc, char const *const *argv, char const *const *envp)
{
  /* at most one for each word of the line */
  int keep[argc + 1] ;
  char const *words[argc + 1] ;
  char const *env[argc + 2] ;
  size_t keepn = 0, wordn = 0, envn = 0, i = 0 ;
  PROG = "nc-clean" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "k:e:", &l) ;
      if (opt == -1) break ;
      switch (opt)
      {
        case 'k' :
          if (!nc_scan_fd(l.arg, keep + keepn)) strerr_dief(100, "invalid descriptor: ", l.arg) ;
          if (fcntl(keep[keepn++], F_GETFD) == -1) strerr_dief(100, "descriptor is not open: ", l.arg) ;
          break ;
        case 'e' : words[wordn++] = l.arg ; break ;
        default : dieusage() ;
      }
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (!argc) dieusage() ;

  env[envn++] = "PATH=" NC_DEFAULT_PATH ;
  for (; i < wordn ; i++)
  {
    char const *entry = clean_entry(words[i], envp) ;
    if (entry) envn = clean_put(env, envn, entry) ;
  }
  env[envn] = 0 ;

  clean_standard() ;
  clean_fds(keep, keepn) ;
  clean_signals() ;
  clean_rest() ;
  nc_env_overwrite() ;
  nc_exec(argv, env) ;
}
