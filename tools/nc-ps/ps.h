/* ISC license. */

/* Internal to nc-ps. */

#ifndef PS_H
#define PS_H

#include <stddef.h>

#include <skalibs/stralloc.h>

#include "nc_scope.h"

#define PS_COLUMNS 8

struct ps_row
{
  char name[NC_NAME_MAX + 1] ;
  char id[NC_ID_LEN + 1] ;
  pid_t keeper ;              /* 0: stale, -1: in another pid namespace */
  char const *state ;
  uint64_t age ;              /* seconds */
  struct nc_status st ;
} ;

/* Appends; 0 where memory ran out. */
extern int ps_table (stralloc *out, struct ps_row const *rows, size_t n) ;
extern int ps_json (stralloc *out, struct ps_row const *rows, size_t n) ;

#endif
