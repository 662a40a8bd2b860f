/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <skalibs/sgetopt.h>
#include <skalibs/types.h>
#include <skalibs/uint64.h>

#include "nc-landlock.h"
#include "nc.h"
#include "nc_kernel.h"

#define USAGE "nc-landlock [ -b ] [ -a abi ] [ -r path ] ... [ -w path ] ... [ -x path ] ... [ -d path ] ... [ -t ] [ -c port ] ... [ -l port ] ... [ -A ] [ -S ] [ -q ] prog..."

#define LANDLOCK_VERSION 1U
#define LANDLOCK_NET_PORT 2

struct landlock_port
{
  uint64_t rights ;
  uint64_t port ;
} ;

struct landlock
{
  struct ll_ruleset want ;
  struct ll_rule *rules ;
  struct landlock_port *ports ;
  size_t rulesn ;
  size_t portsn ;
  unsigned int floor ;
  unsigned int log ;
  int besteffort ;
} ;

/* One rule per path, so that each is opened once. */
static void landlock_path (struct landlock *l, char const *path, uint64_t rights)
{
  size_t i = 0 ;
  if (!*path) strerr_dief(100, "empty path") ;
  for (; i < l->rulesn ; i++) if (!strcmp(l->rules[i].path, path)) break ;
  if (i == l->rulesn)
  {
    l->rules[l->rulesn].path = path ;
    l->rules[l->rulesn++].rights = 0 ;
  }
  l->rules[i].rights |= rights ;
}

static void landlock_port (struct landlock *l, char const *s, uint64_t right)
{
  unsigned int port ;
  if (!uint0_scan(s, &port) || port > 65535) strerr_dief(100, "invalid port: ", s) ;
  l->want.net |= right ;
  l->ports[l->portsn].rights = right ;
  l->ports[l->portsn++].port = port ;
}

static int landlock_abi (struct landlock *l)
{
  char text[LL_LACKING_SIZE] ;
  char fmt[UINT_FMT], fmtfloor[UINT_FMT] ;
  int abi = (int)syscall(__NR_landlock_create_ruleset, 0, (size_t)0, LANDLOCK_VERSION) ;
  if (abi == -1 && errno == EOPNOTSUPP) strerr_dief(100, "Landlock is switched off; it is missing in the kernel's lsm= list") ;
  if (abi == -1 && errno == ENOSYS)
    strerr_dief(100, "this kernel has no Landlock, or a seccomp filter hides it; nc-landlock goes before nc-seccomp") ;
  if (abi < 1)
    strerr_dief(111, "unable to ask for the Landlock ABI: ", strerror(errno),
      errno == EPERM ? "; nc-landlock goes before nc-seccomp" : "") ;
  fmt[uint_fmt(fmt, (unsigned int)abi)] = 0 ;
  fmtfloor[uint_fmt(fmtfloor, l->floor)] = 0 ;
  if ((unsigned int)abi < l->floor)
    strerr_dief(100, "this kernel has Landlock ABI ", fmt, ", and -a asks for ", fmtfloor) ;
  ll_lacking(&l->want, abi, text) ;
  if (!*text) return abi ;
  if (!l->besteffort) strerr_dief(100, "this kernel has Landlock ABI ", fmt, ", which lacks:", text) ;
  strerr_warnw("not enforced, because this kernel has Landlock ABI ", fmt, ":", text) ;
  return abi ;
}

static int landlock_ruleset (struct landlock *l, int abi)
{
  size_t i = 0 ;
  /* an older kernel takes the structure as it knew it */
  size_t size = abi < 4 ? offsetof(struct ll_ruleset, net) : abi < 6 ? offsetof(struct ll_ruleset, scoped) : sizeof(l->want) ;
  int fd = (int)syscall(__NR_landlock_create_ruleset, &l->want, size, 0) ;
  if (fd == -1) strerr_diefusys(111, "create a ruleset") ;
  for (; i < l->rulesn ; i++) ll_rule_add(fd, l->rules + i, l->want.fs) ;
  for (i = 0 ; i < l->portsn ; i++)
  {
    char fmt[UINT64_FMT] ;
    fmt[uint64_fmt(fmt, l->ports[i].port)] = 0 ;
    if (!(l->ports[i].rights & l->want.net)) continue ;
    if (syscall(__NR_landlock_add_rule, fd, LANDLOCK_NET_PORT, l->ports + i, 0) != 0)
      strerr_diefusys(111, "add a rule for port ", fmt) ;
  }
  return fd ;
}

