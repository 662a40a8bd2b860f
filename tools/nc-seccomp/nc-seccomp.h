/* ISC license. */

#ifndef NC_SECCOMP_H
#define NC_SECCOMP_H

#include <stddef.h>
#include <stdint.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

/* What the filter answers for the call in data (seccomp(2)): 1 and the action, or 0 where that depends on a word that is
   not known. Bit i of known stands for the i-th 32-bit word of struct seccomp_data. No system call. */
extern int seccomp_simulate (struct sock_filter const *f, size_t n, struct seccomp_data const *data, unsigned int known,
                             uint32_t *action) ;

#endif
