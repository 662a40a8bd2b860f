/* ISC license. */

/* The static build's malloc(3): a step allocates little, frees less, and ends in exec or exit. What is given out lies side by
   side, so that a start touches one page where a general allocator touches a dozen; the last block given out can grow or go
   back. Single-threaded, as every program here is. */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MALLOC_ALIGN 16
#define MALLOC_CHUNK ((size_t)262144)

static struct { char *next ; char *end ; char *last ; } arena ;

/* The size of a block stands in front of it. */
static size_t *malloc_size (void *p)
{
  return (size_t *)((char *)p - MALLOC_ALIGN) ;
}

static int malloc_room (size_t n)
{
  size_t len = n > MALLOC_CHUNK ? (n + MALLOC_CHUNK - 1) & ~(MALLOC_CHUNK - 1) : MALLOC_CHUNK ;
  char *p = mmap(0, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ;
  if (p == MAP_FAILED) return 0 ;
  arena.next = p ;
  arena.end = p + len ;
  return 1 ;
}

/* Under another name: a compiler makes calloc of malloc and memset, also in calloc. */
static void *malloc_take (size_t n)
{
  size_t need = ((n + MALLOC_ALIGN - 1) & ~(size_t)(MALLOC_ALIGN - 1)) + MALLOC_ALIGN ;
  char *p ;
  if (n > PTRDIFF_MAX - 2 * MALLOC_CHUNK) return (errno = ENOMEM, (void *)0) ;
  if (need > (size_t)(arena.end - arena.next) && !malloc_room(need)) return (errno = ENOMEM, (void *)0) ;
  p = arena.next + MALLOC_ALIGN ;
  arena.next += need ;
  arena.last = p ;
  *malloc_size(p) = n ;
  return p ;
}

void *malloc (size_t n)
{
  return malloc_take(n) ;
}

void free (void *p)
{
  if (!p || p != arena.last) return ;
  arena.next = (char *)p - MALLOC_ALIGN ;
  arena.last = 0 ;
}

void *calloc (size_t n, size_t size)
{
  size_t len ;
  void *p ;
  if (__builtin_mul_overflow(n, size, &len)) return (errno = ENOMEM, (void *)0) ;
  p = malloc_take(len) ;
  return p ? memset(p, 0, len) : p ;
}

void *realloc (void *p, size_t n)
{
  size_t old ;
  void *q ;
  if (!p) return malloc_take(n) ;
  old = *malloc_size(p) ;
  if (n <= old) return p ;
  if (p == arena.last && n <= (size_t)(arena.end - (char *)p) - MALLOC_ALIGN)
  {
    arena.next = (char *)p + ((n + MALLOC_ALIGN - 1) & ~(size_t)(MALLOC_ALIGN - 1)) ;
    *malloc_size(p) = n ;
    return p ;
  }
  q = malloc_take(n) ;
  if (q) memcpy(q, p, old) ;
  return q ;
}

void *aligned_alloc (size_t align, size_t n)
{
  if (align <= MALLOC_ALIGN) return malloc(n) ;
  errno = EINVAL ;
  return 0 ;
}
