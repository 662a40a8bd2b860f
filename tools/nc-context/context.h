/* ISC license. */

#ifndef NC_CONTEXT_H
#define NC_CONTEXT_H

#include <stdint.h>
#include <time.h>
#include <sys/types.h>

#include "nc_merkle.h"
#include "nc_tree.h"

struct context
{
  char const *src ;
  char const *dst ;
  char const *list ;            /* file of patterns, or 0 */
  char const *size ;            /* of the tmpfs */
  int bind ;
  int integrity ;
  int owned ;                   /* the copy belongs to uid, gid */
  uint32_t uid ;
  uint32_t gid ;
  int ownerfd ;                 /* whose owner it is, or -1 */
  int keep ;
  struct nc_patterns excluded ;
  int source ;                  /* the directory, O_RDONLY; with a bind of fd:N the detached tree */
  int root ;                    /* the new root, O_PATH */
  int tree ;                    /* what is mounted at dst */
  unsigned int how ;            /* nc_copy_file's */
  uint64_t files ;              /* of the pass that runs */
  uint64_t bytes ;
  unsigned int left ;           /* out */
  int quiet ;                   /* what is left out was named before */
  int tty ;
  int shown ;
  struct timespec next ;        /* when the line of progress is written again */
  char digest[NC_MERKLE_LEN] ;
} ;

/* context_line.c: what the line says, and where the step stands. All die with a message. */
extern void context_owner (struct context *c, char const *arg) ;
extern void context_check (struct context const *c) ;
extern void context_lists (struct context *c) ;
extern void context_open (struct context *c) ;
extern void context_close (int fd) ;

/* context_say.c */
extern void context_fail (struct context *c, char const *verb, char const *path) gccattr_noreturn ;  /* errno; path below the source */
extern void context_left (struct context *c, char const *path, char const *why) ;
extern void context_left_end (struct context *c) ;
extern void context_progress (struct context *c, uint64_t bytes) ;
extern void context_clear (struct context *c) ;

/* context_walk.c: the tree without what is left out */

enum context_what { CONTEXT_END, CONTEXT_FILE, CONTEXT_LINK, CONTEXT_DIR, CONTEXT_LEAVE } ;

struct context_walk
{
  struct nc_walk w ;            /* the entry; a CONTEXT_DIR has been entered, its path and st are still its own */
  char text[4096] ;             /* of a link */
} ;

extern void context_walk_start (struct context *c, struct context_walk *x, int dirfd) ;
extern enum context_what context_walk_next (struct context *c, struct context_walk *x) ;
extern void context_walk_end (struct context *c, struct context_walk *x) ;
extern int context_skips (struct context const *c, struct nc_walk const *w) ;
extern int context_file (struct context *c, struct nc_walk const *w, struct stat *st) ;  /* opens a CONTEXT_FILE */

/* context_inside.c: does the link of that path and text lead to what is below the directory top: 1, 0, or -1 */
extern int context_inside (int top, char const *path, size_t depth, char const *text) ;

extern void context_digest (struct context *c, int dirfd, char digest[NC_MERKLE_LEN]) ;
extern void context_copy (struct context *c) ;
extern void context_bind (struct context *c) ;
extern void context_cover (struct context *c) ;

/* context_target.c: mounts c->tree at c->dst of the new root, and makes the mount point where that is ours to make */
extern void context_attach (struct context *c) ;

extern void context_fact (struct context const *c, char const *const *envp) ;

#endif
