/* ISC license. */

/* What the container sees. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "nc.h"
#include "run.h"

static void root_nameservers (struct run_request const *r, struct run_chain *c)
{
  char line[256] ;
  size_t i = 0 ;
  FILE *f ;
  for (; i < r->dns.n ; i++) run_add2(c, "-n", r->dns.v[i]) ;
  if (r->dns.n || r->network != RUN_NET_HOST) return ;
  f = fopen("/etc/resolv.conf", "re") ;
  if (!f) { if (errno == ENOENT) return ; strerr_diefusys(111, "open /etc/resolv.conf") ; }
  while (i < 3 && fgets(line, sizeof(line), f))
  {
    char word[64] ;
    if (sscanf(line, "nameserver %63[0-9a-fA-F.:]", word) == 1) { run_add2(c, "-n", run_cat(word, "", 0, 0)) ; i++ ; }
  }
  if (ferror(f) || fclose(f)) strerr_diefusys(111, "read /etc/resolv.conf") ;
}

static void root_owner (struct run_request const *r, struct run_ids const *ids, struct run_chain *c)
{
  run_add2(c, "-u", run_cat(run_owner(ids), ":", ids->name, run_cat(":", r->home, 0, 0))) ;
}

/* A workload whose ids are leased owns nothing outside: what it may write to is shown as its own, where that can be done. */
static void root_volume (struct run_ids const *ids, struct run_chain *c, struct run_volume const *v)
{
  struct stat st ;
  char const *own = 0 ;
  run_source("--volume", v->src, v->writable ? RUN_USE_WRITE : RUN_USE_READ, &st) ;
  if (v->own || (v->writable && ids->leased)) own = run_own(ids, st.st_uid) ;
  if (own && !v->own) own = "tryown" ;
  run_add2(c, v->writable ? "-B" : "-b", run_cat(run_field(v->src), ":", run_field(v->dst), run_bind(own, v->noexec))) ;
}

static void root_volumes (struct run_request const *r, struct run_ids const *ids, struct run_chain *c)
{
  struct run_volume v ;
  size_t i = 0 ;
  for (; i < r->tmpfs.n ; i++)
  {
    run_volume(r->tmpfs.v[i], 1, &v) ;
    run_add2(c, "-t", run_cat(v.dst, ":size=", v.size, v.writable ? v.noexec ? ",mode=700,own,noexec" : ",mode=700,own" : ",mode=755,ro")) ;
  }
  for (i = 0 ; i < r->volumes.n ; i++)
  {
    run_volume(r->volumes.v[i], 0, &v) ;
    root_volume(ids, c, &v) ;
  }
}

/* Under an overlay the files show as the workload's own: it may change what it sees, and changes nothing else. An image has the owners it has. */
static void root_base (struct run_request const *r, struct run_ids const *ids, struct run_chain *c)
{
  struct run_content const *w = &r->content ;
  char const *kind = w->root == RUN_ROOT_IMAGE ? w->image : w->upper ? run_own(ids, w->rootuid) : w->root == RUN_ROOT_TREE ? "tree" : 0 ;
  if (!r->rootfs) { run_add(c, "-h") ; return ; }
  run_add2(c, "-b", run_cat(r->rootfs, ":/", kind ? ":" : 0, kind)) ;
  if (w->upper) run_add2(c, "-o", w->upper) ;
}

void run_root (struct run_request const *r, struct run_ids const *ids, struct run_chain *c, int privileged)
{
  run_step(c, "nc-rootfs", privileged) ;
  root_owner(r, ids, c) ;
  if (ids->leased) run_add(c, "-k") ;
  root_base(r, ids, c) ;
  if (r->content.binds) run_add2(c, "-f", r->content.binds) ;
  run_add(c, "-e") ;
  run_add2(c, "-H", r->hostname) ;
  root_nameservers(r, c) ;
  if (r->procrw) run_add2(c, "-p", "rw") ;
  if (ids->late) run_add2(c, "-i", RUN_FD_USERNS) ;
  run_add2(c, "-t", run_always(r->mode, RUN_RULE_NOEXEC) ? "/tmp:256M,noexec" : "/tmp:256M") ;
  run_add2(c, "-t", run_cat(r->home, ":256M,mode=700,own,noexec", 0, 0)) ;
  if (r->tools) run_add2(c, "-b", run_cat(r->tools, ":", r->tools, 0)) ;
  if (r->notify) run_add2(c, "-b", run_cat(run_field(r->notify), ":", run_field(r->notify), 0)) ;
  root_volumes(r, ids, c) ;
  run_give_root(r, ids, c) ;
}
