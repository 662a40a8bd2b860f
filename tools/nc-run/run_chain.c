/* ISC license. */

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>

#include <skalibs/types.h>
#include <skalibs/uint64.h>

#include "nc.h"
#include "run.h"

static void chain_policy (struct run_chain *c, struct run_policy const *p)
{
  size_t i = 0 ;
  for (; i < p->n ; i++) run_add(c, p->words[i]) ;
}

static void chain_open (struct run_request const *r, struct run_ids const *ids, struct run_chain *c, int privileged)
{
  if (!r->seccompfile.file || r->print)
  {
    run_step(c, "nc-open", privileged) ;
    run_add2(c, "-f", run_cat(RUN_FD_BPF ":", r->seccomp, 0, 0)) ;
  }
  if (r->userof) run_add2(c, "-d", run_cat(RUN_FD_IDS ":", r->userof, 0, 0)) ;
  if (!ids->leased || ids->late || r->userof) return ;
  run_step(c, "nc-userns -q", privileged) ;
  run_add(c, RUN_FD_IDS) ;
}

/* A tenth below the limit the kernel starts to reclaim; swap would let a workload go on far beyond its memory. */
static void chain_cgroup (struct run_request const *r, struct run_chain *c, int privileged)
{
  uint64_t bytes ;
  size_t i = 0 ;
  if (!r->memory && !r->cpus && !r->cpuweight && !r->pids && !r->iolimits.n) return ;
  run_step(c, "nc-cgroup", privileged) ;
  if (r->memory)
  {
    char fmt[UINT64_FMT] ;
    nc_scan_size(r->memory, &bytes) ;
    fmt[uint64_fmt(fmt, bytes)] = 0 ;
    run_add2(c, "-m", run_cat(fmt, "", 0, 0)) ;
    fmt[uint64_fmt(fmt, bytes - bytes / 10)] = 0 ;
    run_add2(c, "-M", run_cat(fmt, "", 0, 0)) ;
    if (!r->swap) run_add2(c, "-s", "0") ;
  }
  if (r->cpus) run_add2(c, "-c", r->cpus) ;
  if (r->cpuweight) run_add2(c, "-w", r->cpuweight) ;
  if (r->pids) run_add2(c, "-p", r->pids) ;
  for (; i < r->iolimits.n ; i++) run_add2(c, "-i", r->iolimits.v[i]) ;
}

char const *run_groups (struct run_ids const *ids)
{
  char const *s = "" ;
  size_t i = 0 ;
  for (; i < ids->groupsn ; i++) s = run_cat(s, i ? "," : "", run_num(ids->groups[i]), 0) ;
  return s ;
}

static void chain_userns (struct run_request const *r, struct run_ids const *ids, struct run_chain *c)
{
  char const *own = run_cat(run_num(ids->uid), ":", run_num(ids->gid), 0) ;
  size_t i = 0 ;
  if (ids->late)
  {
    char const *groups = run_groups(ids) ;
    run_step(c, "nc-userns -o", 1) ;
    run_add(c, RUN_FD_USERNS) ;
    if (!ids->leased) run_add2(c, "-m", run_cat(own, *groups ? "," : "", groups, 0)) ;
    if (r->userof) run_add2(c, "-m", run_cat("fd:" RUN_FD_IDS, *groups ? "," : "", groups, 0)) ;
    /* who the workload is outside, where the line cannot know it: the owner of what it may write to */
    else if (ids->leased || !ids->uid) run_add2(c, "-q", RUN_FD_IDS) ;
    run_step(c, "nc-userns -j", 1) ;
    run_add(c, RUN_FD_USERNS) ;
    return ;
  }
  if (!ids->early) return ;
  run_step(c, "nc-userns", 0) ;
  if (r->uidmaps.n)
  {
    for (; i < r->uidmaps.n ; i++) run_add2(c, "-u", r->uidmaps.v[i]) ;
    for (i = 0 ; i < r->gidmaps.n ; i++) run_add2(c, "-g", r->gidmaps.v[i]) ;
  }
  else if (r->userns == RUN_USERNS_KEEPID) run_add2(c, "-a", "keep-id") ;
  else if (r->userns == RUN_USERNS_AUTO) run_add2(c, "-a", "auto") ;
  else if (!ids->uid && r->user)
  {
    run_add2(c, "-u", run_cat("0:", run_num(getuid()), ":1", 0)) ;
    run_add2(c, "-g", run_cat("0:", run_num(getgid()), ":1", 0)) ;
  }
  else run_add2(c, "-a", "nomap") ;
}

