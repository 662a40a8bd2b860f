/* ISC license. */

#include <errno.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>
#include <skalibs/types.h>
#include <skalibs/uint64.h>

#include "nc.h"
#include "trace.h"

/* What can no longer be recorded must not go on. */
void trace_die (struct tracer *t, char const *what)
{
  int e = errno ;
  trace_tree_end(t->proc) ;
  errno = e ;
  strerr_diefusys(111, what, t->file) ;
}

void trace_flush (struct tracer *t)
{
  size_t len = t->len ;
  t->len = 0 ;
  if (allwrite(t->out, t->buf, len) < len) trace_die(t, "write ") ;
}

void trace_put (struct tracer *t, char const *s, size_t n)
{
  if (n > sizeof(t->buf) - t->len) trace_flush(t) ;
  memcpy(t->buf + t->len, s, n) ;
  t->len += n ;
}

void trace_word (struct tracer *t, char const *s)
{
  trace_put(t, s, strlen(s)) ;
}

void trace_hex (struct tracer *t, uint64_t u)
{
  char fmt[UINT64_XFMT] ;
  trace_put(t, fmt, uint64_xfmt(fmt, u)) ;
}

void trace_dec (struct tracer *t, uint64_t u)
{
  char fmt[UINT64_FMT] ;
  trace_put(t, fmt, uint64_fmt(fmt, u)) ;
}

/* One line whatever the name is. */
void trace_escaped (struct tracer *t, char const *path)
{
  static char const hex[] = "0123456789abcdef" ;
  for (; *path ; path++)
  {
    unsigned char c = (unsigned char)*path ;
    char x[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] } ;
    if (c < 32 || c == 127 || c == '\\') trace_put(t, x, 4) ;
    else trace_put(t, path, 1) ;
  }
}
