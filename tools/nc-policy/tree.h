/* ISC license. */

/* A JSON or TOML text as a tree that knows its positions. The readers are C++; this is their boundary. */

#ifndef NC_POLICY_TREE_H
#define NC_POLICY_TREE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum node_type { NODE_NULL, NODE_BOOL, NODE_NUMBER, NODE_STRING, NODE_ARRAY, NODE_OBJECT } ;

struct node_pos
{
  size_t line ;  /* from 1 */
  size_t col ;   /* from 1; in bytes for JSON, in characters for TOML */
} ;

struct node
{
  struct node_pos pos ;
  struct node_pos keypos ;   /* in an object: where the key stands */
  char const *key ;          /* in an object; no zero byte in it */
  char const *string ;       /* NODE_STRING; no zero byte in it */
  struct node *first ;       /* NODE_ARRAY, NODE_OBJECT: a table of TOML is one too */
  struct node *next ;
  uint64_t number ;          /* NODE_NUMBER: whole, not negative; NODE_BOOL: 0 or 1 */
  enum node_type type ;
} ;

struct node_error
{
  struct node_pos pos ;
  char text[256] ;
} ;

struct node_doc ;

/* The document, to be freed, and its root; or 0 and the error. Refuses duplicate keys, numbers that are not whole or do not
   fit 64 bits without sign, zero bytes in strings, more than 16 levels. The members of an object stand in the order of the text. */
extern struct node_doc *json_read (char const *s, size_t len, struct node **root, struct node_error *e) ;
extern struct node_doc *toml_read (char const *s, size_t len, struct node **root, struct node_error *e) ;
extern void node_free (struct node_doc *doc) ;

#ifdef __cplusplus
}
#endif

#endif
