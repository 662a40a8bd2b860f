/* ISC license. */

#include "nc.h"
#include "nc_kernel.h"

/* Few, and mostly in order: by insertion. */
static void fd_sort (int *fd, size_t n)
{
  size_t i = 1, j ;
  for (; i < n ; i++)
  {
    int x = fd[i] ;
    for (j = i ; j && fd[j-1] > x ; j--) fd[j] = fd[j-1] ;
    fd[j] = x ;
  }
}

int nc_fd_only (unsigned int first, int *keep, size_t n)
{
  size_t i = 0 ;
  fd_sort(keep, n) ;
  for (; i < n ; i++)
  {
    unsigned int fd = (unsigned int)keep[i] ;
    if (keep[i] < 0 || fd < first) continue ;
    if (fd > first && nc_sys_close_range(first, fd - 1, 0) == -1) return -1 ;
    first = fd + 1 ;
  }
  return nc_sys_close_range(first, ~0U, 0) ;
}
