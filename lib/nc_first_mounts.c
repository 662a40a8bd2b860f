/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"

/* The id of the first mount, proc_pid_mountinfo(5): no two mount namespaces share one. Up to the space that ends it. */
static int first_id (char const *path, char *id, size_t max)
{
  ssize_t n ;
  int e ;
  int fd = nc_open_at(AT_FDCWD, path, O_RDONLY, 0, 0) ;
  if (fd == -1) return -1 ;
  n = read(fd, id, max - 1) ;
  e = errno ;
  close(fd) ;
  errno = e ;
  if (n == -1) return -1 ;
  id[n] = 0 ;
  id[strcspn(id, " ")] = 0 ;
  return 0 ;
}

int nc_first_mounts (void)
{
  struct stat own, first ;
  char a[32], b[32] ;
  if (stat("/proc/self/ns/mnt", &own) == -1) return -1 ;
  if (stat("/proc/1/ns/mnt", &first) == 0) return own.st_dev == first.st_dev && own.st_ino == first.st_ino ;
  /* even root may be refused that, where the first process has more capabilities; its mounts are for anyone to read */
  if (first_id("/proc/self/mountinfo", a, sizeof(a)) == -1) return -1 ;
  if (first_id("/proc/1/mountinfo", b, sizeof(b)) == -1) return errno == ENOENT || errno == EACCES || errno == EPERM ? 0 : -1 ;
  return !strcmp(a, b) ;
}
