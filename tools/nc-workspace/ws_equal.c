/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "workspace.h"

/* All of it, or up to the end. */
static ssize_t equal_read (int fd, char *s, size_t max)
{
  size_t n = 0 ;
  while (n < max)
  {
    ssize_t r = read(fd, s + n, max - n) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) return -1 ;
    if (!r) break ;
    n += (size_t)r ;
  }
  return (ssize_t)n ;
}

static int equal_bytes (int a, int b)
{
  char s[2][65536] ;
  for (;;)
  {
    ssize_t n = equal_read(a, s[0], sizeof(s[0])) ;
    ssize_t m = n == -1 ? -1 : equal_read(b, s[1], sizeof(s[1])) ;
    if (m == -1) return -1 ;
    if (n != m || memcmp(s[0], s[1], (size_t)n)) return 0 ;
    if (n < (ssize_t)sizeof(s[0])) return 1 ;
  }
}

int ws_equal (int a, char const *apath, int b, char const *bpath, struct stat const *ast, struct stat const *bst)
{
  int x, y, r ;
  if (ast->st_size != bst->st_size) return 0 ;
  x = ws_open_staged(a, apath, O_RDONLY) ;
  if (x == -1) return -1 ;
  y = ws_open(b, bpath, O_RDONLY) ;
  r = y == -1 ? -1 : equal_bytes(x, y) ;
  if (y != -1) r = nc_close(y, r) ;
  return nc_close(x, r) ;
}
