/* ISC license. */

/* skalibs' four writers of messages, in place of its own: a message repeats words of the user's, and stays one line whatever
   bytes they hold. Control bytes are written as \xNN, in one write(2) where 4 KiB suffice. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"

struct line { char s[4096] ; size_t n ; } ;

static void line_flush (struct line *l)
{
  allwrite(2, l->s, l->n) ;
  l->n = 0 ;
}

static void line_put (struct line *l, char const *s)
{
  static char const hex[] = "0123456789abcdef" ;
  for (; *s ; s++)
  {
    unsigned char c = (unsigned char)*s ;
    if (l->n > sizeof(l->s) - 8) line_flush(l) ;
    if (c >= 0x20 && c != 0x7f) { l->s[l->n++] = *s ; continue ; }
    memcpy(l->s + l->n, "\\x", 2) ;
    l->s[l->n + 2] = hex[c >> 4] ;
    l->s[l->n + 3] = hex[c & 15] ;
    l->n += 4 ;
  }
}

static void line_write (char const *const *v, unsigned int n, char const *reason)
{
  struct line l ;
  int e = errno ;
  unsigned int i = 0 ;
  l.n = 0 ;
  for (; i < n ; i++) if (v[i]) line_put(&l, v[i]) ;
  if (reason) { line_put(&l, ": ") ; line_put(&l, reason) ; }
  l.s[l.n++] = '\n' ;
  line_flush(&l) ;
  errno = e ;
}

void strerr_warnv (char const *const *v, unsigned int n)
{
  line_write(v, n, 0) ;
}

void strerr_warnvsys (char const *const *v, unsigned int n)
{
  line_write(v, n, strerror(errno)) ;
}

void strerr_diev (int e, char const *const *v, unsigned int n)
{
  line_write(v, n, 0) ;
  _exit(e) ;
}

void strerr_dievsys (int e, char const *const *v, unsigned int n)
{
  line_write(v, n, strerror(errno)) ;
  _exit(e) ;
}
