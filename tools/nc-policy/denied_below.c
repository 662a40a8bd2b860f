/* ISC license. */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <skalibs/uint64.h>

#include "denied.h"
#include "nc.h"

#define BELOW_DEPTH 1024

/* proc_pid_stat(5): the name, field 2, may hold anything, so what follows its last parenthesis is read: " S PPID" */
static uint64_t below_parent (uint64_t pid)
{
  char path[48], s[1024] ;
  char const *p ;
  uint64_t parent ;
  snprintf(path, sizeof(path), "/proc/%llu/stat", (unsigned long long)pid) ;
  if (nc_read_at(AT_FDCWD, path, s, sizeof(s)) == -1) return 0 ;
  p = strrchr(s, ')') ;
  if (!p || strlen(p) < 5 || !uint64_scan(p + 4, &parent)) return 0 ;
  return parent ;
}

int denied_below (uint64_t pid, uint64_t top)
{
  unsigned int i = 0 ;
  for (; pid && i < BELOW_DEPTH ; i++)
  {
    if (pid == top) return 1 ;
    pid = below_parent(pid) ;
  }
  return 0 ;
}
