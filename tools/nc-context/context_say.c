/* ISC license. */

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include <skalibs/allreadwrite.h>
#include <skalibs/types.h>

#include "nc.h"
#include "context.h"

#define SAY_LEFT 10                /* lines about what is left out */
#define SAY_EVERY 500000000L       /* ns */

/* ENOSPC: the copy is in a tmpfs of its own */
void context_fail (struct context *c, char const *verb, char const *path)
{
  char const *slash = *path ? "/" : "" ;
  context_clear(c) ;
  if (errno == ENOSPC) nc_diefusys(111, "the tmpfs of the context is full: -S", verb, c->src, slash, path) ;
  if (errno == ESTALE || errno == ELOOP || errno == ENOTDIR) nc_diefusys(111, "it was replaced while it was read", verb, c->src, slash, path) ;
  strerr_diefusys(111, verb, c->src, slash, path) ;
}

void context_left (struct context *c, char const *path, char const *why)
{
  if (c->quiet || c->left++ >= SAY_LEFT) return ;
  context_clear(c) ;
  strerr_warnw(c->bind ? "covered " : "left out ", c->src, "/", path, ": ", why) ;
}

void context_left_end (struct context *c)
{
  char fmt[UINT_FMT] ;
  if (c->left <= SAY_LEFT) return ;
  fmt[uint_fmt(fmt, c->left - SAY_LEFT)] = 0 ;
  strerr_warnw(c->bind ? "covered " : "left out ", fmt, " more of ", c->src) ;
}

void context_clear (struct context *c)
{
  int e = errno ;
  if (c->shown) allwrite(2, "\r\033[K", 4) ;
  c->shown = 0 ;
  errno = e ;
}

static int say_due (struct context *c)
{
  struct timespec now ;
  if (clock_gettime(CLOCK_MONOTONIC, &now) == -1) return 0 ;
  if (c->next.tv_sec && (now.tv_sec < c->next.tv_sec || (now.tv_sec == c->next.tv_sec && now.tv_nsec < c->next.tv_nsec))) return 0 ;
  now.tv_nsec += SAY_EVERY ;
  if (now.tv_nsec >= 1000000000L) { now.tv_sec++ ; now.tv_nsec -= 1000000000L ; }
  if (!c->next.tv_sec) { c->next = now ; return 0 ; }
  c->next = now ;
  return 1 ;
}

void context_progress (struct context *c, uint64_t bytes)
{
  char line[128] ;
  int n ;
  c->files++ ;
  c->bytes += bytes ;
  if (!c->tty || !say_due(c)) return ;
  n = snprintf(line, sizeof(line), "\rnc-context: %llu files, %llu MiB\033[K", (unsigned long long)c->files, (unsigned long long)(c->bytes >> 20)) ;
  if (n < 0 || (size_t)n >= sizeof(line)) return ;
  allwrite(2, line, (size_t)n) ;
  c->shown = 1 ;
}
