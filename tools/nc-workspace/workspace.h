/* ISC license. */

/* Internal to nc-workspace. What is called ws_... dies with a message where it is void, or says so. */

#ifndef NC_WORKSPACE_H
#define NC_WORKSPACE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <skalibs/gccattributes.h>
#include <skalibs/stralloc.h>

#include "nc_tree.h"

#define WS_MODE 01777U          /* what is copied of a mode, and compared: set-id bits never are */
#define WS_RACY_NS 20000000L    /* a file that changes again within this may keep the time of its last change */
#define WS_CHUNK 3500           /* a longer path is walked in parts */

enum ws_mode { WS_BIND_RW, WS_BIND_RO, WS_COPY, WS_OVERLAY } ;
enum ws_end { WS_APPLY, WS_KEEP, WS_DROP } ;

/* One path, and what is known of it: an entry of the record of the start, or a change. */
struct ws_entry
{
  uint32_t len ;        /* of all of it, a multiple of 8 */
  uint32_t op ;         /* enum ws_op */
  uint32_t mode ;       /* as it was: st_mode; 0 where there was nothing */
  uint32_t want ;       /* as it is to be */
  uint32_t uid ;
  uint32_t gid ;
  uint32_t why ;        /* enum ws_why */
  uint32_t racy ;
  uint64_t dev ;
  uint64_t ino ;
  uint64_t size ;
  int64_t sec ;         /* st_ctim */
  int64_t nsec ;
  uint64_t copy_ino ;   /* the copy's */
  int64_t copy_sec ;
  int64_t copy_nsec ;
  unsigned char digest[32] ;
  char path[] ;
} ;

enum ws_op { WS_OP_NONE, WS_OP_ADD, WS_OP_CHANGE, WS_OP_MODE, WS_OP_REMOVE } ;

enum ws_why
{
  WS_FINE,
  WS_PROTECTED,         /* never applied */
  WS_OUTSIDE,           /* a link that leads out of the workspace */
  WS_SPECIAL,           /* neither file, directory nor link */
  WS_CONFLICT,          /* the host has changed it meanwhile */
  WS_BELOW,             /* what it is in, or what is in it, stays as it is */
  WS_UNABLE             /* the kernel refuses it to the caller */
} ;

struct ws_list
{
  stralloc sa ;
  size_t n ;
} ;

struct ws
{
  enum ws_mode mode ;
  enum ws_end end ;
  char const *src ;     /* as given */
  int srcfd ;
  struct stat srcst ;
  struct nc_patterns protect ;
  struct nc_patterns lift ;
  int quarantine ;
  int quiet ;           /* changes are not listed on standard error */
  int noplace ;         /* no placeholders */
  char const *dir ;     /* of the state, or 0 */
  int dirfd ;
  int lockfd ;
  int stage ;           /* DIR/tree or DIR/upper, or -1 */
  int give ;            /* the workload has other ids: */
  uint32_t uid ;
  uint32_t gid ;
  int ownerfd ;         /* whose owner that is, or -1 */
  int keep ;            /* it stays open for a later step */
  int go ;              /* eventfd(2): the child waits until its keeper is ready */
  int linesfd ;         /* where the lines for nc-rootfs -P go, or -1 */
  struct ws_list start ;        /* what was protected at the start */
  struct ws_list ops ;          /* the changes */
  struct ws_entry **v ;         /* each of them */
  char id[17] ;         /* of this run: random */
  char const *scope ;   /* NC_SCOPE=..., or 0 */
  int scopefd ;         /* while placeholders are made, or -1 */
  int placed ;          /* there is a journal of placeholders */
  unsigned int places ;
  char place_id[40] ;   /* what their own names carry */
  stralloc made ;       /* their paths, each with its zero byte */
  int bad ;             /* something was refused, or a protected path has changed */
  int failed ;          /* a system call failed at the end */
  unsigned int how ;    /* nc_copy_file */
  unsigned int counts[5] ;      /* by enum ws_op */
  unsigned int applied ;
  uint32_t caps[1] ;    /* what ws_unconfine raises */
  stralloc named ;      /* what was named, for the fact: elements of a JSON array */
} ;

/* ws_line.c: the words of the line, and what they name */
extern enum ws_mode ws_scan_mode (char const *word) ;
extern enum ws_end ws_scan_end (char const *word) ;
extern void ws_scan_owner (struct ws *w, char const *word) ;
extern void ws_scan_list (struct ws *w, char const *file) ;
extern void ws_scan_lift (struct ws *w, char const *word) ;
extern void ws_scan_number (struct ws *w, char const *word) ;
extern char const *ws_scope (char const *const *envp) ;
extern int ws_running (char *word, size_t max, pid_t child) ;   /* for DIR/state; 0 or -1 */
extern void ws_source (struct ws *w) ;

/* ws_entry.c */
extern int ws_add (struct ws_list *l, struct ws_entry const *e, char const *path) ;  /* 1, or 0: no memory */
extern struct ws_entry *ws_next (struct ws_list const *l, size_t *pos) ;             /* or 0; starts at 0 */
extern struct ws_entry **ws_index (struct ws_list const *l) ;                        /* malloced, or 0 */
extern void ws_entry_stat (struct ws_entry *e, struct stat const *st) ;
extern int ws_cmp (char const *a, char const *b) ;      /* in the order of a walk */
extern int ws_below (char const *path, char const *dir) ;
extern int ws_same (struct ws_entry const *e, struct stat const *st) ;  /* is it still that, untouched */

