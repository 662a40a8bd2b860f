/* ISC license. */

#include <unistd.h>

#include "nc.h"

/* Apart from its callers, so that a keeper that waits has little of the program mapped but this. */
int nc_keeper (pid_t child, void const *frame, int group)
{
  int wstat, code ;
  if (nc_confine() == -1) return -1 ;
  code = nc_keep(child, &wstat, frame, group) ;
  _exit(code == -1 ? 111 : code) ;
}