static void chain_unshare (struct run_request const *r, struct run_chain *c, int privileged)
{
  char *flags = run_cat("-pmui", r->nocgroupns ? "" : "C", r->network == RUN_NET_NONE ? "n" : "", r->timens ? "T" : "") ;
  run_step(c, "nc-unshare", privileged) ;
  run_add(c, flags) ;
  run_add2(c, "-h", r->hostname) ;
  if (r->network == RUN_NET_NONE) run_add2(c, "-P", "0") ;
}

/* 1, not 0: with a piped core_pattern 0 still hands the image to the host's handler, core(5). Where the caller's own hard
   limit is 0 already, only CAP_SYS_RESOURCE raises it: asked here, as nc-rlimit will. */
char const *run_core (void)
{
  struct rlimit one = { .rlim_cur = 1, .rlim_max = 1 } ;
  struct rlimit now ;
  int e ;
  if (setrlimit(RLIMIT_CORE, &one) == 0) return "core=1" ;
  e = errno ;
  if (e == EPERM && getrlimit(RLIMIT_CORE, &now) == 0 && !now.rlim_max) return "core=0" ;
  errno = e ;
  strerr_diefusys(111, "set the core limit") ;
}

static void chain_rlimit (struct run_request const *r, struct run_chain *c, int privileged)
{
  char const *core = run_core() ;
  run_step(c, "nc-rlimit", privileged) ;
  if (!strcmp(core, "core=0"))
  {
    strerr_warnw("the hard core limit is 0 and stays so: a piped core_pattern of the host gets the core of a crash") ;
    run_add2(c, "-l", core) ;
  }
  if (r->memlock) run_add2(c, "-l", run_cat("memlock=", r->memlock, 0, 0)) ;
}

static void chain_restrict (struct run_request const *r, struct run_ids const *ids, struct run_list const *env, struct run_chain *c, int privileged)
{
  chain_rlimit(r, c, privileged) ;
  run_assert_mounts(r, c, privileged) ;
  run_landlock(r, c, privileged) ;
  run_step(c, "nc-dropcaps", privileged) ;
  if (ids->leased)
  {
    if (run_always(r->mode, RUN_RULE_ASSERT)) run_add(c, "-k") ;
    run_add2(c, "-O", "fd:" RUN_FD_IDS) ;
  }
  else if (privileged || r->user)
  {
    run_add2(c, "-u", run_num(ids->uid)) ;
    run_add2(c, "-g", run_num(ids->gid)) ;
  }
  if (r->keepgroups) run_add2(c, "-G", "keep") ;
  if (ids->groupsn) run_add2(c, "-G", run_groups(ids)) ;
  chain_policy(c, &r->caps) ;
  run_assert_self(r, ids, env, c, privileged) ;
  run_step(c, "nc-seccomp", privileged) ;
  if (r->logdenied) run_add(c, "-l") ;
  chain_policy(c, &r->seccompfile) ;
  run_add2(c, "-s", RUN_FD_READY) ;
  run_add(c, "fd:" RUN_FD_BPF) ;
}

void run_compose (struct run_request const *r, struct run_ids const *ids, struct run_list const *env, struct run_chain *c)
{
  int privileged = !ids->early ;
  size_t i = 0 ;
  run_step(c, "nc-clean", privileged) ;
  if (r->events && !strncmp(r->events, "fd:", 3)) run_add2(c, "-k", r->events + 3) ;
  if (r->seccompfile.file && !r->print) run_add2(c, "-k", RUN_FD_BPF) ;
  run_secret_fds(&r->content.secrets, c) ;
  run_fds(r, c, "-k") ;
  for (; i < env->n ; i++) run_add2(c, "-e", env->v[i]) ;
  run_step(c, "nc-scope", privileged) ;
  if (r->name) run_add2(c, "-n", r->name) ;
  if (r->root) run_add2(c, "-r", r->root) ;
  run_add2(c, "-s", RUN_FD_READY) ;
  if (r->events) run_add2(c, "-e", r->events) ;
  chain_open(r, ids, c, privileged) ;
  run_assert_host(r, c, privileged) ;
  chain_userns(r, ids, c) ;
  chain_cgroup(r, c, privileged) ;
  run_give_host(r, ids, c, privileged) ;
  chain_unshare(r, c, privileged) ;
  run_root(r, ids, c, privileged) ;
  run_give(r, ids, c, privileged) ;
  run_step(c, "nc-pivot", privileged) ;
  if (r->content.upper) run_add(c, "-w") ;
  run_add2(c, "-d", r->workdir) ;
  run_step(c, "nc-init", privileged) ;
  if (r->listen) run_add(c, "-l") ;
  chain_restrict(r, ids, env, c, privileged) ;
}
