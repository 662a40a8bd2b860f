/* ISC license. */

/* The rules for what a container is given, and the places that it needs. */

#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/sha256.h>

#include "nc.h"
#include "run.h"

static void content_needs (int given, char const *option, int have, char const *needed)
{
  if (given && !have) strerr_dief(100, "--", option, " has no effect without --", needed) ;
}

static void content_companions (struct run_request const *r)
{
  struct run_content const *c = &r->content ;
  content_needs(c->contextbind, "context-mode bind", !!c->context, "context") ;
  content_needs(!!c->contextlist, "context-exclude", !!c->context, "context") ;
  content_needs(c->integrity, "verify-context-integrity", !!c->context, "context") ;
  content_needs(!!c->mode, "workspace-mode", !!c->workspace, "workspace") ;
  content_needs(c->exec, "workspace-exec", !!c->workspace, "workspace") ;
  content_needs(!!c->changes, "workspace-changes", !!c->workspace, "workspace") ;
  content_needs(!!c->protect, "workspace-protect", !!c->workspace, "workspace") ;
  content_needs(!!c->lifted.n, "workspace-unprotect", !!c->workspace, "workspace") ;
  content_needs(c->aside, "workspace-quarantine", !!c->workspace, "workspace") ;
  content_needs(c->attest, "verify-rootfs-attestation", !!r->rootfs, "rootfs") ;
  content_needs(!!c->manifest, "rootfs-manifest", c->attest, "verify-rootfs-attestation") ;
  content_needs(!!c->manifestsum, "rootfs-manifest-sha256", c->attest, "verify-rootfs-attestation") ;
  content_needs(c->root != RUN_ROOT_BIND, "rootfs-mode", !!r->rootfs, "rootfs") ;
  content_needs(!!c->binds, "rootfs-binds", !!r->rootfs, "rootfs") ;
  content_needs(!!c->upper, "rootfs-upper", c->root != RUN_ROOT_BIND, "rootfs-mode overlay, tree, erofs or squashfs") ;
}

static int content_copies (struct run_content const *c)
{
  return !strcmp(c->mode, "copy-in-out") || !strcmp(c->mode, "overlay-in-out") ;
}

/* Of the container's name, or of the workspace where it has none: a later run of the same line finds what an earlier one left.
   Of a bound workspace there may be several at once. */
static char const *content_state (struct run_request const *r)
{
  static char const hex[] = "0123456789abcdef" ;
  SHA256Schedule h = SHA256_INIT() ;
  char sum[32], name[33] ;
  size_t i = 0 ;
  if (!r->content.base) strerr_dief(100, "neither XDG_STATE_HOME nor HOME is set: no place for a copy of the workspace") ;
  if (r->name) return run_cat(r->content.base, "/workspaces/", r->name, 0) ;
  sha256_update(&h, r->content.workspace, strlen(r->content.workspace)) ;
  sha256_final(&h, sum) ;
  for (; i < 16 ; i++) { name[2*i] = hex[(unsigned char)sum[i] >> 4] ; name[2*i+1] = hex[sum[i] & 15] ; }
  name[32] = 0 ;
  if (content_copies(&r->content)) return run_cat(r->content.base, "/workspaces/.", name, 0) ;
  return run_cat(r->content.base, "/workspaces/.", name, run_cat("-", run_num((uint32_t)getpid()), 0, 0)) ;
}

static void content_workspace (struct run_request *r)
{
  struct run_content *c = &r->content ;
  struct stat st ;
  if (!c->mode) c->mode = "bind-rw" ;
  run_source("--workspace", c->workspace, strcmp(c->mode, "bind-ro") ? RUN_USE_WORKSPACE : RUN_USE_READ, &st) ;
  if (!S_ISDIR(st.st_mode)) strerr_dief(100, "not a directory, for --workspace: ", c->workspace) ;
  c->wsuid = st.st_uid ;
  content_needs(!!c->changes, "workspace-changes", content_copies(c), "workspace-mode copy-in-out or overlay-in-out") ;
}

static void content_configs (struct run_request *r)
{
  struct run_content *c = &r->content ;
  struct stat st ;
  size_t i = 0 ;
  for (; i < c->configs.n ; i++)
  {
    char const *src, *dst, *kind ;
    run_config(c->configs.v[i], r->home, &src, &dst, &kind) ;
    run_source("--provider-config", src, !strcmp(kind, "rw") ? RUN_USE_WRITE : RUN_USE_READ, &st) ;
    if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)) strerr_dief(100, "neither a file nor a directory, for --provider-config: ", src) ;
  }
}

void run_content (struct run_request *r, char const *share)
{
  struct run_content *c = &r->content ;
  struct stat st ;
  content_companions(r) ;
  if (c->context)
  {
    run_source("--context", c->context, RUN_USE_READ, &st) ;
    if (!S_ISDIR(st.st_mode)) strerr_dief(100, "not a directory, for --context: ", c->context) ;
    if (!c->contextlist) c->contextlist = run_cat(share, "lists/context-exclude", 0, 0) ;
  }
  if (c->workspace) content_workspace(r) ;
  if (c->workspace && !c->protect && run_always(r->mode, RUN_RULE_PROTECT)) c->protect = run_cat(share, "lists/protected", 0, 0) ;
  if (c->workspace && (content_copies(c) || (c->protect && !strcmp(c->mode, "bind-rw")))) c->state = content_state(r) ;
  content_configs(r) ;
  if (c->credentials.n && !c->credsdir) strerr_dief(100, "--systemd-credential: CREDENTIALS_DIRECTORY is not set") ;
  if (c->root == RUN_ROOT_OVERLAY && !c->upper) c->upper = "256M" ;
}
