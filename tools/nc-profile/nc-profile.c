/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>
#include <skalibs/types.h>

#include "nc.h"
#include "nc_longopt.h"
#include "profile.h"

#define USAGE "nc-profile [ --landlock ] [ --kill ] [ --few n ] [ --truncated ] [ -o out ] trace..."

#define PROFILE_TRACE_MAX ((size_t)1 << 30)
#define PROFILE_FEW 16

struct options
{
  char const *out ;
  char const **traces ;    /* room for argc */
  size_t n ;
  unsigned int few ;
  int landlock, kill, truncated ;
} ;

/* The whole of a file or descriptor. */
static char *profile_slurp (char const *file, size_t *len)
{
  int fd, given = nc_scan_source(file, &fd) ;
  size_t max = 0, n = 0 ;
  char *s = 0 ;
  if (!given) fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY) ;
  if (fd == -1) strerr_diefusys(111, "open ", file) ;
  for (;;)
  {
    ssize_t r ;
    if (n == max)
    {
      max = max ? 2 * max : 65536 ;
      s = realloc(s, max) ;
      if (!s) strerr_diefusys(111, "allocate memory") ;
    }
    r = read(fd, s + n, max - n) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) strerr_diefusys(111, "read ", file) ;
    if (!r) break ;
    n += (size_t)r ;
    if (n > PROFILE_TRACE_MAX) strerr_dief(100, "larger than 1 GiB: ", file) ;
  }
  if (close(fd) == -1) strerr_diefusys(111, "close ", file) ;
  *len = n ;
  return s ;
}

static void profile_read (struct trace *t, char const *file, int truncated)
{
  size_t len, line ;
  char *s = profile_slurp(file, &len) ;
  char const *e = trace_parse(t, s, len, &line) ;
  char fmt[SIZE_FMT] ;
  fmt[size_fmt(fmt, line)] = 0 ;
  free(s) ;
  if (e) strerr_dief(100, file, ":", fmt, ": ", e) ;
  if (t->ended) return ;
  if (!truncated) strerr_dief(100, file, ":", fmt, ": the trace is cut short, its tracer was killed; --truncated takes it as it is") ;
  strerr_warnw(file, ":", fmt, ": the trace is cut short") ;
}

static void profile_replace (char const *out, char const *s, size_t len)
{
  char const *doing ;
  size_t n = strlen(out) ;
  if (!n || out[n - 1] == '/') strerr_dief(100, "invalid output: ", out) ;
  if (nc_replace(out, s, len, &doing) == 0) return ;
  if (!doing) strerr_dief(111, "unable to replace ", out, ": not a regular file") ;
  strerr_diefusys(111, doing, out) ;
}

/* Options stand between the words too, but for what follows "--". */
static void profile_options (int argc, char const *const *argv, struct options *o)
{
  static struct option const longs[] =
  {
    { "few", required_argument, 0, 'n' }, { "kill", no_argument, 0, 'k' }, { "landlock", no_argument, 0, 'l' },
    { "output", required_argument, 0, 'o' }, { "truncated", no_argument, 0, 't' }, { 0, 0, 0, 0 }
  } ;
  opterr = 0 ;
  for (;;)
  {
    int c = nc_longopt(argc, argv, "+kln:o:t", longs) ;
    if (c == -1 && optind < argc && strcmp(argv[optind - 1], "--")) { o->traces[o->n++] = argv[optind++] ; continue ; }
    if (c == -1) break ;
    switch (c)
    {
      case 'k' : o->kill = 1 ; break ;
      case 'l' : o->landlock = 1 ; break ;
      case 'n' : if (!uint0_scan(optarg, &o->few) || o->few > 1000) strerr_dief(100, "invalid number of rules: ", optarg) ; break ;
      case 'o' : if (!*optarg) dieusage() ; o->out = optarg ; break ;
      case 't' : o->truncated = 1 ; break ;
      default : dieusage() ;
    }
  }
  while (optind < argc) o->traces[o->n++] = argv[optind++] ;
}

int main (int argc, char const *const *argv)
{
  char const *traces[argc + 1] ;
  struct options o = { .few = PROFILE_FEW, .traces = traces } ;
  struct trace t = { .calls = 0 } ;
  stralloc sa = STRALLOC_ZERO ;
  size_t i = 0 ;
  PROG = "nc-profile" ;
  profile_options(argc, argv, &o) ;
  if (!o.n) dieusage() ;
  for (; i < o.n ; i++) profile_read(&t, o.traces[i], o.truncated) ;
  if (t.unreadable) strerr_warnw("programs did not let their memory be read: paths are missing from the trace, or the flags of clone3") ;
  if (o.landlock) profile_landlock(&t, &sa) ;
  else profile_seccomp(&t, o.few, o.kill, &sa) ;
  if (o.out && strcmp(o.out, "-")) profile_replace(o.out, sa.s, sa.len) ;
  else if (allwrite(1, sa.s, sa.len) < sa.len) strerr_diefusys(111, "write to standard output") ;
  stralloc_free(&sa) ;
  trace_free(&t) ;
  return 0 ;
}
