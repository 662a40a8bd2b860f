/* ISC license. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <sys/wait.h>

#include <skalibs/types.h>

#include "nc.h"
#include "trace.h"

/* proc_pid_stat(5): the name, field 2, may hold anything. A child that is not yet waited for keeps its number. */
static int tree_mine (int proc, char const *pid)
{
  char path[32], s[1024] ;
  char const *p ;
  unsigned int parent ;
  if (!pid[strspn(pid, "0123456789")] && strlen(pid) < 16)
  {
    snprintf(path, sizeof(path), "%s/stat", pid) ;
    if (nc_read_at(proc, path, s, sizeof(s)) == -1) return 0 ;
    p = strrchr(s, ')') ;
    return p && p[1] && p[2] && p[3] && uint_scan(p + 4, &parent) && parent == (unsigned int)getpid() ;
  }
  return 0 ;
}

int trace_tree_signal (int proc, int sig)
{
  int fd = nc_procfs_open(proc, ".", O_RDONLY | O_DIRECTORY) ;
  DIR *dir = fd == -1 ? 0 : fdopendir(fd) ;
  int n = 0 ;
  if (!dir) return -1 ;
  for (;;)
  {
    struct dirent const *d = readdir(dir) ;
    unsigned int pid ;
    if (!d) break ;
    if (!tree_mine(proc, d->d_name) || !uint0_scan(d->d_name, &pid)) continue ;
    n++ ;
    kill((pid_t)pid, sig) ;
  }
  closedir(dir) ;
  return n ;
}

/* The children of what is killed become this process's own, so that in the end there is none. */
void trace_tree_end (int proc)
{
  static struct timespec const pause = { .tv_nsec = 1000000 } ;
  for (;;)
  {
    pid_t r ;
    trace_tree_signal(proc, SIGKILL) ;
    do r = waitpid(-1, 0, WNOHANG | __WALL) ; while (r > 0) ;
    if (r == -1 && errno == ECHILD) return ;
    nanosleep(&pause, 0) ;
  }
}
