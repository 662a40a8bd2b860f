/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <skalibs/stralloc.h>
#include <skalibs/uint32.h>

#include "assert.h"
#include "nc_kernel.h"
#include "nc_scope.h"

#define DEVICE_STATX_MNT_ID 0x1000U
#define DEVICE_STATX_MODE 0x3U  /* type and mode */

/* struct statx, whose mount id the libraries' headers lack */
struct device_statx
{
  uint32_t mask ;
  uint32_t a[6] ;
  uint16_t mode ;
  uint16_t b ;
  uint32_t c[24] ;
  uint32_t major ;
  uint32_t minor ;
  uint32_t d[2] ;
  uint64_t mount ;
  uint64_t e[13] ;
} ;

_Static_assert(sizeof(struct device_statx) == 256 && offsetof(struct device_statx, mode) == 0x1c
  && offsetof(struct device_statx, major) == 0x80 && offsetof(struct device_statx, mount) == 0x90, "statx(2)") ;

static struct { char const *path ; uint32_t major ; uint32_t minor ; } const devices[] =
{
  { "/dev/full", 1, 7 },
  { "/dev/random", 1, 8 },
  { "/dev/tty", 5, 0 },
  { "/dev/urandom", 1, 9 },
  { "/dev/zero", 1, 5 }
} ;

static void device_stat (int dir, char const *path, char const *name, struct device_statx *st)
{
  memset(st, 0, sizeof(*st)) ;
  if (syscall(__NR_statx, dir, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, DEVICE_STATX_MNT_ID | DEVICE_STATX_MODE, st) == -1)
  {
    /* what lies over a mount or above it may lack the name */
    if (dir != AT_FDCWD || (errno != ENOENT && errno != ENOTDIR)) strerr_diefusys(111, "stat ", path) ;
    st->mask = 0 ;
  }
  if (!(st->mask & DEVICE_STATX_MNT_ID)) st->mount = UINT64_MAX ;
}

static int device_known (char const *path, struct device_statx const *st)
{
  size_t i = 0 ;
  if (!S_ISCHR(st->mode)) return 0 ;
  if (st->major == 1 && st->minor == 3) return 1 ;
  for (; i < sizeof(devices) / sizeof(devices[0]) ; i++)
    if (!strcmp(path, devices[i].path)) return st->major == devices[i].major && st->minor == devices[i].minor ;
  return 0 ;
}

int assert_uncovered (char const *path, uint64_t id)
{
  struct device_statx st ;
  device_stat(AT_FDCWD, path, path, &st) ;
  return st.mount == id ;
}

int assert_device (char const *path, uint64_t id)
{
  struct device_statx st ;
  device_stat(AT_FDCWD, path, path, &st) ;
  /* another mount lies over this one, and it is not to be judged by that */
  return st.mount == id && device_known(path, &st) ;
}

static int device_open (int at, char const *path, char const *name)
{
  int fd = nc_open_at(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, RESOLVE_NO_SYMLINKS) ;
  if (fd == -1) strerr_diefusys(111, "open ", path) ;
  return fd ;
}

static void device_differs (char const *path, struct device_statx const *st)
{
  char found[2 * UINT32_FMT + 1] ;
  size_t n = uint32_fmt(found, st->major) ;
  found[n++] = ':' ;
  n += uint32_fmt(found + n, st->minor) ;
  found[n] = 0 ;
  assert_differs("none", found, "device ", path) ;
}

/* Every name below that is of the same mount; other mounts have their own lines. */
static void device_walk (int fd, char *path, uint64_t id)
{
  stralloc names = STRALLOC_ZERO ;
  size_t len = strlen(path), i = 0 ;
  if (nc_names(fd, &names) == -1) strerr_diefusys(111, "read ", path) ;
  for (; i < names.len ; i += strlen(names.s + i) + 1)
  {
    struct device_statx st ;
    if (len + strlen(names.s + i) + 2 > PATH_MAX) assert_differs("shorter names", "a longer one", path) ;
    path[len] = '/' ;
    strcpy(path + len + 1, names.s + i) ;
    device_stat(fd, path, names.s + i, &st) ;
    if (st.mount == id)
    {
      if ((S_ISCHR(st.mode) || S_ISBLK(st.mode)) && !device_known(path, &st)) device_differs(path, &st) ;
      if (S_ISDIR(st.mode))
      {
        int sub = device_open(fd, path, names.s + i) ;
        device_walk(sub, path, id) ;
        if (close(sub) == -1) strerr_diefusys(111, "close ", path) ;
      }
    }
    path[len] = 0 ;
  }
  stralloc_free(&names) ;
}

int assert_devices (char const *top, uint64_t id)
{
  char path[PATH_MAX] ;
  int fd ;
  if (!assert_uncovered(top, id)) return 0 ;
  fd = device_open(AT_FDCWD, top, top) ;
  strcpy(path, top) ;
  device_walk(fd, path, id) ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", top) ;
  return 1 ;
}

int assert_empty (char const *path)
{
  stralloc names = STRALLOC_ZERO ;
  int fd = nc_open_at(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, RESOLVE_NO_SYMLINKS) ;
  int empty ;
  if (fd == -1 && (errno == ENOTDIR || errno == ENOENT)) return 0 ;
  if (fd == -1) strerr_diefusys(111, "open ", path) ;
  if (nc_names(fd, &names) == -1) strerr_diefusys(111, "read ", path) ;
  empty = !names.len ;
  stralloc_free(&names) ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", path) ;
  return empty ;
}
