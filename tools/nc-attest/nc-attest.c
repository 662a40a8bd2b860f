/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/sgetopt.h>

#include "nc.h"
#include "attest.h"

#define USAGE "nc-attest [ -m [ -o file ] ] [ -f manifest ] [ -s sha256 ] [ -p path|full ] [ -l list ] [ -r registration ] [ -d store ] dir prog..."

static void attest_option (struct attest *a, int opt, char const *arg)
{
  unsigned char sum[ATTEST_SUM] ;
  switch (opt)
  {
    case 'm' : a->make = 1 ; break ;
    case 'o' : a->out = arg ; break ;
    case 'f' : a->manifest = arg ; break ;
    case 's' :
      if (strlen(arg) != 64 || !attest_sum_hex(arg, sum)) strerr_dief(100, "not a SHA-256, 64 digits in lower case: ", arg) ;
      a->pin = arg ;
      break ;
    case 'p' :
      if (strcmp(arg, "path") && strcmp(arg, "full")) strerr_dief(100, "neither path nor full: ", arg) ;
      a->store = strcmp(arg, "path") ? 'f' : 'p' ;
      break ;
    case 'l' : a->list = arg ; break ;
    case 'r' : a->registration = arg ; break ;
    case 'd' :
      if (arg[0] != '/' || !arg[1] || arg[strlen(arg) - 1] == '/' || strstr(arg, "//") || strstr(arg, "/."))
        strerr_dief(100, "not a plain absolute path: ", arg) ;
      a->storedir = arg ;
      break ;
    default : dieusage() ;
  }
}

static int attest_options (int argc, char const *const *argv, struct attest *a)
{
  subgetopt l = SUBGETOPT_ZERO ;
  for (;;)
  {
    int opt = subgetopt_r(argc, argv, "mo:f:s:p:l:r:d:", &l) ;
    if (opt == -1) break ;
    attest_option(a, opt, l.arg) ;
  }
  argc -= l.ind ;
  if (a->make ? argc != 1 : argc < 2) dieusage() ;
  if (a->make && (a->manifest || a->pin)) strerr_dief(100, "-m makes a manifest: -f and -s have no effect") ;
  if (!a->make && a->out) strerr_dief(100, "-o has no effect without -m") ;
  if (!a->store && (a->list || a->registration)) strerr_dief(100, "-l and -r have no effect without -p") ;
  return l.ind ;
}

static void attest_open (struct attest *a)
{
  int fd ;
  if (!nc_scan_source(a->dir, &fd)) a->dirfd = nc_open_source(a->dir, O_RDONLY | O_DIRECTORY) ;
  else
  {
    a->dirfd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
    if (a->dirfd != -1 && close(fd) == -1) strerr_diefusys(111, "close ", a->dir) ;
  }
  if (a->dirfd == -1 && errno == ELOOP) nc_diefusys(111, NC_SOURCE_HINT, "open ", a->dir) ;
  if (a->dirfd == -1) strerr_diefusys(111, "open ", a->dir) ;
}

int nc_attest_main (int argc, char const *const *argv, char const *const *envp)
{
  struct attest a = { .storedir = "/nix/store", .dirfd = -1, .storefd = -1 } ;
  PROG = "nc-attest" ;
  argv += attest_options(argc, argv, &a) ;
  a.dir = argv[0] ;
  attest_open(&a) ;
  if (!a.make) attest_load(&a) ;
  attest_store_load(&a) ;
  attest_store_works(&a) ;
  if (a.other) attest_follow(&a) ; else attest_tree(&a) ;
  attest_works(&a) ;
  attest_store_check(&a) ;
  if (a.make) { attest_write(&a) ; return 0 ; }
  if (!a.other) attest_ids(&a) ;
  attest_compare(&a) ;
  attest_fact(&a, envp) ;
  /* every descriptor is close-on-exec, and this program always ends in an exec */
  nc_exec(argv + 1, envp) ;
}
