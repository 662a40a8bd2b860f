/* ISC license. */

#include <errno.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include <linux/fs.h>

#include "nc.h"
#include "nc_tree.h"

#define COPY_NOCLONE 1U   /* FICLONE, ioctl_ficlone(2) */
#define COPY_NORANGE 2U   /* copy_file_range(2) */
#define COPY_NOHOLES 4U   /* lseek(2) with SEEK_DATA */
#define COPY_CHUNK (1U << 30)

static int copy_cannot (void)
{
  return errno == EOPNOTSUPP || errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == ENOTTY ;
}

/* From off to end, or to where from ends now. */
static int copy_range (int from, int to, off_t off, off_t end, unsigned int *how)
{
  off_t in = off, out = off ;
  if (lseek(to, off, SEEK_SET) == -1) return -1 ;
  while (in < end)
  {
    size_t n = end - in < (off_t)COPY_CHUNK ? (size_t)(end - in) : COPY_CHUNK ;
    ssize_t r ;
    if (*how & COPY_NORANGE) r = sendfile(to, from, &in, n) ;
    else
    {
      r = copy_file_range(from, &in, to, &out, n, 0) ;
      if (r == -1 && in == off && copy_cannot()) { *how |= COPY_NORANGE ; continue ; }
    }
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) return -1 ;
    if (!r) break ;
  }
  return 0 ;
}

int nc_copy_file (int from, int to, unsigned int *how)
{
  struct stat st ;
  off_t off = 0 ;
  if (!(*how & COPY_NOCLONE))
  {
    if (ioctl(to, FICLONE, from) == 0) return 0 ;
    if (!copy_cannot()) return -1 ;
    *how |= COPY_NOCLONE ;
  }
  if (fstat(from, &st) == -1) return -1 ;
  /* as many blocks as bytes: no holes to look for */
  if (*how & COPY_NOHOLES || (off_t)st.st_blocks * 512 >= st.st_size) return copy_range(from, to, 0, st.st_size, how) ;
  while (off < st.st_size)
  {
    off_t end ;
    off = lseek(from, off, SEEK_DATA) ;
    if (off == -1 && errno == ENXIO) break ;
    if (off == -1 && errno == EINVAL) { *how |= COPY_NOHOLES ; return copy_range(from, to, 0, st.st_size, how) ; }
    if (off == -1) return -1 ;
    end = lseek(from, off, SEEK_HOLE) ;
    if (end == -1 || copy_range(from, to, off, end, how) == -1) return -1 ;
    off = end ;
  }
  return ftruncate(to, st.st_size) ;
}
