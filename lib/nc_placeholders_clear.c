/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/uint64.h>

#include "nc.h"
#include "nc_kernel.h"
#include "nc_placeholder.h"

#define CLEAR_MAX (1U << 20)
#define CLEAR_BENEATH (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS)

static void clear_unescape (char *s)
{
  char *out = s ;
  for (; *s ; s++)
  {
    if (*s == '\\' && s[1]) { s++ ; if (*s == 'n') *out++ = '\n' ; else if (*s == 't') *out++ = '\t' ; else *out++ = *s ; }
    else *out++ = *s ;
  }
  *out = 0 ;
}

/* n numbers, each with a blank behind it: the rest, or 0 */
static char *clear_numbers (char *s, uint64_t *u, unsigned int n)
{
  while (n--)
  {
    size_t len = uint64_scan(s, u++) ;
    if (!len || s[len] != ' ') return 0 ;
    s += len + 1 ;
  }
  return s ;
}

/* Empty only: unlinkat(2) removes a directory only where it is. */
static int clear_unlink (int dir, char const *name, struct nc_born const *b)
{
  if (S_ISDIR(b->mode)) return unlinkat(dir, name, AT_REMOVEDIR) == 0 || errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST ? 0 : -1 ;
  if (!S_ISREG(b->mode) || b->size) return 0 ;
  return unlinkat(dir, name, 0) == 0 || errno == ENOENT ? 0 : -1 ;
}

/* want: what it must be, or 0 where its name is its own */
static int clear_path (int top, char const *path, uint64_t const *want)
{
  char const *name = strrchr(path, '/') ;
  char dir[strlen(path) + 2] ;
  struct nc_born b ;
  int fd, r ;
  name = name ? name + 1 : path ;
  strcpy(dir, path) ;
  strcpy(dir + (name - path), ".") ;
  fd = nc_open_at(top, dir, O_PATH | O_DIRECTORY, 0, CLEAR_BENEATH) ;
  if (fd == -1) return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0 : -1 ;
  r = nc_born(fd, name, &b) ;
  if (r == -1) r = errno == ENOENT ? 0 : -1 ;
  else if (!want || (b.dev == want[0] && b.ino == want[1] && (uint64_t)b.sec == want[2] && b.nsec == want[3])) r = clear_unlink(fd, name, &b) ;
  return nc_close(fd, r) ;
}

static int clear_line (int top, char *line, char const *id)
{
  uint64_t u[4] ;
  char *path ;
  if (!strncmp(line, "p ", 2))
  {
    path = clear_numbers(line + 2, u, 4) ;
    if (!path) return (errno = EPROTO, -1) ;
    clear_unescape(path) ;
    return clear_path(top, path, u) ;
  }
  if (strncmp(line, "t ", 2)) return (errno = EPROTO, -1) ;
  path = line + 2 ;
  clear_unescape(path) ;
  {
    char const *name = strrchr(path, '/') ;
    size_t n = strlen(NC_PLACEHOLDER_NAME) ;
    name = name ? name + 1 : path ;
    if (strncmp(name, NC_PLACEHOLDER_NAME, n) || strncmp(name + n, id, strlen(id))) return (errno = EPROTO, -1) ;
  }
  return clear_path(top, path, 0) ;
}

/* The rest of the text from the second line on. Where the workspace is gone, so is what was in it. A line without its end was not
   written whole, and what it names was not made. */
static int clear_lines (char *s, char const *id)
{
  uint64_t u[2] ;
  struct stat st ;
  char *end = strchr(s, '\n') ;
  char *path = end ? clear_numbers(s, u, 2) : 0 ;
  int top, r = 0 ;
  if (!end) return 0 ;
  if (!path) return (errno = EPROTO, -1) ;
  *end = 0 ;
  clear_unescape(path) ;
  top = nc_open_source(path, O_PATH | O_DIRECTORY) ;
  if (top == -1) return errno == ENOENT || errno == ENOTDIR ? 0 : -1 ;
  if (fstat(top, &st) == -1) return nc_close(top, -1) ;
  if (st.st_dev != u[0] || st.st_ino != u[1]) return nc_close(top, (errno = ESTALE, -1)) ;
  for (s = end + 1 ; !r && (end = strchr(s, '\n')) ; s = end + 1)
  {
    *end = 0 ;
    r = clear_line(top, s, id) ;
  }
  return nc_close(top, r) ;
}

int nc_placeholders_clear (int dirfd, char const *id)
{
  char *s = malloc(CLEAR_MAX) ;
  char *end ;
  ssize_t n ;
  int e, r = 0 ;
  if (!s) return -1 ;
  n = nc_read_at(dirfd, NC_PLACEHOLDERS, s, CLEAR_MAX) ;
  if (n == -1) r = errno == ENOENT ? 0 : -1 ;
  else if (strlen(s) != (size_t)n) { errno = EPROTO ; r = -1 ; }
  else
  {
    end = strchr(s, '\n') ;
    if (end) *end = 0 ;
    if (!id || (end && !strcmp(s, id)))
    {
      if (end) r = clear_lines(end + 1, s) ;
      if (!r && unlinkat(dirfd, NC_PLACEHOLDERS, 0) == -1 && errno != ENOENT) r = -1 ;
    }
  }
  e = errno ;
  free(s) ;
  errno = e ;
  return r ;
}
