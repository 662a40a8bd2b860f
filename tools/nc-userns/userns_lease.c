/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include <skalibs/types.h>

#include "nc.h"
#include "nc-userns.h"

static void lease_die (struct nc_lease const *l, int r) gccattr_noreturn ;
static void lease_die (struct nc_lease const *l, int r)
{
  char line[UINT_FMT] ;
  line[uint_fmt(line, l->line)] = 0 ;
  switch (r)
  {
    case NC_LEASE_MALFORMED : strerr_dief(100, "malformed line ", line, " of ", l->object) ;
    case NC_LEASE_NORANGE : strerr_dief(100, "no ids above 0 for nucleus in both /etc/subuid and /etc/subgid") ;
    case NC_LEASE_TAKEN :
      strerr_dief(100, "line ", line, " of ", l->object,
        " has ids of the built-in range; give nucleus a line in /etc/subuid and /etc/subgid") ;
    case NC_LEASE_FULL : strerr_dief(111, "unable to lease ids: all of nucleus's ids are leased or the range is too small") ;
    default : strerr_diefusys(111, "lease ids: ", l->object) ;
  }
}

uint32_t userns_lease (char const *const *envp, uint32_t count)
{
  struct nc_lease l = { .line = 0 } ;
  int r ;
  int fd = nc_scope_open(envp) ;
  if (fd == -1 && errno == ENOENT) strerr_dief(100, "ids are leased to a scope: nc-scope goes before nc-userns") ;
  if (fd == -1) strerr_diefusys(111, "open the scope") ;
  r = nc_lease_take(&l, fd, nc_env_get(envp, "NC_SCOPE"), count) ;
  if (r) lease_die(&l, r) ;
  if (close(fd) == -1) strerr_diefusys(111, "close the scope") ;
  return l.first ;
}

/* An unnamed file in memory: it has an owner to read by fstat, in whatever mount namespace, and leaves nothing behind. */
void userns_owner (uint32_t id, int number)
{
  int fd = memfd_create("nc-userns", MFD_CLOEXEC) ;
  if (fd == -1) strerr_diefusys(111, "make a file in memory") ;
  if (fchown(fd, id, id) == -1) strerr_diefusys(111, "change the owner of a file in memory") ;
  if (nc_fd_give(fd, number) == -1) strerr_diefusys(111, "move a descriptor to the number given") ;
}
