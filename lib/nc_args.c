/* ISC license. */

#include <string.h>

#include "nc.h"

/* The kernel laid the strings out one after the other: argv, then the environment (execve(2), proc_pid_cmdline(5)). */
static struct { char const *const *argv ; char *arg, *argend, *env, *envend ; } area ;

static void args_span (char const *const *v, char **start, char **end)
{
  size_t n = 0 ;
  while (v[n]) n++ ;
  *start = n ? (char *)v[0] : 0 ;
  *end = n ? (char *)v[n-1] + strlen(v[n-1]) : 0 ;
}

void nc_args_init (int argc, char const *const *argv, char const *const *envp)
{
  (void)argc ;
  area.argv = argv ;
  args_span(argv, &area.arg, &area.argend) ;
  args_span(envp, &area.env, &area.envend) ;
}

void const *nc_args_vector (void)
{
  return area.argv ;
}

void nc_args_overwrite (char const *title)
{
  size_t len = (size_t)(area.argend - area.arg) ;
  size_t n = strlen(title) ;
  if (!len) return ;
  memset(area.arg, 0, len) ;
  memcpy(area.arg, title, n < len ? n : len) ;
}

void nc_env_overwrite (void)
{
  if (area.env) memset(area.env, 0, (size_t)(area.envend - area.env)) ;
}
