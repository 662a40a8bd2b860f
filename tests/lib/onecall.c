/* ISC license. */

/* onecall NAME: makes one harmless system call, and says with which error it failed, or 0. Without a name: lists the names. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>

static char buf[256] ;
static struct { char const *name ; long nr ; long a, b, c ; } const calls[] =
{
  { "mincore", SYS_mincore, 0, 0, 0 },
  { "sched_rr_get_interval", SYS_sched_rr_get_interval, 0, (long)buf, 0 },
  { "getitimer", SYS_getitimer, 0, (long)buf, 0 },
  { "sched_get_priority_max", SYS_sched_get_priority_max, 0, 0, 0 },
} ;

int main (int argc, char **argv)
{
  size_t i = 0 ;
  for (; i < sizeof(calls) / sizeof(calls[0]) ; i++)
  {
    if (argc < 2) puts(calls[i].name) ;
    else if (!strcmp(argv[1], calls[i].name))
    {
      long r = syscall(calls[i].nr, calls[i].a, calls[i].b, calls[i].c) ;
      printf("%d\n", r == -1 ? errno : 0) ;
    }
  }
  return 0 ;
}
