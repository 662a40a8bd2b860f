/* ISC license. */

#ifndef NC_RUN_CONTENT_H
#define NC_RUN_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#define RUN_LIST 64        /* volumes, tmpfs, variables, ... of each kind */

struct run_list { char const *v[RUN_LIST] ; size_t n ; } ;

enum run_root { RUN_ROOT_BIND, RUN_ROOT_TREE, RUN_ROOT_OVERLAY, RUN_ROOT_IMAGE } ;

/* Files of the host that the container is given. Sources are absolute once the line is parsed. */
struct run_content
{
  char const *context ;
  char const *contextlist ;  /* of names that are left out */
  int contextbind ;
  int integrity ;
  char const *workspace ;
  char const *mode ;         /* of the workspace: a word of nc-workspace */
  char const *changes ;
  char const *protect ;
  char const *base ;         /* of what outlives a run */
  char const *state ;        /* where a copy, or an upper directory, is kept */
  uint32_t wsuid ;           /* whose it is */
  struct run_list lifted ;
  int exec ;
  int aside ;
  struct run_list configs ;  /* provider configuration, SRC:DEST:ro or rw */
  struct run_list secrets ;  /* words of nc-secrets -f */
  struct run_list credentials ;
  char const *credsdir ;
  enum run_root root ;
  uint32_t rootuid ;
  char const *image ;        /* its file system */
  char const *upper ;        /* of the overlay: a size or a directory */
  char const *binds ;        /* list of read-only binds */
  char const *manifest ;
  char const *manifestsum ;
  int attest ;
} ;

#endif
