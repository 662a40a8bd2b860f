/* ISC license. */

#include <signal.h>
#include <unistd.h>
#include <sys/prctl.h>

#include "nc.h"

int nc_pdeath_save (struct nc_pdeath *p)
{
  p->sig = 0 ;
  p->parent = 0 ;
  if (prctl(PR_GET_PDEATHSIG, &p->sig, 0, 0, 0) == -1) return -1 ;
  if (p->sig) p->parent = getppid() ;
  return 0 ;
}

int nc_pdeath_restore (struct nc_pdeath const *p)
{
  if (!p->sig) return 0 ;
  if (prctl(PR_SET_PDEATHSIG, p->sig, 0, 0, 0) == -1) return -1 ;
  /* 0 before and after where the parent lives in an outer pid namespace: that race is its keeper's to close */
  return getppid() == p->parent ? 0 : raise(p->sig) ;
}
