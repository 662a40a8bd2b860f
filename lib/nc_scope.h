/* ISC license. */

/* Scopes: the run directory, its lock, its journal, what undoes it. nc-scope(8), nc-gc(8) and nc-ps(8) are written on it. */

#ifndef NC_SCOPE_H
#define NC_SCOPE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <skalibs/stralloc.h>

#define NC_UNDO_LAST 9999     /* the highest number of an entry */
#define NC_UNDO_KINDMAX 15
#define NC_UNDO_MAX 4095      /* less than a page: written whole or not at all, even under SIGKILL */
#define NC_ID_LEN 32
#define NC_NAME_MAX 64
#define NC_END_MS 10000       /* how long undo waits for killed processes */
#define NC_STATUS_MAX (1U << 23)

 /* run directories */

/* The absolute path of dir, or of the default: /run/nucleus, or /run/user/UID/nucleus where the effective uid is not 0. */
extern int nc_rundir_path (char *out, size_t max, char const *dir) ;

/* Opens a directory of the caller's own, mode 0700, makes it where create says so. -1 with *why where it is refused, with
   EAGAIN where it was there, or made, and removed again before it could be opened. */
extern int nc_rundir_openat (int at, char const *path, int create, char const **why) ;

 /* one scope: RUNDIR/NAME and its lock */

struct nc_scope
{
  int base ;                  /* RUNDIR */
  int dir ;                   /* RUNDIR/NAME */
  int lock ;                  /* RUNDIR/NAME/lock: fcntl(2) locks go with any close of it in this process */
  char name[NC_NAME_MAX + 1] ;
  char id[NC_ID_LEN + 1] ;
} ;

enum nc_take { NC_TAKE_ERROR = -1, NC_TAKE_OK, NC_TAKE_BUSY, NC_TAKE_GONE } ;

/* Takes byte 1, then byte 0, of the lock of s->name below s->base. With create, NAME and its lock are made; without it
   GONE says that there is none. BUSY: *holder is the pid that has byte 0, as far as this pid namespace can tell.
   ERROR: errno, and *why where the directory is refused. Opens s->dir and s->lock; closed unless OK. */
extern enum nc_take nc_scope_take (struct nc_scope *s, int create, pid_t *holder, char const **why) ;

/* Gives byte 1 back. */
extern int nc_scope_settled (struct nc_scope const *s) ;

/* Nobody can enter anything in the journal, nor is making what is entered: until nc_scope_unseal, or s->dir is closed. */
extern int nc_scope_seal (struct nc_scope const *s) ;
extern int nc_scope_unseal (struct nc_scope const *s) ;

/* The pid that holds byte 0: 0 where it is free (the scope is stale), -1 where it is in another pid namespace. Not for the
   holder itself. */
extern int nc_scope_holder (int dirfd, pid_t *holder) ;

/* Makes id and undo in a scope just taken; EEXIST where another container of that name left something. */
extern int nc_scope_make (struct nc_scope *s) ;

/* Takes back nc_scope_make, or what it did before it failed, the room for status.json, the lock and the directory. It opens
   nothing. */
extern int nc_scope_unmake (struct nc_scope const *s) ;

/* Reads id; an empty string where there is none. */
extern int nc_scope_id (struct nc_scope *s) ;

 /* undo */

/* One thing that could not be undone: entry names it, text is what it holds. */
typedef void nc_undo_report (void *data, char const *entry, char const *text, char const *why) ;

/* Undoes the journal of s, newest first: the number of entries that had to be kept, or -1. */
extern int nc_undo_run (struct nc_scope const *s, nc_undo_report *report, void *data) ;

/* Ends what status.json names, seals the scope, undoes the journal, removes all but the lock: 0, or -1 where something stays;
   all of it has been reported. killed: the keeper or its child was, so that descendants may be dying still. */
extern int nc_scope_clear (struct nc_scope const *s, int killed, nc_undo_report *report, void *data) ;

/* After nc_scope_clear: the lock, and after it the directory. */
extern int nc_scope_remove (struct nc_scope const *s) ;

/* The number of an entry called NN-kind, or -1 where name is something else. */
extern int nc_undo_number (char const *name) ;

/* Text of the newest entry of that kind, without its newline: its length, 0 where there is none, or -1. */
extern ssize_t nc_undo_find (int scopedir, char const *kind, char *text, size_t max) ;

/* Names in a directory, but for . and .., each with its zero byte, appended to sa. */
extern int nc_names (int dirfd, stralloc *sa) ;

 /* what the kinds of entry do: 0, or -1 with errno; text is without its newline */

extern int nc_undo_cgroup (struct nc_scope const *s, char const *text) ;
extern int nc_undo_lease (struct nc_scope const *s, char const *text) ;
extern int nc_undo_placeholder (struct nc_scope const *s, char const *text) ;

/* Does the last part of path carry the container's id? */
extern int nc_carries (struct nc_scope const *s, char const *path) ;

 /* facts: what steps and keepers have found out, and events of the scope tell */

/* Writes fact.KEY, one JSON value of less than 64 KiB, in place of an earlier one. key: at most 15 letters a-z and "_". */
extern int nc_fact_add (int scopedir, char const *key, char const *json, size_t len) ;

/* Appends {"KEY":VALUE,...}, all facts; 0 or -1. */
extern int nc_facts (stralloc *sa, int scopedir) ;

 /* processes */

/* Field 22 of /proc/PID/stat. */
extern int nc_proc_start (pid_t pid, uint64_t *ticks) ;

/* Kills and waits, at most ms. */
extern int nc_pidfd_end (int pidfd, int ms) ;

/* The same for the process pid that started at ticks; 0 where there is no such process. */
extern int nc_proc_end (pid_t pid, uint64_t ticks, int ms) ;

/* Waits for those of the session that are being killed: the kernel signals the child of what dies, and its child in turn. */
extern int nc_session_wait (pid_t sid) ;

 /* status.json */

struct nc_status
{
  pid_t pid ;                 /* the payload, or the keeper's child where the payload is not known (yet) */
  pid_t child ;
  uint64_t ticks ;            /* start times, field 22 of /proc/PID/stat */
  uint64_t childticks ;
  uint64_t created ;          /* ms since the epoch */
  uint32_t uid ;
  char state[12] ;
  stralloc cgroup ;
  stralloc argv ;             /* the words, each with its zero byte */
} ;

/* -1: ENOENT where there is none, EPROTO where what is there was not written by nc-scope for this caller. */
extern int nc_status_read (int scopedir, struct nc_status *st) ;
extern void nc_status_free (struct nc_status *st) ;

#endif
