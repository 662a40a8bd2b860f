/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <skalibs/sgetopt.h>

#include "nc-dropcaps.h"
#include "nc.h"

#define USAGE "nc-dropcaps [ -u uid ] [ -g gid ] [ -G gid,...|keep ] [ -O dir ] [ -k ] [ -B cap,... ] [ -A cap,... ] [ -E cap,... ] [ -I cap,... ] prog..."

#define DROPCAPS_OVERFLOW 65534

/* The next item of a comma list, into word; 0 where it is empty or too long. */
static int dropcaps_item (char const **s, char *word, size_t max)
{
  size_t n = strcspn(*s, ",") ;
  if (!n || n >= max) return 0 ;
  memcpy(word, *s, n) ;
  word[n] = 0 ;
  *s += n + ((*s)[n] && (*s)[n+1]) ;
  return 1 ;
}

static void dropcaps_list (char const *arg, uint64_t *set)
{
  char const *bad = nc_scan_caps(arg, set) ;
  if (!bad) return ;
  if (!*bad || *bad == ',') strerr_dief(100, "invalid list of capabilities: ", arg) ;
  strerr_dief(100, "unknown capability: ", bad) ;
}

static void dropcaps_gids (char const *arg, struct dropcaps *d)
{
  char const *s = arg ;
  char word[16] ;
  d->groupsgiven = 1 ;
  d->groupskept = !strcmp(arg, "keep") ;
  if (d->groupskept) return ;
  do
  {
    if (d->groupsn == DROPCAPS_GROUPS) strerr_dief(100, "too many groups: ", arg) ;
    if (!dropcaps_item(&s, word, sizeof(word)) || !nc_scan_id(word, d->groups + d->groupsn++))
      strerr_dief(100, "invalid list of groups: ", arg) ;
  }
  while (*s) ;
}

static void dropcaps_owner (char const *dir, struct dropcaps *d)
{
  struct stat st = { .st_mode = 0 } ;
  int fd ;
  int given = nc_scan_source(dir, &fd) ;
  if (!given) fd = nc_open_at(AT_FDCWD, dir, O_PATH | O_DIRECTORY, 0, 0) ;
  if (fd == -1) strerr_diefusys(111, "open ", dir) ;
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat ", dir) ;
  if (!given && !S_ISDIR(st.st_mode)) strerr_dief(100, "not a directory: ", dir) ;
  if (!st.st_uid || !st.st_gid) strerr_dief(100, "root is the owner or group, -u 0 would say so: ", dir) ;
  if (st.st_uid == DROPCAPS_OVERFLOW || st.st_gid == DROPCAPS_OVERFLOW)
    strerr_dief(100, "owner or group is nobody, or not mapped in this user namespace: ", dir) ;
  if ((!given || (fd > 2 && !d->keep)) && close(fd) == -1) strerr_diefusys(111, "close ", dir) ;
  d->uid = st.st_uid ;
  d->gid = st.st_gid ;
}

static void dropcaps_run (struct dropcaps const *d)
{
  int sig = 0, now = 0 ;
  int locked ;
  pid_t parent = getppid() ;
  if (prctl(PR_GET_PDEATHSIG, &sig, 0L, 0L, 0L) == -1) strerr_diefusys(111, "read the parent death signal") ;
  locked = dropcaps_first(d) ;
  dropcaps_identity(d) ;
  dropcaps_last(d, locked) ;
  if (!sig) return ;
  /* a change of ids has cleared it; a parent outside the pid namespace is 0, then and now */
  if (prctl(PR_SET_PDEATHSIG, (unsigned long)sig, 0L, 0L, 0L) == -1
    || prctl(PR_GET_PDEATHSIG, &now, 0L, 0L, 0L) == -1 || now != sig)
    strerr_diefusys(111, "arm the parent death signal") ;
  if (getppid() != parent) strerr_dief(111, "parent died") ;
}

int nc_dropcaps_main (int argc, char const *const *argv, char const *const *envp)
{
  struct dropcaps d = { .uid = DROPCAPS_NONE, .gid = DROPCAPS_NONE } ;
  char const *dir = 0 ;
  size_t envn = 0 ;
  PROG = "nc-dropcaps" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "u:g:G:O:kB:A:E:I:", &l) ;
      if (opt == -1) break ;
      switch (opt)
      {
        case 'u' : if (!nc_scan_id(l.arg, &d.uid)) strerr_dief(100, "invalid uid: ", l.arg) ; break ;
        case 'g' : if (!nc_scan_id(l.arg, &d.gid)) strerr_dief(100, "invalid gid: ", l.arg) ; break ;
        case 'G' : dropcaps_gids(l.arg, &d) ; break ;
        case 'O' : dir = l.arg ; break ;
        case 'k' : d.keep = 1 ; break ;
        case 'B' : dropcaps_list(l.arg, &d.bounding) ; break ;
        case 'A' : dropcaps_list(l.arg, &d.ambient) ; break ;
        case 'E' : dropcaps_list(l.arg, &d.effective) ; break ;
        case 'I' : dropcaps_list(l.arg, &d.inheritable) ; break ;
        default : dieusage() ;
      }
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (!argc) dieusage() ;
  if (d.uid != DROPCAPS_NONE && d.gid == DROPCAPS_NONE) strerr_dief(100, "-u needs -g") ;
  if (dir && d.gid != DROPCAPS_NONE) strerr_dief(100, "-O excludes -u and -g") ;
  if (d.keep && !dir) strerr_dief(100, "-k needs -O") ;
  if (dir) dropcaps_owner(dir, &d) ;

  dropcaps_run(&d) ;
  while (envp[envn]) envn++ ;
  {
    char const *env[envn + 1] ;
    nc_env_without(env, envp, "NC_SCOPE") ;
    nc_exec(argv, env) ;
  }
}
