/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/sha256.h>

#include "nc.h"
#include "workspace.h"

struct protect
{
  struct ws *w ;
  struct ws_list *list ;
  struct nc_walk walk ;
  char const *inside ;          /* below it, all is meant */
  stralloc in ;
  stralloc link ;
} ;

static void protect_die (struct protect *p) gccattr_noreturn ;
static void protect_die (struct protect *p)
{
  int e = errno ;
  if (ws_place_undo(p->w) == -1) strerr_warnwusys("undo the placeholders in ", p->w->src) ;
  errno = e ;
  nc_diefusys(111, "does it change meanwhile?", "look for protected names at ", p->walk.path[0] ? p->walk.path : p->w->src) ;
}

static int protect_digest (struct protect *p, unsigned char *digest)
{
  SHA256Schedule s ;
  char b[65536] ;
  ssize_t n ;
  int fd ;
  sha256_init(&s) ;
  if (S_ISLNK(p->walk.st.st_mode))
  {
    if (ws_readlink(p->walk.fd, p->walk.name, &p->link) == -1) return -1 ;
    sha256_update(&s, p->link.s, p->link.len) ;
  }
  else
  {
    fd = openat(p->walk.fd, p->walk.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) ;
    /* what the caller cannot read: the rest of what is known of it has to do */
    if (fd == -1) return errno == EACCES ? 0 : -1 ;
    while ((n = read(fd, b, sizeof(b))) > 0 || (n == -1 && errno == EINTR)) if (n > 0) sha256_update(&s, b, (size_t)n) ;
    if (nc_close(fd, (int)n) == -1) return -1 ;
  }
  sha256_final(&s, (char *)digest) ;
  return 0 ;
}

static int protect_add (struct protect *p)
{
  struct ws_entry e ;
  mode_t m = p->walk.st.st_mode ;
  ws_entry_stat(&e, &p->walk.st) ;
  e.racy = !!p->inside ;
  if ((S_ISREG(m) || S_ISLNK(m)) && protect_digest(p, e.digest) == -1) return -1 ;
  return ws_add(p->list, &e, p->walk.path) ? 0 : -1 ;
}

static int protect_entry (struct protect *p, int make)
{
  struct nc_walk *w = &p->walk ;
  int isdir = S_ISDIR(w->st.st_mode) ;
  if (p->inside && !ws_below(w->path, p->inside)) p->inside = 0 ;
  if (p->inside) { if (protect_add(p) == -1) return -1 ; }
  else switch (ws_match(p->w, w->path, w->name, w->st.st_mode))
  {
    case WS_MATCH_LIFTED : return 0 ;
    case WS_MATCH_NONE :
      if (make && isdir && !strcmp(w->name, ".git")) ws_place(p->w, w) ;
      break ;
    default :
      if (protect_add(p) == -1) return -1 ;
      if (!isdir) break ;
      if (!stralloc_copys(&p->in, w->path) || !stralloc_0(&p->in)) return -1 ;
      p->inside = p->in.s ;
  }
  if (!isdir || nc_walk_enter(w) == 0) return 0 ;
  /* the workload has no more rights than the caller, where the caller lacks them */
  return errno == EACCES ? 0 : -1 ;
}

/* What is protected and there, and what is in it; -1 with errno. With make, placeholders first. */
static int protect_walk (struct protect *p, int make)
{
  int fd = openat(p->w->srcfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  int r = fd == -1 ? -1 : nc_walk_start(&p->walk, fd) ;
  if (fd == -1) { p->walk.path = "" ; return -1 ; }
  while (!r)
  {
    enum nc_walk_what what = nc_walk_next(&p->walk) ;
    if (what == NC_WALK_END) break ;
    if (what == NC_WALK_ENTRY) r = protect_entry(p, make) ;
    /* gone between the list of names and now: a workspace lives */
    else if (what == NC_WALK_ERROR && errno != ENOENT) r = -1 ;
  }
  return r ;
}

void ws_protected (struct ws *w, struct ws_list *l, int make)
{
  struct protect p = { .w = w, .list = l } ;
  if (!nc_patterns_len(&w->protect)) return ;
  if (protect_walk(&p, make) == -1) protect_die(&p) ;
  if (nc_walk_end(&p.walk, 0) == -1) protect_die(&p) ;
  stralloc_free(&p.in) ;
  stralloc_free(&p.link) ;
}
