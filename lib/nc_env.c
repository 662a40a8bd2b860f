/* ISC license. */

#include <string.h>

#include "nc.h"

char const *nc_env_get (char const *const *envp, char const *name)
{
  size_t n = strlen(name) ;
  for (; *envp ; envp++)
    if (!strncmp(*envp, name, n) && (*envp)[n] == '=') return *envp + n + 1 ;
  return 0 ;
}

void nc_env_without (char const **out, char const *const *envp, char const *name)
{
  size_t n = strlen(name) ;
  for (; *envp ; envp++)
    if (strncmp(*envp, name, n) || (*envp)[n] != '=') *out++ = *envp ;
  *out = 0 ;
}
