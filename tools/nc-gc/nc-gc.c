/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "nc_longopt.h"
#include "nc_scope.h"

#define USAGE "nc-gc [ -r rundir ] [ -n name ]"
#define HELP USAGE "\n" \
  "Undoes what containers left that have ended without undoing it themselves.\n" \
  "  -r, --rundir DIR   the run directory, else /run/nucleus or /run/user/UID/nucleus\n" \
  "  -n, --name NAME    that container only\n" \
  "      --help         this text\n" \
  "      --version      the version\n"

struct gc
{
  char const *rundir ;
  char const *name ;
} ;

static void gc_report (void *data, char const *entry, char const *text, char const *why)
{
  struct gc const *g = data ;
  strerr_warnw("unable to undo ", g->rundir, "/", g->name, "/undo/", entry, text[0] ? " " : "", text, ": ", why) ;
}

/* No lock, then nothing at all (nc-scope(8)): it was killed before it made the one or after it removed it. 1: gone.
   0: a start has made its lock here in between, or has ended since. -1: what lies there is not a container's. */
static int gc_bare (int base, char const *name)
{
  stralloc names = STRALLOC_ZERO ;
  size_t i = 0 ;
  int dir, r, e ;
  if (!unlinkat(base, name, AT_REMOVEDIR) || errno == ENOENT) return 1 ;
  if (errno != ENOTEMPTY && errno != EEXIST) return -1 ;
  dir = nc_open_at(base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
  if (dir == -1) return errno == ENOENT ? 1 : -1 ;
  r = nc_names(dir, &names) ;
  e = r ? errno : ENOTEMPTY ;
  while (i < names.len && strcmp(names.s + i, "lock")) i += strlen(names.s + i) + 1 ;
  if (!r && names.len && i == names.len) r = -1 ;
  stralloc_free(&names) ;
  errno = e ;
  return nc_close(dir, r) ;
}

static enum nc_take gc_take (struct nc_scope *s, char const **why)
{
  pid_t holder ;
  for (;;)
  {
    enum nc_take r = nc_scope_take(s, 0, &holder, why) ;
    if (r != NC_TAKE_GONE) return r ;
    switch (gc_bare(s->base, s->name))
    {
      case 0 : break ;
      case 1 : return NC_TAKE_GONE ;
      default : return NC_TAKE_ERROR ;
    }
  }
}

static int gc_one (int base, struct gc *g)
{
  struct nc_scope s = { .base = base } ;
  char const *why ;
  int r ;
  if (!strcmp(g->name, ".leases")) return 1 ;  /* freed one by one, through the journals */
  if (!nc_scan_name(g->name))
  {
    strerr_warnw("not a container, left alone: ", g->rundir, "/", g->name) ;
    return 1 ;
  }
  strcpy(s.name, g->name) ;
  switch (gc_take(&s, &why))
  {
    case NC_TAKE_BUSY :
    case NC_TAKE_GONE : return 1 ;
    case NC_TAKE_OK : break ;
    default :
      if (!why && errno == ENOTEMPTY) { strerr_warnwusys("remove ", g->rundir, "/", g->name, ", which has no lock") ; return 0 ; }
      if (!why && errno != ENOTDIR) { strerr_warnwusys("take ", g->rundir, "/", g->name, "/lock") ; return 0 ; }
      strerr_warnw("not a container, left alone: ", g->rundir, "/", g->name, why ? ": " : "", why ? why : "") ;
      return 1 ;
  }
  r = nc_scope_id(&s) ;
  if (r == -1) strerr_warnwusys("read ", g->rundir, "/", g->name, "/id") ;
  if (!r) r = nc_scope_clear(&s, 1, &gc_report, g) ;
  if (!r)
  {
    r = nc_scope_remove(&s) ;
    if (r == -1) strerr_warnwusys("remove ", g->rundir, "/", g->name) ;
  }
  if (close(s.lock) == -1 || close(s.dir) == -1) strerr_diefusys(111, "close ", g->rundir, "/", g->name) ;
  return !r ;
}

static int gc_all (int base, struct gc *g)
{
  stralloc names = STRALLOC_ZERO ;
  size_t i = 0 ;
  int ok = 1 ;
  if (nc_names(base, &names) == -1) strerr_diefusys(111, "read ", g->rundir) ;
  for (; i < names.len ; i += strlen(names.s + i) + 1)
  {
    g->name = names.s + i ;
    if (!gc_one(base, g)) ok = 0 ;
  }
  stralloc_free(&names) ;
  return ok ;
}

static int gc_say (char const *s)
{
  size_t n = strlen(s) ;
  return allwrite(1, s, n) < n ? 111 : 0 ;
}

int nc_gc_main (int argc, char const *const *argv, char const *const *envp)
{
  static struct option const options[] =
  {
    { "help", no_argument, 0, 1 },
    { "name", required_argument, 0, 'n' },
    { "rundir", required_argument, 0, 'r' },
    { "version", no_argument, 0, 2 },
    { 0, 0, 0, 0 }
  } ;
  char path[PATH_MAX] ;
  char const *rundir = 0, *why ;
  struct gc g = { .rundir = path } ;
  int base ;
  (void)envp ;
  PROG = "nc-gc" ;
  opterr = 0 ;
  for (;;)
  {
    int opt = nc_longopt(argc, argv, "+n:r:", options) ;
    if (opt == -1) break ;
    switch (opt)
    {
      case 1 : return gc_say(HELP) ;
      case 'n' : g.name = optarg ; break ;
      case 'r' : rundir = optarg ; break ;
      case 2 : return gc_say("nc-gc " NC_VERSION "\n") ;
      default : dieusage() ;
    }
  }
  if (optind != argc) dieusage() ;
  if (g.name && !nc_scan_name(g.name)) strerr_dief(100, "invalid name: ", g.name) ;
  if (nc_rundir_path(path, sizeof(path), rundir) == -1) strerr_diefusys(111, "find the run directory ", rundir ? rundir : "") ;
  base = nc_rundir_openat(AT_FDCWD, path, 0, &why) ;
  if (why) strerr_dief(100, "unusable run directory ", path, ": ", why) ;
  if (base == -1 && errno == ENOENT) return 0 ;
  if (base == -1) strerr_diefusys(111, "open ", path) ;
  return (g.name ? gc_one(base, &g) : gc_all(base, &g)) ? 0 : 111 ;
}
