/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <skalibs/sgetopt.h>
#include <skalibs/types.h>

#include "nc.h"
#include "scope.h"

#define USAGE "nc-scope [ -n name ] [ -r rundir ] [ -s fd ] [ -e file|fd:N ] prog..."

static void scope_random (char *id)
{
  static char const hex[] = "0123456789abcdef" ;
  unsigned char b[NC_ID_LEN / 2] ;
  size_t i = 0 ;
  if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b)) strerr_diefusys(111, "get random bytes") ;
  for (; i < sizeof(b) ; i++) { id[2*i] = hex[b[i] >> 4] ; id[2*i+1] = hex[b[i] & 15] ; }
  id[NC_ID_LEN] = 0 ;
}

static int scope_events (char const *where)
{
  struct stat st ;
  int fd, r ;
  if (!strncmp(where, "fd:", 3))
  {
    if (!nc_scan_source(where, &fd) || fd < 3) strerr_dief(100, "invalid descriptor: ", where) ;
    r = fcntl(fd, F_GETFL) ;
    if (r == -1 || (r & O_ACCMODE) == O_RDONLY) strerr_dief(100, "descriptor is not open for writing: ", where) ;
    return fd ;
  }
  fd = nc_open_at(AT_FDCWD, where, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600, 0) ;
  if (fd == -1) strerr_diefusys(111, "open ", where) ;
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat ", where) ;
  if (!S_ISREG(st.st_mode)) strerr_dief(100, "not a regular file (use fd:N): ", where) ;
  return fd ;
}

/* What is left of a container that has ended already: the same name starts clean or not at all. */
static void scope_sweep (struct keeper *k)
{
  char id[NC_ID_LEN + 1] ;
  memcpy(id, k->s.id, sizeof(id)) ;
  if (nc_scope_id(&k->s) == -1) strerr_diefusys(111, "read ", k->path, "/id") ;
  if (nc_scope_clear(&k->s, 1, &scope_report, k) == -1) strerr_dief(111, "an earlier container left something: ", k->path) ;
  memcpy(k->s.id, id, sizeof(id)) ;
  if (nc_scope_make(&k->s) == -1) strerr_diefusys(111, "make ", k->path, "/undo") ;
}

/* The container has not been started: nothing of it stays. */
static void scope_abandon (struct keeper *k, char const *verb, char const *what)
{
  int e = errno ;
  if (nc_scope_unmake(&k->s) == -1) strerr_warnwusys("remove ", k->path) ;
  errno = e ;
  strerr_diefusys(111, verb, what) ;
}

static void scope_acquire (struct keeper *k, char const *base)
{
  char fmt[INT_FMT] ;
  pid_t holder ;
  char const *why ;
  k->s.base = nc_rundir_openat(AT_FDCWD, base, 1, &why) ;
  if (why) strerr_dief(100, "unusable run directory ", base, ": ", why) ;
  if (k->s.base == -1) strerr_diefusys(111, "open ", base) ;
  /* an open that lands on 2 would make every warning a line in the lock */
  if (k->s.base < 3) strerr_dief(100, "descriptors 0, 1 and 2 must be open") ;
  switch (nc_scope_take(&k->s, 1, &holder, &why))
  {
    case NC_TAKE_OK : break ;
    case NC_TAKE_BUSY :
      fmt[holder > 0 ? int_fmt(fmt, holder) : 0] = 0 ;
      strerr_dief(111, "name in use: ", k->s.name, "; its keeper is ", holder > 0 ? "pid " : "in another pid namespace", fmt) ;
    default :
      if (why) strerr_dief(100, "unusable run directory ", k->path, ": ", why) ;
      /* only where it is empty, as it was made: another start makes it again */
      { int e = errno ; unlinkat(k->s.base, k->s.name, AT_REMOVEDIR) ; errno = e ; }
      strerr_diefusys(111, "take ", k->path, "/lock") ;
  }
  if (nc_scope_make(&k->s) == -1)
  {
    if (errno != EEXIST) scope_abandon(k, "make ", k->path) ;
    scope_sweep(k) ;
  }
  if (nc_scope_settled(&k->s) == -1) strerr_diefusys(111, "unlock ", k->path, "/lock") ;
}

