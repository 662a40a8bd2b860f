/* ISC license. */

#ifndef NC_SECRETS_H
#define NC_SECRETS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SECRETS_MAX 1024        /* secrets of one line */
#define SECRETS_DEVS 64         /* file systems where mount points may be made */
#define SECRETS_COVERS 32
#define SECRETS_ENTRIES 4096    /* of a directory that is covered */

struct secret
{
  char *src ;          /* an absolute path, "fd:N", or the name of a credential */
  char *dst ;          /* absolute, without empty parts and dots */
  char const *name ;   /* dst below the directory of secrets, or 0 */
  int fd ;             /* of "fd:N", or -1 */
  int credential ;
} ;

struct secrets
{
  struct secret *list ;
  size_t n ;
  char *dir ;                     /* -d */
  char const *credentials ;       /* -c */
  uint64_t size ;                 /* of all together */
  uid_t uid ;
  gid_t gid ;
  int owned ;                     /* -u was given */
  int owner ;                     /* whose owner it is, or -1 */
  int keep ;
  int root ;                      /* descriptor of the new root */
  int store ;                     /* the file system in memory */
  dev_t devs[SECRETS_DEVS] ;      /* known to be the container's own */
  size_t devsn ;
  struct secrets_cover { char *path ; dev_t dev ; } covers[SECRETS_COVERS] ;
  size_t coversn ;
} ;

/* secrets_line.c: the words of the line; all die 100 on a malformed one */
extern void secrets_scan (struct secrets *s, char const *arg, int credential) ;
extern void secrets_scan_dir (struct secrets *s, char const *arg) ;
extern void secrets_scan_owner (struct secrets *s, char const *arg) ;
extern void secrets_check (struct secrets *s) ;

/* secrets_store.c */
extern void secrets_close (int fd) ;
extern void secrets_store (struct secrets *s) ;
extern void secrets_put (struct secrets *s, struct secret const *x, char const *name) ;
extern int secrets_tree (struct secrets *s, char const *name) ;   /* a mount of that file alone, detached */
extern void secrets_seal (struct secrets *s, int named) ;

/* secrets_source.c: what a secret is read from, and all of it into out; returns the bytes */
extern uint64_t secrets_copy (struct secrets const *s, struct secret const *x, int out, uint64_t max) ;

/* secrets_target.c: the object that is mounted on, made where that may be. secrets_mount.c: is it the container's own? */
extern int secrets_dir (struct secrets *s, char const *path) ;
extern int secrets_file (struct secrets *s, char const *path) ;
extern int secrets_is_root (int fd) ;
extern int secrets_is_own (struct secrets *s, int fd, char const *path) ;

/* secrets_cover.c: a directory that is read-only, again, with the same things in it, on a file system of ours */
extern int secrets_cover (struct secrets *s, int fd, char const *path) ;
extern void secrets_covers_seal (struct secrets *s) ;

#endif
