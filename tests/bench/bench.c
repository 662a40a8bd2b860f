/* ISC license. */

/* bench ROUNDS NAME=COMMAND...: runs the commands, words split at blanks, interleaved, ROUNDS times, and prints the median and the quartiles
   of the ratio of the first to each other, taken round by round, then of each in milliseconds and the median of its page faults. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define MAX 24

static double now (void)
{
  struct timespec t ;
  clock_gettime(CLOCK_MONOTONIC, &t) ;
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6 ;
}

static int split (char *s, char **v, int max)
{
  int n = 0 ;
  char *p = strtok(s, " \t\n") ;
  for (; p && n < max - 1 ; p = strtok(0, " \t\n")) v[n++] = p ;
  v[n] = 0 ;
  return n ;
}

/* getrusage(2): the faults of the child and of all that it and its children have waited for */
static double once (char *const *argv, double *faults)
{
  double start = now() ;
  struct rusage u ;
  int status ;
  pid_t pid = vfork() ;
  if (pid == -1) { perror("bench: vfork") ; exit(111) ; }
  if (!pid) { execvp(argv[0], argv) ; _exit(127) ; }
  if (wait4(pid, &status, 0, &u) == -1) exit(111) ;
  if (!WIFEXITED(status) || WEXITSTATUS(status)) { fprintf(stderr, "bench: fatal: %s: status %#x\n", argv[0], (unsigned int)status) ; exit(111) ; }
  *faults = (double)(u.ru_minflt + u.ru_majflt) ;
  return now() - start ;
}

static int cmp (void const *a, void const *b)
{
  double x = *(double const *)a, y = *(double const *)b ;
  return (x > y) - (x < y) ;
}

static void show (char const *what, double *v, size_t n)
{
  qsort(v, n, sizeof(double), &cmp) ;
  printf("  %-46s %8.3f   [%.3f to %.3f]\n", what, v[n / 2], v[n / 4], v[n * 3 / 4]) ;
}

int main (int argc, char **argv)
{
  static char *words[MAX][2048] ;
  char *names[MAX] ;
  size_t rounds = argc > 1 ? strtoul(argv[1], 0, 10) : 0 ;
  size_t n = argc > 2 ? (size_t)argc - 2 : 0, i, k ;
  double *t, *f ;
  if (!rounds || !n || n > MAX || !(t = malloc((2 * n + 1) * rounds * sizeof(double)))) return 100 ;
  f = t + (n + 1) * rounds ;
  for (k = 0 ; k < n ; k++)
  {
    char *eq = strchr(argv[k + 2], '=') ;
    if (!eq) return 100 ;
    *eq = 0 ;
    names[k] = argv[k + 2] ;
    if (!split(eq + 1, words[k], 2048)) return 100 ;
    once(words[k], f) ;
  }
  for (i = 0 ; i < rounds ; i++)
    for (k = 0 ; k < n ; k++) t[k * rounds + i] = once(words[k], f + k * rounds + i) ;
  for (k = 1 ; k < n ; k++)
  {
    char label[128] ;
    for (i = 0 ; i < rounds ; i++) t[n * rounds + i] = t[i] / t[k * rounds + i] ;
    snprintf(label, sizeof(label), "%s / %s", names[0], names[k]) ;
    show(label, t + n * rounds, rounds) ;
  }
  for (k = 0 ; k < n ; k++)
  {
    char label[128] ;
    snprintf(label, sizeof(label), "%s, ms", names[k]) ;
    show(label, t + k * rounds, rounds) ;
    qsort(f + k * rounds, rounds, sizeof(double), &cmp) ;
    snprintf(label, sizeof(label), "%s, page faults", names[k]) ;
    printf("  %-46s %8.0f\n", label, f[k * rounds + rounds / 2]) ;
  }
  return fflush(stdout) ? 111 : 0 ;
}
