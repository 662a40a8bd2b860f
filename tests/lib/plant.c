/* ISC license. */

/* plant prog...: leaves prog what a careless parent leaves: two descriptors (5: a directory, 9: a file), odd variables, an
   umask, a blocked and some ignored signals, an armed timer, a personality and a nice value. plant -0 PATH: executes PATH with no argument. */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

int main (int argc, char **argv)
{
  static char *none[] = { 0 } ;
  struct itimerval far = { .it_value = { .tv_sec = 100000 } } ;
  sigset_t set ;
  int fd ;
  if (argc == 3 && !strcmp(argv[1], "-0"))
  {
    execve(argv[2], none, none) ;
    return 127 ;
  }
  if (argc < 2) return 100 ;
  fd = open("/", O_RDONLY | O_DIRECTORY) ;
  if (fd == -1 || dup2(fd, 5) == -1) return 111 ;
  if (fd != 5) close(fd) ;
  fd = open("/dev/null", O_RDWR) ;
  if (fd == -1 || dup2(fd, 9) == -1) return 111 ;
  if (fd != 9) close(fd) ;
  if (putenv("ODD=a b\n\x01\xff=\\") || putenv("EMPTY=") || putenv("LD_PRELOAD=/nonexistent.so")) return 111 ;
  umask(0123) ;
  signal(SIGCHLD, SIG_IGN) ;
  signal(SIGUSR1, SIG_IGN) ;
  signal(SIGRTMAX, SIG_IGN) ;
  sigemptyset(&set) ;
  sigaddset(&set, SIGUSR2) ;
  sigaddset(&set, SIGTERM) ;
  sigprocmask(SIG_BLOCK, &set, 0) ;
  if (setitimer(ITIMER_REAL, &far, 0) == -1) return 111 ;
  if (personality(ADDR_NO_RANDOMIZE) == -1) return 111 ;
  if (setpriority(PRIO_PROCESS, 0, 5) == -1) return 111 ;
  execvp(argv[1], argv + 1) ;
  return 127 ;
}
