/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include <skalibs/types.h>

#include "nc.h"
#include "nc_scope.h"
#include "workspace.h"

enum ws_mode ws_scan_mode (char const *word)
{
  enum ws_mode m = WS_BIND_RW ;
  for (; m <= WS_OVERLAY ; m++) if (!strcmp(word, ws_mode_name(m))) return m ;
  strerr_dief(100, "unknown mode: ", word) ;
}

enum ws_end ws_scan_end (char const *word)
{
  if (!strcmp(word, "apply")) return WS_APPLY ;
  if (!strcmp(word, "keep")) return WS_KEEP ;
  if (!strcmp(word, "drop")) return WS_DROP ;
  strerr_dief(100, "not apply, keep or drop: ", word) ;
}

void ws_scan_owner (struct ws *w, char const *word)
{
  int r ;
  if (w->give) strerr_dief(100, "more than one owner: ", word) ;
  w->give = 1 ;
  r = nc_scan_owner(word, &w->uid, &w->gid, &w->ownerfd) ;
  if (r == -1) strerr_diefusys(100, "read the owner of ", word) ;
  if (!r) strerr_dief(100, "not uid:gid or fd:N: ", word) ;
}

void ws_scan_list (struct ws *w, char const *file)
{
  char fmt[UINT_FMT] ;
  unsigned int line ;
  if (nc_patterns_read(&w->protect, file, &line) == 0) return ;
  if (!line) strerr_diefusys(errno == EINVAL || errno == EFBIG ? 100 : 111, "read the list ", file) ;
  fmt[uint_fmt(fmt, line)] = 0 ;
  if (errno == EINVAL) strerr_dief(100, "malformed pattern: ", file, ":", fmt) ;
  strerr_diefusys(111, "read the list ", file) ;
}

void ws_scan_lift (struct ws *w, char const *word)
{
  switch (nc_patterns_add(&w->lift, word, strlen(word)))
  {
    case 1 : return ;
    case 0 : strerr_dief(100, "not a pattern: ", word) ;
    default :
      if (errno == EINVAL) strerr_dief(100, "malformed pattern: ", word) ;
      strerr_diefusys(111, "allocate memory") ;
  }
}

void ws_scan_number (struct ws *w, char const *word)
{
  if (!nc_scan_fd(word, &w->linesfd) || w->linesfd < 3) strerr_dief(100, "invalid descriptor: ", word) ;
  switch (nc_fd_free(w->linesfd))
  {
    case 1 : return ;
    case 0 : strerr_dief(100, "descriptor number is in use: ", word) ;
    default : strerr_diefusys(111, "look at descriptor ", word) ;
  }
}

/* A copy: the keeper's environment is wiped. */
char const *ws_scope (char const *const *envp)
{
  char const *path = nc_env_get(envp, "NC_SCOPE") ;
  char *s ;
  if (!path) return 0 ;
  s = malloc(strlen(path) + 10) ;
  if (!s) strerr_diefusys(111, "allocate memory") ;
  strcpy(s, "NC_SCOPE=") ;
  strcat(s, path) ;
  return s ;
}

/* Without a /proc nobody will wait for what dies. */
int ws_running (char *word, size_t max, pid_t child)
{
  uint64_t ticks = 0 ;
  if (nc_proc_start(child, &ticks) == -1 && errno != ENOENT) return -1 ;
  snprintf(word, max, "running %u %llu\n", ticks ? (unsigned int)child : 0, (unsigned long long)ticks) ;
  return 0 ;
}

static int source_pseudo (int fd)
{
  static long const magics[] =
  {
    PROC_SUPER_MAGIC, SYSFS_MAGIC, CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC, SECURITYFS_MAGIC,
    DEVPTS_SUPER_MAGIC, BPF_FS_MAGIC, BINFMTFS_MAGIC, NSFS_MAGIC
  } ;
  struct statfs fs ;
  size_t i = 0 ;
  if (fstatfs(fd, &fs) == -1) return -1 ;
  for (; i < sizeof(magics) / sizeof(magics[0]) ; i++) if ((long)fs.f_type == magics[i]) return 1 ;
  return 0 ;
}

/* Opened once: what it leads to later does not matter here, and nc-rootfs -P compares. */
void ws_source (struct ws *w)
{
  struct stat root ;
  int r ;
  w->srcfd = nc_open_source(w->src, O_RDONLY | O_DIRECTORY) ;
  if (w->srcfd == -1 && errno == ELOOP) nc_diefusys(111, NC_SOURCE_HINT, "open the workspace ", w->src) ;
  if (w->srcfd == -1) strerr_diefusys(111, "open the workspace ", w->src) ;
  if (fstat(w->srcfd, &w->srcst) == -1 || stat("/", &root) == -1) strerr_diefusys(111, "stat ", w->src) ;
  if (w->srcst.st_dev == root.st_dev && w->srcst.st_ino == root.st_ino) strerr_dief(100, "the root directory is no workspace: ", w->src) ;
  r = source_pseudo(w->srcfd) ;
  if (r == -1) strerr_diefusys(111, "look at the file system of ", w->src) ;
  if (r) strerr_dief(100, "no workspace, a file system of the kernel's own: ", w->src) ;
}
