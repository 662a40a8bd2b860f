/* ISC license. */

#include <errno.h>
#include <string.h>

#include <skalibs/allreadwrite.h>
#include <skalibs/stralloc.h>

#include "nc.h"
#include "nc_merkle.h"
#include "nc_json.h"
#include "nc_scope.h"
#include "attest.h"

/* The manifest of what was found. */
void attest_write (struct attest *a)
{
  stralloc sa = STRALLOC_ZERO ;
  char const *doing ;
  size_t i = 0 ;
  int good = stralloc_cats(&sa, ATTEST_HEADER "\n") ;
  for (; good && i < a->found.n ; i++)
  {
    struct attest_entry *e = a->found.v + i ;
    if (e->type == 'f') memcpy(e->sum, a->sums + ATTEST_SUM * e->work, ATTEST_SUM) ;
    good = attest_manifest_put(&sa, e) ;
  }
  for (i = 0 ; good && i < a->paths.n ; i++)
  {
    a->paths.v[i].type = 'n' ;
    good = attest_manifest_put(&sa, a->paths.v + i) ;
  }
  if (!good) strerr_diefusys(111, "allocate memory") ;
  if (!a->out)
  {
    if (allwrite(1, sa.s, sa.len) < sa.len) strerr_diefusys(111, "write to standard output") ;
    return ;
  }
  if (nc_replace(a->out, sa.s, sa.len, &doing) == 0) return ;
  if (!doing) strerr_dief(100, "not a regular file: ", a->out) ;
  strerr_diefusys(111, doing, a->out) ;
}

/* What was verified, for the events of the scope. */
void attest_fact (struct attest const *a, char const *const *envp)
{
  char hex[2 * ATTEST_SUM + 1] ;
  stralloc sa = STRALLOC_ZERO ;
  int good ;
  int fd = nc_scope_open(envp) ;
  if (fd == -1 && errno == ENOENT) return ;
  if (fd == -1) strerr_diefusys(111, "open the run directory that NC_SCOPE names") ;
  nc_merkle_hex(hex, (char const *)a->sum) ;
  good = nc_json_put(&sa, "{") && nc_json_member_string(&sa, "manifest", hex)
    && nc_json_member_string(&sa, "format", a->other ? "nucleus-rootfs-sha256" : ATTEST_HEADER)
    && nc_json_member_string(&sa, "pinned", a->pin ? "sha256" : a->manifest ? "file" : "none")
    && nc_json_member_u64(&sa, "entries", a->found.n) ;
  if (good && a->store)
    good = nc_json_member_string(&sa, "store", a->store == 'f' ? "full" : "path") && nc_json_member_u64(&sa, "paths", a->paths.n) ;
  if (!good || !nc_json_put(&sa, "}")) strerr_diefusys(111, "allocate memory") ;
  if (nc_fact_add(fd, "rootfs", sa.s, sa.len) == -1) strerr_diefusys(111, "write what was verified into the run directory") ;
  if (nc_close(fd, 0) == -1) strerr_diefusys(111, "close the run directory") ;
}
