/* ISC license. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "nc.h"
#include "run.h"

void run_image (char const *rootfs, struct run_chain *c, void (*each) (struct run_chain *c, char const *path, int isdir))
{
  static char const skipped[] = " dev home proc run sys tmp " ;
  struct dirent *d ;
  DIR *dir = opendir(rootfs) ;
  if (!dir) strerr_diefusys(111, "open the root file system ", rootfs) ;
  while ((errno = 0, d = readdir(dir)))
  {
    char *word = run_cat(" ", d->d_name, " ", 0) ;
    struct stat st ;
    if (d->d_name[0] == '.' || strstr(skipped, word)) continue ;
    if (fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
      strerr_diefusys(111, "look at ", d->d_name, " in ", rootfs) ;
    if (!S_ISLNK(st.st_mode)) (*each)(c, run_cat("/", d->d_name, 0, 0), S_ISDIR(st.st_mode)) ;
  }
  if (errno) strerr_diefusys(111, "read the root file system ", rootfs) ;
  closedir(dir) ;
}
