/* ISC license. */

/* argvdump words...: what this process was given, one line each, "FIELD VALUE", every odd byte escaped.
   With -x CODE first it exits CODE afterwards. It opens nothing, so that it shows a descriptor that was left to it. */

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <linux/capability.h>
#include <linux/keyctl.h>

static void escaped (char const *s)
{
  for (; *s ; s++)
    if (*s > ' ' && *s < 127 && *s != '\\') putchar(*s) ; else printf("\\x%02x", (unsigned char)*s) ;
  putchar('\n') ;
}

static void descriptors (void)
{
  int fd = 0 ;
  struct stat st ;
  for (; fd < 4096 ; fd++)
  {
    int flags = fcntl(fd, F_GETFD) ;
    if (flags == -1 || fstat(fd, &st) == -1) continue ;
    printf("fd %d %llx:%llu flags %d status %#o\n", fd, (unsigned long long)st.st_dev, (unsigned long long)st.st_ino, flags, fcntl(fd, F_GETFL)) ;
  }
}

static void signals (void)
{
  sigset_t set ;
  int i = 1 ;
  sigprocmask(SIG_SETMASK, 0, &set) ;
  for (; i <= 64 ; i++)
  {
    /* the kernel's own view: libc hides 32 and 33 */
    struct { void (*handler)(int) ; unsigned long flags ; void *restorer ; unsigned long mask ; } sa ;
    unsigned long raw ;
    if (syscall(SYS_rt_sigaction, i, 0, &sa, 8) == 0 && sa.handler != SIG_DFL) printf("disp %d %s\n", i, sa.handler == SIG_IGN ? "ignored" : "caught") ;
    if (i == 1 && syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, &raw, 8) == 0) printf("mask %lx\n", raw) ;
  }
  for (i = 0 ; i <= 2 ; i++)
  {
    struct itimerval it ;
    getitimer(i, &it) ;
    printf("itimer %d %s\n", i, it.it_value.tv_sec || it.it_value.tv_usec ? "armed" : "off") ;
  }
}

static void identity (void)
{
  uid_t u[3] ;
  gid_t g[3], groups[256] ;
  int i, n = getgroups(256, groups) ;
  struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 } ;
  struct __user_cap_data_struct data[2] ;
  memset(data, 0, sizeof(data)) ;
  getresuid(u, u + 1, u + 2) ;
  getresgid(g, g + 1, g + 2) ;
  printf("uid %u %u %u\ngid %u %u %u\ngroups", u[0], u[1], u[2], g[0], g[1], g[2]) ;
  for (i = 0 ; i < n ; i++) printf(" %u", groups[i]) ;
  syscall(SYS_capget, &head, data) ;
  printf("\ncaps p %08x%08x e %08x%08x i %08x%08x b ", data[1].permitted, data[0].permitted, data[1].effective, data[0].effective,
    data[1].inheritable, data[0].inheritable) ;
  for (i = 0 ; i < 64 ; i++)
  {
    int r = prctl(PR_CAPBSET_READ, i, 0, 0, 0) ;
    if (r == -1) break ;
    putchar(r ? '1' : '0') ;
  }
  fputs(" a ", stdout) ;
  for (i = 0 ; i < 64 ; i++)
  {
    int r = prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) ;
    if (r == -1) break ;
    putchar(r ? '1' : '0') ;
  }
  printf("\nsecurebits %d\nnnp %d\nseccomp %d\n", prctl(PR_GET_SECUREBITS, 0, 0, 0, 0),
    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_SECCOMP, 0, 0, 0, 0)) ;
}

static void rest (void)
{
  char cwd[4096] ;
  int sig = 0, i = 0 ;
  mode_t m = umask(0) ;
  umask(m) ;
  fputs("cwd ", stdout) ;
  escaped(getcwd(cwd, sizeof(cwd)) ? cwd : "(none)") ;
  printf("umask %04o\nnice %d\npersonality %lx\n", (unsigned int)m, getpriority(PRIO_PROCESS, 0), (unsigned long)personality(0xffffffff)) ;
  prctl(PR_GET_PDEATHSIG, &sig, 0, 0, 0) ;
  printf("pdeathsig %d\n", sig) ;
  printf("keyring %ld\n", syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0, 0, 0)) ;
  for (; i < RLIM_NLIMITS ; i++)
  {
    struct rlimit r ;
    if (!getrlimit(i, &r)) printf("rlimit %d %llx %llx\n", i, (unsigned long long)r.rlim_cur, (unsigned long long)r.rlim_max) ;
  }
}

int main (int argc, char **argv, char **envp)
{
  int i = 0, status = 0 ;
  if (argc > 2 && !strcmp(argv[1], "-x")) status = atoi(argv[2]) ;
  printf("argc %d\n", argc) ;
  for (; i < argc ; i++) { printf("argv %d ", i) ; escaped(argv[i]) ; }
  for (; *envp ; envp++) { fputs("env ", stdout) ; escaped(*envp) ; }
  descriptors() ;
  signals() ;
  identity() ;
  rest() ;
  return fflush(stdout) ? 1 : status ;
}
