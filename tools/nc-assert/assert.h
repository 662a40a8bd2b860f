/* ISC license. */

#ifndef NC_ASSERT_H
#define NC_ASSERT_H

#include <stddef.h>
#include <stdint.h>

#include "nc.h"

#define ASSERT_NONE ((uint32_t)-1)
#define ASSERT_GROUPS 256

/* A difference is the answer "no": object, what the line states, what the kernel says. */
#define assert_differs(expected, found, ...) strerr_dief(1, __VA_ARGS__, ": expected ", expected, ", found ", found)

/* An option that may be repeated: kind is its letter. */
struct assert_word
{
  char const *s ;
  char kind ;
  char seen ;
} ;

struct assert_caps
{
  uint64_t bounding ;
  uint64_t ambient ;
  uint64_t effective ;
  uint64_t inheritable ;
} ;

struct assert
{
  struct assert_word *words ;
  size_t n ;
  unsigned char given[128] ;  /* by letter */
  char const *level ;         /* of lockdown */
  uint32_t abi ;
  int record ;                /* descriptor to make */
  char const *kinds ;         /* of namespaces, by letter */
  int before ;                /* descriptor of the record */
  char const *hostname ;
  uint32_t uid ;
  uint32_t gid ;
  int owner ;                 /* descriptor whose owner and group these are */
  uint32_t groups[ASSERT_GROUPS] ;
  size_t groupsn ;
  struct assert_caps caps ;
  unsigned int umask ;
} ;

/* Each returns where everything is as stated, ends with 1 where something differs and with 111 where a call failed. */

extern void assert_lockdown (char const *level) ;
extern void assert_landlock (uint32_t abi) ;

/* The whole of /proc/self/mountinfo. */
extern void assert_mounts (struct assert *a) ;

/* Is this mount but the device that a root needs: the null device, or a known one under its name in /dev? id is the mount's. */
extern int assert_device (char const *path, uint64_t id) ;

/* A descriptor of /proc. */
extern int assert_proc (void) ;

extern int assert_ns_known (char letter) ;
extern void assert_ns_record (int number) ;
extern void assert_ns (char const *kinds, int before) ;
extern void assert_hostname (char const *name) ;

/* -i: exactly these interfaces are up. */
extern void assert_interfaces (struct assert *a) ;


/* -O: the ids are those of what a descriptor is open on; it is closed. */
extern void assert_owner (struct assert *a) ;
extern void assert_ids (struct assert const *a) ;
extern void assert_groups (struct assert const *a) ;
extern void assert_caps (struct assert_caps const *c) ;
extern void assert_process (struct assert const *a) ;
extern void assert_limits (struct assert const *a) ;

/* -f: exactly these descriptors above 2 are open. */
extern void assert_fds (struct assert const *a) ;

/* -e: exactly these variables are set. */
extern void assert_env (struct assert *a, char const *const *envp) ;

#endif