static void landlock_restrict (struct landlock *l)
{
  struct ll_probe probe = { .fd = -1 } ;
  int abi = landlock_abi(l) ;
  int fd = landlock_ruleset(l, abi) ;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == -1 || prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) != 1)
    strerr_diefusys(111, "set no_new_privs") ;
  ll_probe_before(&probe, l->rules, l->rulesn, l->want.scoped) ;
  if (syscall(__NR_landlock_restrict_self, fd, abi < 7 ? 0U : l->log) != 0)
    strerr_dief(111, "unable to enter the domain: ", strerror(errno),
      errno == E2BIG ? "; sixteen domains are the kernel's limit" : "") ;
  if (!ll_probe_refused(&probe)) strerr_dief(111, "domain is not in force: ", probe.dir ? probe.dir : "/", " is not refused") ;
  if (close(fd) == -1) strerr_diefusys(111, "close the ruleset") ;
}

static int landlock_options (struct landlock *l, int argc, char const *const *argv)
{
  subgetopt o = SUBGETOPT_ZERO ;
  for (;;)
  {
    int opt = subgetopt_r(argc, argv, "ba:r:w:x:d:tc:l:ASq", &o) ;
    if (opt == -1) return o.ind ;
    switch (opt)
    {
      case 'b' : l->besteffort = 1 ; break ;
      case 'a' :
        if (!uint0_scan(o.arg, &l->floor) || !l->floor || l->floor > LL_ABI_KNOWN) strerr_dief(100, "invalid Landlock ABI: ", o.arg) ;
        break ;
      case 'r' : landlock_path(l, o.arg, LL_READ_FILE | LL_READ_DIR) ; break ;
      case 'w' : landlock_path(l, o.arg, LL_WRITE) ; break ;
      case 'x' : landlock_path(l, o.arg, LL_EXECUTE) ; break ;
      case 'd' : landlock_path(l, o.arg, LL_READ_DIR) ; break ;
      case 't' : l->want.net |= LL_BIND_TCP | LL_CONNECT_TCP ; break ;
      case 'c' : landlock_port(l, o.arg, LL_CONNECT_TCP) ; break ;
      case 'l' : landlock_port(l, o.arg, LL_BIND_TCP) ; break ;
      case 'A' : l->want.scoped &= ~LL_SCOPE_ABSTRACT ; break ;
      case 'S' : l->want.scoped &= ~LL_SCOPE_SIGNAL ; break ;
      case 'q' : l->log &= ~LL_LOG_NEW_EXEC_ON ; break ;
      default : dieusage() ;
    }
  }
}

/* How many words were options; what it needs to remember is gone before the next step is called. */
static int landlock_run (int argc, char const *const *argv)
{
  /* at most one for each word of the line */
  struct ll_rule rules[argc + 1] ;
  struct landlock_port ports[argc + 1] ;
  struct landlock l = { .rules = rules, .ports = ports } ;
  int n ;
  memset(&l.want, 0, sizeof(l.want)) ;
  l.want.fs = LL_FS_ABI1 | LL_REFER | LL_TRUNCATE | LL_IOCTL_DEV ;
  l.want.scoped = LL_SCOPE_ABSTRACT | LL_SCOPE_SIGNAL ;
  l.rulesn = l.portsn = 0 ;
  l.floor = 1 ;
  /* the probe's own denial is not news; what prog does after its exec is, but not what it denies itself */
  l.log = LL_LOG_SAME_EXEC_OFF | LL_LOG_NEW_EXEC_ON | LL_LOG_SUBDOMAINS_OFF ;
  l.besteffort = 0 ;
  n = landlock_options(&l, argc, argv) ;
  if (n == argc) dieusage() ;
  landlock_restrict(&l) ;
  return n ;
}

int nc_landlock_main (int argc, char const *const *argv, char const *const *envp)
{
  size_t envn = 0 ;
  PROG = "nc-landlock" ;
  argv += landlock_run(argc, argv) ;
  while (envp[envn]) envn++ ;
  {
    char const *env[envn + 1] ;
    nc_env_without(env, envp, "NC_SCOPE") ;
    nc_exec(argv, env) ;
  }
}
