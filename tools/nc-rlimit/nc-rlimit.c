/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <skalibs/sgetopt.h>
#include <skalibs/types.h>

#include "nc.h"

#define USAGE "nc-rlimit [ -l name=soft[:hard] ] ... [ -o oom_score_adj ] prog..."

struct rlimit_given
{
  char const *text ;  /* as on the line, 0 where it is not */
  struct rlimit value ;
} ;

static void rlimit_scan (char const *arg, struct rlimit_given *given)
{
  struct rlimit limit ;
  int i ;
  char const *wrong = nc_scan_rlimit(arg, &i, &limit) ;
  if (wrong) strerr_dief(100, wrong, arg) ;
  if (given[i].text) strerr_dief(100, "limit given twice: ", arg) ;
  given[i].text = arg ;
  given[i].value = limit ;
}

static int rlimit_adj (char const *s)
{
  unsigned int u ;
  if (!uint0_scan(s + (*s == '-'), &u) || u > 1000) strerr_dief(100, "invalid oom_score_adj: ", s) ;
  return *s == '-' ? -(int)u : (int)u ;
}

static void rlimit_set (int i, struct rlimit_given const *g)
{
  struct rlimit now = { .rlim_cur = ~g->value.rlim_cur } ;
  if (prlimit(0, i, &g->value, 0) == -1)
    strerr_dief(111, "unable to set ", g->text, ": ", strerror(errno), errno != EPERM ? "" :
      i == RLIMIT_CORE ? "; the hard limit is lower, -l core=0 leaves it so" :
      "; only CAP_SYS_RESOURCE raises a hard limit, so nc-rlimit goes before nc-userns, and nofile stays below fs.nr_open") ;
  if (prlimit(0, i, 0, &now) == -1 || now.rlim_cur != g->value.rlim_cur || now.rlim_max != g->value.rlim_max)
    strerr_dief(111, "unable to set ", g->text, ": the kernel says otherwise") ;
}

/* The file of that name in a procfs that is one, whole, and not covered by another mount. */
static int rlimit_open_adj (void)
{
  int fd ;
  int proc = nc_procfs() ;
  if (proc == -1 && errno == EMEDIUMTYPE) strerr_dief(111, "/proc is not a procfs; -o goes before nc-pivot or needs one") ;
  if (proc == -1) strerr_diefusys(111, "open ", "/proc") ;
  fd = nc_procfs_open(proc, "self/oom_score_adj", O_RDWR) ;
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
  struct rlimit_given given[RLIM_NLIMITS] = { [RLIMIT_CORE] = { .value = { 1, 1 } } } ;
  char const *oom = 0 ;
  int i = 0 ;
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
  if (!given[RLIMIT_CORE].text) given[RLIMIT_CORE].text = "core=1" ;

  if (oom) rlimit_set_adj(oom, adj) ;
  for (; i < RLIM_NLIMITS ; i++) if (given[i].text) rlimit_set(i, given + i) ;
  nc_exec(argv, envp) ;
}
