/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"

/* Digits up to the end of the field; at most ten, and at most 4294967295. */
static int subid_number (char const *s, size_t len, uint32_t *u)
{
  uint64_t v = 0 ;
  size_t i = 0 ;
  if (!len || len > 10) return 0 ;
  for (; i < len ; i++)
  {
    if (s[i] < '0' || s[i] > '9') return 0 ;
    v = v * 10 + (uint64_t)(s[i] - '0') ;
  }
  if (v > UINT32_MAX) return 0 ;
  *u = (uint32_t)v ;
  return 1 ;
}

int nc_parse_subid (char const *s, size_t len, struct nc_subid *e)
{
  char const *colon, *colon2 ;
  if (!len || s[0] == '#' || strspn(s, " \t") >= len) return 0 ;
  colon = memchr(s, ':', len) ;
  if (!colon || colon == s) return -1 ;
  colon2 = memchr(colon + 1, ':', (size_t)(s + len - colon - 1)) ;
  if (!colon2) return -1 ;
  e->name = s ;
  e->namelen = (size_t)(colon - s) ;
  if (!subid_number(colon + 1, (size_t)(colon2 - colon - 1), &e->start)) return -1 ;
  if (!subid_number(colon2 + 1, (size_t)(s + len - colon2 - 1), &e->count)) return -1 ;
  return e->count && e->count <= UINT32_MAX - e->start ? 1 : -1 ;
}

int nc_subid_next (char const **s, char const *end, struct nc_subid *e, unsigned int *line)
{
  while (*s < end)
  {
    char const *nl = memchr(*s, '\n', (size_t)(end - *s)) ;
    size_t len = (size_t)((nl ? nl : end) - *s) ;
    int r = nc_parse_subid(*s, len, e) ;
    ++*line ;
    *s += len + (nl ? 1 : 0) ;
    if (r) return r ;
  }
  return 0 ;
}

int nc_subid_read (char const *path, char **text, size_t *len)
{
  struct stat st ;
  ssize_t r = 0 ;
  int e ;
  int fd = nc_open_at(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, 0) ;
  *text = 0 ;
  *len = 0 ;
  if (fd == -1) return errno == ENOENT ? 0 : -1 ;
  if (fstat(fd, &st) == -1) goto err ;
  errno = EINVAL ;
  if (!S_ISREG(st.st_mode) || st.st_size > 1 << 24) goto err ;
  *text = malloc((size_t)st.st_size + 1) ;
  if (!*text) goto err ;
  while (*len < (size_t)st.st_size && (r = read(fd, *text + *len, (size_t)st.st_size - *len)) > 0) *len += (size_t)r ;
  if (r == -1) goto err ;
  (*text)[*len] = 0 ;
  return nc_close(fd, 0) ;
 err:
  e = errno ;
  free(*text) ;
  *text = 0 ;
  close(fd) ;
  errno = e ;
  return -1 ;
}
