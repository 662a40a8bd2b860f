/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/openat2.h>

#include <skalibs/sgetopt.h>
#include <skalibs/types.h>
#include <skalibs/uint64.h>

#include "nc.h"

#define USAGE "nc-rlimit [ -l name=soft[:hard] ] ... [ -o oom_score_adj ] prog..."

#define RLIMIT_PROC_INO 1  /* the root of every procfs */

static struct rlimit_name { char const *name ; int resource ; int bytes ; } const rlimit_names[] =
{
  { "as", RLIMIT_AS, 1 },
  { "core", RLIMIT_CORE, 1 },
  { "cpu", RLIMIT_CPU, 0 },
  { "data", RLIMIT_DATA, 1 },
  { "fsize", RLIMIT_FSIZE, 1 },
  { "locks", 10, 0 },
  { "memlock", RLIMIT_MEMLOCK, 1 },
  { "msgqueue", RLIMIT_MSGQUEUE, 1 },
  { "nice", RLIMIT_NICE, 0 },
  { "nofile", RLIMIT_NOFILE, 0 },
  { "nproc", RLIMIT_NPROC, 0 },
  { "rss", RLIMIT_RSS, 1 },
  { "rtprio", RLIMIT_RTPRIO, 0 },
  { "rttime", RLIMIT_RTTIME, 0 },
  { "sigpending", RLIMIT_SIGPENDING, 0 },
  { "stack", RLIMIT_STACK, 1 }
} ;

#define RLIMIT_N (sizeof(rlimit_names) / sizeof(rlimit_names[0]))
#define RLIMIT_CORE_INDEX 1

struct rlimit_given
{
  char const *text ;  /* as on the line, 0 where it is not */
  struct rlimit value ;
} ;

static int rlimit_value (char const *s, int bytes, rlim_t *v)
{
  uint64_t u ;
  if (!strcmp(s, "unlimited")) { *v = RLIM_INFINITY ; return 1 ; }
  if (bytes && !nc_scan_size(s, &u)) return 0 ;
  if (!bytes && !uint640_scan(s, &u)) return 0 ;
  if (u == UINT64_MAX) return 0 ;
  *v = u ;
  return 1 ;
}

static void rlimit_scan (char const *arg, struct rlimit_given *given)
{
  size_t n = strcspn(arg, "=") ;
  size_t i = 0 ;
  char const *s = arg + n ;
  char const *colon ;
  char soft[32] ;
  if (!*s++) strerr_dief(100, "invalid limit, name=soft[:hard] is meant: ", arg) ;
  for (; i < RLIMIT_N ; i++)
    if (strlen(rlimit_names[i].name) == n && !memcmp(rlimit_names[i].name, arg, n)) break ;
  if (i == RLIMIT_N) strerr_dief(100, "unknown limit: ", arg) ;
  if (given[i].text) strerr_dief(100, "limit given twice: ", arg) ;
  given[i].text = arg ;
  colon = s + strcspn(s, ":") ;
  if ((size_t)(colon - s) >= sizeof(soft)) strerr_dief(100, "invalid value: ", arg) ;
  memcpy(soft, s, (size_t)(colon - s)) ;
  soft[colon - s] = 0 ;
  if (!rlimit_value(soft, rlimit_names[i].bytes, &given[i].value.rlim_cur)
    || !rlimit_value(*colon ? colon + 1 : soft, rlimit_names[i].bytes, &given[i].value.rlim_max))
    strerr_dief(100, "invalid value: ", arg) ;
  if (given[i].value.rlim_cur > given[i].value.rlim_max) strerr_dief(100, "soft limit above the hard one: ", arg) ;
}

static int rlimit_adj (char const *s)
{
  unsigned int u ;
  if (!uint0_scan(s + (*s == '-'), &u) || u > 1000) strerr_dief(100, "invalid oom_score_adj: ", s) ;
  return *s == '-' ? -(int)u : (int)u ;
}

