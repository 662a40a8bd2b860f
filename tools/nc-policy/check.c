/* ISC license. */

#include <stdio.h>
#include <string.h>

#include <skalibs/allreadwrite.h>
#include <skalibs/types.h>

#include "nc.h"
#include "nc_json.h"
#include "policy.h"

#define USAGE "nc-policy check [ -a machine ] [ -c cap,... ] [ -k version ] [ -s sha256 ] [ --json ] [ --strict ] file..."

static int check_text (stralloc *sa, char const *file, struct policy_finding const *f)
{
  char where[64] ;
  snprintf(where, sizeof(where), ":%zu:%zu: ", f->pos.line, f->pos.col) ;
  return stralloc_cats(sa, file) && stralloc_cats(sa, where) && stralloc_cats(sa, f->lint ? "warning: " : "") && stralloc_cats(sa, f->text)
    && (!f->lint || (stralloc_cats(sa, " [") && stralloc_cats(sa, f->lint) && stralloc_cats(sa, "]"))) && stralloc_append(sa, '\n') ;
}

static int check_json (stralloc *sa, char const *file, struct policy_finding const *f, int first)
{
  return nc_json_put(sa, first ? "\n  {" : ",\n  {") && nc_json_member_string(sa, "file", file)
    && nc_json_member_u64(sa, "line", f->pos.line) && nc_json_member_u64(sa, "column", f->pos.col)
    && nc_json_member_string(sa, "severity", f->lint ? "warning" : "error")
    && (!f->lint || nc_json_member_string(sa, "lint", f->lint))
    && nc_json_member_string(sa, "message", f->text) && nc_json_put(sa, "}") ;
}

/* Appends what is wrong with one file; how many errors, with strict how many findings. */
static size_t check_file (char const *file, struct policy_options const *o, stralloc *sa)
{
  struct policy p ;
  size_t i = 0, n ;
  policy_open(&p, file, o) ;
  if (!p.errors && p.kind == POLICY_SECCOMP) policy_seccomp_lint(&p) ;
  if (!p.errors && p.kind == POLICY_CAPS_KIND) policy_caps_lint(&p) ;
  if (!p.errors && p.kind == POLICY_LANDLOCK) policy_landlock_lint(&p) ;
  policy_findings_sort(&p) ;
  for (; i < p.findingn ; i++)
    if (!(o->json ? check_json(sa, file, p.findings + i, sa->len == 1) : check_text(sa, file, p.findings + i)))
      strerr_diefusys(111, "allocate memory") ;
  n = o->strict ? p.findingn : p.errors ;
  policy_free(&p) ;
  return n ;
}

int policy_check_main (int argc, char const *const *argv)
{
  char const *words[argc] ;
  char fmt[SIZE_FMT] ;
  struct policy_options o = { .words = words } ;
  stralloc sa = STRALLOC_ZERO ;
  size_t i = 0, n = 0 ;
  policy_options(argc, argv, "+a:c:jk:s:S", USAGE, &o) ;
  if (!o.wordn || (o.digest && o.wordn > 1)) dieusage() ;
  if (o.json && !stralloc_append(&sa, '[')) strerr_diefusys(111, "allocate memory") ;
  for (; i < o.wordn ; i++) n += check_file(words[i], &o, &sa) ;
  if (o.json && !stralloc_cats(&sa, sa.len == 1 ? "]\n" : "\n]\n")) strerr_diefusys(111, "allocate memory") ;
  if (allwrite(1, sa.s, sa.len) < sa.len) strerr_diefusys(111, "write to standard output") ;
  stralloc_free(&sa) ;
  fmt[size_fmt(fmt, n)] = 0 ;
  if (n) strerr_dief(100, fmt, o.strict ? " finding" : " error", n > 1 ? "s" : "") ;
  return 0 ;
}
