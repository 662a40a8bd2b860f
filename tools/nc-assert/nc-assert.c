/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <skalibs/sgetopt.h>
#include <skalibs/types.h>
#include <skalibs/uint32.h>

#include "assert.h"

#define USAGE "nc-assert [ -l integrity|confidentiality ] [ -a abi ] [ -S fd ] " \
  "[ -m ] [ -P ] [ -X ] [ -r path ] ... [ -w path ] ... [ -W path ] ... [ -x path ] ... [ -d path ] ... " \
  "[ -N fd -n letters ] [ -h hostname ] [ -i interface ] ... " \
  "[ -u uid ] [ -g gid ] [ -O fd:N ] [ -G gid,...|none ] [ -c ] [ -B cap,... ] [ -A cap,... ] [ -E cap,... ] [ -I cap,... ] [ -y ] [ -k ] " \
  "[ -f fd|none ] ... [ -e name[=value] ] ... [ -R name=soft[:hard] ] ... [ -o umask ] prog..."

static void options_word (struct assert *a, char kind, char const *s)
{
  a->words[a->n].kind = kind ;
  a->words[a->n++].s = s ;
}

static void options_path (struct assert *a, char kind, char const *s)
{
  size_t n = strlen(s) ;
  if (s[0] != '/' || (n > 1 && s[n-1] == '/') || strstr(s, "//")) strerr_dief(100, "not the absolute path of a mount: ", s) ;
  options_word(a, kind, s) ;
}

static void options_name (struct assert *a, int kind, char const *s)
{
  struct rlimit limit ;
  char const *wrong ;
  int fd ;
  switch (kind)
  {
    case 'i' : if (!*s || strlen(s) > 15 || strpbrk(s, "/: ")) strerr_dief(100, "invalid interface: ", s) ; break ;
    case 'e' : if (!strcspn(s, "=")) strerr_dief(100, "invalid variable name: ", s) ; break ;
    case 'f' :
      if (!strcmp(s, "none")) return ;
      if (!nc_scan_fd(s, &fd) || fd < 3) strerr_dief(100, "invalid descriptor: ", s) ;
      break ;
    default :
      wrong = nc_scan_rlimit(s, &fd, &limit) ;
      if (wrong) strerr_dief(100, wrong, s) ;
  }
  options_word(a, (char)kind, s) ;
}

static void options_groups (struct assert *a, char const *arg)
{
  char word[UINT32_FMT + 1] ;
  char const *s = arg ;
  if (!strcmp(s, "none")) return ;
  for (;;)
  {
    size_t n = strcspn(s, ",") ;
    if (n >= sizeof(word)) strerr_dief(100, "invalid list of groups: ", arg) ;
    memcpy(word, s, n) ;
    word[n] = 0 ;
    if (a->groupsn == ASSERT_GROUPS) strerr_dief(100, "too many groups: ", arg) ;
    if (!nc_scan_id(word, a->groups + a->groupsn++)) strerr_dief(100, "invalid list of groups: ", arg) ;
    if (!s[n]) return ;
    s += n + 1 ;
  }
}

static void options_caps (char const *arg, uint64_t *set)
{
  char const *bad = nc_scan_caps(arg, set) ;
  if (bad) strerr_dief(100, "unknown capability: ", *bad ? bad : arg) ;
}

static void options_fd (char const *s, int open, int *fd)
{
  int r ;
  if (!nc_scan_fd(s, fd) || *fd < 3) strerr_dief(100, "invalid descriptor: ", s) ;
  r = nc_fd_free(*fd) ;
  if (r == -1) strerr_diefusys(111, "look at descriptor ", s) ;
  if (r == open)
    strerr_dief(100, open ? "descriptor is not open: " : "descriptor number is in use: ", s, open ? "; nc-assert -S goes before -N" : "") ;
}

static void options_number (struct assert *a, int opt, char const *s)
{
  switch (opt)
  {
    case 'a' : if (!uint320_scan(s, &a->abi) || !a->abi) strerr_dief(100, "invalid ABI: ", s) ; break ;
    case 'u' : if (!nc_scan_id(s, &a->uid)) strerr_dief(100, "invalid uid: ", s) ; break ;
    case 'g' : if (!nc_scan_id(s, &a->gid)) strerr_dief(100, "invalid gid: ", s) ; break ;
    default : if (!uint0_oscan(s, &a->umask) || a->umask > 0777) strerr_dief(100, "invalid umask: ", s) ;
  }
}

