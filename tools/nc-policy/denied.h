/* ISC license. */

#ifndef NC_POLICY_DENIED_H
#define NC_POLICY_DENIED_H

#include <stddef.h>
#include <stdint.h>

/* One record of the kernel's audit about a call that a filter denied. */
struct denied
{
  uint64_t seconds ;   /* since the epoch */
  uint64_t serial ;    /* of the record, unique until the machine restarts */
  uint64_t pid ;
  uint64_t call ;
  uint64_t action ;    /* SECCOMP_RET_* */
  uint64_t arch ;      /* AUDIT_ARCH_* */
  char comm[64] ;      /* printable ASCII */
  char exe[4096] ;
} ;

/* 1 and the fields, 0 where the line is no such record. No system call. */
extern int denied_parse (char const *s, size_t len, struct denied *d) ;

/* 1 where pid is top, or a descendant of it that still is there. */
extern int denied_below (uint64_t pid, uint64_t top) ;

#endif
