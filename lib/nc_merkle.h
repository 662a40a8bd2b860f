/* ISC license. */

/* One digest of a tree of files: names, types, modes, content and the text of links. nc-context(8) has the format for others to compute. */

#ifndef NC_MERKLE_H
#define NC_MERKLE_H

#include <stdint.h>
#include <sys/types.h>

#include <skalibs/genalloc.h>
#include <skalibs/sha256.h>

#define NC_MERKLE_LEN 32

struct nc_merkle { genalloc levels ; } ;  /* of SHA256Schedule: the directories that are being walked */

/* The top; then each directory that is entered. 0, or -1 where memory ran out. */
extern int nc_merkle_enter (struct nc_merkle *m) ;

/* What is in the directory entered last, in the order of the bytes of the names. mode: the lowest twelve bits count. */
extern void nc_merkle_file (struct nc_merkle *m, mode_t mode, char const *name, char const digest[NC_MERKLE_LEN]) ;
extern void nc_merkle_link (struct nc_merkle *m, char const *name, char const *text) ;

/* The directory entered last is done; it becomes one of those that are in its parent. */
extern void nc_merkle_leave (struct nc_merkle *m, mode_t mode, char const *name) ;

/* The top is done: the digest. */
extern void nc_merkle_end (struct nc_merkle *m, mode_t mode, char digest[NC_MERKLE_LEN]) ;

/* SHA-256 of what can be read from fd on, and how many bytes. 0 or -1. */
extern int nc_merkle_content (int fd, char digest[NC_MERKLE_LEN], uint64_t *bytes) ;

/* 64 hexadecimal digits and a zero byte. */
extern void nc_merkle_hex (char *out, char const digest[NC_MERKLE_LEN]) ;

#endif
