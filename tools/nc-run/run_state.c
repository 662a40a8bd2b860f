/* ISC license. */

#include <unistd.h>

#include "nc.h"
#include "run.h"

char const *run_state (char const *const *envp)
{
  char const *dir = nc_env_get(envp, "XDG_STATE_HOME") ;
  if (!geteuid()) return "/var/lib/nucleus" ;
  if (dir && dir[0] == '/') return run_cat(dir, "/nucleus", 0, 0) ;
  dir = nc_env_get(envp, "HOME") ;
  return dir && dir[0] == '/' ? run_cat(dir, "/.local/state/nucleus", 0, 0) : 0 ;
}
