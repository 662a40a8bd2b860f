/* ISC license. */

#include <unistd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <linux/capability.h>

#include "nc.h"
#include "nc_kernel.h"
#include "workspace.h"

#define CONFINE_FILES (1U << CAP_CHOWN | 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH | 1U << CAP_FOWNER | 1U << CAP_FSETID)

static int confine_set (uint32_t effective, uint32_t permitted)
{
  struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 } ;
  struct __user_cap_data_struct data[2] = { { .effective = effective, .permitted = permitted } } ;
  return (int)syscall(__NR_capset, &head, data) ;
}

/* Files of others and signals to others; trusted.overlay attributes are CAP_SYS_ADMIN's. Nothing else comes back, and only what
   signals need is in effect meanwhile. */
int ws_confine (struct ws *w)
{
  struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 } ;
  struct __user_cap_data_struct data[2] ;
  int keep[] = { 2, w->srcfd, w->dirfd, w->lockfd, w->stage, w->go } ;
  uint32_t mask = CONFINE_FILES | 1U << CAP_KILL | (w->mode == WS_OVERLAY ? 1U << CAP_SYS_ADMIN : 0) ;
  if (nc_fd_only(0, keep, sizeof(keep) / sizeof(keep[0])) == -1) return -1 ;
  nc_env_overwrite() ;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) return -1 ;
  if (syscall(__NR_capget, &head, data) == -1) return -1 ;
  w->caps[0] = data[0].permitted & mask ;
  return confine_set(w->caps[0] & 1U << CAP_KILL, w->caps[0]) ;
}

int ws_unconfine (struct ws *w)
{
  return confine_set(w->caps[0], w->caps[0]) ;
}
