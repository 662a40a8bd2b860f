/* ISC license. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/types.h>

#include "nc-userns.h"
#include "nc.h"

#define AUTO_LAST 65535U  /* the last id inside */

struct auto_user
{
  char id[UINT32_FMT] ;
  char *passwd ;
  char const *name ;
  size_t namelen ;
} ;

/* The name that /etc/passwd itself gives to uid; newuidmap knows more sources, but has to find the same line. */
static void auto_name (struct auto_user *u)
{
  size_t len, idlen = strlen(u->id) ;
  char const *s ;
  if (nc_subid_read("/etc/passwd", &u->passwd, &len) == -1) strerr_diefusys(111, "read /etc/passwd") ;
  for (s = u->passwd ; s && *s ; s += strcspn(s, "\n"), s += *s == '\n')
  {
    size_t n = strcspn(s, ":\n") ;
    size_t pass = s[n] == ':' ? strcspn(s + n + 1, ":\n") : 0 ;
    char const *id = s + n + 1 + pass ;
    if (s[n] != ':' || *id++ != ':' || strncmp(id, u->id, idlen) || id[idlen] != ':') continue ;
    u->name = s ;
    u->namelen = n ;
    return ;
  }
}

static int auto_matches (struct auto_user const *u, struct nc_subid const *e)
{
  if (e->namelen == strlen(u->id) && !memcmp(e->name, u->id, e->namelen)) return 1 ;
  return u->name && e->namelen == u->namelen && !memcmp(e->name, u->name, e->namelen) ;
}

static void auto_range (struct auto_user const *u, char const *path, struct nc_subid *range)
{
  struct nc_subid e ;
  char *text ;
  char const *s ;
  size_t len ;
  unsigned int line = 0 ;
  int r, found = 0 ;
  if (nc_subid_read(path, &text, &len) == -1) strerr_diefusys(111, "read ", path) ;
  s = text ;
  while ((r = nc_subid_next(&s, text + len, &e, &line)) == 1)
    if (!found && auto_matches(u, &e)) { *range = e ; found = 1 ; }
  if (r)
  {
    char fmt[UINT_FMT] ;
    fmt[uint_fmt(fmt, line)] = 0 ;
    strerr_dief(100, "malformed line ", fmt, " of ", path) ;
  }
  free(text) ;
  if (!found) strerr_dief(100, "no range for uid ", u->id, " in ", path, "; -a nomap needs none") ;
}

/* id onto itself, and the range onto 1 and up around it: id 0 stays unmapped. */
static void auto_keep (struct userns_map *m, uint32_t id, struct nc_subid const *range)
{
  uint32_t below = id - 1 < AUTO_LAST ? id - 1 : AUTO_LAST ;
  uint32_t above = AUTO_LAST > id ? AUTO_LAST - id : 0 ;
  if (below > range->count) below = range->count ;
  if (above > range->count - below) above = range->count - below ;
  if (below) userns_add(m, 1, range->start, below) ;
  userns_add(m, id, id, 1) ;
  if (above) userns_add(m, id + 1, range->start + below, above) ;
}

static void auto_zero (struct userns_map *m, uint32_t id, struct nc_subid const *range)
{
  userns_add(m, 0, id, 1) ;
  userns_add(m, 1, range->start, range->count < AUTO_LAST ? range->count : AUTO_LAST) ;
}

void userns_auto (char const *mode, struct userns_ids *ids)
{
  struct auto_user u = { .name = 0 } ;
  struct nc_subid uids, gids ;
  uint32_t uid = geteuid(), gid = getegid() ;
  int keep = !strcmp(mode, "keep-id") ;
  if (!keep && strcmp(mode, "auto") && strcmp(mode, "nomap")) strerr_dief(100, "neither nomap, keep-id nor auto: ", mode) ;
  if (!uid || !gid) strerr_dief(100, "the caller is id 0, which is never mapped; -m, -R or -u and -g are for root") ;
  if (mode[0] == 'n')
  {
    userns_add(&ids->uid, uid, uid, 1) ;
    userns_add(&ids->gid, gid, gid, 1) ;
    return ;
  }
  u.id[uint32_fmt(u.id, uid)] = 0 ;
  auto_name(&u) ;
  auto_range(&u, "/etc/subuid", &uids) ;
  auto_range(&u, "/etc/subgid", &gids) ;
  (keep ? &auto_keep : &auto_zero)(&ids->uid, uid, &uids) ;
  (keep ? &auto_keep : &auto_zero)(&ids->gid, gid, &gids) ;
  free(u.passwd) ;
}
