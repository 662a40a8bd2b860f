/* ISC license. */

#ifndef NC_USERNS_H
#define NC_USERNS_H

#include <stdint.h>
#include <sys/types.h>

#define USERNS_EXTENTS 5        /* more were mishandled before Linux 4.19.2 */
#define USERNS_TEXT 256         /* five lines as the kernel prints them */

struct userns_extent
{
  uint32_t inside, outside, count ;
} ;

struct userns_map
{
  struct userns_extent e[USERNS_EXTENTS] ;
  unsigned int n ;
} ;

struct userns_ids
{
  struct userns_map uid, gid ;
} ;

/* a namespace made and not entered, and the stopped child that holds it; it runs on the stack in here */
struct userns_made
{
  pid_t maker, pid ;
  int proc ;  /* /proc/PID of the child */
  int fd ;    /* the namespace */
  int limit, e ;
  char const *volatile what ;  /* what the child was doing, 0 when all is done */
  char stack[16384] __attribute__((aligned(16))) ;
} ;

 /* parsers and printers: no system call */

extern int userns_scan_extent (char const *s, struct userns_extent *e) ;              /* inside:outside:count */
extern int userns_scan_self (char const *s, struct userns_ids *ids) ;                 /* uid:gid[,gid...] onto themselves, but for 0 */
extern int userns_add (struct userns_map *m, uint32_t inside, uint32_t outside, uint32_t count) ; /* 0 where it is full */
extern char const *userns_fault (struct userns_map const *m) ;                        /* what is wrong with it, or 0 */
extern int userns_covers (struct userns_map const *m, uint32_t outside) ;
extern int userns_has_zero (struct userns_map const *m) ;                             /* id 0 inside */
extern size_t userns_text (char *out, struct userns_map const *m) ;                   /* as uid_map prints it */

 /* these die with a message */

extern char const *userns_self_words (char const *arg) ;                               /* fd:N[,gid...] as uid:gid[,gid...] */
extern void userns_auto (char const *mode, struct userns_ids *ids) ;
extern uint32_t userns_lease (char const *const *envp, uint32_t count) ;
extern void userns_owner (uint32_t id, int number) ;
extern void userns_make (struct userns_made *m, int limit) ;
extern void userns_reap (struct userns_made *m) ;
extern void userns_here (int limit) ;
extern void userns_write (int proc, struct userns_ids const *ids) ;
extern void userns_helpers (struct userns_made const *m, struct userns_ids const *ids) ;
extern int userns_privileged (void) ;
extern void userns_ambient (void) ;
extern void userns_join (char const *word) ;

#endif
