/* ISC license. */

/* Empty files and directories that stand for names which must not be made while a workspace is used. nc-workspace(8) makes them and
   enters them in DIR/placeholders, on disk; undo removes what is still that very inode, born then, and empty.

   The text, one record a line; in paths "\n", "\t" and "\\" stand for a newline, a tab and a backslash:
     ID                    of the container, or of the run where there is none
     DEV INO SRC           the workspace: device and inode of the directory, and its absolute path
     t PATH                relative to it: about to be made, under a name that carries the ID of the first line
     p DEV INO SEC NSEC PATH   what that is, before it gets its name PATH; the time is its birth's, 0 0 where it has none */

#ifndef NC_PLACEHOLDER_H
#define NC_PLACEHOLDER_H

#include <stdint.h>

#define NC_PLACEHOLDERS "placeholders"
#define NC_PLACEHOLDER_NAME ".nc-placeholder."  /* and the ID, a dot, a number */

struct nc_born
{
  uint64_t dev ;
  uint64_t ino ;
  int64_t sec ;         /* of its birth */
  uint32_t nsec ;
  uint32_t mode ;
  uint64_t size ;
} ;

/* statx(2), not followed. 0 or -1. */
extern int nc_born (int dir, char const *name, struct nc_born *b) ;

/* Undoes dirfd's journal and removes it. id: only if that is its first line; or 0. 0, also where there is none, or -1: something
   stays, and so does the journal. */
extern int nc_placeholders_clear (int dirfd, char const *id) ;

/* Removes the state directory at path where its lock, which the caller has, is all that is in it. Who takes the lock looks that
   it is still there. 0 or -1. */
extern int nc_state_leave (int dirfd, char const *path) ;

#endif
