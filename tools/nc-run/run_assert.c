/* ISC license. */

/* What the strict modes read back from the kernel: the same facts as the steps before were given, in nc-assert's words. */

#include "nc.h"
#include "run.h"

void run_assert_host (struct run_request const *r, struct run_chain *c, int privileged)
{
  int record = run_always(r->mode, RUN_RULE_ASSERT) ;
  if (!record && !r->lockdown) return ;
  run_step(c, record ? "nc-assert -S" : "nc-assert -l", privileged) ;
  run_add(c, record ? RUN_FD_NS : r->lockdown) ;
  if (record && r->lockdown) run_add2(c, "-l", r->lockdown) ;
}

static void assert_entry (struct run_chain *c, char const *path, int isdir)
{
  (void)isdir ;
  run_add2(c, "-r", path) ;
}

static void assert_volumes (struct run_chain *c, struct run_list const *list, int tmpfs, int all)
{
  struct run_volume v ;
  size_t i = 0 ;
  for (; i < list->n ; i++)
  {
    run_volume(list->v[i], tmpfs, &v) ;
    if (v.writable) run_add2(c, tmpfs ? "-w" : "-W", v.dst) ;
    else if (all) run_add2(c, "-r", v.dst) ;
    if (v.noexec) run_add2(c, "-x", v.dst) ;
  }
}

/* In the modes that promise it: that the namespaces are new ones. */
static void assert_namespaces (struct run_request const *r, struct run_chain *c, int privileged)
{
  run_step(c, "nc-assert -N", privileged) ;
  run_add(c, RUN_FD_NS) ;
  run_add2(c, "-n", run_cat("Uimpu", r->network == RUN_NET_NONE ? "n" : "", r->nocgroupns ? "" : "C", r->timens ? "T" : "")) ;
  run_add2(c, "-h", r->hostname) ;
  if (r->network == RUN_NET_NONE) run_add2(c, "-i", "lo") ;
  run_add(c, "-m") ;
}

static void assert_root (struct run_request const *r, struct run_chain *c)
{
  run_add(c, "-X") ;
  if (r->content.root == RUN_ROOT_BIND) run_image(r->rootfs, c, &assert_entry) ;
  if (r->content.binds) run_binds(r->content.binds, c, "-r") ;
  if (r->tools) run_add2(c, "-r", r->tools) ;
}

/* With a root file system of its own every mount is known by name; the host's programs are many, and only held to be read-only. */
void run_assert_mounts (struct run_request const *r, struct run_chain *c, int privileged)
{
  int all = r->rootfs && !run_give_hides(r) ;
  if (run_always(r->mode, RUN_RULE_ASSERT)) assert_namespaces(r, c, privileged) ;
  else run_step(c, "nc-assert -m", privileged) ;
  if (all) assert_root(r, c) ;
  if (r->content.root != RUN_ROOT_BIND) run_add2(c, r->content.upper ? "-w" : "-r", "/") ;
  if (r->procrw) run_add2(c, "-w", "/proc") ;
  run_add2(c, "-w", "/tmp") ;
  if (run_always(r->mode, RUN_RULE_NOEXEC)) run_add2(c, "-x", "/tmp") ;
  run_add2(c, "-w", r->home) ;
  run_add2(c, "-x", r->home) ;
  if (r->notify && all) run_add2(c, "-r", r->notify) ;
  assert_volumes(c, &r->tmpfs, 1, all) ;
  assert_volumes(c, &r->volumes, 0, all) ;
  run_give_assert(r, c, all) ;
}

void run_assert_self (struct run_request const *r, struct run_ids const *ids, struct run_list const *env, struct run_chain *c, int privileged)
{
  char const *groups = ids->kept ? run_num(ids->gid) : run_groups(ids) ;
  size_t i = 0 ;
  if (!run_always(r->mode, RUN_RULE_ASSERT)) return ;
  run_step(c, "nc-assert -c", privileged) ;
  run_add(c, "-y") ;
  for (; i < r->caps.n ; i++) run_add(c, r->caps.words[i]) ;
  if (ids->leased) run_add2(c, "-O", "fd:" RUN_FD_IDS) ;
  else
  {
    run_add2(c, "-u", run_num(ids->uid)) ;
    run_add2(c, "-g", run_num(ids->gid)) ;
  }
  if (!r->keepgroups) run_add2(c, "-G", *groups ? groups : "none") ;
  run_add2(c, "-R", run_core()) ;
  if (r->memlock) run_add2(c, "-R", run_cat("memlock=", r->memlock, 0, 0)) ;
  run_add2(c, "-o", "22") ;
  run_add2(c, "-f", RUN_FD_BPF) ;
  run_add2(c, "-f", RUN_FD_READY) ;
  run_fds(r, c, "-f") ;
  for (i = 0 ; i < env->n ; i++) run_add2(c, "-e", env->v[i]) ;
}
