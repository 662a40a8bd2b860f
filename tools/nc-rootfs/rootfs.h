/* ISC license. */

#ifndef NC_ROOTFS_H
#define NC_ROOTFS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
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
  ROOTFS_HOST,
  ROOTFS_NOTHING,        /* the root has been made of it */
  ROOTFS_OVERLAY,
  ROOTFS_PROTECT
} ;

/* The options of a bind. */
struct rootfs_bind
{
  uint64_t attr ;
  int writable ;
  int own ;            /* what is src's owner's shows as the workload's */
  int tryown ;         /* where the file system can */
  int ns ;             /* by this user namespace, or -1 */
  uid_t uid ;          /* whose src was when that was made */
  gid_t gid ;
} ;

/* One option of the line, in its order. */
struct rootfs_item
{
  enum rootfs_kind kind ;
  char *src ;          /* bind: source or "fd:N"; link: its text */
  char *dst ;          /* absolute */
  char *upper ;        /* overlay: where its upper and work directories are */
  char *options ;      /* the last field, or 0 */
  struct rootfs_bind bind ;
} ;

/* Of an overlay. */
struct rootfs_layers
{
  int upper ;
  int work ;
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
  char const *whole ;             /* what one root file system is: "tree", "erofs" or "squashfs"; or 0 */
  char const *upper ;             /* of an overlay over it: a size or a directory; or 0 */
  int image ;                     /* the root itself is a root file system, or lies over one */
  int bound ;                     /* and nothing can be made in it */
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
extern char *rootfs_copy (char const *arg) ;                   /* to be cut into fields */
extern void rootfs_check_path (char const *path) ;           /* absolute, no ".." */
extern struct rootfs_item *rootfs_add (struct rootfs *r, enum rootfs_kind kind) ;
extern void rootfs_scan_bind (struct rootfs *r, char const *arg, int writable) ;
extern void rootfs_scan_tmpfs (struct rootfs *r, char const *arg) ;
extern void rootfs_scan_link (struct rootfs *r, char const *arg) ;
extern int rootfs_scan_root (struct rootfs *r, struct rootfs_item *it, int writable) ;
extern void rootfs_scan_upper (struct rootfs *r, char const *arg) ;
extern void rootfs_scan_overlay (struct rootfs *r, char const *arg) ;
extern void rootfs_scan_protect (struct rootfs *r, char const *arg) ;
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
extern void rootfs_remove (struct rootfs *r, char const *path) ;
extern void rootfs_write (struct rootfs *r, char const *path, char const *text, size_t len) ;

/* rootfs_overlay.c: layers are mounts of this namespace while an overlay of them is made; then they need not be. */
extern void rootfs_hold (int tree, char const *what) ;
extern void rootfs_drop (int tree, char const *what) ;  /* and closes it */
/* upper and work in a directory of the caller's; where like is given, what is missing is made. */
extern void rootfs_layers (char const *dir, struct stat const *like, struct rootfs_layers *l) ;
extern void rootfs_layers_at (int fd, char const *dir, struct stat const *like, struct rootfs_layers *l) ;
extern int rootfs_overlay_new (int lower, struct rootfs_layers const *l, uint64_t attr, char const *what) ;  /* closes the layers */

/* The kinds of item and the fixed parts. All die with a message. */
extern void rootfs_bind (struct rootfs *r, char const *src, char const *dst, struct rootfs_bind const *b) ;
extern void rootfs_owners (struct rootfs *r) ;
extern void rootfs_map_owner (struct rootfs_bind const *b, int tree, struct stat const *st, char const *what) ;
extern void rootfs_bind_options (struct rootfs_bind *b, char const *options, int writable, char const *dst) ;
extern int rootfs_bind_source (char const *src, int flags, char const *what) ;
extern int rootfs_bind_tree (struct rootfs *r, int fd, struct stat const *st, struct rootfs_bind const *b, char const *src) ;
extern int rootfs_image_file (char const *fs, char const *src) ;
extern int rootfs_root (struct rootfs *r) ;
extern void rootfs_fixed (struct rootfs *r, int tree, char const *dst) ;
extern void rootfs_overlay (struct rootfs *r, struct rootfs_item const *it) ;
extern void rootfs_protect (struct rootfs *r, char const *dst, char const *src) ;
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
