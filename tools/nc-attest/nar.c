/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/uint64.h>

#include <linux/openat2.h>

#include "nc.h"
#include "nc_tree.h"
#include "attest.h"

/* Nix's archive format: every string is its length in eight bytes, the lowest first, itself, and zero bytes up to a multiple of eight. */

static int nar_pad (struct attest_sha *h, uint64_t len)
{
  return len & 7 ? attest_sha_add(h, "\0\0\0\0\0\0\0", 8 - (size_t)(len & 7)) : 0 ;
}

static int nar_len (struct attest_sha *h, uint64_t len)
{
  char s[8] ;
  uint64_pack(s, len) ;
  return attest_sha_add(h, s, 8) ;
}

static int nar_str (struct attest_sha *h, char const *s)
{
  size_t len = strlen(s) ;
  return nar_len(h, len) == -1 || attest_sha_add(h, s, len) == -1 ? -1 : nar_pad(h, len) ;
}

/* Strings up to 0. */
static int nar_strs (struct attest_sha *h, char const *const *v)
{
  for (; *v ; v++) if (nar_str(h, *v) == -1) return -1 ;
  return 0 ;
}

#define nar_put(h, ...) nar_strs(h, (char const *const []){ __VA_ARGS__, 0 })

static int nar_file (struct attest_sha *h, int at, char const *name)
{
  struct stat st ;
  int r = -1 ;
  int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) ;
  if (fd == -1) return -1 ;
  if (fstat(fd, &st) == -1) return nc_close(fd, -1) ;
  if (!S_ISREG(st.st_mode)) return (errno = ESTALE, nc_close(fd, -1)) ;
  if (!nar_put(h, "(", "type", "regular")
   && (!(st.st_mode & S_IXUSR) || !nar_put(h, "executable", ""))
   && !nar_str(h, "contents") && !nar_len(h, (uint64_t)st.st_size)
   && !attest_sha_fd(h, fd, (uint64_t)st.st_size) && !nar_pad(h, (uint64_t)st.st_size)
   && !nar_str(h, ")")) r = 0 ;
  return nc_close(fd, r) ;
}

static int nar_link (struct attest_sha *h, int at, char const *name)
{
  char text[PATH_MAX] ;
  ssize_t n = readlinkat(at, name, text, sizeof(text)) ;
  if (n == -1) return -1 ;
  if ((size_t)n == sizeof(text)) return (errno = ENAMETOOLONG, -1) ;
  text[n] = 0 ;
  return nar_put(h, "(", "type", "symlink", "target", text, ")") ;
}

static int nar_leaf (struct attest_sha *h, int at, char const *name, mode_t mode)
{
  if (S_ISREG(mode)) return nar_file(h, at, name) ;
  if (S_ISLNK(mode)) return nar_link(h, at, name) ;
  errno = EOPNOTSUPP ;
  return -1 ;
}

static int nar_entry (struct attest_sha *h, struct nc_walk *w)
{
  if (nar_put(h, "entry", "(", "name", w->name, "node") == -1) return -1 ;
  if (S_ISDIR(w->st.st_mode)) return nc_walk_enter(w) == -1 ? -1 : nar_put(h, "(", "type", "directory") ;
  return nar_leaf(h, w->fd, w->name, w->st.st_mode) == -1 ? -1 : nar_str(h, ")") ;
}

static int nar_dir (struct attest_sha *h, int at, char const *name)
{
  struct nc_walk w ;
  int r ;
  int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) ;
  if (fd == -1) return -1 ;
  r = nc_walk_start(&w, fd) == -1 ? -1 : nar_put(h, "(", "type", "directory") ;
  while (!r)
  {
    enum nc_walk_what what = nc_walk_next(&w) ;
    if (what == NC_WALK_END) break ;
    if (what == NC_WALK_ERROR) r = -1 ;
    else if (what == NC_WALK_LEAVE) r = nar_put(h, ")", ")") ;
    else r = nar_entry(h, &w) ;
  }
  if (!r) r = nar_str(h, ")") ;
  return nc_walk_end(&w, r) ;
}

int attest_nar (struct attest_sha *h, int at, char const *path, unsigned char *sum)
{
  struct stat st ;
  if (fstatat(at, path, &st, AT_SYMLINK_NOFOLLOW) == -1) return -1 ;
  if (attest_sha_start(h) == -1 || nar_str(h, "nix-archive-1") == -1) return -1 ;
  if ((S_ISDIR(st.st_mode) ? nar_dir(h, at, path) : nar_leaf(h, at, path, st.st_mode)) == -1) return -1 ;
  return attest_sha_end(h, sum) ;
}
