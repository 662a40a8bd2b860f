/* ISC license. */

#include <errno.h>

#include <skalibs/stralloc.h>

#include "nc.h"
#include "nc_json.h"
#include "nc_scope.h"
#include "context.h"

/* What was given to the workload, for the events of the scope. */
void context_fact (struct context const *c, char const *const *envp)
{
  char hex[2 * NC_MERKLE_LEN + 1] ;
  stralloc sa = STRALLOC_ZERO ;
  int good ;
  int fd = nc_scope_open(envp) ;
  if (fd == -1 && errno == ENOENT) return ;
  if (fd == -1) strerr_diefusys(111, "open the run directory that NC_SCOPE names") ;
  good = nc_json_put(&sa, "{") && nc_json_member_string(&sa, "mode", c->bind ? "bind" : "copy") ;
  if (good && c->integrity)
  {
    nc_merkle_hex(hex, c->digest) ;
    good = nc_json_member_string(&sa, "sha256", hex) ;
  }
  if (good && (!c->bind || c->integrity)) good = nc_json_member_u64(&sa, "files", c->files) && nc_json_member_u64(&sa, "bytes", c->bytes) ;
  if (!good || !nc_json_put(&sa, "}")) strerr_diefusys(111, "allocate the digest") ;
  if (nc_fact_add(fd, "context", sa.s, sa.len) == -1) strerr_diefusys(111, "write the digest into the run directory") ;
  context_close(fd) ;
  stralloc_free(&sa) ;
}
