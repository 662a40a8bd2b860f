/* ISC license. */

#ifndef NC_ATTEST_H
#define NC_ATTEST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <skalibs/gccattributes.h>
#include <skalibs/stralloc.h>

#define ATTEST_SUM 32                       /* bytes of a SHA-256 */
#define ATTEST_HEADER "nucleus-manifest 1"
#define ATTEST_OTHER ".nucleus-rootfs-sha256"      /* a manifest that a root file system brings along */
#define ATTEST_PATHS ".nucleus-rootfs-store-paths" /* its list of store paths */

/* One line of a manifest, one object of a tree. */
struct attest_entry
{
  char type ;              /* d f l b c p s; n is a store path, whose sum is that of its NAR */
  unsigned int mode ;      /* the lowest twelve bits */
  uint32_t uid ;
  uint32_t gid ;
  char const *path ;       /* from the top, which is "."; of a store path, absolute */
  char const *value ;      /* the text of a link, major:minor of a device, else "" */
  unsigned char sum[ATTEST_SUM] ;  /* of f and n */
  size_t work ;            /* of what is found: which of the works has its sum */
  uint64_t size ;          /* of a registered NAR */
} ;

struct attest_entries { struct attest_entry *v ; size_t n ; size_t max ; } ;

/* A text that is read line by line, and changed by that: parsers set why where they return -1. */
struct attest_text
{
  char *s ;                /* what is still to be read */
  char *end ;              /* where a zero byte stands */
  unsigned int line ;      /* the one read last, counted from 1 */
  char const *why ;
  char const *prev ;       /* the path before, to see that they are in order */
  char prevtype ;
} ;

/* manifest.c, registration.c, other.c, sums.c: no system call. 1, 0 at the end, -1 where malformed. Strings are in the text. */
extern char *attest_line (struct attest_text *t, size_t *len) ;          /* 0 at the end, or with why */
extern int attest_manifest_is (char const *s, size_t len) ;             /* has it the header of one, of whatever version? */
extern int attest_manifest_start (struct attest_text *t, char *s, size_t len) ;
extern int attest_manifest_next (struct attest_text *t, struct attest_entry *e) ;
extern int attest_order (char const *a, char const *b) ;                 /* of paths, by their parts */
extern int attest_manifest_put (stralloc *sa, struct attest_entry const *e) ;
extern int attest_other_next (struct attest_text *t, struct attest_entry *e) ;
extern int attest_registration_next (struct attest_text *t, struct attest_entry *e) ;
extern int attest_store_name (char const *name) ;                        /* 32 digits of Nix, "-" and a name */
extern int attest_sum_hex (char const *s, unsigned char *sum) ;          /* 64 lower-case digits at s */
extern int attest_sum_any (char const *s, unsigned char *sum) ;          /* as Nix writes them */

/* sha.c, with libcrypto */
struct attest_sha ;
extern struct attest_sha *attest_sha_new (void) ;                        /* 0 where memory ran out */
extern int attest_sha_start (struct attest_sha *h) ;
extern int attest_sha_add (struct attest_sha *h, void const *s, size_t len) ;
extern int attest_sha_end (struct attest_sha *h, unsigned char *sum) ;
extern int attest_sha_fd (struct attest_sha *h, int fd, uint64_t len) ;  /* adds len bytes, ESTALE where there are not as many */

/* nar.c: of what path in the directory at is, as a Nix archive. 0 or -1. */
extern int attest_nar (struct attest_sha *h, int at, char const *path, unsigned char *sum) ;

/* Content to be read, by as many processes as there are processors. */
struct attest_work
{
  int at ;
  char const *path ;       /* below at */
  char const *shown ;      /* for messages */
  int nar ;
  uint64_t size ;          /* as far as known */
  dev_t dev ;
  ino_t ino ;
} ;

struct attest
{
  char const *dir ;
  int dirfd ;
  int make ;
  char const *out ;
  char const *manifest ;   /* or 0 */
  char const *pin ;
  int store ;              /* 0, or 'p', 'f' */
  char const *list ;
  char const *registration ;
  char const *storedir ;
  int storefd ;
  int other ;              /* the manifest is of the other kind */
  unsigned char sum[ATTEST_SUM] ;         /* of the manifest */
  struct attest_entries pinned ;          /* what the manifest says */
  struct attest_entries found ;           /* what the tree has */
  struct attest_entries paths ;           /* of the closure, with their pins */
  int pinned_paths ;                      /* the manifest has some */
  struct attest_entries registered ;
  struct attest_work *works ;
  size_t worksn ;
  size_t worksmax ;
  unsigned char *sums ;    /* ATTEST_SUM bytes of each work */
} ;

/* All die with a message. */
extern struct attest_entry *attest_add (struct attest_entries *l) ;
extern char *attest_dup (char const *s) ;
extern size_t attest_work_add (struct attest *a, struct attest_work const *w) ;
extern void attest_works (struct attest *a) ;
extern char *attest_read (int at, char const *file, size_t *len) ;
extern void attest_malformed (char const *file, struct attest_text const *t) gccattr_noreturn ;
extern void attest_load (struct attest *a) ;
extern void attest_tree (struct attest *a) ;
extern void attest_follow (struct attest *a) ;
extern void attest_store_load (struct attest *a) ;      /* the list and the registration */
extern void attest_store_works (struct attest *a) ;
extern void attest_store_check (struct attest *a) ;
extern void attest_ids (struct attest *a) ;             /* owners of the manifest as this user namespace shows them */
extern void attest_compare (struct attest *a) ;
extern void attest_write (struct attest *a) ;
extern void attest_fact (struct attest const *a, char const *const *envp) ;

#endif
