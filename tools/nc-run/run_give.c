/* ISC license. */

/* The steps that give a container files of the host, and what they are read back as. */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nc.h"
#include "run.h"

/* SRC:DEST:ro or rw, DEST below home */
void run_config (char const *word, char const *home, char const **src, char const **dst, char const **kind)
{
  char *s = run_cat(word, "", 0, 0) ;
  char *d = strchr(s, ':'), *k = strrchr(s, ':') ;
  size_t n = strlen(home) ;
  if (!d || k == d) strerr_dief(100, "not SRC:DEST:ro or rw: ", word) ;
  *d++ = 0 ;
  *k++ = 0 ;
  *src = s ;
  *kind = k ;
  *dst = d[0] == '/' ? d : run_cat(home, "/", d, 0) ;
  run_target("--provider-config", *dst) ;
  if (strncmp(*dst, home, n) || (*dst)[n] != '/') strerr_dief(100, "not below the home ", home, ": ", *dst) ;
}

char const *run_owner (struct run_ids const *ids)
{
  return ids->leased || (ids->late && !ids->uid) ? "fd:" RUN_FD_IDS : run_cat(run_num(ids->uid), ":", run_num(ids->gid), 0) ;
}

static void give_owner (struct run_ids const *ids, struct run_chain *c)
{
  run_add2(c, "-u", run_owner(ids)) ;
  if (ids->leased) run_add(c, "-k") ;
}

void run_give_host (struct run_request const *r, struct run_ids const *ids, struct run_chain *c, int privileged)
{
  struct run_content const *w = &r->content ;
  size_t i = 0 ;
  if (!w->workspace) return ;
  run_step(c, "nc-workspace", privileged) ;
  run_add2(c, "-m", w->mode) ;
  if (w->protect) run_add2(c, "-p", w->protect) ;
  for (; i < w->lifted.n ; i++) run_add2(c, "-l", w->lifted.v[i]) ;
  if (w->aside) run_add(c, "-q") ;
  if (w->changes) run_add2(c, "-a", w->changes) ;
  if (w->state) run_add2(c, "-s", w->state) ;
  if (w->state && strcmp(w->mode, "bind-rw")) give_owner(ids, c) ;
  else if (w->state) run_add2(c, "-f", RUN_FD_PROTECT) ;
  run_add(c, w->workspace) ;
}

/* Where the workload is another than whom the files belong to, they are shown as its own. */
char const *run_own (struct run_ids const *ids, uint32_t uid)
{
  if (ids->early || (!ids->leased && ids->uid == uid)) return 0 ;
  return "own" ;
}

char const *run_bind (char const *own, int noexec)
{
  if (own) return run_cat(":", own, noexec ? ",noexec" : 0, 0) ;
  return noexec ? ":noexec" : "" ;
}

static void give_workspace (struct run_request const *r, struct run_ids const *ids, struct run_chain *c)
{
  struct run_content const *w = &r->content ;
  char const *own = run_own(ids, w->wsuid) ;
  if (!strcmp(w->mode, "copy-in-out"))
    run_add2(c, "-B", run_cat(run_field(w->state), "/tree:" RUN_WORKSPACE, run_bind(0, !w->exec), 0)) ;
  else if (!strcmp(w->mode, "overlay-in-out"))
    run_add2(c, "-V", run_cat(RUN_WORKSPACE ":", run_field(w->workspace), run_cat(":", run_field(w->state), 0, 0), run_bind(own, !w->exec))) ;
  else
  {
    int writable = !strcmp(w->mode, "bind-rw") ;
    run_add2(c, writable ? "-B" : "-b", run_cat(run_field(w->workspace), ":" RUN_WORKSPACE, run_bind(own, !w->exec), 0)) ;
    if (writable && w->protect) run_add2(c, "-P", RUN_WORKSPACE ":fd:" RUN_FD_PROTECT) ;
  }
}

/* Options of nc-rootfs. */
void run_give_root (struct run_request const *r, struct run_ids const *ids, struct run_chain *c)
{
  struct run_content const *w = &r->content ;
  struct stat st ;
  size_t i = 0 ;
  if (w->workspace) give_workspace(r, ids, c) ;
  for (; i < w->configs.n ; i++)
  {
    char const *src, *dst, *kind ;
    int writable ;
    run_config(w->configs.v[i], r->home, &src, &dst, &kind) ;
    writable = !strcmp(kind, "rw") ;
    if (stat(src, &st) == -1) strerr_diefusys(111, "look at ", src) ;
    run_add2(c, writable ? "-B" : "-b", run_cat(run_field(src), ":", run_field(dst), run_bind(writable ? run_own(ids, st.st_uid) : 0, 1))) ;
  }
}

/* The steps after nc-rootfs. */
void run_give (struct run_request const *r, struct run_ids const *ids, struct run_chain *c, int privileged)
{
  struct run_content const *w = &r->content ;
  struct stat st ;
  size_t i = 0 ;
  if (w->context)
  {
    run_step(c, "nc-context", privileged) ;
    if (w->contextbind) run_add(c, "-b") ;
    else give_owner(ids, c) ;
    if (w->integrity) run_add(c, "-i") ;
    run_add2(c, "-x", w->contextlist) ;
    run_add(c, w->context) ;
  }
  if (w->secrets.n || w->credentials.n)
  {
    run_step(c, "nc-secrets", privileged) ;
    give_owner(ids, c) ;
    for (; i < w->secrets.n ; i++) run_add2(c, "-f", w->secrets.v[i]) ;
    if (w->credentials.n) run_add2(c, "-c", w->credsdir) ;
    for (i = 0 ; i < w->credentials.n ; i++) run_add2(c, "-n", w->credentials.v[i]) ;
  }
  if (!w->attest) return ;
  run_step(c, "nc-attest", privileged) ;
  if (w->manifest) run_add2(c, "-f", w->manifest) ;
  if (w->manifestsum) run_add2(c, "-s", w->manifestsum) ;
  /* the closure, where the root has one beside it: read in full, for nobody here keeps a record of it */
  if (stat(run_cat(r->rootfs, "/.nucleus-rootfs-store-paths", 0, 0), &st) == 0) run_add2(c, "-p", "full") ;
  else if (errno != ENOENT) strerr_diefusys(111, "look at ", r->rootfs) ;
  run_add(c, r->rootfs) ;
}
