/* ISC license. */

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/prctl.h>

#include <skalibs/sgetopt.h>
#include <skalibs/types.h>
#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_kernel.h"
#include "unshare.h"

#define USAGE "nc-unshare [ -p ] [ -m ] [ -u ] [ -i ] [ -C ] [ -n ] [ -T ] [ -h hostname ] [ -b bootoffset ] [ -o monotonicoffset ] [ -P port ] [ -G low:high ] prog..."

#ifndef CLONE_NEWTIME
# define CLONE_NEWTIME 0x80
#endif

struct unshare_request
{
  unsigned int flags ;
  char const *hostname ;
  char const *boot ;
  char const *mono ;
  struct unshare_net net ;
  char ping[2 * 11 + 1] ;
} ;

static unsigned int unshare_flag (int opt)
{
  switch (opt)
  {
    case 'p' : return CLONE_NEWPID ;
    case 'm' : return CLONE_NEWNS ;
    case 'u' : return CLONE_NEWUTS ;
    case 'i' : return CLONE_NEWIPC ;
    case 'C' : return CLONE_NEWCGROUP ;
    case 'n' : return CLONE_NEWNET ;
    case 'T' : return CLONE_NEWTIME ;
    default : return 0 ;
  }
}

static void scan_offset (char const *s)
{
  uint64_t u ;
  if (!uint640_scan(s[0] == '-' ? s + 1 : s, &u) || u > INT64_MAX / 1000000000) strerr_dief(100, "invalid offset in seconds: ", s) ;
}

static void scan_port (char const *s)
{
  uint16_t port ;
  if (!uint160_scan(s, &port)) strerr_dief(100, "invalid port: ", s) ;
}

static void scan_ping (char const *s, char *out)
{
  uint32_t low, high ;
  size_t n = strcspn(s, ":") ;
  if (n > 10 || !s[n] || strlen(s) > 21) strerr_dief(100, "invalid group range: ", s) ;
  strcpy(out, s) ;
  out[n] = 0 ;
  if (!uint320_scan(out, &low) || !uint320_scan(s + n + 1, &high) || low > high || high > INT32_MAX)
    strerr_dief(100, "invalid group range: ", s) ;
  out[n] = ' ' ;
}

static int unshare_options (int argc, char const *const *argv, struct unshare_request *r)
{
  subgetopt l = SUBGETOPT_ZERO ;
  for (;;)
  {
    int opt = subgetopt_r(argc, argv, "pmuiCnTh:b:o:P:G:", &l) ;
    if (opt == -1) break ;
    switch (opt)
    {
      case 'p' : case 'm' : case 'u' : case 'i' : case 'C' : case 'n' : case 'T' : r->flags |= unshare_flag(opt) ; break ;
      case 'h' :
        if (!nc_scan_hostname(l.arg)) strerr_dief(100, "invalid hostname: ", l.arg) ;
        r->hostname = l.arg ;
        break ;
      case 'b' : scan_offset(l.arg) ; r->boot = l.arg ; break ;
      case 'o' : scan_offset(l.arg) ; r->mono = l.arg ; break ;
      case 'P' : scan_port(l.arg) ; r->net.port = l.arg ; break ;
      case 'G' : scan_ping(l.arg, r->ping) ; r->net.ping = r->ping ; break ;
      default : dieusage() ;
    }
  }
  if (r->hostname && !(r->flags & CLONE_NEWUTS)) strerr_dief(100, "option -h needs -u") ;
  if ((r->boot || r->mono) && !(r->flags & CLONE_NEWTIME)) strerr_dief(100, "options -b and -o need -T") ;
  if ((r->net.port || r->net.ping) && !(r->flags & CLONE_NEWNET)) strerr_dief(100, "options -P and -G need -n") ;
  return l.ind ;
}

static void unshare_die (int e)
{
  errno = e ;
  if (e == EPERM)
    nc_diefusys(111, "it needs CAP_SYS_ADMIN: run by root, or nc-userns goes before nc-unshare", "unshare namespaces") ;
  if (e == ENOSPC) nc_diefusys(111, "a limit of /proc/sys/user is reached", "unshare namespaces") ;
  if (e == EINVAL) nc_diefusys(100, "the kernel lacks one of them, or nc-unshare -T was used before without a fork", "unshare namespaces") ;
  strerr_diefusys(111, "unshare namespaces") ;
}

/* In the new namespaces. Nothing that is mounted from here on reaches the host, nor the other way round. */
static void unshare_inside (struct unshare_request const *r)
{
  if (r->flags & CLONE_NEWNS && mount(0, "/", 0, MS_REC | MS_PRIVATE, 0) == -1)
  {
    if (errno == EPERM) nc_diefusys(111, "nc-unshare -m goes before nc-landlock", "make all mounts private") ;
    strerr_diefusys(111, "make all mounts private") ;
  }
  if (r->hostname && sethostname(r->hostname, strlen(r->hostname)) == -1) strerr_diefusys(111, "set the hostname") ;
  if (r->flags & CLONE_NEWNET) unshare_net_setup(&r->net) ;
}

/* The child dies with the keeper. The keeper's pidfd closes the race: getppid is 0 in a new pid namespace. */
static void unshare_bind_to (int parent)
{
  struct pollfd x = { .fd = parent, .events = POLLIN } ;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1) strerr_diefusys(111, "ask for the keeper's death signal") ;
  if (poll(&x, 1, 0) == -1) strerr_diefusys(111, "look at the keeper") ;
  if (x.revents) _exit(111) ;
  if (close(parent) == -1) strerr_diefusys(111, "close a descriptor of the keeper") ;
}

int nc_unshare_main (int argc, char const *const *argv, char const *const *envp)
{
  struct unshare_request r = { .flags = 0 } ;
  sigset_t old ;
  int parent ;
  pid_t pid ;
  PROG = "nc-unshare" ;
  {
    int n = unshare_options(argc, argv, &r) ;
    argc -= n ; argv += n ;
  }
  if (!argc) dieusage() ;
  if (!r.flags) strerr_dief(100, "no namespace asked for") ;

  if (r.flags & CLONE_NEWTIME)
  {
    if (unshare(CLONE_NEWTIME) == -1) unshare_die(errno) ;
    unshare_time_offsets(r.boot, r.mono) ;
  }
  if (!(r.flags & CLONE_NEWPID))
  {
    if (unshare((int)(r.flags & ~(unsigned int)CLONE_NEWTIME)) == -1) unshare_die(errno) ;
    unshare_inside(&r) ;
    nc_exec(argv, envp) ;
  }

  /* the keeper stays in the namespaces it came from: only the child is made in the new ones */
  parent = nc_sys_pidfd_open(getpid(), 0) ;
  if (parent == -1) strerr_diefusys(111, "open a descriptor of this process") ;
  if (nc_keep_block(&old) == -1) strerr_diefusys(111, "block signals") ;
  /* clone, not clone3: filters that cannot read its structure answer ENOSYS */
  pid = (pid_t)syscall(__NR_clone, (r.flags & ~(unsigned long)CLONE_NEWTIME) | SIGCHLD, 0, 0, 0, 0) ;
  if (pid == -1) unshare_die(errno) ;
  if (!pid)
  {
    unshare_bind_to(parent) ;
    if (nc_keep_unblock(&old) == -1) strerr_diefusys(111, "unblock signals") ;
    unshare_inside(&r) ;
    nc_exec(argv, envp) ;
  }
  nc_env_overwrite() ;
  nc_keeper(pid, __builtin_frame_address(0), 0) ;
  strerr_diefusys(111, "confine the keeper") ;
}
