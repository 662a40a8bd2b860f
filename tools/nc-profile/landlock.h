/* ISC license. */

#ifndef NC_PROFILE_LANDLOCK_H
#define NC_PROFILE_LANDLOCK_H

#include "profile.h"

struct names
{
  char **s ;                 /* sorted */
  size_t n ;
} ;

struct landlock
{
  struct places files ;      /* read or executed, and were there before */
  struct places out ;
  struct names made ;        /* directories */
  struct names entries ;     /* whatever was made, removed or renamed */
} ;

extern void landlock_files (struct landlock *l) ;                /* from files to out, where there are several their directory */
extern void landlock_toml (struct landlock *l, stralloc *sa) ;   /* what is in out */

#endif
