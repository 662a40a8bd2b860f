/* ISC license. */

/* The few lines of JSON that the tools write, and the reader of status.json. */

#ifndef NC_JSON_H
#define NC_JSON_H

#include <stddef.h>
#include <stdint.h>

#include <skalibs/stralloc.h>

/* Append to sa; 1, or 0 where memory ran out. A string may hold any bytes: one that is not part of valid UTF-8 becomes
   U+EF80 to U+EFFF, written \uefNN with NN the byte, and those characters themselves are written as their three bytes,
   so that the bytes can be had back and every reader of JSON accepts the text. */
extern int nc_json_put (stralloc *sa, char const *literal) ;
extern int nc_json_string (stralloc *sa, char const *s, size_t n) ;
extern int nc_json_u64 (stralloc *sa, uint64_t u) ;

/* "key": and the value, with a comma before it unless it is the first of its object. */
extern int nc_json_key (stralloc *sa, char const *key) ;
extern int nc_json_member_string (stralloc *sa, char const *key, char const *value) ;
extern int nc_json_member_u64 (stralloc *sa, char const *key, uint64_t value) ;

/* Length of the JSON value that s starts with, or 0. */
extern size_t nc_json_value (char const *s, size_t n) ;

/* The value of a member of the object s: 1 and its place, or 0. */
extern int nc_json_find (char const *s, size_t n, char const *key, char const **value, size_t *len) ;

/* Appends the bytes of the string that s starts with, undoing nc_json_string; its length in s, or 0. */
extern size_t nc_json_unstring (stralloc *sa, char const *s, size_t n) ;

#endif
