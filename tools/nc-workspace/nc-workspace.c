/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <skalibs/sgetopt.h>

#include "nc.h"
#include "workspace.h"

#define USAGE "nc-workspace [ -m bind-rw|bind-ro|copy-in-out|overlay-in-out ] [ -a apply|keep|drop ] [ -s statedir ] [ -u uid:gid|fd:N ] [ -k ] " \
  "[ -p list ] [ -l pattern ] ... [ -n ] [ -q ] [ -f fd ] [ -Q ] src prog..."

static void workspace_random (char *id)
{
  static char const hex[] = "0123456789abcdef" ;
  unsigned char b[8] ;
  size_t i = 0 ;
  if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b)) strerr_diefusys(111, "get random bytes") ;
  for (; i < sizeof(b) ; i++) { id[2*i] = hex[b[i] >> 4] ; id[2*i+1] = hex[b[i] & 15] ; }
  id[16] = 0 ;
}

static void workspace_child (struct ws *w, pid_t parent, sigset_t const *old, char const *const *argv, char const *const *envp)
{
  int const own[] = { w->srcfd, w->dirfd, w->lockfd, w->stage, w->keep ? -1 : w->ownerfd, w->go } ;
  size_t i = 0 ;
  uint64_t go ;
  ssize_t r ;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1) strerr_diefusys(111, "set the parent death signal") ;
  if (getppid() != parent) strerr_dief(111, "the keeper has ended, or is in another pid namespace") ;
  /* not before the keeper has given up what it has no use for; where it cannot, it kills */
  do r = read(w->go, &go, sizeof(go)) ; while (r == -1 && errno == EINTR) ;
  if (r == -1) strerr_diefusys(111, "wait for the keeper") ;
  for (; i < sizeof(own) / sizeof(own[0]) ; i++)
    if (own[i] != -1 && close(own[i]) == -1) strerr_diefusys(111, "close a descriptor of the keeper's") ;
  if (nc_keep_unblock(old) == -1) strerr_diefusys(111, "restore the signal mask") ;
  nc_exec(argv, envp) ;
}

static int workspace_running (struct ws *w, pid_t child)
{
  char word[64] ;
  if (w->mode < WS_COPY) return 0 ;
  return ws_running(word, sizeof(word), child) == -1 ? -1 : ws_state_put(w, word) ;
}

static int workspace_ready (struct ws *w, pid_t child)
{
  static uint64_t const go = 1 ;
  if (workspace_running(w, child) == -1 || ws_confine(w) == -1) return -1 ;
  return nc_close(w->go, write(w->go, &go, sizeof(go)) == (ssize_t)sizeof(go) ? 0 : -1) ;
}

static int workspace_keep (struct ws *w, pid_t child, void const *frame)
{
  int wstat = 0 ;
  int code = workspace_ready(w, child) == -1 ? -1 : nc_keep(child, &wstat, frame, 0) ;
  if (code == -1)
  {
    strerr_warnwusys("keep the container, which ends here") ;
    kill(child, SIGKILL) ;
    while (waitpid(child, &wstat, 0) == -1 && errno == EINTR) ;
    code = 111 ;
    w->failed = 1 ;
  }
  if (ws_unconfine(w) == -1) strerr_diefusys(111, "raise the capabilities for files") ;
  ws_finish(w) ;
  return code ? code : w->failed ? 111 : w->bad ;
}

static void workspace_start (struct ws *w)
{
  ws_source(w) ;
  if (w->dir) ws_state_open(w) ;
  if (w->dir) { ws_place_clear(w) ; ws_state_start(w) ; }
  workspace_random(w->id) ;
  if (w->mode == WS_COPY) ws_copy_in(w) ;
  if (w->mode == WS_OVERLAY) ws_overlay_in(w) ;
  if (w->mode == WS_BIND_RW) ws_protected(w, &w->start, !w->noplace) ;
  if (w->scopefd != -1 && close(w->scopefd) == -1) ws_die(w, "close the scope", "") ;
  ws_lines(w) ;
  ws_fact(w, 0) ;
}

int nc_workspace_main (int argc, char const *const *argv, char const *const *envp)
{
  struct ws w = { .srcfd = -1, .dirfd = -1, .lockfd = -1, .stage = -1, .ownerfd = -1, .linesfd = -1, .scopefd = -1 } ;
  sigset_t old ;
  pid_t parent, child ;
  PROG = "nc-workspace" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "m:a:s:u:kp:l:nqf:Q", &l) ;
      if (opt == -1) break ;
      switch (opt)
      {
        case 'm' : w.mode = ws_scan_mode(l.arg) ; break ;
        case 'a' : w.end = ws_scan_end(l.arg) ; break ;
        case 's' : w.dir = l.arg ; break ;
        case 'u' : ws_scan_owner(&w, l.arg) ; break ;
        case 'k' : w.keep = 1 ; break ;
        case 'p' : ws_scan_list(&w, l.arg) ; break ;
        case 'l' : ws_scan_lift(&w, l.arg) ; break ;
        case 'n' : w.noplace = 1 ; break ;
        case 'q' : w.quarantine = 1 ; break ;
        case 'f' : ws_scan_number(&w, l.arg) ; break ;
        case 'Q' : w.quiet = 1 ; break ;
        default : dieusage() ;
      }
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (argc < 2) dieusage() ;
  if (w.dir && w.dir[0] != '/') strerr_dief(100, "not an absolute path: ", w.dir) ;
  if (w.mode >= WS_COPY && !w.dir) strerr_dief(100, "this mode needs a state directory (-s)") ;
  w.src = argv[0] ;
  w.scope = ws_scope(envp) ;
  workspace_start(&w) ;

  parent = getpid() ;
  if (nc_keep_block(&old) == -1) ws_die(&w, "block signals", "") ;
  w.go = eventfd(0, EFD_CLOEXEC) ;
  child = w.go == -1 ? -1 : nc_fork() ;
  if (child == -1) ws_die(&w, "fork", "") ;
  if (!child) workspace_child(&w, parent, &old, argv + 1, envp) ;
  _exit(workspace_keep(&w, child, __builtin_frame_address(0))) ;
}