static void rlimit_set (size_t i, struct rlimit_given const *g)
{
  struct rlimit now = { .rlim_cur = ~g->value.rlim_cur } ;
  if (prlimit(0, rlimit_names[i].resource, &g->value, 0) == -1)
    strerr_dief(111, "unable to set ", g->text, ": ", strerror(errno), errno != EPERM ? "" :
      i == RLIMIT_CORE_INDEX ? "; the hard limit is lower, -l core=0 leaves it so" :
      "; only CAP_SYS_RESOURCE raises a hard limit, so nc-rlimit goes before nc-userns, and nofile stays below fs.nr_open") ;
  if (prlimit(0, rlimit_names[i].resource, 0, &now) == -1 || now.rlim_cur != g->value.rlim_cur || now.rlim_max != g->value.rlim_max)
    strerr_dief(111, "unable to set ", g->text, ": the kernel says otherwise") ;
}

/* The file of that name in a procfs that is one, whole, and not covered by another mount. */
static int rlimit_open_adj (void)
{
  struct statfs fs = { .f_type = 0 } ;
  struct stat st = { .st_ino = 0 } ;
  int fd ;
  int proc = nc_open_at(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY, 0, RESOLVE_NO_SYMLINKS) ;
  if (proc == -1) strerr_diefusys(111, "open ", "/proc") ;
  if (fstatfs(proc, &fs) == -1 || fstat(proc, &st) == -1) strerr_diefusys(111, "stat ", "/proc") ;
  if (fs.f_type != PROC_SUPER_MAGIC || st.st_ino != RLIMIT_PROC_INO)
    strerr_dief(111, "/proc is not a procfs; -o goes before nc-pivot or needs one") ;
  fd = nc_open_at(proc, "self/oom_score_adj", O_RDWR, 0, RESOLVE_BENEATH | RESOLVE_NO_XDEV) ;
  if (fd == -1) strerr_diefusys(111, "open ", "/proc/self/oom_score_adj") ;
  if (close(proc) == -1) strerr_diefusys(111, "close ", "/proc") ;
  return fd ;
}

static void rlimit_set_adj (char const *s, int adj)
{
  char fmt[INT_FMT + 1], back[INT_FMT + 2] ;
  size_t n = int_fmt(fmt, adj) ;
  int fd = rlimit_open_adj() ;
  fmt[n++] = '\n' ;
  if (write(fd, fmt, n) != (ssize_t)n)
    strerr_dief(111, "unable to set oom_score_adj to ", s, ": ", strerror(errno),
      errno == EACCES ? "; only CAP_SYS_RESOURCE lowers it, so nc-rlimit goes before nc-userns" : "") ;
  if (pread(fd, back, sizeof(back), 0) != (ssize_t)n || memcmp(back, fmt, n))
    strerr_dief(111, "unable to set oom_score_adj to ", s, ": the kernel says otherwise") ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", "/proc/self/oom_score_adj") ;
}

int nc_rlimit_main (int argc, char const *const *argv, char const *const *envp)
{
  /* a limit of 0 still hands the image to a piped core_pattern, 1 does not: core(5) */
  struct rlimit_given given[RLIMIT_N] = { [RLIMIT_CORE_INDEX] = { .value = { 1, 1 } } } ;
  char const *oom = 0 ;
  size_t i = 0 ;
  int adj = 0 ;
  PROG = "nc-rlimit" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "l:o:", &l) ;
      if (opt == -1) break ;
      switch (opt)
      {
        case 'l' : rlimit_scan(l.arg, given) ; break ;
        case 'o' : oom = l.arg ; adj = rlimit_adj(oom) ; break ;
        default : dieusage() ;
      }
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (!argc) dieusage() ;
  if (!given[RLIMIT_CORE_INDEX].text) given[RLIMIT_CORE_INDEX].text = "core=1" ;

  if (oom) rlimit_set_adj(oom, adj) ;
  for (; i < RLIMIT_N ; i++) if (given[i].text) rlimit_set(i, given + i) ;
  nc_exec(argv, envp) ;
}
