/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "assert.h"

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

int assert_device (char const *path, uint64_t id)
{
  struct device_statx st ;
  size_t i = 0 ;
  memset(&st, 0, sizeof(st)) ;
  /* what cannot be looked at is no device that is known */
  if (syscall(__NR_statx, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, DEVICE_STATX_MNT_ID | DEVICE_STATX_MODE, &st) == -1)
    return 0 ;
  /* another mount lies over this one, and it is not to be judged by that */
  if (!(st.mask & DEVICE_STATX_MNT_ID) || st.mount != id) return 0 ;
  if (!S_ISCHR(st.mode)) return 0 ;
  if (st.major == 1 && st.minor == 3) return 1 ;
  for (; i < sizeof(devices) / sizeof(devices[0]) ; i++)
    if (!strcmp(path, devices[i].path)) return st.major == devices[i].major && st.minor == devices[i].minor ;
  return 0 ;
}
