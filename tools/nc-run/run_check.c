/* ISC license. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "nc.h"
#include "run.h"

#define CHECK_STORE "/nix/store/"

static void check_dir (char const *option, char const *path)
{
  char const *p = path ;
  size_t n = strlen(path) ;
  if (path[0] != '/' || n < 2 || path[n-1] == '/' || strstr(path, "//") || strpbrk(path, ":\n"))
    strerr_dief(100, "not an absolute path below / for ", option, ": ", path) ;
  while ((p = strstr(p, "/..")))
  {
    if (!p[3] || p[3] == '/') strerr_dief(100, "goes up by .. for ", option, ": ", path) ;
    p += 3 ;
  }
}

/* The store's own name of it, so that a link outside that changes later changes nothing. */
static char const *check_store (enum run_mode mode, char const *rootfs)
{
  struct stat st ;
  char *real = realpath(rootfs, 0) ;
  if (!real) strerr_diefusys(111, "find the root file system ", rootfs) ;
  if (strncmp(real, CHECK_STORE, sizeof(CHECK_STORE) - 1))
    strerr_dief(100, "mode ", run_mode_name(mode), " takes a root file system in /nix/store: ", rootfs, " is ", real) ;
  check_dir("--rootfs", real) ;
  if (stat(real, &st) == -1) strerr_diefusys(111, "look at the root file system ", real) ;
  if (st.st_mode & 022) strerr_dief(100, "others may write to the root file system ", real) ;
  return real ;
}

static void check_noexec (enum run_mode mode, struct run_list const *list, int tmpfs)
{
  struct run_volume v ;
  size_t i = 0 ;
  for (; i < list->n ; i++)
  {
    run_volume(list->v[i], tmpfs, &v) ;
    if (v.writable && !v.noexec)
      strerr_dief(100, "writable and executable, which mode ", run_mode_name(mode), " refuses; rw,noexec or ro: ", list->v[i]) ;
  }
}

/* Is there no policy without its digest? */
static int check_pinned (struct run_request const *r)
{
  struct run_policy const *const policies[] = { &r->seccompfile, &r->caps, &r->landlock } ;
  static char const *const names[] = { "seccomp-profile", "caps-policy", "landlock-policy" } ;
  unsigned int i = 0 ;
  int pinned = 1 ;
  for (; i < 3 ; i++)
  {
    if (policies[i]->sum && !policies[i]->file) strerr_dief(100, "--", names[i], "-sha256 has no effect without --", names[i]) ;
    if (policies[i]->file && !policies[i]->sum) pinned = 0 ;
  }
  return pinned ;
}

static void check_rootfs (struct run_request *r)
{
  struct stat st ;
  run_rule(r->mode, RUN_RULE_TOOLCHAIN, !!r->toolchain) ;
  if (r->toolchain && r->rootfs) strerr_dief(100, "--rootfs and --agent-toolchain-rootfs exclude each other") ;
  if (r->toolchain) r->rootfs = r->toolchain ;
  run_rule(r->mode, RUN_RULE_OVERLAY, r->content.root == RUN_ROOT_OVERLAY || r->content.upper) ;
  run_rule(r->mode, RUN_RULE_ATTEST, r->content.attest) ;
  if (!r->rootfs) return ;
  check_dir("--rootfs", r->rootfs) ;
  if (stat(r->rootfs, &st) == -1) strerr_diefusys(errno == ENOENT ? 100 : 111, "look at the root file system ", r->rootfs) ;
  r->content.rootuid = st.st_uid ;
  if (r->content.attest && r->content.root == RUN_ROOT_IMAGE)
    strerr_dief(100, "--verify-rootfs-attestation is of a directory, not of an image: ", r->rootfs) ;
  if (r->content.root == RUN_ROOT_IMAGE ? !S_ISREG(st.st_mode) : !S_ISDIR(st.st_mode))
    strerr_dief(100, r->content.root == RUN_ROOT_IMAGE ? "not a file: " : "not a directory: ", r->rootfs) ;
}

static void check_mode (struct run_request *r)
{
  if (r->strict && r->mode == RUN_PRODUCTION) strerr_dief(100, "--strict-agent and --service-mode production exclude each other") ;
  if (r->strict) r->mode = RUN_STRICT ;
  check_rootfs(r) ;
  run_rule(r->mode, RUN_RULE_HOSTNET, r->network == RUN_NET_HOST || r->allowhostnet) ;
  run_rule(r->mode, RUN_RULE_DEGRADED, r->degraded) ;
  run_rule(r->mode, RUN_RULE_CHROOT, r->chroot) ;
  run_rule(r->mode, RUN_RULE_NOUSERNS, r->userns == RUN_USERNS_HOST) ;
  run_rule(r->mode, RUN_RULE_MEMORY, !!r->memory) ;
  run_rule(r->mode, RUN_RULE_CPUS, !!r->cpus) ;
  run_rule(r->mode, RUN_RULE_ROOTFS, !!r->rootfs) ;
  run_rule(r->mode, RUN_RULE_PINNED, check_pinned(r)) ;
  run_rule(r->mode, RUN_RULE_LOCKDOWN, !!r->lockdown) ;
  if (run_always(r->mode, RUN_RULE_PIDS) && !r->pids) r->pids = "512" ;
  if (run_always(r->mode, RUN_RULE_STORE)) r->rootfs = check_store(r->mode, r->rootfs) ;
  if (!run_always(r->mode, RUN_RULE_NOEXEC)) return ;
  check_noexec(r->mode, &r->tmpfs, 1) ;
  check_noexec(r->mode, &r->volumes, 0) ;
  if (r->content.exec && !(r->content.mode && !strcmp(r->content.mode, "bind-ro")))
    strerr_dief(100, "writable and executable, which mode ", run_mode_name(r->mode), " refuses: --workspace-exec") ;
}

void run_check (struct run_request *r)
{
  uint64_t size ;
  check_dir("--home", r->home) ;
  if (r->workdir && strcmp(r->workdir, "/")) check_dir("--workdir", r->workdir) ;
  if (r->name && !nc_scan_name(r->name)) strerr_dief(100, "invalid name: ", r->name) ;
  if (r->memlock && (!nc_scan_size(r->memlock, &size) || !size)) strerr_dief(100, "invalid size for --memlock: ", r->memlock) ;
  if (r->memory && (!nc_scan_size(r->memory, &size) || !size)) strerr_dief(100, "invalid size for --memory: ", r->memory) ;
  check_mode(r) ;
  if (r->network == RUN_NET_HOST && !r->allowhostnet) strerr_dief(100, "--network host needs --allow-host-network") ;
  if (r->network != RUN_NET_HOST && r->allowhostnet) strerr_dief(100, "--allow-host-network has no effect without --network host") ;
  if (r->network == RUN_NET_NONE && r->dns.n) strerr_dief(100, "--dns has no effect with --network none") ;
  if (r->dns.n > 3) strerr_dief(100, "more than three times --dns") ;
  if (r->userof) check_dir("--user-of", r->userof) ;
  if (r->swap && !r->memory) strerr_dief(100, "--swap has no effect without --memory") ;
}
