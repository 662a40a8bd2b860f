/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include <skalibs/types.h>
#include <skalibs/uint32.h>

#include "assert.h"
#include "nc_kernel.h"

#define HOST_LANDLOCK_VERSION 1  /* LANDLOCK_CREATE_RULESET_VERSION */

/* a kernel without it; whatever else keeps it from being read says nothing of it */
static void host_unreadable (char const *level)
{
  if (errno == ENOENT || errno == ENODEV) assert_differs(level, "none", "kernel lockdown") ;
  strerr_diefusys(111, "read the mode of ", "kernel lockdown") ;
}

/* Not what is mounted over the file. */
static void host_read (int securityfs, char const *level, char *s, size_t max)
{
  ssize_t r ;
  int fd = nc_procfs_open(securityfs, "lockdown", O_RDONLY) ;
  if (fd == -1) host_unreadable(level) ;
  r = read(fd, s, max - 1) ;
  if (r == -1) host_unreadable(level) ;
  s[r] = 0 ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", "securityfs") ;
}

/* The mounted securityfs, or where there is none a detached one, which nobody else sees. */
static int host_securityfs (char const *level)
{
  static char const *const none[] = { 0 } ;
  struct statfs fs = { .f_type = 0 } ;
  int fd = nc_open_at(AT_FDCWD, "/sys/kernel/security", O_PATH | O_DIRECTORY, 0, RESOLVE_NO_SYMLINKS) ;
  if (fd != -1)
  {
    if (fstatfs(fd, &fs) == -1) strerr_diefusys(111, "stat ", "/sys/kernel/security") ;
    if (fs.f_type == SECURITYFS_MAGIC) return fd ;
    if (close(fd) == -1) strerr_diefusys(111, "close ", "/sys/kernel/security") ;
  }
  fd = nc_mount_new("securityfs", none, NC_MOUNT_RDONLY | NC_MOUNT_NOSUID | NC_MOUNT_NODEV | NC_MOUNT_NOEXEC) ;
  if (fd == -1) host_unreadable(level) ;
  return fd ;
}

/* "none [integrity] confidentiality" */
void assert_lockdown (char const *level)
{
  char s[128] ;
  char *word, *end ;
  int fd = host_securityfs(level) ;
  host_read(fd, level, s, sizeof(s)) ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", "securityfs") ;
  word = strchr(s, '[') ;
  end = word ? strchr(word, ']') : 0 ;
  if (!end) assert_differs(level, "no mode in brackets", "kernel lockdown") ;
  *end = 0 ;
  if (strcmp(word + 1, level) && strcmp(word + 1, "confidentiality")) assert_differs(level, word + 1, "kernel lockdown") ;
}

void assert_landlock (uint32_t abi)
{
  char fmt[UINT32_FMT], found[UINT32_FMT] ;
  long r = syscall(__NR_landlock_create_ruleset, 0, 0, HOST_LANDLOCK_VERSION) ;
  /* not built, or not in lsm= */
  if (r == -1 && errno != ENOSYS && errno != EOPNOTSUPP) strerr_diefusys(111, "read the ABI of Landlock") ;
  if (r != -1 && (uint32_t)r >= abi) return ;
  fmt[uint32_fmt(fmt, abi)] = 0 ;
  found[uint32_fmt(found, r == -1 ? 0 : (uint32_t)r)] = 0 ;
  if (r == -1) strcpy(found, "none") ;
  strerr_dief(1, "Landlock: expected ABI ", fmt, " or later, found ", found) ;
}
