/* ISC license. */

/* The options that give a container files of the host. */

#include <string.h>

#include "nc.h"
#include "run.h"
#include "run_options.h"

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

/* nc-assert and Landlock take the destination as it stands here */
static void content_destination (char const *option, char const *dst)
{
  if (dst && dst[0] == '/') run_clean(run_cat("--", option, 0, 0), dst) ;
}

/* fd:N:DEST is a descriptor, SRC:DEST a file */
static void content_secret (struct run_content *c, char const *option, char const *word)
{
  char *pair, *dst ;
  int fd ;
  if (!strncmp(word, "fd:", 3))
  {
    dst = strchr(word + 3, ':') ;
    pair = run_cat(word, "", 0, 0) ;
    if (dst) pair[dst - word] = 0 ;
    if (!dst || !dst[1] || !nc_scan_source(pair, &fd) || fd < 3) strerr_dief(100, "not fd:N:DEST, N above 2, for --", option, ": ", word) ;
    content_destination(option, dst + 1) ;
    run_option_list(&c->secrets, option, word) ;
    return ;
  }
  pair = run_cat(content_pair(option, word, 0), "", 0, 0) ;
  dst = strrchr(pair, ':') ;
  *dst++ = 0 ;
  content_destination(option, dst) ;
  run_option_list(&c->secrets, option, run_cat(run_field(pair), ":", run_field(dst), 0)) ;
}

static void content_credential (struct run_content *c, char const *option, char const *word)
{
  char const *dst = strchr(word, ':') ;
  if (dst) content_destination(option, dst + 1) ;
  run_option_list(&c->credentials, option, word) ;
}

int run_content_option (struct run_content *c, int opt, char const *name, char const *arg)
{
  static char const *const modes[] = { "bind-rw", "bind-ro", "copy-in-out", "overlay-in-out", 0 } ;
  static char const *const changes[] = { "apply", "keep", "drop", 0 } ;
  switch (opt)
  {
    case OPT_ATTEST : c->attest = 1 ; return 1 ;
    case OPT_CONTEXT : run_option_once(&c->context, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_CONTEXT_MODE : content_bind(c, arg) ; return 1 ;
    case OPT_CONTEXT_EXCLUDE : run_option_once(&c->contextlist, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_CREDENTIAL : content_credential(c, name, arg) ; return 1 ;
    case OPT_INTEGRITY : c->integrity = 1 ; return 1 ;
    case OPT_MANIFEST : run_option_once(&c->manifest, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_MANIFEST_SUM : run_option_once(&c->manifestsum, name, arg) ; return 1 ;
    case OPT_PROVIDER_RO : run_option_list(&c->configs, name, content_pair(name, arg, ":ro")) ; return 1 ;
    case OPT_PROVIDER_RW : run_option_list(&c->configs, name, content_pair(name, arg, ":rw")) ; return 1 ;
    case OPT_ROOTFS_BINDS : run_option_once(&c->binds, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_ROOTFS_MODE : content_root(c, arg) ; return 1 ;
    case OPT_ROOTFS_UPPER : run_option_once(&c->upper, name, arg) ; return 1 ;
    case OPT_SECRET : content_secret(c, name, arg) ; return 1 ;
    case OPT_WORKSPACE : run_option_once(&c->workspace, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_WORKSPACE_ASIDE : c->aside = 1 ; return 1 ;
    case OPT_WORKSPACE_CHANGES : run_option_once(&c->changes, name, content_word(name, arg, changes)) ; return 1 ;
    case OPT_WORKSPACE_EXEC : c->exec = 1 ; return 1 ;
    case OPT_WORKSPACE_MODE : run_option_once(&c->mode, name, content_word(name, arg, modes)) ; return 1 ;
    case OPT_WORKSPACE_PROTECT : run_option_once(&c->protect, name, run_absolute(name, arg)) ; return 1 ;
    case OPT_WORKSPACE_LIFT : run_option_list(&c->lifted, name, arg) ; return 1 ;
    default : return 0 ;
  }
}
