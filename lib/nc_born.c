/* ISC license. */

#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "nc_placeholder.h"

/* statx(2)'s structure, which musl 1.2.3 has no name for */
struct born_time { int64_t sec ; uint32_t nsec ; int32_t unused ; } ;
struct born_statx
{
  uint32_t mask, blksize ;
  uint64_t attributes ;
  uint32_t nlink, uid, gid ;
  uint16_t mode, unused ;
  uint64_t ino, size, blocks, attributes_mask ;
  struct born_time atime, btime, ctime, mtime ;
  uint32_t rdev_major, rdev_minor, dev_major, dev_minor ;
  uint64_t spare[14] ;
} ;

#define BORN_MASK 0xfffU   /* STATX_BASIC_STATS and STATX_BTIME */
#define BORN_BTIME 0x800U

int nc_born (int dir, char const *name, struct nc_born *b)
{
  struct born_statx x ;
  if (syscall(__NR_statx, dir, name, AT_SYMLINK_NOFOLLOW, BORN_MASK, &x) == -1) return -1 ;
  b->dev = (uint64_t)x.dev_major << 32 | x.dev_minor ;
  b->ino = x.ino ;
  b->sec = x.mask & BORN_BTIME ? x.btime.sec : 0 ;
  b->nsec = x.mask & BORN_BTIME ? x.btime.nsec : 0 ;
  b->mode = x.mode ;
  b->size = x.size ;
  return 0 ;
}
