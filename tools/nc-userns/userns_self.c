/* ISC license. */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "nc-userns.h"
#include "nc.h"

/* fd:N[,gid...] -> uid:gid[,gid...]: the owner of what the descriptor is open on, which stays open. */
char const *userns_self_words (char const *arg)
{
  static char words[128] ;
  char source[16] ;
  struct stat st ;
  size_t n = strcspn(arg, ",") ;
  int fd ;
  if (n >= sizeof(source) || strlen(arg) > 64) return arg ;
  memcpy(source, arg, n) ;
  source[n] = 0 ;
  if (!nc_scan_source(source, &fd)) return arg ;
  if (fstat(fd, &st) == -1) strerr_diefusys(100, "read the owner of ", source) ;
  if (!st.st_uid || !st.st_gid) strerr_dief(100, "root is the owner or group: ", source) ;
  snprintf(words, sizeof(words), "%u:%u%s", st.st_uid, st.st_gid, arg + n) ;
  return words ;
}
