/* ISC license. */

#ifndef NC_ROOTFS_H
#define NC_ROOTFS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ROOTFS_ITEMS 4096   /* binds, file systems and links of one line */
#define ROOTFS_DEVS 64      /* file systems of our own making, where mount points may be made */

enum rootfs_kind
{
  ROOTFS_BIND,
  ROOTFS_TMPFS,
  ROOTFS_LINK,
  ROOTFS_MASK,
  ROOTFS_READONLY,
  ROOTFS_LIST,
  ROOTFS_HOST
} ;

/* One option of the line, in its order. */
struct rootfs_item
{
  enum rootfs_kind kind ;
  char *src ;          /* bind: source or "fd:N"; link: its text */
  char *dst ;          /* absolute */
  char *options ;      /* the third field, or 0 */
  int writable ;
} ;

struct rootfs_owner
{
  uint32_t uid ;
  uint32_t gid ;
  char const *name ;
  char const *home ;
  int fd ;             /* whose owner it is, or -1 */
} ;

struct rootfs
{
  struct rootfs_item *items ;
  size_t n ;
  char const *size ;              /* of the root file system */
  char const *hostname ;
  char const *nameservers[3] ;
  size_t nameserversn ;
  struct rootfs_owner owner ;
  int keep ;                      /* the descriptor of the owner, for a later step */
  int etc ;                       /* write /etc */
  int proc ;                      /* ROOTFS_PROC_* */
  int sys ;
  int idmap ;                     /* descriptor of a user namespace, or -1 */
  int root ;                      /* descriptor of the new root */
  dev_t devs[ROOTFS_DEVS] ;
  size_t devsn ;
  int mask ;                      /* an attached empty read-only directory, or -1 */
  int dev ;                       /* the new root's /dev */
  int null ;                      /* the new root's /dev/null */
  char parent[256] ;              /* the last parent directory made, and its descriptor */
  int parentfd ;
} ;

#define ROOTFS_PROC_NONE 1
#define ROOTFS_PROC_RW 2
#define ROOTFS_PROC_SUBSET 4
#define ROOTFS_PROC_SHOW 8

/* rootfs_line.c: the words of the line. All die 100 on a malformed one. */
extern char *rootfs_field (char **s) ;                       /* up to the next ':', "\:" and "\\" undone in place; 0 at the end */
extern void rootfs_check_path (char const *path) ;           /* absolute, no ".." */
extern struct rootfs_item *rootfs_add (struct rootfs *r, enum rootfs_kind kind) ;
extern void rootfs_scan_bind (struct rootfs *r, char const *arg, int writable) ;
extern void rootfs_scan_tmpfs (struct rootfs *r, char const *arg) ;
extern void rootfs_scan_link (struct rootfs *r, char const *arg) ;
extern void rootfs_scan_owner (struct rootfs *r, char const *arg) ;
extern void rootfs_scan_proc (struct rootfs *r, char const *arg) ;

/* rootfs_target.c: objects of the new root. Missing ones are made on file systems of our own only, never in what was bound. */
extern void rootfs_close (int fd) ;
extern void rootfs_own (struct rootfs *r, int fd) ;
extern int rootfs_is_own (struct rootfs const *r, int fd) ;
extern void rootfs_forget (struct rootfs *r) ;
extern int rootfs_dir (struct rootfs *r, char const *path) ;
extern int rootfs_file (struct rootfs *r, char const *path) ;
extern void rootfs_attach (struct rootfs *r, int tree, int isdir, char const *dst) ;
extern int rootfs_create (struct rootfs *r, char const *path) ;
extern void rootfs_write (struct rootfs *r, char const *path, char const *text, size_t len) ;

/* The kinds of item and the fixed parts. All die with a message. */
extern void rootfs_bind (struct rootfs *r, char const *src, char const *dst, char const *options, int writable) ;
extern void rootfs_image (struct rootfs *r, struct rootfs_item const *it) ;
extern void rootfs_list (struct rootfs *r, char const *file) ;
extern void rootfs_tmpfs (struct rootfs *r, char const *dst, char *options) ;
extern void rootfs_link (struct rootfs *r, char const *text, char const *path) ;
extern void rootfs_host (struct rootfs *r) ;
extern void rootfs_dev (struct rootfs *r) ;
extern void rootfs_dev_seal (struct rootfs *r) ;
extern void rootfs_proc (struct rootfs *r) ;
extern void rootfs_sys (struct rootfs *r) ;
extern void rootfs_etc (struct rootfs *r) ;
extern void rootfs_mask (struct rootfs *r, char const *path, int mustexist) ;
extern void rootfs_readonly (struct rootfs *r, char const *path, int mustexist) ;

#endif
