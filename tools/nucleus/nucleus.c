/* ISC license. */

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/auxv.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"

#define USAGE "nucleus verb args...   (the same as nc-verb args...)"

/* A command with libraries of its own is not linked in: it lies beside this image. */
static void nucleus_beside (char const *, char const *const *, char const *const *) gccattr_noreturn ;
static void nucleus_beside (char const *name, char const *const *argv, char const *const *envp)
{
  char const *self = (char const *)getauxval(AT_EXECFN) ;
  char const *slash = self ? strrchr(self, '/') : 0 ;
  size_t n = slash ? (size_t)(slash - self) + 1 : 0 ;
  char path[n + strlen(name) + 1] ;
  /* a name alone would be looked for in the working directory */
  if (!slash) strerr_dief(100, "unknown verb: ", name + 3) ;
  memcpy(path, self, n) ;
  strcpy(path + n, name) ;
  execve(path, (char *const *)argv, (char *const *)envp) ;
  if (errno == ENOENT) strerr_dief(100, "unknown verb: ", name + 3) ;
  strerr_diefusys(126, "exec ", path) ;
}

static int nucleus_verb (int argc, char const *const *argv, char const *const *envp)
{
  struct nc_tool const *t ;
  PROG = "nucleus" ;
  if (argc < 2) dieusage() ;
  if (!strcmp(argv[1], "--version"))
    return allwrite(1, "nucleus " NC_VERSION "\n", sizeof("nucleus " NC_VERSION)) < sizeof("nucleus " NC_VERSION) ? 111 : 0 ;
  if (argv[1][0] == '-' || strchr(argv[1], '/') || strlen(argv[1]) > 32) dieusage() ;
  {
    char name[strlen(argv[1]) + 4] ;
    strcpy(name, "nc-") ; strcat(name, argv[1]) ;
    t = nc_tool_find(name) ;
    if (!t) nucleus_beside(name, argv + 1, envp) ;
  }
  return (*t->main)(argc - 1, argv + 1, envp) ;
}

int main (int argc, char const *const *argv, char const *const *envp)
{
  struct nc_tool const *t ;
  char const *base ;
  PROG = "nucleus" ;
  if (argc < 1 || !argv[0][0]) strerr_dief(100, "empty argv[0]") ;
  nc_args_init(argc, argv, envp) ;
  base = strrchr(argv[0], '/') ;
  base = base ? base + 1 : argv[0] ;
  t = nc_tool_find(base) ;
  return t ? (*t->main)(argc, argv, envp) : nucleus_verb(argc, argv, envp) ;
}
