/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"

/* The id of the first mount, proc_pid_mountinfo(5): no two mount namespaces share one. Up to the space that ends it. */
static int first_id (int fd, char *id, size_t max)
{
  int n ;
  if (fd == -1) return -1 ;
  n = nc_close(fd, (int)read(fd, id, max - 1)) ;
  if (n == -1) return -1 ;
  id[n] = 0 ;
  id[strcspn(id, " ")] = 0 ;
  return 0 ;
}

/* Nobody's business: /proc hides the first process, or it has more capabilities than this one. */
static int first_hidden (void)
{
  return errno == ENOENT || errno == EACCES || errno == EPERM ;
}

int nc_first_mounts (void)
{
  struct stat own, first ;
  char a[32], b[32] ;
  int fd ;
  if (stat("/proc/self/ns/mnt", &own) == -1) return -1 ;
  if (stat("/proc/1/ns/mnt", &first) == 0) return own.st_dev == first.st_dev && own.st_ino == first.st_ino ;
  if (!first_hidden()) return -1 ;
  /* its mounts are for anyone to read, where it shows at all */
  fd = nc_open_at(AT_FDCWD, "/proc/1/mountinfo", O_RDONLY, 0, 0) ;
  if (fd == -1 && first_hidden()) return 0 ;
  if (first_id(fd, b, sizeof(b)) == -1) return -1 ;
  if (first_id(nc_open_at(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY, 0, 0), a, sizeof(a)) == -1) return -1 ;
  return !strcmp(a, b) ;
}
