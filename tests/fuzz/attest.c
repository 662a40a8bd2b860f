/* ISC license. */
/* sources: tools/nc-attest/manifest.c tools/nc-attest/manifest_put.c tools/nc-attest/registration.c tools/nc-attest/sums.c lib/nc_scan.c lib/nc_merkle.c */
/* link: -lskarnet */

/* Any text as a manifest, a registration of a store, or a manifest of the other kind. A manifest that is read can be written again as
   the same text, its paths stay below the top, and each comes after the one before. */

#include <stdlib.h>
#include <string.h>

#include "tools/nc-attest/attest.h"

static void fuzz_must (int good)
{
  if (!good) abort() ;
}

static void fuzz_path (char const *path)
{
  char const *p = path ;
  fuzz_must(path[0] && path[0] != '/') ;
  if (!strcmp(path, ".")) return ;
  while ((p = strstr(p, "..")))
  {
    fuzz_must((p != path && p[-1] != '/') || (p[2] && p[2] != '/')) ;
    p += 2 ;
  }
}

static void fuzz_manifest (char *s, size_t len, char const *kept)
{
  struct attest_text t ;
  struct attest_entry e ;
  stralloc sa = STRALLOC_ZERO ;
  char const *before = 0 ;
  int r = attest_manifest_start(&t, s, len) ;
  fuzz_must(r == 1 || (r == -1 && t.why)) ;
  if (r == -1) return ;
  fuzz_must(stralloc_cats(&sa, ATTEST_HEADER "\n")) ;
  while ((r = attest_manifest_next(&t, &e)) == 1)
  {
    fuzz_must(attest_manifest_put(&sa, &e)) ;
    if (e.type == 'n') continue ;
    fuzz_path(e.path) ;
    if (before && strcmp(before, ".")) fuzz_must(attest_order(before, e.path) == -1 && attest_order(e.path, before) == 1) ;
    before = e.path ;
  }
  if (r == -1) fuzz_must(!!t.why) ;
  else fuzz_must(sa.len == len && !memcmp(sa.s, kept, len)) ;
  stralloc_free(&sa) ;
}

static void fuzz_lines (char *s, size_t len, int (*next) (struct attest_text *, struct attest_entry *))
{
  struct attest_text t = { .s = s, .end = s + len } ;
  struct attest_entry e ;
  size_t n = 0 ;
  int r ;
  while ((r = (*next)(&t, &e)) == 1) n += strlen(e.path) ;
  fuzz_must(n <= len && (r == 0 || t.why)) ;
}

extern int LLVMFuzzerTestOneInput (unsigned char const *, size_t) ;
int LLVMFuzzerTestOneInput (unsigned char const *s, size_t len)
{
  char *copy ;
  if (!len) return 0 ;
  copy = malloc(len) ;
  fuzz_must(!!copy) ;
  memcpy(copy, s + 1, len - 1) ;
  copy[len - 1] = 0 ;
  switch (s[0])
  {
    case 'm' : fuzz_manifest(copy, len - 1, (char const *)s + 1) ; break ;
    case 'r' : fuzz_lines(copy, len - 1, &attest_registration_next) ; break ;
    default : fuzz_lines(copy, len - 1, &attest_other_next) ; break ;
  }
  free(copy) ;
  return 0 ;
}
