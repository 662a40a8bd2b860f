/* ISC license. */

/* rate getppid | open PATH: calls per second, the middle one of eleven short bursts, as a number. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>

static double now (void)
{
  struct timespec t ;
  clock_gettime(CLOCK_MONOTONIC, &t) ;
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9 ;
}

static int cmp (void const *a, void const *b)
{
  double x = *(double const *)a, y = *(double const *)b ;
  return (x > y) - (x < y) ;
}

int main (int argc, char **argv)
{
  double v[11] ;
  int open_ = argc == 3 && !strcmp(argv[1], "open") ;
  long n = open_ ? 20000 : 100000, i ;
  int k = 0 ;
  if (!open_ && (argc != 2 || strcmp(argv[1], "getppid"))) return 100 ;
  for (; k < 11 ; k++)
  {
    double start = now() ;
    for (i = 0 ; i < n ; i++)
      if (open_)
      {
        int fd = open(argv[2], O_RDONLY | O_CLOEXEC) ;
        if (fd == -1 || close(fd) == -1) { perror(argv[2]) ; return 111 ; }
      }
      else syscall(SYS_getppid) ;
    v[k] = (double)n / (now() - start) ;
  }
  qsort(v, 11, sizeof(double), &cmp) ;
  printf("%.0f %.0f %.0f\n", v[5], v[2], v[8]) ;
  return fflush(stdout) ? 111 : 0 ;
}
