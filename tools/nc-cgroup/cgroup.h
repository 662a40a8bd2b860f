/* ISC license. */

#ifndef CGROUP_H
#define CGROUP_H

#include <limits.h>
#include <stddef.h>

#define CGROUP_MAX 64         /* settings */
#define CGROUP_TEXT 160       /* the longest value that is composed here: io.max with its four keys */
#define CGROUP_KEYMAX 64
#define CGROUP_READ 65536     /* an interface file of many devices */
#define CGROUP_DELEGATE "under systemd a unit or scope needs Delegate=yes, else -R names a cgroup of your own"

struct cgroup_setting
{
  char const *file ;
  char const *value ;         /* text, or a word of the line */
  char name[CGROUP_KEYMAX + 1] ;
  char text[CGROUP_TEXT] ;
} ;

struct cgroup
{
  struct cgroup_setting set[CGROUP_MAX] ;
  size_t n ;
  char const *root ;          /* -R, or 0 */
  int fd ;                    /* the delegated cgroup */
  char path[PATH_MAX] ;       /* its absolute path */
} ;

/* Parsers: 1, or 0 where the text is malformed. No system call. */
extern int cgroup_scan_limit (char const *s, int size, char *out) ;   /* a number of processes, or a size, or max */
extern int cgroup_scan_cores (char const *s, char *out) ;             /* "1.5": 150000 100000 */
extern int cgroup_scan_weight (char const *s, char *out) ;            /* 1 to 10000 */
extern int cgroup_scan_io (char const *s, char *out) ;                /* MAJ:MIN key=value... */
extern size_t cgroup_scan_file (char const *s) ;                      /* file=value: length of file, or 0 */

/* Is what was read from the interface file what was written to it? */
extern int cgroup_same (char const *file, char const *got, char const *want) ;

/* The rest dies with a message. */
extern void cgroup_root (struct cgroup *g) ;
extern int cgroup_lock (struct cgroup const *g) ;   /* held until this descriptor is closed */
extern void cgroup_controllers (struct cgroup const *g) ;
extern void cgroup_keeper (struct cgroup const *g) ;
extern void cgroup_apply (struct cgroup const *g, int fd, char const *name) ;

#endif
