/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nc.h"
#include "nc_scope.h"
#include "run.h"

void run_image (char const *rootfs, struct run_chain *c, void (*each) (struct run_chain *c, char const *path, int isdir))
{
  static char const skipped[] = " dev home proc run sys tmp " ;
  stralloc names = STRALLOC_ZERO ;
  size_t i = 0 ;
  int dir = nc_open_at(AT_FDCWD, rootfs, O_RDONLY | O_DIRECTORY, 0, 0) ;
  if (dir == -1) strerr_diefusys(111, "open the root file system ", rootfs) ;
  if (nc_names(dir, &names) == -1) strerr_diefusys(111, "read the root file system ", rootfs) ;
  for (; i < names.len ; i += strlen(names.s + i) + 1)
  {
    char const *name = names.s + i ;
    struct stat st ;
    if (name[0] == '.' || strstr(skipped, run_cat(" ", name, " ", 0))) continue ;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1) strerr_diefusys(111, "look at ", name, " in ", rootfs) ;
    if (!S_ISLNK(st.st_mode)) (*each)(c, run_cat("/", name, 0, 0), S_ISDIR(st.st_mode)) ;
  }
  stralloc_free(&names) ;
  if (close(dir) == -1) strerr_diefusys(111, "close the root file system ", rootfs) ;
}
