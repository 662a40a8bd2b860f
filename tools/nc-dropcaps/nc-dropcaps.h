/* ISC license. */

#ifndef NC_DROPCAPS_H
#define NC_DROPCAPS_H

#include <stddef.h>
#include <stdint.h>

#define DROPCAPS_GROUPS 256
#define DROPCAPS_NONE ((uint32_t)-1)

struct dropcaps
{
  uint64_t bounding ;     /* what stays, one bit per capability */
  uint64_t ambient ;
  uint64_t effective ;
  uint64_t inheritable ;
  uint32_t uid ;          /* DROPCAPS_NONE: as it is */
  uint32_t gid ;
  uint32_t groups[DROPCAPS_GROUPS + 1] ;
  size_t groupsn ;
  int groupsgiven ;
  int groupskept ;        /* those of the caller */
  int keep ;              /* the descriptor of -O stays open */
} ;

/* capget(2), into sets that are full where the kernel does not fill them; dies 111. */
extern void dropcaps_get (uint64_t *permitted, uint64_t *effective, uint64_t *inheritable) ;

/* What needs CAP_SETPCAP: ambient and inheritable raised, securebits, the bounding set. Before the identity.
   0 where the caller has no such capability, and nothing that it could lose by that. */
extern int dropcaps_first (struct dropcaps const *d) ;

/* setgroups, setresgid, setresuid, all read back. */
extern void dropcaps_identity (struct dropcaps const *d) ;

/* The final sets, no_new_privs, and all of it read back. */
extern void dropcaps_last (struct dropcaps const *d, int locked) ;

#endif
