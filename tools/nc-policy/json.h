/* ISC license. */

/* A JSON text as a tree that knows its positions. The reader is C++; this is its boundary. */

#ifndef NC_POLICY_JSON_H
#define NC_POLICY_JSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } ;

struct json_pos
{
  size_t line ;  /* from 1 */
  size_t col ;   /* in bytes, from 1 */
} ;

struct json
{
  struct json_pos pos ;
  struct json_pos keypos ;   /* in an object: where the key stands */
  char const *key ;          /* in an object; no zero byte in it */
  char const *string ;       /* JSON_STRING; no zero byte in it */
  struct json *first ;       /* JSON_ARRAY, JSON_OBJECT */
  struct json *next ;
  uint64_t number ;          /* JSON_NUMBER: whole, not negative */
  enum json_type type ;
} ;

struct json_error
{
  struct json_pos pos ;
  char text[256] ;
} ;

struct json_doc ;

/* The document, to be freed, and its root; or 0 and the error. Refuses duplicate keys, numbers that do not fit
   64 bits without sign, zero bytes in strings, more than 16 levels. */
extern struct json_doc *json_read (char const *s, size_t len, struct json **root, struct json_error *e) ;
extern void json_free (struct json_doc *doc) ;

#ifdef __cplusplus
}
#endif

#endif
