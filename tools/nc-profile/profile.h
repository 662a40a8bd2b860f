/* ISC license. */

/* What the files of nc-profile share. */

#ifndef NC_PROFILE_H
#define NC_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include <skalibs/stralloc.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

 /* a trace, or several */

#define USE_READ 1U
#define USE_WRITE 2U
#define USE_EXECUTE 4U
#define USE_MAKE 8U
#define USE_DIR 16U

struct trace_call
{
  uint32_t arch ;
  uint32_t nr ;
  unsigned int many ;     /* bit i: argument i was not told apart */
  uint64_t args[6] ;
} ;

struct trace_clone
{
  uint32_t arch ;
  uint64_t flags ;
} ;

struct trace_path
{
  unsigned int use ;
  char *path ;            /* absolute */
} ;

struct trace
{
  struct trace_call *calls ;
  struct trace_clone *clones ;
  struct trace_path *paths ;
  size_t calln, clonen, pathn ;
  size_t unreadable ;     /* kinds of calls whose path, or structure, could not be read */
  uint32_t arch ;         /* of the machine; 0 before the first trace */
  int ended ;             /* the last one was complete */
} ;

/* Adds a trace: 0, or the words that say what is wrong with it, and its line. No system call but for memory. */
extern char const *trace_parse (struct trace *t, char const *s, size_t len, size_t *line) ;
extern size_t trace_unescape (char *to, char const *s, char const *end) ;  /* length of the path, or 0 */
extern void trace_free (struct trace *t) ;

 /* seccomp.c, rules.c: a policy as JSON; few: at most so many rules of one call. Dies. */

struct profile_name
{
  char name[65] ;
} ;

extern void profile_seccomp (struct trace const *t, unsigned int few, int kill, stralloc *sa) ;
extern void profile_rules (struct trace const *t, unsigned int few, struct profile_name *names, size_t *n, stralloc *sa) ;
extern int profile_compare (void const *a, void const *b) ;  /* names */
extern void profile_put (stralloc *sa, char const *s) ;

 /* landlock.c, places.c, interp.c: a policy as TOML. Dies. */

struct place
{
  unsigned int access ;   /* ACCESS_* */
  char *path ;
} ;

#define ACCESS_READ 1U
#define ACCESS_WRITE 2U
#define ACCESS_EXECUTE 4U
#define ACCESS_READDIR 8U

struct places
{
  struct place *p ;
  size_t n ;
} ;

extern void places_add (struct places *l, unsigned int access, char const *path) ;
extern void places_fold (struct places *l) ;       /* sorts, joins, and leaves out what one above grants */
extern int places_below (char const *path, char const *dir) ;  /* 1 where it is dir or below it */
extern void profile_canonical (char const *path, char *s, size_t max) ;  /* what there is of it resolved; the rest as text */
extern void profile_parent (char *s) ;
extern void profile_absent (char const *path) ;    /* after a call that failed: dies unless errno says that it is not there, or not to be seen */
extern void profile_interpreters (struct places *l, char const *path, int depth) ;
extern void profile_landlock (struct trace *t, stralloc *sa) ;

#endif