/* ws_path.c */
extern int ws_parent (int top, char const *path, char const **name) ;   /* a new descriptor of what name is in, or -1 */
extern int ws_open (int top, char const *path, int flags) ;
extern int ws_open_staged (int top, char const *path, int flags) ;      /* made readable where it is the caller's and is not */
extern int ws_stat (int top, char const *path, struct stat *st) ;
extern int ws_links_out (char const *path, char const *target) ;        /* does a link at path with that text lead out */
extern int ws_resolve (stralloc *out, char const *path, char const *target) ;  /* where, by its text alone: 1, or 0: out; -1 */
extern int ws_readlink (int dir, char const *name, stralloc *sa) ;      /* with a zero byte; 0 or -1 */
extern int ws_put (int dir, char const *name, char const *s, size_t len, int sync) ;   /* whole, or not at all; 0 or -1 */
extern int ws_slurp (int dir, char const *name, stralloc *sa) ;         /* 1, 0 where there is none, -1 */

/* ws_say.c: lines on standard error; paths as the lines of nc-rootfs -P have them */
extern char const *ws_escape (stralloc *sa, char const *path) ;
extern void ws_say (char const *what, char const *path, char const *more) ;
extern void ws_name (struct ws *w, char const *what, char const *path, char const *more) ;     /* an error line, and in the fact */
extern void ws_fact (struct ws *w, int end) ;
extern char const *ws_mode_name (enum ws_mode m) ;

/* ws_state.c */
extern void ws_state_open (struct ws *w) ;
extern int ws_state_put (struct ws *w, char const *word) ;              /* 0 or -1 */
extern void ws_die (struct ws *w, char const *verb, char const *object) gccattr_noreturn ;     /* before prog: nothing of it stays */
extern void ws_state_start (struct ws *w) ;     /* completes, removes or puts aside what an earlier run has left */
extern int ws_state_clear (struct ws *w) ;      /* staging, record, state; 0 or -1 */

/* ws_remove.c: 0 or -1; ENOENT is 0 */
extern int ws_remove (int dir, char const *name) ;

/* ws_copy.c, ws_overlay.c: staging and the record of the start */
extern void ws_copy_in (struct ws *w) ;
extern void ws_overlay_in (struct ws *w) ;
extern int ws_is_whiteout (int dir, char const *name, struct stat const *st) ;  /* 1, 0 or -1 */
extern int ws_is_opaque (int dir) ;                                             /* 1, 0 or -1 */

/* ws_changes.c: w->ops; 0 or -1 and *path */
extern int ws_changes (struct ws *w, struct ws_list const *record) ;
/* ws_equal.c: do two regular files hold the same, the first of them staged? 1, 0 or -1 */
extern int ws_equal (int a, char const *apath, int b, char const *bpath, struct stat const *ast, struct stat const *bst) ;

/* ws_plan.c, ws_host.c */
enum ws_host { WS_HOST_ERROR = -1, WS_HOST_DO, WS_HOST_DONE, WS_HOST_CONFLICT } ;
enum ws_match { WS_MATCH_NONE, WS_MATCH_LIFTED, WS_MATCH_PROTECTED } ;
extern enum ws_match ws_match (struct ws const *w, char const *path, char const *name, mode_t mode) ;
extern int ws_is_protected (struct ws const *w, char const *path, mode_t mode) ;
extern int ws_plan (struct ws *w) ;     /* 0 or -1 */
extern enum ws_host ws_host (struct ws const *w, struct ws_entry const *e) ;

/* ws_journal.c: 0 or -1 */
extern int ws_journal_write (struct ws *w) ;
extern int ws_journal_read (struct ws *w) ;     /* 1: there is one, 0, -1 */

/* ws_apply.c, ws_put_file.c */
extern int ws_apply (struct ws *w) ;            /* all of the journal, which is removed: 0, or -1: it stays */
extern int ws_apply_file (struct ws *w, struct ws_entry const *e, size_t n) ;   /* 0 or -1; EBUSY: a conflict */

/* ws_confine.c: what a keeper has no use for while it waits, and back. 0 or -1 */
extern int ws_confine (struct ws *w) ;
extern int ws_unconfine (struct ws *w) ;

/* ws_finish.c: after prog */
extern void ws_finish (struct ws *w) ;

/* ws_protect.c, ws_lines.c, ws_place.c, ws_compare.c */
extern void ws_protected (struct ws *w, struct ws_list *l, int make) ;
extern void ws_lines (struct ws *w) ;
extern void ws_place (struct ws *w, struct nc_walk const *git) ;  /* what is missing in that directory */
extern void ws_place_clear (struct ws *w) ;                       /* of an earlier run, before this one */
extern int ws_place_undo (struct ws *w) ;                         /* 0 or -1 */
extern void ws_compare (struct ws *w) ;

#endif
