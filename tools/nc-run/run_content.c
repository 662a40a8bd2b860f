/* ISC license. */

/* The options that give a container files of the host: their words, the rules for them, and the places that they need. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/sha256.h>

#include "nc.h"
#include "run.h"
#include "run_options.h"

static void content_list (struct run_list *l, char const *option, char const *word)
{
  if (l->n == RUN_LIST) strerr_dief(100, "too many times --", option) ;
  l->v[l->n++] = word ;
}

static void content_once (char const **where, char const *option, char const *word)
{
  if (*where) strerr_dief(100, "given twice: --", option) ;
  if (!*word) strerr_dief(100, "empty value for --", option) ;
  *where = word ;
}

static char const *content_word (char const *option, char const *word, char const *const *words)
{
  for (; *words ; words++) if (!strcmp(word, *words)) return *words ;
  strerr_dief(100, "unknown value for --", option, ": ", word) ;
}

/* SRC:DEST, SRC from the caller's directory; the kind of a provider's configuration goes behind it */
static char const *content_pair (char const *option, char const *word, char const *kind)
{
  char *src = run_cat(word, "", 0, 0) ;
  char *dst = strchr(src, ':') ;
  if (!dst || !dst[1] || dst == src || strchr(dst + 1, ':')) strerr_dief(100, "not SRC:DEST for --", option, ": ", word) ;
  *dst++ = 0 ;
  if (!kind || strncmp(src, "fd:", 3)) src = run_cat(run_absolute(option, src), "", 0, 0) ;
  return run_cat(src, ":", dst, kind) ;
}

static void content_root (struct run_content *c, char const *word)
{
  static char const *const words[] = { "bind", "tree", "overlay", "erofs", "squashfs", 0 } ;
  size_t i = 0 ;
  word = content_word("rootfs-mode", word, words) ;
  while (strcmp(words[i], word)) i++ ;
  c->root = i < 3 ? (enum run_root)i : RUN_ROOT_IMAGE ;
  if (c->root == RUN_ROOT_IMAGE) c->image = word ;
}

static void content_bind (struct run_content *c, char const *word)
{
  static char const *const words[] = { "copy", "bind", 0 } ;
  c->contextbind = content_word("context-mode", word, words) == words[1] ;
}

/* fd:N:DEST is a descriptor, SRC:DEST a file */
static void content_secret (struct run_content *c, char const *option, char const *word)
{
  content_list(&c->secrets, option, strncmp(word, "fd:", 3) ? content_pair(option, word, 0) : word) ;
}

int run_content_option (struct run_content *c, int opt, char const *name, char const *arg)
{
  static char const *const modes[] = { "bind-rw", "bind-ro", "copy-in-out", "overlay-in-out", 0 } ;
  static char const *const changes[] = { "apply", "keep", "drop", 0 } ;
  switch (opt)
  {
    case OPT_ATTEST : c->attest = 1 ; return 1 ;
    case OPT_CONTEXT : content_once(&c->context, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_CONTEXT_MODE : content_bind(c, arg) ; return 1 ;
    case OPT_CONTEXT_EXCLUDE : content_once(&c->contextlist, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_CREDENTIAL : content_list(&c->credentials, name, arg) ; return 1 ;
    case OPT_INTEGRITY : c->integrity = 1 ; return 1 ;
    case OPT_MANIFEST : content_once(&c->manifest, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_MANIFEST_SUM : content_once(&c->manifestsum, name, arg) ; return 1 ;
    case OPT_PROVIDER_RO : content_list(&c->configs, name, content_pair(name, arg, ":ro")) ; return 1 ;
    case OPT_PROVIDER_RW : content_list(&c->configs, name, content_pair(name, arg, ":rw")) ; return 1 ;
    case OPT_ROOTFS_BINDS : content_once(&c->binds, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_ROOTFS_MODE : content_root(c, arg) ; return 1 ;
    case OPT_ROOTFS_UPPER : content_once(&c->upper, name, arg) ; return 1 ;
    case OPT_SECRET : content_secret(c, name, arg) ; return 1 ;
    case OPT_WORKSPACE : content_once(&c->workspace, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_WORKSPACE_ASIDE : c->aside = 1 ; return 1 ;
    case OPT_WORKSPACE_CHANGES : content_once(&c->changes, name, content_word(name, arg, changes)) ; return 1 ;
    case OPT_WORKSPACE_EXEC : c->exec = 1 ; return 1 ;
    case OPT_WORKSPACE_MODE : content_once(&c->mode, name, content_word(name, arg, modes)) ; return 1 ;
    case OPT_WORKSPACE_PROTECT : content_once(&c->protect, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_WORKSPACE_LIFT : content_list(&c->lifted, name, arg) ; return 1 ;
    default : return 0 ;
  }
}

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
