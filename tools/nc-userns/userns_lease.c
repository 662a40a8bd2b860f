/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/types.h>

#include "nc-userns.h"
#include "nc.h"

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
      strerr_dief(100, "line ", line, " of ", l->object, " has ids of the built-in range;"
        " give nucleus a line in /etc/subuid and /etc/subgid") ;
    case NC_LEASE_FULL : strerr_dief(111, "unable to lease ids: all of nucleus's ids are leased or the range is too small") ;
    default : strerr_diefusys(111, "lease ids: ", l->object) ;
  }
}

static int lease_scope (char const *const *envp)
{
  int fd = nc_scope_open(envp) ;
  if (fd == -1 && errno == ENOENT) strerr_dief(100, "ids are leased to a scope: nc-scope goes before nc-userns") ;
  if (fd == -1) strerr_diefusys(111, "open the scope") ;
  return fd ;
}

static uint32_t lease_take (char const *const *envp, int scope, uint32_t count)
{
  struct nc_lease l = { .line = 0 } ;
  int r = nc_lease_take(&l, scope, nc_env_get(envp, "NC_SCOPE"), count) ;
  if (r) lease_die(&l, r) ;
  return l.first ;
}

uint32_t userns_lease (char const *const *envp, uint32_t count)
{
  int scope = lease_scope(envp) ;
  uint32_t first = lease_take(envp, scope, count) ;
  if (close(scope) == -1) strerr_diefusys(111, "close the scope") ;
  return first ;
}

/* A directory that is removed before it has its owner: fstat tells the owner in whatever mount namespace, and nothing is left behind. */
void userns_owner (char const *const *envp, int number)
{
  int scope = lease_scope(envp) ;
  uint32_t id = lease_take(envp, scope, 1) ;
  int fd ;
  if (mkdirat(scope, "owner", 0) == -1) strerr_diefusys(111, "make a directory in the scope") ;
  fd = nc_open_at(scope, "owner", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0) ;
  if (fd == -1) strerr_diefusys(111, "open a directory of the scope") ;
  if (unlinkat(scope, "owner", AT_REMOVEDIR) == -1) strerr_diefusys(111, "remove a directory of the scope") ;
  if (fchown(fd, id, id) == -1) strerr_diefusys(111, "change the owner of a directory") ;
  if (close(scope) == -1) strerr_diefusys(111, "close the scope") ;
  if (nc_fd_give(fd, number) == -1) strerr_diefusys(111, "move a descriptor to the number given") ;
}
