/* ISC license. */

/* Everything here may be called by a handler of signals. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <skalibs/types.h>

#include "nc.h"
#include "trace.h"

/* getdents64(2) */
struct tree_entry
{
  uint64_t ino ;
  int64_t off ;
  unsigned short len ;
  unsigned char type ;
  char name[] ;
} ;

/* proc_pid_stat(5): the name, field 2, may hold anything. A child that is not yet waited for keeps its number. */
static int tree_mine (int proc, char const *name, unsigned int *pid)
{
  char path[32], s[1024] ;
  char const *p ;
  unsigned int parent ;
  if (strlen(name) > 10 || !uint0_scan(name, pid)) return 0 ;
  strcpy(path, name) ;
  strcat(path, "/stat") ;
  if (nc_read_at(proc, path, s, sizeof(s)) == -1) return 0 ;
  p = strrchr(s, ')') ;
  return p && p[1] && p[2] && p[3] && uint_scan(p + 4, &parent) && parent == (unsigned int)getpid() ;
}

void trace_tree_signal (int proc, int sig)
{
  uint64_t buf[512] ;
  int fd = nc_procfs_open(proc, ".", O_RDONLY | O_DIRECTORY) ;
  if (fd == -1) return ;
  for (;;)
  {
    long n = syscall(__NR_getdents64, fd, buf, sizeof(buf)) ;
    long i = 0 ;
    if (n <= 0) break ;
    while (i < n)
    {
      struct tree_entry const *e = (struct tree_entry const *)(void const *)((char const *)buf + i) ;
      unsigned int pid ;
      if (tree_mine(proc, e->name, &pid)) kill((pid_t)pid, sig) ;
      i += e->len ;
    }
  }
  close(fd) ;
}

/* The children of what is killed become this process's own, so that in the end there is none. */
void trace_tree_end (int proc)
{
  static struct timespec const pause = { .tv_nsec = 1000000 } ;
  unsigned int blind = 100 ;  /* rounds in which it cannot be known whether there is one */
  for (;;)
  {
    pid_t r ;
    trace_tree_signal(proc, SIGKILL) ;
    do r = waitpid(-1, 0, WNOHANG | __WALL) ; while (r > 0) ;
    if (r == -1 && (errno == ECHILD || (errno != EINTR && !--blind))) return ;
    nanosleep(&pause, 0) ;
  }
}
