/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/sha256.h>

#include "nc.h"
#include "policy.h"

static void source_digest (struct policy *p)
{
  static char const hex[] = "0123456789abcdef" ;
  SHA256Schedule ctx = SHA256_INIT() ;
  char sum[32] ;
  size_t i = 0 ;
  sha256_update(&ctx, p->text, p->len) ;
  sha256_final(&ctx, sum) ;
  for (; i < 32 ; i++)
  {
    p->digest[2*i] = hex[(unsigned char)sum[i] >> 4] ;
    p->digest[2*i+1] = hex[sum[i] & 15] ;
  }
  p->digest[64] = 0 ;
}

void policy_slurp (struct policy *p, struct policy_options const *o)
{
  int fd, given = nc_scan_source(p->file, &fd) ;
  p->text = malloc(POLICY_SIZE_MAX + 1) ;
  if (!p->text) strerr_diefusys(111, "allocate memory") ;
  if (!given) fd = open(p->file, O_RDONLY | O_CLOEXEC | O_NOCTTY) ;
  if (fd == -1) strerr_diefusys(111, "open ", p->file) ;
  for (;;)
  {
    ssize_t r = read(fd, p->text + p->len, POLICY_SIZE_MAX + 1 - p->len) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) strerr_diefusys(111, "read ", p->file) ;
    if (!r) break ;
    p->len += (size_t)r ;
    if (p->len > POLICY_SIZE_MAX) strerr_dief(100, p->file, ":1:1: larger than 1 MiB") ;
  }
  if (close(fd) == -1) strerr_diefusys(111, "close ", p->file) ;
  source_digest(p) ;
  if (o->digest && strcmp(o->digest, p->digest))
    strerr_dief(100, "digest differs: ", p->file, " has the SHA-256 ", p->digest, ", its pin is ", o->digest) ;
}

/* TOML begins with a comment, a key or a header of letters, and no JSON value begins with any of these. */
static int source_toml (char const *s, size_t n)
{
  size_t i = n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3) ? 3 : 0 ;
  while (i < n && s[i] && strchr(" \t\r\n[", s[i])) i++ ;
  if (i == n) return 0 ;
  if (s[i] == '#') return 1 ;
  /* "[null", "[true" and "true" are JSON as far as they go, and no policy */
  return (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_' ;
}

static void source_toml_kind (struct policy *p)
{
  static char const *const keys[] = { "ambient", "best_effort", "bounding", "effective", "inheritable", "log_denied", "min_abi",
    "rules", "scope", "tcp" } ;
  struct node const *j = p->root->first ;
  if (!j) policy_error(p, p->root->pos, "the policy is empty", 0, 0) ;
  for (; j ; j = j->next)
  {
    size_t i = policy_index(keys, N(keys), j->key) ;
    if (i == N(keys)) continue ;
    p->kind = i == 0 || i == 2 || i == 3 || i == 4 ? POLICY_CAPS_KIND : POLICY_LANDLOCK ;
    return ;
  }
  for (j = p->root->first ; j ; j = j->next) policy_unknown(p, j->keypos, "unknown key", j->key, keys, N(keys)) ;
}

void policy_text (struct policy *p, char *text, size_t len)
{
  struct node *root ;
  struct node_error e ;
  int toml = source_toml(text, len) ;
  p->text = text ;
  p->len = len ;
  p->doc = toml ? toml_read(text, len, &root, &e) : json_read(text, len, &root, &e) ;
  p->kind = toml ? POLICY_LANDLOCK : POLICY_SECCOMP ;
  if (!p->doc)
  {
    policy_error(p, e.pos, e.text, 0, 0) ;
    return ;
  }
  p->root = root ;
  if (toml) source_toml_kind(p) ;
  if (p->errors) return ;
  switch (p->kind)
  {
    case POLICY_SECCOMP : policy_seccomp_read(p) ; break ;
    case POLICY_CAPS_KIND : policy_caps_read(p) ; break ;
    case POLICY_LANDLOCK : policy_landlock_read(p) ; break ;
  }
}

void policy_open (struct policy *p, char const *file, struct policy_options const *o)
{
  memset(p, 0, sizeof(*p)) ;
  p->file = file ;
  p->target = o->target ;
  policy_slurp(p, o) ;
  policy_text(p, p->text, p->len) ;
}

char const *policy_kind_word (enum policy_kind kind)
{
  return kind == POLICY_SECCOMP ? "seccomp" : kind == POLICY_CAPS_KIND ? "capability" : "Landlock" ;
}

void policy_free (struct policy *p)
{
  size_t i = 0 ;
  if (p->doc) node_free(p->doc) ;
  for (; i < p->findingn ; i++) free(p->findings[i].text) ;
  free(p->findings) ;
  free(p->rules) ;
  free(p->landlock.paths) ;
  free(p->landlock.ports) ;
  free(p->text) ;
}