static void options_text (struct assert *a, int opt, char const *s)
{
  if (opt == 'l')
  {
    if (strcmp(s, "integrity") && strcmp(s, "confidentiality")) strerr_dief(100, "invalid level of lockdown: ", s) ;
    a->level = s ;
    return ;
  }
  if (opt == 'h')
  {
    if (!nc_scan_hostname(s)) strerr_dief(100, "invalid hostname: ", s) ;
    a->hostname = s ;
    return ;
  }
  a->kinds = s ;
  if (!*s) strerr_dief(100, "invalid namespaces: ", s) ;
  for (; *s ; s++) if (!assert_ns_known(*s)) strerr_dief(100, "invalid namespaces: ", a->kinds) ;
}

static int options (int argc, char const *const *argv, struct assert *a)
{
  subgetopt l = SUBGETOPT_ZERO ;
  for (;;)
  {
    int opt = subgetopt_r(argc, argv, "l:a:S:mPXr:w:W:x:d:N:n:h:i:u:g:O:G:cB:A:E:I:ykf:e:R:o:", &l) ;
    if (opt == -1) break ;
    switch (opt)
    {
      case 'm' : case 'P' : case 'X' : case 'c' : case 'y' : case 'k' : break ;
      case 'r' : case 'w' : case 'W' : case 'x' : case 'd' : options_path(a, (char)opt, l.arg) ; break ;
      case 'i' : case 'f' : case 'e' : case 'R' : options_name(a, opt, l.arg) ; break ;
      case 'a' : case 'u' : case 'g' : case 'o' : options_number(a, opt, l.arg) ; break ;
      case 'l' : case 'h' : case 'n' : options_text(a, opt, l.arg) ; break ;
      case 'S' : options_fd(l.arg, 0, &a->record) ; break ;
      case 'N' : options_fd(l.arg, 1, &a->before) ; break ;
      case 'O' :
        if (!nc_scan_source(l.arg, &a->owner)) strerr_dief(100, "not of the form fd:N: ", l.arg) ;
        break ;
      case 'G' : options_groups(a, l.arg) ; break ;
      case 'B' : options_caps(l.arg, &a->caps.bounding) ; break ;
      case 'A' : options_caps(l.arg, &a->caps.ambient) ; break ;
      case 'E' : options_caps(l.arg, &a->caps.effective) ; break ;
      case 'I' : options_caps(l.arg, &a->caps.inheritable) ; break ;
      default : dieusage() ;
    }
    a->given[opt] = 1 ;
  }
  return l.ind ;
}

static void options_check (struct assert const *a)
{
  static char const mounts[] = "PXrwWxd", caps[] = "BAEI" ;
  char letter[2] = "" ;
  size_t i = 0 ;
  for (; mounts[i] ; i++) if (a->given[(unsigned char)mounts[i]] && !a->given['m'])
  {
    letter[0] = mounts[i] ;
    strerr_dief(100, "option -", letter, " needs -m") ;
  }
  for (i = 0 ; caps[i] ; i++) if (a->given[(unsigned char)caps[i]] && !a->given['c'])
  {
    letter[0] = caps[i] ;
    strerr_dief(100, "option -", letter, " needs -c") ;
  }
  if (a->given['O'] && (a->given['u'] || a->given['g'])) strerr_dief(100, "option -O excludes -u and -g") ;
  if (a->given['n'] != a->given['N']) strerr_dief(100, "options -n and -N need each other") ;
}

int nc_assert_main (int argc, char const *const *argv, char const *const *envp)
{
  struct assert_word words[argc + 1] ;  /* at most one for each word of the line */
  struct assert a = { .words = words, .uid = ASSERT_NONE, .gid = ASSERT_NONE } ;
  PROG = "nc-assert" ;
  memset(words, 0, sizeof(words)) ;
  {
    int n = options(argc, argv, &a) ;
    argc -= n ; argv += n ;
  }
  if (!argc) dieusage() ;
  if (!memchr(a.given, 1, sizeof(a.given))) strerr_dief(100, "nothing to assert") ;
  options_check(&a) ;

  if (a.given['l']) assert_lockdown(a.level) ;
  if (a.given['a']) assert_landlock(a.abi) ;
  if (a.given['N']) assert_ns(a.kinds, a.before) ;
  if (a.given['h']) assert_hostname(a.hostname) ;
  if (a.given['i']) assert_interfaces(&a) ;
  if (a.given['m']) assert_mounts(&a) ;
  if (a.given['O']) assert_owner(&a) ;
  if (a.given['u'] || a.given['g'] || a.given['O']) assert_ids(&a) ;
  if (a.given['G']) assert_groups(&a) ;
  if (a.given['c']) assert_caps(&a.caps) ;
  assert_process(&a) ;
  assert_limits(&a) ;
  if (a.given['f']) assert_fds(&a) ;
  if (a.given['e']) assert_env(&a, envp) ;
  if (a.given['S']) assert_ns_record(a.record) ;
  nc_exec(argv, envp) ;
}