/* What is the keeper's own: a lock's descriptor in prog would be no more than that, but the run directory's a way out. */
static void scope_close (struct keeper const *k)
{
  int const own[] = { k->s.base, k->s.dir, k->s.lock, k->events, k->sock } ;
  size_t i = 0 ;
  for (; i < sizeof(own) / sizeof(own[0]) ; i++)
    if (own[i] != -1 && close(own[i]) == -1) strerr_diefusys(111, "close a descriptor of the keeper's") ;
}

/* Everything that the keeper will need, so that nothing is lacking once prog runs. */
static void scope_prepare (struct keeper *k, int number, int *sv)
{
  int const on = 1 ;
  if (number != -1 && (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1
   || setsockopt(sv[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == -1)) scope_abandon(k, "make ", "the descriptor of -s") ;
  k->sock = sv[0] ;
  k->state = k->sock == -1 ? "running" : "created" ;
  if (scope_status_reserve(k) == -1) scope_abandon(k, "make room for ", "status.json") ;
  if (nc_scope_seal(&k->s) == -1) scope_abandon(k, "lock ", k->path) ;
}

static void scope_child (struct keeper *k, pid_t parent, int theirs, int number, sigset_t const *old, char const *const *envp)
{
  size_t n = 0 ;
  while (envp[n]) n++ ;
  {
    char const *env[n + 2] ;
    char var[strlen(k->path) + 10] ;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1) strerr_diefusys(111, "set the parent death signal") ;
    if (getppid() != parent) strerr_dief(111, "the keeper has ended, or is in another pid namespace") ;
    if (setsid() == -1) strerr_diefusys(111, "make a session") ;
    scope_close(k) ;
    if (theirs != -1 && nc_fd_give(theirs, number) == -1) strerr_diefusys(111, "move the descriptor of -s") ;
    strcpy(var, "NC_SCOPE=") ;
    strcat(var, k->path) ;
    nc_env_without(env, envp, "NC_SCOPE") ;
    for (n = 0 ; env[n] ; n++) ;
    env[n] = var ;
    env[n+1] = 0 ;
    if (nc_keep_unblock(old) == -1) strerr_diefusys(111, "restore the signal mask") ;
    nc_exec(k->argv, env) ;
  }
}

int nc_scope_main (int argc, char const *const *argv, char const *const *envp)
{
  struct keeper k = { .events = -1, .sock = -1, .pidfd = -1 } ;
  char const *name = 0, *rundir = 0, *events = 0 ;
  char path[PATH_MAX + NC_NAME_MAX + 2] ;
  int number = -1, unused, sv[2] = { -1, -1 } ;
  sigset_t old ;
  pid_t parent ;
  k.frame = __builtin_frame_address(0) ;
  PROG = "nc-scope" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "n:r:s:e:", &l) ;
      if (opt == -1) break ;
      switch (opt)
      {
        case 'n' : name = l.arg ; break ;
        case 'r' : rundir = l.arg ; break ;
        case 's' : if (!nc_scan_fd(l.arg, &number) || number < 3) strerr_dief(100, "invalid descriptor: ", l.arg) ; break ;
        case 'e' : events = l.arg ; break ;
        default : dieusage() ;
      }
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (!argc) dieusage() ;
  if (name && !nc_scan_name(name)) strerr_dief(100, "invalid name: ", name) ;
  unused = number == -1 ? 1 : nc_fd_free(number) ;
  if (unused == -1) strerr_diefusys(111, "look at the descriptor of -s") ;
  if (!unused) strerr_dief(100, "the descriptor of -s is in use") ;
  if (nc_rundir_path(path, PATH_MAX, rundir) == -1) strerr_diefusys(111, "find the run directory ", rundir ? rundir : "") ;
  scope_random(k.s.id) ;
  strcpy(k.s.name, name ? name : k.s.id) ;
  k.argv = argv ;
  {
    char base[strlen(path) + 1] ;
    strcpy(base, path) ;
    strcat(path, "/") ;
    strcat(path, k.s.name) ;
    k.path = path ;
    if (events) k.events = scope_events(events) ;
    scope_acquire(&k, base) ;
  }

  scope_prepare(&k, number, sv) ;
  parent = getpid() ;
  /* before the fork: what is sent from here on stays pending until the loop takes it */
  if (nc_keep_block(&old) == -1) scope_abandon(&k, "block ", "signals") ;
  k.child = nc_fork() ;
  if (k.child == -1) scope_abandon(&k, "fork", "") ;
  if (!k.child) scope_child(&k, parent, sv[1], number, &old, envp) ;
  _exit(scope_keep(&k)) ;  /* not by a return: nc_park has given back what would be returned to */
}
