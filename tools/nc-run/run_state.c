/* ISC license. */

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

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

void run_state_make (char const *path)
{
  char *s = run_cat(path, "", 0, 0) ;
  char *p = s ;
  while ((p = strchr(p + 1, '/')))
  {
    *p = 0 ;
    if (mkdir(s, 0700) == -1 && errno != EEXIST) strerr_diefusys(111, "make the directory ", s) ;
    *p = '/' ;
  }
}
