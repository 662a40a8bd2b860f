/* ISC license. */

#include <stdlib.h>

#include "nc.h"
#include "nc_kernel.h"

static int fd_cmp (void const *a, void const *b)
{
  int x = *(int const *)a, y = *(int const *)b ;
  return (x > y) - (x < y) ;
}

int nc_fd_only (unsigned int first, int *keep, size_t n)
{
  size_t i = 0 ;
  qsort(keep, n, sizeof(int), &fd_cmp) ;
  for (; i < n ; i++)
  {
    unsigned int fd = (unsigned int)keep[i] ;
    if (keep[i] < 0 || fd < first) continue ;
    if (fd > first && nc_sys_close_range(first, fd - 1, 0) == -1) return -1 ;
    first = fd + 1 ;
  }
  return nc_sys_close_range(first, ~0U, 0) ;
}
