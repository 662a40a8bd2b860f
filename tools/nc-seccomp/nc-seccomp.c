/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/audit.h>

#include <skalibs/posixplz.h>
#include <skalibs/sgetopt.h>

#include "nc-seccomp.h"
#include "nc.h"

#define USAGE "nc-seccomp [ -l ] [ -s fd ] filter prog..."

#if defined(__x86_64__)
# define SECCOMP_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
# define SECCOMP_ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
# define SECCOMP_ARCH AUDIT_ARCH_RISCV64
#else
# define SECCOMP_ARCH 0  /* the simulation then decides nothing, and nothing rests on it */
#endif

/* words of struct seccomp_data: 0 number, 1 architecture, 2 and 3 instruction pointer, then six arguments of two */
#define SECCOMP_KNOW_CALL 0x0003U
#define SECCOMP_KNOW_ARGS 0xfff0U

/* The byte that says that prog starts, or the second that says that it did not. */
static void seccomp_say (int fd)
{
  if (fd >= 0 && write(fd, "", 1) != 1) strerr_diefusys(111, "write to the descriptor of -s") ;
}

static size_t seccomp_read (char const *file, struct sock_filter *prog)
{
  struct stat st = { .st_mode = 0 } ;
  int fd ;
  int given = nc_scan_source(file, &fd) || nc_scan_fd(file, &fd) ;
  /* a FIFO must not make us wait, nor a terminal become ours, before fstat tells what it is */
  if (!given) fd = nc_open_at(AT_FDCWD, file, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, 0) ;
  if (fd == -1) strerr_diefusys(111, "open ", file) ;
  if (fstat(fd, &st) == -1)
  {
    if (errno == EBADF) nc_diefusys(111, "nc-open goes before nc-seccomp, and nc-clean before nc-open", "stat ", file) ;
    strerr_diefusys(111, "stat ", file) ;
  }
  if (!S_ISREG(st.st_mode)) strerr_dief(100, "filter is not a regular file: ", file) ;
  if (!st.st_size) strerr_dief(100, "filter is empty: ", file) ;
  if (st.st_size % (off_t)sizeof(*prog)) strerr_dief(100, "filter is not a whole number of 8-byte instructions: ", file) ;
  if (st.st_size > (off_t)(BPF_MAXINSNS * sizeof(*prog))) strerr_dief(100, "filter has more than 4096 instructions: ", file) ;
  errno = EIO ;
  if (pread(fd, prog, (size_t)st.st_size, 0) != st.st_size) strerr_diefusys(111, "read ", file) ;
  /* standard streams may be the filter's source, but they stay */
  if ((!given || fd > 2) && close(fd) == -1) strerr_diefusys(111, "close ", file) ;
  return (size_t)st.st_size / sizeof(*prog) ;
}

/* A filter that refuses execve would end in a signal without a word, after the byte that says that prog starts. */
static void seccomp_check_exec (char const *file, struct sock_filter const *prog, size_t n)
{
  struct seccomp_data data = { .nr = __NR_execve, .arch = SECCOMP_ARCH } ;
  uint32_t action ;
  if (!SECCOMP_ARCH || !seccomp_simulate(prog, n, &data, SECCOMP_KNOW_CALL, &action)) return ;
  switch (action & SECCOMP_RET_ACTION_FULL)
  {
    case SECCOMP_RET_ALLOW :
    case SECCOMP_RET_LOG :
    case SECCOMP_RET_TRACE : return ;
    default : strerr_dief(100, "filter refuses execve, so prog cannot start: ", file) ;
  }
}

/* prctl(PR_GET_SECCOMP) as the read-back, where the filter answers it without doing harm: 1, and what it must answer. */
static int seccomp_expect (struct sock_filter const *prog, size_t n, int *e)
{
  struct seccomp_data data = { .nr = __NR_prctl, .arch = SECCOMP_ARCH, .args = { PR_GET_SECCOMP } } ;
  uint32_t action ;
  if (!SECCOMP_ARCH || !seccomp_simulate(prog, n, &data, SECCOMP_KNOW_CALL | SECCOMP_KNOW_ARGS, &action)) return 0 ;
  *e = (int)(action & SECCOMP_RET_DATA) ;
  switch (action & SECCOMP_RET_ACTION_FULL)
  {
    case SECCOMP_RET_ALLOW :
    case SECCOMP_RET_LOG : *e = 0 ; return 1 ;
    case SECCOMP_RET_ERRNO : return *e > 0 && *e < 4096 ;
    default : return 0 ;
  }
}

static void seccomp_install (char const *file, struct sock_filter *prog, size_t n, unsigned int flags, int said)
{
  struct sock_fprog fprog = { .len = (unsigned short)n, .filter = prog } ;
  int e ;
  /* under an outer filter that refuses the read-back, its answer says nothing about ours */
  int known = seccomp_expect(prog, n, &e) && prctl(PR_GET_SECCOMP, 0L, 0L, 0L, 0L) != -1 ;
  if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, &fprog) != 0)
  {
    int why = errno ;
    seccomp_say(said) ;
    if (why == EINVAL) strerr_dief(100, "filter is malformed, or this kernel has no seccomp filters: ", file) ;
    errno = why ;
    strerr_diefusys(111, "install ", file) ;
  }
  if (known)
  {
    int r = prctl(PR_GET_SECCOMP, 0L, 0L, 0L, 0L) ;
    if (e ? r != -1 || errno != e : r != SECCOMP_MODE_FILTER)
    {
      seccomp_say(said) ;
      strerr_dief(111, "filter is not in force: ", file) ;
    }
  }
}

static void seccomp_exec (char const *const *argv, char const *const *envp, int said) gccattr_noreturn ;
static void seccomp_exec (char const *const *argv, char const *const *envp, int said)
{
  char const *path = nc_env_get(envp, "PATH") ;
  int e ;
  if (!argv[0][0]) errno = ENOENT ; else execvep(argv[0], argv, envp, path ? path : NC_DEFAULT_PATH) ;
  e = errno ;
  seccomp_say(said) ;
  errno = e ;
  strerr_diefusys(e == ENOENT || e == ENOTDIR ? 127 : 126, "exec ", argv[0]) ;
}

int nc_seccomp_main (int argc, char const *const *argv, char const *const *envp)
{
  struct sock_filter prog[BPF_MAXINSNS] ;
  unsigned int flags = 0 ;
  size_t n, envn = 0 ;
  int said = -1 ;
  PROG = "nc-seccomp" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "ls:", &l) ;
      if (opt == -1) break ;
      switch (opt)
      {
        case 'l' : flags |= SECCOMP_FILTER_FLAG_LOG ; break ;
        case 's' :
          if (!nc_scan_fd(l.arg, &said) || said < 3) strerr_dief(100, "invalid descriptor: ", l.arg) ;
          if (fcntl(said, F_SETFD, FD_CLOEXEC) == -1) strerr_dief(100, "descriptor is not open: ", l.arg, "; nc-scope -s goes before nc-seccomp -s") ;
          break ;
        default : dieusage() ;
      }
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (argc < 2) dieusage() ;

  n = seccomp_read(argv[0], prog) ;
  seccomp_check_exec(argv[0], prog, n) ;
  while (envp[envn]) envn++ ;
  {
    char const *env[envn + 1] ;
    nc_env_without(env, envp, "NC_SCOPE") ;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == -1 || prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) != 1)
      strerr_diefusys(111, "set no_new_privs") ;
    /* before the filter, which need not allow the write */
    seccomp_say(said) ;
    seccomp_install(argv[0], prog, n, flags, said) ;
    seccomp_exec(argv + 1, env, said) ;
  }
}
