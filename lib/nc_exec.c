/* ISC license. */

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/auxv.h>

#include <skalibs/posixplz.h>

#include "nc.h"

/* The sibling that word names: bare, or below the directory that this image was executed from. Text only: after pivot
   a look-up would find nothing. */
static struct nc_tool const *exec_sibling (char const *word)
{
  char const *slash = strrchr(word, '/') ;
  char const *self = (char const *)getauxval(AT_EXECFN) ;
  char const *selfslash = self ? strrchr(self, '/') : 0 ;
  struct nc_tool const *t = nc_tool_find(slash ? slash + 1 : word) ;
  if (!t || !t->fuses) return 0 ;
  if (!slash) return t ;
  if (!selfslash || selfslash - self != slash - word) return 0 ;
  return memcmp(self, word, (size_t)(slash - word)) ? 0 : t ;
}

void nc_exec_image (char const *const *argv, char const *const *envp)
{
  char const *path = nc_env_get(envp, "PATH") ;
  /* an empty word is no program, not the directory that a search would make of it */
  if (!argv[0][0]) errno = ENOENT ; else execvep(argv[0], argv, envp, path ? path : NC_DEFAULT_PATH) ;
  if (errno == ENOENT && !strncmp(argv[0], "nc-", 3) && nc_tools_n > 1)
    strerr_diefusys(127, "exec ", argv[0], " (no such step here; after a foreign program a step must be in the root)") ;
  strerr_diefusys(errno == ENOENT || errno == ENOTDIR ? 127 : 126, "exec ", argv[0]) ;
}

void nc_exec (char const *const *argv, char const *const *envp)
{
  struct nc_tool const *t = exec_sibling(argv[0]) ;
  int argc = 0 ;
  if (!t) nc_exec_image(argv, envp) ;
  while (argv[argc]) argc++ ;
  _exit((*t->main)(argc, argv, envp)) ;
}
