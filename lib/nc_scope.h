/* ISC license. */

/* Scopes: the run directory, its lock, its journal. nc-scope(8) and nc-gc(8) are written on it. */

#ifndef NC_SCOPE_H
#define NC_SCOPE_H

#include <stddef.h>

#define NC_UNDO_LAST 9999     /* the highest number of an entry */
#define NC_UNDO_KINDMAX 15
#define NC_UNDO_MAX 4095      /* less than a page: written whole or not at all, even under SIGKILL */

/* The number of an entry called NN-kind, or -1 where name is something else. */
extern int nc_undo_number (char const *name) ;

#endif
