/* ISC license. */

#include <signal.h>
#include <unistd.h>

#include <skalibs/sgetopt.h>
#include <skalibs/types.h>

#include "nc.h"

#define USAGE "nc-init [ -l ] prog..."

/* sd_listen_fds(3): sockets are for the process that LISTEN_PID names, and only for it. */
static void init_exec (char const *const *argv, char const *const *envp, int listen)
{
  char word[sizeof("LISTEN_PID=") + PID_FMT] = "LISTEN_PID=" ;
  size_t n = 0 ;
  if (!listen || !nc_env_get(envp, "LISTEN_PID")) nc_exec(argv, envp) ;
  word[sizeof("LISTEN_PID=") - 1 + pid_fmt(word + sizeof("LISTEN_PID=") - 1, getpid())] = 0 ;
  while (envp[n]) n++ ;
  {
    char const *env[n + 2] ;
    nc_env_without(env, envp, "LISTEN_PID") ;
    for (n = 0 ; env[n] ; n++) ;
    env[n++] = word ;
    env[n] = 0 ;
    nc_exec(argv, env) ;
  }
}

int nc_init_main (int argc, char const *const *argv, char const *const *envp)
{
  sigset_t old ;
  pid_t pid ;
  int listen = 0 ;
  PROG = "nc-init" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "l", &l) ;
      if (opt == -1) break ;
      switch (opt)
      {
        case 'l' : listen = 1 ; break ;
        default : dieusage() ;
      }
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (!argc) dieusage() ;
  if (getpid() != 1) strerr_dief(100, "not the first process of a pid namespace; nc-unshare -p goes before nc-init") ;

  if (nc_keep_block(&old) == -1) strerr_diefusys(111, "block signals") ;
  pid = nc_fork() ;
  if (pid == -1) strerr_diefusys(111, "fork") ;
  if (!pid)
  {
    if (setsid() == -1) strerr_diefusys(111, "start a session") ;
    if (nc_keep_unblock(&old) == -1) strerr_diefusys(111, "unblock signals") ;
    init_exec(argv, envp, listen) ;
  }
  nc_args_overwrite("nc-init") ;
  nc_env_overwrite() ;
  nc_keeper(pid, __builtin_frame_address(0), 1) ;
  strerr_diefusys(111, "confine the first process") ;
}
