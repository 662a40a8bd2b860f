/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "nc_longopt.h"
#include "ps.h"

#define USAGE "nc-ps [ -r rundir ] [ -a ] [ -j ]"
#define HELP USAGE "\n" \
  "Lists the containers that live.\n" \
  "  -r, --rundir DIR   the run directory, else /run/nucleus or /run/user/UID/nucleus\n" \
  "  -a, --all          stale ones too: their keeper has gone and nc-gc has not yet come\n" \
  "  -j, --json         one JSON array\n" \
  "      --help         this text\n" \
  "      --version      the version\n"

/* How long it has run by the boot clock, which nobody sets; created_unix_ms is for people. */
static uint64_t ps_age_of (struct nc_status const *st)
{
  struct timespec t ;
  uint64_t now, start = st->ticks / (uint64_t)sysconf(_SC_CLK_TCK) ;
  clock_gettime(CLOCK_BOOTTIME, &t) ;
  now = (uint64_t)t.tv_sec ;
  return now > start ? now - start : 0 ;
}

/* Of what a row is made: something that is not there is no error, the container may start or end meanwhile. */
static int ps_read (struct nc_scope *s, struct ps_row *r)
{
  if (nc_scope_holder(s->dir, &r->keeper) == -1) return errno == ENOENT ? 0 : -1 ;
  if (nc_scope_id(s) == -1) return -1 ;
  strcpy(r->name, s->name) ;
  strcpy(r->id, s->id) ;
  if (nc_status_read(s->dir, &r->st) == -1) return errno == ENOENT || errno == EPROTO ? 1 : -1 ;
  r->age = ps_age_of(&r->st) ;
  return 1 ;
}

/* 1: a row. 0: not a container, or one that ended meanwhile. -1. The lock says whether it lives, status.json only what it is. */
static int ps_row (int base, char const *name, struct ps_row *r)
{
  struct nc_scope s = { .base = base } ;
  char const *why ;
  if (!nc_scan_name(name)) return 0 ;
  strcpy(s.name, name) ;
  s.dir = nc_rundir_openat(base, name, 0, &why) ;
  if (s.dir == -1) return why || errno == ENOENT || errno == ENOTDIR ? 0 : -1 ;
  return nc_close(s.dir, ps_read(&s, r)) ;
}

static int ps_cmp (void const *a, void const *b)
{
  return strcmp(((struct ps_row const *)a)->name, ((struct ps_row const *)b)->name) ;
}

static void ps_list (int base, int all, int json)
{
  static struct ps_row const zero ;
  stralloc names = STRALLOC_ZERO, out = STRALLOC_ZERO ;
  struct ps_row *rows ;
  size_t n = 0, i ;
  if (base != -1 && nc_names(base, &names) == -1) strerr_diefusys(111, "read the run directory") ;
  for (i = 0 ; i < names.len ; i++) n += !names.s[i] ;
  rows = malloc((n + 1) * sizeof(*rows)) ;
  if (!rows) strerr_diefusys(111, "allocate memory") ;
  for (i = 0, n = 0 ; i < names.len ; i += strlen(names.s + i) + 1)
  {
    int row ;
    rows[n] = zero ;
    row = ps_row(base, names.s + i, rows + n) ;
    if (row == -1) strerr_diefusys(111, "read the container ", names.s + i) ;
    if (row && (all || rows[n].keeper)) n++ ;
  }
  qsort(rows, n, sizeof(*rows), &ps_cmp) ;
  /* after qsort, which moves what state may point to */
  for (i = 0 ; i < n ; i++) rows[i].state = !rows[i].keeper ? "stale" : rows[i].st.state[0] ? rows[i].st.state : "starting" ;
  if (!(json ? ps_json(&out, rows, n) : ps_table(&out, rows, n))) strerr_diefusys(111, "allocate memory") ;
  if (allwrite(1, out.s, out.len) < out.len) strerr_diefusys(111, "write to standard output") ;
}

static int ps_say (char const *s)
{
  size_t n = strlen(s) ;
  return allwrite(1, s, n) < n ? 111 : 0 ;
}

int nc_ps_main (int argc, char const *const *argv, char const *const *envp)
{
  static struct option const options[] =
  {
    { "all", no_argument, 0, 'a' },
    { "help", no_argument, 0, 1 },
    { "json", no_argument, 0, 'j' },
    { "rundir", required_argument, 0, 'r' },
    { "version", no_argument, 0, 2 },
    { 0, 0, 0, 0 }
  } ;
  char path[PATH_MAX] ;
  char const *rundir = 0, *why ;
  int all = 0, json = 0, base ;
  (void)envp ;
  PROG = "nc-ps" ;
  opterr = 0 ;
  for (;;)
  {
    int opt = nc_longopt(argc, argv, "+ajr:", options) ;
    if (opt == -1) break ;
    switch (opt)
    {
      case 'a' : all = 1 ; break ;
      case 1 : return ps_say(HELP) ;
      case 'j' : json = 1 ; break ;
      case 'r' : rundir = optarg ; break ;
      case 2 : return ps_say("nc-ps " NC_VERSION "\n") ;
      default : dieusage() ;
    }
  }
  if (optind != argc) dieusage() ;
  if (nc_rundir_path(path, sizeof(path), rundir) == -1) strerr_diefusys(111, "find the run directory ", rundir ? rundir : "") ;
  base = nc_rundir_openat(AT_FDCWD, path, 0, &why) ;
  if (why) strerr_dief(100, "unusable run directory ", path, ": ", why) ;
  if (base == -1 && errno != ENOENT) strerr_diefusys(111, "open ", path) ;
  ps_list(base, all, json) ;
  return 0 ;
}
