/* ISC license. */

#include <signal.h>
#include <unistd.h>

#include <skalibs/sgetopt.h>

#include "nc.h"

#define USAGE "nc-init prog..."

int nc_init_main (int argc, char const *const *argv, char const *const *envp)
{
  sigset_t old ;
  pid_t pid ;
  PROG = "nc-init" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    if (subgetopt_r(argc, argv, "", &l) != -1) dieusage() ;
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
    nc_exec(argv, envp) ;
  }
  nc_args_overwrite("nc-init") ;
  nc_env_overwrite() ;
  nc_keeper(pid, __builtin_frame_address(0), 1) ;
  strerr_diefusys(111, "confine the first process") ;
}
