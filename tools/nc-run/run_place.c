/* ISC license. */

/* Which places of the host a container may be given, and where in the container it may have them: lists of what is allowed, not
   of what is forbidden. A top-level directory that is not in the table is the machine's owner's own, and open. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "run.h"

#define NO 99U   /* deeper than any path */

/* How many components below it are the least; 0 is the directory itself. */
static struct { char const *top ; unsigned int read, write, workspace, target ; } const places[] =
{
  { "bin", NO, NO, NO, NO }, { "boot", NO, NO, NO, NO }, { "dev", NO, NO, NO, NO }, { "etc", 1, NO, NO, 1 }, { "home", 1, 1, 2, 1 },
  { "lib", NO, NO, NO, NO }, { "lib32", NO, NO, NO, NO }, { "lib64", NO, NO, NO, NO }, { "libx32", NO, NO, NO, NO }, { "media", 1, 1, 1, 0 },
  { "mnt", 1, 1, 1, 0 }, { "nix", 2, NO, NO, NO }, { "opt", 1, 1, 1, 0 }, { "proc", NO, NO, NO, NO }, { "root", 1, 1, 1, 0 }, { "run", 1, 1, NO, 1 },
  { "sbin", NO, NO, NO, NO }, { "srv", 0, 0, 1, 0 }, { "sys", NO, NO, NO, NO }, { "tmp", 1, 1, 1, 1 }, { "usr", 1, NO, NO, NO }, { "var", 1, 2, 2, 1 }
} ;

/* Of the tools themselves, or of the root that is being made. */
static char const *const kept[] = { "/run/nucleus", "/run/secrets", "/var/lib/nucleus" } ;

static int place_within (char const *path, char const *dir)
{
  size_t n = strlen(dir) ;
  return !strncmp(path, dir, n) && (!path[n] || path[n] == '/') ;
}

static unsigned int place_least (size_t i, enum run_use use)
{
  return use == RUN_USE_READ ? places[i].read : use == RUN_USE_WRITE ? places[i].write : use == RUN_USE_WORKSPACE ? places[i].workspace : places[i].target ;
}

int run_place (char const *path, enum run_use use)
{
  size_t n = strcspn(path + 1, "/"), i = 0 ;
  unsigned int depth = 0 ;
  char const *p = path ;
  if (!path[1]) return 0 ;
  for (; i < sizeof(kept) / sizeof(kept[0]) ; i++) if (place_within(path, kept[i])) return 0 ;
  while ((p = strchr(p + 1, '/'))) depth++ ;
  for (i = 0 ; i < sizeof(places) / sizeof(places[0]) ; i++)
    if (strlen(places[i].top) == n && !strncmp(places[i].top, path + 1, n)) return depth >= place_least(i, use) ;
  return 1 ;
}

/* From the caller's directory, where it does not start with a slash; "." and leading ".." go. */
char const *run_absolute (char const *option, char const *path)
{
  char cwd[PATH_MAX] ;
  if (!path[0] || path[0] == '/') return path ;
  if (!getcwd(cwd, sizeof(cwd))) strerr_diefusys(111, "tell the working directory for ", option, " ", path) ;
  if (cwd[0] != '/') strerr_dief(111, "the working directory is outside of the root: ", path) ;
  for (;;)
  {
    if (path[0] == '.' && (!path[1] || path[1] == '/')) path++ ;
    else if (path[0] == '.' && path[1] == '.' && (!path[2] || path[2] == '/'))
    {
      path += 2 ;
      *strrchr(cwd, '/') = 0 ;
      if (!cwd[0]) strcpy(cwd, "/") ;
    }
    else break ;
    path += strspn(path, "/") ;
  }
  if (!*path) return run_cat(cwd, "", 0, 0) ;
  return run_cat(cwd, cwd[1] ? "/" : "", path, 0) ;
}

void run_clean (char const *option, char const *path)
{
  char const *p = path ;
  size_t n = strlen(path) ;
  if (path[0] != '/' || (n > 1 && path[n-1] == '/') || strstr(path, "//"))
    strerr_dief(100, "not a path without empty components for ", option, ": ", path) ;
  while ((p = strstr(p, "/.")))
  {
    p += 2 + (p[2] == '.') ;
    if (!*p || *p == '/') strerr_dief(100, "has a . or .. component, for ", option, ": ", path) ;
  }
}

/* Opened as the step will open it, so that the rule is about the place itself and not about one of its names. */
void run_source (char const *option, char const *path, enum run_use use, struct stat *st)
{
  char link[32] ;
  char real[PATH_MAX] ;
  ssize_t n ;
  int fd ;
  run_clean(option, path) ;
  fd = nc_open_source(path, O_PATH) ;
  if (fd == -1 && (errno == ELOOP || errno == EXDEV)) nc_diefusys(111, NC_SOURCE_HINT, "open ", path) ;
  if (fd == -1) strerr_diefusys(111, "open ", path) ;
  snprintf(link, sizeof(link), "/proc/self/fd/%d", fd) ;
  n = readlink(link, real, sizeof(real) - 1) ;
  if (n == -1) strerr_diefusys(111, "tell the place of ", path) ;
  real[n] = 0 ;
  if (fstat(fd, st) == -1) strerr_diefusys(111, "look at ", path) ;
  if (!run_place(real, use)) strerr_dief(100, "not a place for ", option, ": ", path, "; nc-run(8) lists those that are") ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", path) ;
}

void run_target (char const *option, char const *path)
{
  run_clean(option, path) ;
  if (!run_place(path, RUN_USE_TARGET)) strerr_dief(100, "the destination is reserved, for ", option, ": ", path) ;
}
