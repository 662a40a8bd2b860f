/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <skalibs/types.h>
#include <skalibs/uint32.h>

#include "nc-dropcaps.h"
#include "nc.h"
#include "nc_kernel.h"

#define IDENTITY_NAMED 32

static void identity_die (char const *what, uint32_t id, char const *cap)
{
  int e = errno ;
  char fmt[UINT32_FMT] ;
  fmt[uint32_fmt(fmt, id)] = 0 ;
  if (e == EPERM)
    strerr_dief(111, "unable to set ", what, fmt, ": ", strerror(e), "; nc-dropcaps needs ", cap,
      " for this: it goes before nc-seccomp and after nc-userns") ;
  strerr_dief(111, "unable to set ", what, fmt, ": ", strerror(e),
    e == EINVAL ? "; it is not mapped in this user namespace" : "") ;
}

/* In a user namespace that a user without privilege made, setgroups(2) is denied and exactly one gid is mapped
   (user_namespaces(7)): with a second one, EPERM has another cause. */
static int identity_denied (void)
{
  uint64_t p, e, i ;
  gid_t own = getegid() ;
  gid_t other = !own ;
  dropcaps_get(&p, &e, &i) ;
  if (!(e >> CAP_SETGID & 1)) return 1 ;
  setfsgid(other) ;
  return (gid_t)setfsgid(own) != other ;
}

static void identity_name_kept (void)
{
  char text[(size_t)IDENTITY_NAMED * (UINT32_FMT + 1) + sizeof(" and more")] ;
  gid_t own = getegid() ;
  int i = 0, named = 0 ;
  size_t len = 0 ;
  int n = getgroups(0, 0) ;
  if (n == -1) strerr_diefusys(111, "read the groups") ;
  {
    gid_t list[n + 1] ;
    n = getgroups(n, list) ;
    if (n == -1) strerr_diefusys(111, "read the groups") ;
    for (; i < n && named < IDENTITY_NAMED ; i++) if (list[i] != own && (!i || list[i] != list[i-1]))
    {
      text[len++] = ' ' ;
      len += uint32_fmt(text + len, list[i]) ;
      named++ ;
    }
  }
  strcpy(text + len, i < n ? " and more" : "") ;
  if (named) strerr_warnw("unable to drop the supplementary groups, kept:", text) ;
}

static int identity_cmp (void const *a, void const *b)
{
  uint32_t x = *(uint32_t const *)a, y = *(uint32_t const *)b ;
  return (x > y) - (x < y) ;
}

static void identity_groups (struct dropcaps const *d)
{
  gid_t list[DROPCAPS_GROUPS + 1] ;
  uint32_t want[DROPCAPS_GROUPS + 1] ;
  int n ;
  memcpy(want, d->groups, d->groupsn * sizeof(uint32_t)) ;
  qsort(want, d->groupsn, sizeof(uint32_t), &identity_cmp) ;
  if (nc_sys_setgroups(d->groupsn, want) == -1)
  {
    int e = errno ;
    if (e == EPERM && !d->groupsgiven && identity_denied())
    {
      identity_name_kept() ;
      return ;
    }
    errno = e ;
    if (!d->groupsn) strerr_diefusys(111, "drop the supplementary groups") ;
    identity_die("supplementary group ", want[0], "CAP_SETGID") ;
  }
  n = getgroups(DROPCAPS_GROUPS + 1, list) ;
  if (n != (int)d->groupsn || memcmp(list, want, d->groupsn * sizeof(uint32_t)))
    strerr_dief(111, "unable to set the supplementary groups: the kernel says otherwise") ;
}

/* Those that a service manager has set for the user; root's is none of them. */
static void identity_keep (void)
{
  int i = getgroups(0, 0) ;
  if (i == -1) strerr_diefusys(111, "read the groups") ;
  {
    gid_t list[i + 1] ;
    i = getgroups(i, list) ;
    if (i == -1) strerr_diefusys(111, "read the groups") ;
    while (i--) if (!list[i]) strerr_dief(100, "root's group is one of those to be kept") ;
  }
}

void dropcaps_identity (struct dropcaps const *d)
{
  if (d->groupskept) identity_keep() ; else identity_groups(d) ;
  if (d->gid != DROPCAPS_NONE)
  {
    gid_t r = DROPCAPS_NONE, e = DROPCAPS_NONE, s = DROPCAPS_NONE ;
    if (nc_sys_setresgid(d->gid) == -1) identity_die("gid ", d->gid, "CAP_SETGID") ;
    if (getresgid(&r, &e, &s) == -1 || r != d->gid || e != d->gid || s != d->gid)
      strerr_dief(111, "unable to set the gid: the kernel says otherwise") ;
  }
  if (d->uid != DROPCAPS_NONE)
  {
    uid_t r = DROPCAPS_NONE, e = DROPCAPS_NONE, s = DROPCAPS_NONE ;
    if (nc_sys_setresuid(d->uid) == -1) identity_die("uid ", d->uid, "CAP_SETUID") ;
    if (getresuid(&r, &e, &s) == -1 || r != d->uid || e != d->uid || s != d->uid)
      strerr_dief(111, "unable to set the uid: the kernel says otherwise") ;
  }
}
