/* ISC license. */

/* Trees of files, by descriptor: no link is followed, whatever becomes of the tree meanwhile. */

#ifndef NC_TREE_H
#define NC_TREE_H

#include <stddef.h>
#include <sys/stat.h>

#include <skalibs/genalloc.h>
#include <skalibs/stralloc.h>

 /* a walk: directories before what is in them, the names of each in the order of their bytes */

struct nc_walk
{
  int fd ;              /* the directory that the entry is in, O_RDONLY; the walk's own */
  char const *path ;    /* the entry, from the top, without a slash before it; until the next call */
  char const *name ;    /* its last part */
  struct stat st ;      /* fstatat(2), not followed */
  size_t depth ;        /* 1 for what is in the top */
  stralloc text ;       /* private from here on */
  stralloc names ;
  genalloc levels ;
} ;

enum nc_walk_what
{
  NC_WALK_ERROR = -1,   /* errno, and path where it happened. ESTALE: a directory was moved while it was walked */
  NC_WALK_END,
  NC_WALK_ENTRY,        /* the next entry; nc_walk_enter goes into it */
  NC_WALK_LEAVE         /* a directory that was entered is done: path, name, fd and st are again its own */
} ;

/* Takes the readable descriptor of a directory. One descriptor is open at a time, so that no tree is too deep. 0 or -1; to be
   ended even so. */
extern int nc_walk_start (struct nc_walk *w, int dirfd) ;
extern enum nc_walk_what nc_walk_next (struct nc_walk *w) ;

/* The directory that was the last entry. 0, or -1: ENOTDIR or ELOOP where it is none now, ESTALE where it is another one. */
extern int nc_walk_enter (struct nc_walk *w) ;

/* Closes and frees; errno stays. r, or -1 where r is not -1 and the descriptor could not be closed. */
extern int nc_walk_end (struct nc_walk *w, int r) ;

 /* lists of patterns, glob(7), as in a .gitignore file but for negation:
    name       without a slash: that name, at any depth
    a/b  /a    with one: that path from the top
    **, then a slash and a path: that path at any depth
    x/         directories only
    :(icase)x  whatever the case                     # a comment */

#define NC_PATTERN_ICASE 1U
#define NC_PATTERN_DIR 2U       /* directories only */
#define NC_PATTERN_PATH 4U      /* the whole path, not the last part */
#define NC_PATTERN_ANY 8U       /* that path below any directory */
#define NC_PATTERN_LITERAL 16U  /* no wildcard in it */

struct nc_pattern
{
  char *glob ;          /* without what the flags say */
  unsigned int flags ;
} ;

struct nc_patterns { genalloc v ; } ;  /* of struct nc_pattern; all zero at first */

#define nc_patterns_s(p) genalloc_s(struct nc_pattern, &(p)->v)
#define nc_patterns_len(p) genalloc_len(struct nc_pattern, &(p)->v)

/* One line: 1, 0 where it is blank or a comment, -1 with errno: EINVAL where it is malformed (a backslash at its end, "**" in
   another place than before the first slash, an empty part, "." or ".."), or ENOMEM. */
extern int nc_patterns_add (struct nc_patterns *p, char const *s, size_t len) ;

/* All lines of a text: 0, or -1 with *line, counted from 1. */
extern int nc_patterns_text (struct nc_patterns *p, char const *s, size_t len, unsigned int *line) ;

/* The same of a regular file, opened without following a last link: *line is 0 where it could not be read (EINVAL: not a
   regular file; EFBIG: a megabyte or more). */
extern int nc_patterns_read (struct nc_patterns *p, char const *file, unsigned int *line) ;

/* The first pattern that means path, whose last part is name, or 0. What is below a directory is not looked at: who walks does
   not enter what is meant. */
extern struct nc_pattern const *nc_patterns_match (struct nc_patterns const *p, char const *path, char const *name, int isdir) ;

extern void nc_patterns_free (struct nc_patterns *p) ;

 /* copies */

/* The content of a regular file into an empty one, from their start to what is the end by then: the blocks shared (FICLONE), else
   copy_file_range(2), else sendfile(2); holes stay holes. *how starts as 0 and remembers, from one file to the next of the same two
   file systems, what they cannot do. 0 or -1. */
extern int nc_copy_file (int from, int to, unsigned int *how) ;

#endif
