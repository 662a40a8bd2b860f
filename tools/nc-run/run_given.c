/* ISC license. */

/* What was given: the Landlock rules for it, and the mounts that nc-assert is to find. */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "nc.h"
#include "run.h"

#define GIVEN_SECRETS "/run/secrets"

/* The destination of each secret in turn, or 0: a path, or a name in /run/secrets. It is a file there, and not a mount. */
static char const *given_secret (struct run_content const *w, size_t i)
{
  char const *s ;
  if (i < w->secrets.n) s = w->secrets.v[i] ;
  else if (i - w->secrets.n < w->credentials.n) s = w->credentials.v[i - w->secrets.n] ;
  else return 0 ;
  s = strrchr(s, ':') + 1 ;
  return strncmp(s, GIVEN_SECRETS "/", sizeof(GIVEN_SECRETS)) ? s : s + sizeof(GIVEN_SECRETS) ;
}

static int given_named (struct run_content const *w)
{
  char const *s ;
  size_t i = 0 ;
  while ((s = given_secret(w, i++))) if (s[0] != '/') return 1 ;
  return 0 ;
}

void run_give_landlock (struct run_request const *r, struct run_chain *c)
{
  struct run_content const *w = &r->content ;
  char const *s ;
  size_t i = 0 ;
  if (w->context) run_add2(c, "-r", "/context") ;
  if (given_named(w)) run_add2(c, "-r", GIVEN_SECRETS) ;
  while ((s = given_secret(w, i++))) if (s[0] == '/') run_add2(c, "-r", s) ;
  if (!w->workspace) return ;
  run_add2(c, "-r", RUN_WORKSPACE) ;
  if (strcmp(w->mode, "bind-ro")) run_add2(c, "-w", RUN_WORKSPACE) ;
  if (w->exec) run_add2(c, "-x", RUN_WORKSPACE) ;
}

static void given_stated (struct run_chain *c, char const *kind, char const *path, int noexec)
{
  run_add2(c, kind, path) ;
  if (noexec) run_add2(c, "-x", path) ;
}

static int given_within (char const *path, char const *dir)
{
  size_t n = strlen(dir) ;
  return !strncmp(path, dir, n) && path[n] == '/' ;
}

/* The directory of the root file system that nc-secrets covers so that path appears in it, or 0: it is there, or is made on a
   file system of our own. */
static char *given_covered (struct run_request const *r, char const *path)
{
  char const *own = r->content.root == RUN_ROOT_BIND ? " dev home proc run sys tmp " : " dev proc tmp " ;
  struct stat st ;
  char *real = run_cat(r->rootfs, path, 0, 0) ;
  char *top = run_cat(" ", path + 1, 0, 0) ;
  size_t n = strlen(r->rootfs) ;
  top[1 + strcspn(top + 1, "/")] = 0 ;
  if (r->content.upper || given_within(path, r->home) || strstr(own, run_cat(top, " ", 0, 0))) return 0 ;
  if (stat(real, &st) == 0) return 0 ;
  do
  {
    if (errno != ENOENT && errno != ENOTDIR) strerr_diefusys(111, "look at ", real) ;
    *strrchr(real, '/') = 0 ;
  }
  while (strlen(real) > n && stat(real, &st) == -1) ;
  return real + n ;
}

int run_give_hides (struct run_request const *r)
{
  char const *s ;
  size_t i = 0 ;
  while ((s = given_secret(&r->content, i++)))
  {
    char const *dir ;
    if (r->content.root == RUN_ROOT_IMAGE) return 1 ;
    dir = given_covered(r, s[0] == '/' ? s : GIVEN_SECRETS) ;
    if (dir && !*dir) return 1 ;
  }
  return 0 ;
}

static void given_secrets (struct run_request const *r, struct run_chain *c, int all)
{
  char const *s ;
  size_t i = 0 ;
  if (given_named(&r->content)) given_stated(c, "-r", GIVEN_SECRETS, 1) ;
  while ((s = given_secret(&r->content, i++)))
  {
    char const *dir = all ? given_covered(r, s[0] == '/' ? s : GIVEN_SECRETS) : 0 ;
    if (dir) run_add2(c, "-r", dir) ;
    if (s[0] == '/') given_stated(c, "-r", s, 1) ;
  }
}

/* all: with nc-assert -X, which wants every mount named. */
void run_give_assert (struct run_request const *r, struct run_chain *c, int all)
{
  struct run_content const *w = &r->content ;
  size_t i = 0 ;
  if (w->context) given_stated(c, "-r", "/context", 1) ;
  given_secrets(r, c, all) ;
  if (w->workspace && strcmp(w->mode, "bind-ro")) given_stated(c, "-W", RUN_WORKSPACE, !w->exec) ;
  else if (w->workspace) given_stated(c, "-r", RUN_WORKSPACE, !w->exec) ;
  for (; i < w->configs.n ; i++)
  {
    char const *src, *dst, *kind ;
    run_config(w->configs.v[i], r->home, &src, &dst, &kind) ;
    given_stated(c, !strcmp(kind, "rw") ? "-W" : "-r", dst, 1) ;
  }
}
