/* ISC license. */

#ifndef NC_ASSERT_H
#define NC_ASSERT_H

#include <stddef.h>
#include <stdint.h>

#include "nc.h"

#define ASSERT_NONE ((uint32_t)-1)
#define ASSERT_GROUPS 256
#define ASSERT_DEV 32
#define ASSERT_LINE 32768  /* of mountinfo */

/* A difference is the answer "no": object, what the line states, what the kernel says. */
#define assert_differs(expected, found, ...) strerr_dief(1, __VA_ARGS__, ": expected ", expected, ", found ", found)

/* An option that may be repeated: kind is its letter. */
struct assert_word
{
  char const *s ;
  char kind ;
  unsigned int seen ;  /* how often */
} ;

/* A line of mountinfo, proc_pid_mountinfo(5). */
struct assert_mount
{
  uint64_t id ;
  char const *dev ;      /* MAJOR:MINOR of the file system */
  char const *root ;     /* what of it is mounted, with octal escapes */
  char const *shown ;    /* where it is, as the kernel writes it: with octal escapes */
  char const *options ;
  char const *tag ;      /* of propagation, or 0 */
  char const *type ;
  char const *super ;
  char path[ASSERT_LINE] ;
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

/* 1, or 0 where the line is none. It is cut into its fields. */
extern int assert_line_split (char *line, struct assert_mount *m) ;

/* Is word one of a list with commas? */
extern int assert_has (char const *list, char const *word) ;
extern int assert_below (char const *path, char const *top) ;

/* Is this mount the one that its path leads to, with no other over it? */
extern int assert_uncovered (char const *path, uint64_t id) ;

/* A directory without an entry. */
extern int assert_empty (char const *path) ;

/* The same of a mount at /dev; a device in it other than those that a root needs is a difference. */
extern int assert_devices (char const *path, uint64_t id) ;

/* Is this mount but the device that a root needs: the null device, or a known one under its name in /dev? id is the mount's. */
extern int assert_device (char const *path, uint64_t id) ;

/* A descriptor of /proc. */
extern int assert_proc (void) ;

/* It shows this pid namespace and no other; dev, of ASSERT_DEV bytes, gets its MAJOR:MINOR. */
extern void assert_proc_own (int proc, char *dev) ;
extern void assert_cwd (void) ;

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
