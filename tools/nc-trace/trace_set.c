/* ISC license. */

#include <stdlib.h>

#include "trace.h"

uint64_t trace_hash (void const *p, size_t n, uint64_t seed)
{
  unsigned char const *s = p ;
  uint64_t h = seed ^ 0xcbf29ce484222325U ;
  for (; n >= 8 ; n -= 8, s += 8)
  {
    uint64_t x = 0 ;
    __builtin_memcpy(&x, s, 8) ;
    h = (h ^ x) * 0x9e3779b97f4a7c15U ;
    h ^= h >> 29 ;
  }
  for (; n ; n--, s++) h = (h ^ *s) * 0x100000001b3U ;
  return h ^ h >> 32 ;
}

/* Room for one more. */
int trace_set_grow (struct trace_set *s, uint64_t (*hash) (void const *))
{
  size_t size = s->size ? 2 * s->size : 512 ;
  void **slot ;
  size_t i = 0, j ;
  if (s->n < s->size / 2) return 1 ;
  slot = calloc(size, sizeof(*slot)) ;
  if (!slot) return 0 ;
  for (; i < s->size ; i++)
  {
    if (!s->slot[i]) continue ;
    for (j = (size_t)(*hash)(s->slot[i]) & (size - 1) ; slot[j] ; j = (j + 1) & (size - 1)) ;
    slot[j] = s->slot[i] ;
  }
  free(s->slot) ;
  s->slot = slot ;
  s->size = size ;
  return 1 ;
}
