/* ISC license. */

/* load ROUNDS FILTER...: the time that the kernel takes for each filter, in microseconds, taken in turns in children that end with it: the
   median and the quartiles, and the ratio of the first to each other. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#define MAX 8

static struct sock_filter prog[MAX][BPF_MAXINSNS] ;
static struct sock_fprog fprog[MAX] ;

static double now (void)
{
  struct timespec t ;
  clock_gettime(CLOCK_MONOTONIC, &t) ;
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3 ;
}

static int cmp (void const *a, void const *b)
{
  double x = *(double const *)a, y = *(double const *)b ;
  return (x > y) - (x < y) ;
}

/* The filter may refuse whatever comes after, so only memory and the end of the process are used then. */
static void child (int fd, struct sock_fprog const *f)
{
  double t, start ;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == -1) _exit(111) ;
  start = now() ;
  if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, f) != 0) _exit(111) ;
  t = now() - start ;
  if (write(fd, &t, sizeof(t)) != sizeof(t)) _exit(111) ;
  _exit(0) ;
}

static double once (struct sock_fprog const *f)
{
  double t = 0 ;
  int fd[2], status ;
  pid_t pid ;
  if (pipe(fd) == -1) exit(111) ;
  pid = fork() ;
  if (pid == -1) exit(111) ;
  if (!pid) child(fd[1], f) ;
  close(fd[1]) ;
  if (read(fd[0], &t, sizeof(t)) != sizeof(t)) { fprintf(stderr, "load: fatal: a filter is not loaded\n") ; exit(111) ; }
  close(fd[0]) ;
  if (waitpid(pid, &status, 0) == -1) exit(111) ;
  return t ;
}

static void show (char const *what, char const *of, double *v, size_t n)
{
  char s[80] ;
  qsort(v, n, sizeof(double), &cmp) ;
  snprintf(s, sizeof(s), "%s%s", what, of) ;
  printf("  %-46s %8.3f   [%.3f to %.3f]\n", s, v[n / 2], v[n / 4], v[n * 3 / 4]) ;
}

int main (int argc, char **argv)
{
  size_t rounds = argc > 2 ? strtoul(argv[1], 0, 10) : 0, i, r ;
  size_t n = argc > 2 ? (size_t)argc - 2 : 0 ;
  double *v[MAX], *ratio ;
  if (!rounds || n > MAX) return 100 ;
  for (i = 0 ; i < n ; i++)
  {
    FILE *f = fopen(argv[i + 2], "re") ;
    v[i] = malloc(rounds * sizeof(double)) ;
    if (!f || !v[i]) { perror(argv[i + 2]) ; return 111 ; }
    fprog[i].len = (unsigned short)fread(prog[i], sizeof(prog[i][0]), BPF_MAXINSNS, f) ;
    fprog[i].filter = prog[i] ;
    fclose(f) ;
  }
  ratio = malloc(rounds * sizeof(double)) ;
  if (!ratio) return 111 ;
  for (r = 0 ; r < rounds ; r++) for (i = 0 ; i < n ; i++) v[i][r] = once(fprog + i) ;
  for (i = 1 ; i < n ; i++)
  {
    for (r = 0 ; r < rounds ; r++) ratio[r] = v[0][r] / v[i][r] ;
    show("ratio, load: the first / ", argv[i + 2], ratio, rounds) ;
  }
  for (i = 0 ; i < n ; i++)
  {
    char of[96] ;
    snprintf(of, sizeof(of), "%s, %u instructions, us", argv[i + 2], fprog[i].len) ;
    show("", of, v[i], rounds) ;
  }
  return 0 ;
}
