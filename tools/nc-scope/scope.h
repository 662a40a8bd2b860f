/* ISC license. */

/* Internal to nc-scope. */

#ifndef SCOPE_H
#define SCOPE_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

#include <skalibs/stralloc.h>

#include "nc_scope.h"

struct keeper
{
  struct nc_scope s ;
  char const *const *argv ;   /* the chain */
  char const *path ;          /* RUNDIR/NAME */
  char const *state ;
  void const *frame ;         /* main's: nothing above it is needed any more */
  int events ;                /* -1: none asked for */
  int sock ;                  /* our end of the started descriptor, or -1 */
  int pidfd ;                 /* the process that wrote the byte, or -1 */
  unsigned int bytes ;
  unsigned int statuses ;     /* how often status.json was written */
  int eof ;
  pid_t child ;
  pid_t payload ;             /* 0 where it is not known */
  uint64_t childticks ;
  uint64_t payloadticks ;
  uint64_t created ;
  stralloc errors ;           /* what could not be undone, elements of a JSON array */
} ;

/* An nc_undo_report: a warning, and a line of the summary. */
extern void scope_report (void *data, char const *entry, char const *text, char const *why) ;

/* The parent, from the fork to the end: the exit code. */
extern int scope_keep (struct keeper *k) ;

extern int scope_now (uint64_t *ms) ;  /* since the epoch */

/* Before the fork: takes the room for status.json, as often as it is written while prog runs; 0 or -1. */
extern int scope_status_reserve (struct keeper const *k) ;

/* Writes status.json anew; 0 or -1. */
extern int scope_status (struct keeper *k) ;

/* Waits for the child's end; meanwhile what comes from the started descriptor. The child's exit code, or -1. */
extern int scope_wait (struct keeper *k, int *wstat) ;

/* 1: the payload has been executed. 0: it has not. */
extern int scope_started (struct keeper const *k) ;

/* Each one line, one write; 0 or -1. */
extern int scope_event_started (struct keeper *k) ;
extern int scope_event_summary (struct keeper *k, int wstat, stralloc const *stats) ;

/* What the kernel says of the payload, as a JSON object, or null. */
extern int scope_measure (stralloc *sa, struct keeper const *k) ;

/* "resource_stats":{...},"oom_kills":N, read before the cgroup goes. */
extern int scope_stats (stralloc *sa, struct keeper const *k) ;

/* Has the kernel killed processes of the container's cgroup for want of memory: 1, 0 (also where nobody counts), or -1.
   max: room for SCOPE_MAX bytes, the group's memory.max. */
#define SCOPE_MAX 32
extern int scope_oom (struct keeper const *k, char *max) ;

#endif
