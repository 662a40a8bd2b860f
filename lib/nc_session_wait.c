/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/types.h>
#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_kernel.h"
#include "nc_scope.h"

#define SESSION_EXITING 0x4 /* linux/sched.h: PF_EXITING, in field 9 of proc_pid_stat(5) */

enum session { SESSION_UNREAD = -1, SESSION_OTHER, SESSION_LIVES, SESSION_DIES } ;

/* Fields 3, 6, 9 and 31: state, session, flags, signals pending. */
static enum session session_of (int proc, char const *pid, pid_t sid)
{
  char path[UINT64_FMT + 6], s[1024] ;
  uint64_t field[32] = { 0 } ;
  unsigned int i = 4 ;
  char const *p ;
  if (strlen(pid) >= UINT64_FMT) return SESSION_OTHER ;
  strcpy(path, pid) ;
  strcat(path, "/stat") ;
  if (nc_read_at(proc, path, s, sizeof(s)) == -1) return errno == ENOENT || errno == ESRCH ? SESSION_OTHER : SESSION_UNREAD ;
  p = strrchr(s, ')') ;
  if (!p || strlen(p) < 4) return SESSION_OTHER ;
  for (p += 4 ; *p && i < 32 ; i++)
  {
    uint64_scan(p, &field[i]) ;
    p += strcspn(p, " ") ;
    p += *p == ' ' ;
  }
  if (field[6] != (uint64_t)sid) return SESSION_OTHER ;
  return field[9] & SESSION_EXITING || field[31] & 1U << (SIGKILL - 1) ? SESSION_DIES : SESSION_LIVES ;
}

static int session_await (pid_t pid)
{
  struct pollfd x = { .events = POLLIN } ;
  int r ;
  x.fd = nc_sys_pidfd_open(pid, 0) ;
  if (x.fd == -1) return errno == ESRCH || errno == EINVAL ? 0 : -1 ;
  do r = poll(&x, 1, NC_END_MS) ; while (r == -1 && errno == EINTR) ;
  if (!r) errno = ETIMEDOUT ;
  return nc_close(x.fd, r == 1 ? 0 : -1) ;
}

/* 1: somebody lives. */
static int session_pass (int proc, pid_t sid)
{
  stralloc names = STRALLOC_ZERO ;
  size_t i = 0 ;
  int lives = 0 ;
  int r = nc_names(proc, &names) ;
  for (; !r && i < names.len ; i += strlen(names.s + i) + 1)
  {
    int pid ;
    if (!int0_scan(names.s + i, &pid)) continue ;
    switch (session_of(proc, names.s + i, sid))
    {
      case SESSION_LIVES : lives = 1 ; break ;
      case SESSION_DIES : r = session_await(pid) ; break ;
      case SESSION_UNREAD : r = -1 ; break ;
      default : break ;
    }
  }
  stralloc_free(&names) ;
  return r ? -1 : lives ;
}

int nc_session_wait (pid_t sid)
{
  int proc = nc_open_at(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY, 0, 0) ;
  int r ;
  if (proc == -1) return errno == ENOENT ? 0 : -1 ;
  r = session_pass(proc, sid) ;
  /* between the two signs of its death a process shows neither */
  if (r == 1)
  {
    usleep(1000) ;
    r = session_pass(proc, sid) ;
  }
  return nc_close(proc, r == -1 ? -1 : 0) ;
}
