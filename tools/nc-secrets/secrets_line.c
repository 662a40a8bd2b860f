/* ISC license. */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "nc.h"
#include "secrets.h"

static char *line_copy (char const *arg)
{
  char *s = strdup(arg) ;
  if (!s) strerr_diefusys(111, "allocate the line") ;
  return s ;
}

/* Takes out empty parts and dots; 0 where it goes up, ends in a slash or a dot, or has nothing in it. */
static int line_path (char *path)
{
  char *in = path ;
  char *out = path ;
  if (strlen(path) > 4000 || !path[0] || path[strlen(path)-1] == '/') return 0 ;
  for (;;)
  {
    size_t n ;
    while (*in == '/') in++ ;
    n = strcspn(in, "/") ;
    if (n == 2 && in[0] == '.' && in[1] == '.') return 0 ;
    if (!in[n] && n == 1 && in[0] == '.') return 0 ;
    if (n != 1 || in[0] != '.')
    {
      if (n > NAME_MAX) return 0 ;
      if (out != path || path[0] == '/') *out++ = '/' ;
      memmove(out, in, n) ;
      out += n ;
    }
    in += n ;
    if (!*in) break ;
  }
  *out = 0 ;
  return 1 ;
}

static int line_name (char const *s)
{
  return s[0] && strlen(s) <= NAME_MAX && !strchr(s, '/') && strcmp(s, ".") && strcmp(s, "..") ;
}

void secrets_scan (struct secrets *s, char const *arg, int credential)
{
  struct secret *x ;
  char *p = line_copy(arg) ;
  if (s->n == SECRETS_MAX) strerr_dief(100, "too many secrets") ;
  if (!s->list) s->list = calloc(SECRETS_MAX, sizeof(struct secret)) ;
  if (!s->list) strerr_diefusys(111, "allocate the line") ;
  x = s->list + s->n++ ;
  x->fd = -1 ;
  x->credential = credential ;
  x->src = nc_field(&p) ;
  x->dst = nc_field(&p) ;
  if (p || !x->dst) strerr_dief(100, credential ? "not name:destination: " : "not source:destination: ", arg) ;
  if (credential) { if (!line_name(x->src)) strerr_dief(100, "not the name of a credential: ", x->src) ; }
  else if (!nc_scan_source(x->src, &x->fd) && x->src[0] != '/') strerr_dief(100, "not an absolute path: ", x->src) ;
  if (!line_path(x->dst)) strerr_dief(100, "not a destination: ", arg) ;
}

void secrets_scan_dir (struct secrets *s, char const *arg)
{
  s->dir = line_copy(arg) ;
  if (arg[0] != '/' || !line_path(s->dir)) strerr_dief(100, "not an absolute path: ", arg) ;
}

void secrets_scan_owner (struct secrets *s, char const *arg)
{
  int r ;
  if (s->owned++) strerr_dief(100, "more than one owner: ", arg) ;
  r = nc_scan_owner(arg, &s->uid, &s->gid, &s->owner) ;
  if (r == -1) strerr_diefusys(100, "read the owner of ", arg) ;
  if (!r) strerr_dief(100, "not uid:gid: ", arg) ;
}

static void check_kernel (char const *path)
{
  static char const *const kernel[] = { "/proc", "/sys" } ;
  size_t i = 0 ;
  for (; i < sizeof(kernel) / sizeof(kernel[0]) ; i++)
  {
    size_t n = strlen(kernel[i]) ;
    if (!strncmp(path, kernel[i], n) && (!path[n] || path[n] == '/')) strerr_dief(100, "no secret is put there: ", path) ;
  }
}

static void check_two (struct secrets const *s, struct secret const *a, struct secret const *b)
{
  size_t n = strlen(a->dst), m = strlen(b->dst) ;
  if (!strcmp(a->dst, b->dst)) strerr_dief(100, "two secrets with one destination: ", a->dst) ;
  if (n < m ? !strncmp(a->dst, b->dst, n) && b->dst[n] == '/' : !strncmp(a->dst, b->dst, m) && a->dst[m] == '/')
    strerr_dief(100, "the destination of one secret is a directory of another's: ", n < m ? a->dst : b->dst) ;
  if (a->fd != -1 && (a->fd == b->fd || a->fd == s->owner)) strerr_dief(100, "a descriptor is used twice: ", a->src) ;
}

/* A destination without a slash before it is below the directory of secrets; so is an absolute one that leads there. */
static void check_place (struct secrets const *s, struct secret *x)
{
  size_t n = strlen(s->dir) ;
  if (x->dst[0] != '/')
  {
    char *path = malloc(n + strlen(x->dst) + 2) ;
    if (!path) strerr_diefusys(111, "allocate the line") ;
    memcpy(path, s->dir, n) ;
    path[n] = '/' ;
    strcpy(path + n + 1, x->dst) ;
    x->dst = path ;
  }
  check_kernel(x->dst) ;
  if (!strcmp(x->dst, s->dir)) strerr_dief(100, "it is the directory of secrets: ", x->dst) ;
  if (!strncmp(x->dst, s->dir, n) && x->dst[n] == '/') x->name = x->dst + n + 1 ;
}

void secrets_check (struct secrets *s)
{
  size_t i = 0, j ;
  if (!s->dir) s->dir = line_copy("/run/secrets") ;
  check_kernel(s->dir) ;
  for (; i < s->n ; i++)
  {
    check_place(s, s->list + i) ;
    if (s->list[i].credential && !s->credentials) strerr_dief(100, "a credential (-n) needs the directory of credentials (-c): ", s->list[i].src) ;
    if (s->list[i].fd != -1 && s->list[i].fd == s->owner) strerr_dief(100, "a descriptor is used twice: ", s->list[i].src) ;
    for (j = 0 ; j < i ; j++) check_two(s, s->list + i, s->list + j) ;
  }
}
