/* ISC license. */

#include <string.h>
#include <sys/stat.h>

#include "nc.h"

int nc_scan_owner (char const *s, uint32_t *uid, uint32_t *gid, int *fd)
{
  size_t n = strcspn(s, ":") ;
  char word[12] ;
  struct stat st ;
  if (nc_scan_source(s, fd))
  {
    if (fstat(*fd, &st) == -1) return -1 ;
    *uid = st.st_uid ;
    *gid = st.st_gid ;
    return 1 ;
  }
  *fd = -1 ;
  if (!s[n] || n >= sizeof(word)) return 0 ;
  memcpy(word, s, n) ;
  word[n] = 0 ;
  return nc_scan_id(word, uid) && nc_scan_id(s + n + 1, gid) ;
}
