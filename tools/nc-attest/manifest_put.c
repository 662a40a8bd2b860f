/* ISC license. */

#include <stdio.h>
#include <string.h>

#include "nc_merkle.h"
#include "attest.h"

static int put_escaped (stralloc *sa, char const *s)
{
  static char const hex[] = "0123456789abcdef" ;
  for (; *s ; s++)
  {
    unsigned char c = (unsigned char)*s ;
    char x[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] } ;
    if (c >= 0x20 && c != 0x7f && c != '\\' ? !stralloc_catb(sa, s, 1) : !stralloc_catb(sa, x, 4)) return 0 ;
  }
  return 1 ;
}

/* One line of the manifest: 1, or 0 where memory ran out. */
int attest_manifest_put (stralloc *sa, struct attest_entry const *e)
{
  char head[64] ;
  char sum[2 * ATTEST_SUM + 1] ;
  nc_merkle_hex(sum, (char const *)e->sum) ;
  if (e->type == 'n')
    return stralloc_cats(sa, "n\t") && stralloc_cats(sa, sum) && stralloc_cats(sa, "\t") && stralloc_cats(sa, e->path) && stralloc_cats(sa, "\n") ;
  snprintf(head, sizeof(head), "%c\t%04o\t%lu:%lu\t", e->type, e->mode, (unsigned long)e->uid, (unsigned long)e->gid) ;
  if (!stralloc_cats(sa, head) || !put_escaped(sa, e->path)) return 0 ;
  if (e->type == 'f' && (!stralloc_cats(sa, "\t") || !stralloc_cats(sa, sum))) return 0 ;
  if (e->value[0] && (!stralloc_cats(sa, "\t") || !put_escaped(sa, e->value))) return 0 ;
  return stralloc_cats(sa, "\n") ;
}
