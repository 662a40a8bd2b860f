/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <skalibs/types.h>
#include <skalibs/uint64.h>

#include "assert.h"

/* As nc-dropcaps locks them. SECURE_ALL_LOCKS is not it: since Linux 6.14 that has two more bits, of scripts. */
#define SELF_LOCKED 0xef
#define SELF_KNOWN 41  /* capabilities of Linux 5.14, the oldest kernel served */
#define SELF_NAMES 2048

static void self_names (char *s, uint64_t set)
{
  unsigned int i = 0 ;
  if (!set) strcpy(s, "none") ;
  for (; i < 64 ; i++) if (set >> i & 1)
  {
    char fmt[UINT_FMT] ;
    char *name = cap_to_name((cap_value_t)i) ;
    fmt[uint_fmt(fmt, i)] = 0 ;
    s = stpcpy(s, name && strlen(name) < 28 ? name : fmt) ;
    if (name) cap_free(name) ;
    if (set >> i >> 1) s = stpcpy(s, ",") ;
  }
}

static void self_set (char const *which, uint64_t want, uint64_t have)
{
  char expected[SELF_NAMES], found[SELF_NAMES] ;
  if (want == have) return ;
  self_names(expected, want) ;
  self_names(found, have) ;
  assert_differs(expected, found, which, " set") ;
}

static uint64_t self_bits (int option, unsigned long sub)
{
  uint64_t set = 0 ;
  unsigned int n = 0 ;
  for (; n < 64 ; n++)
  {
    int r = option == PR_CAPBSET_READ ? prctl(option, (unsigned long)n, 0L, 0L, 0L) : prctl(option, sub, (unsigned long)n, 0L, 0L) ;
    if (r == -1 && errno == EINVAL && n >= SELF_KNOWN) return set ;
    if (r == -1) strerr_diefusys(111, "read the capabilities") ;
    set |= (uint64_t)r << n ;
  }
  return set ;
}

void assert_caps (struct assert_caps const *c)
{
  struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 } ;
  struct __user_cap_data_struct d[2] ;
  uint64_t p, e, kept = c->effective | c->ambient | c->inheritable ;
  int bits = prctl(PR_GET_SECUREBITS, 0L, 0L, 0L, 0L) ;
  if (bits == -1) strerr_diefusys(111, "read the securebits") ;
  memset(d, 0xff, sizeof(d)) ;
  if (syscall(__NR_capget, &h, d) == -1) strerr_diefusys(111, "read the capabilities") ;
  p = (uint64_t)d[1].permitted << 32 | d[0].permitted ;
  e = (uint64_t)d[1].effective << 32 | d[0].effective ;
  /* where an exec lies between, what is not ambient has gone with it */
  if (!(p == c->ambient && e == c->ambient))
  {
    self_set("effective", c->effective, e) ;
    self_set("permitted", kept, p) ;
  }
  self_set("inheritable", c->ambient | c->inheritable, (uint64_t)d[1].inheritable << 32 | d[0].inheritable) ;
  self_set("ambient", c->ambient, self_bits(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET)) ;
  self_set("bounding", c->bounding, self_bits(PR_CAPBSET_READ, 0)) ;
  if ((bits & 0xff) != SELF_LOCKED)
  {
    char found[UINT_XFMT] ;
    found[uint_xfmt(found, (unsigned int)bits)] = 0 ;
    assert_differs("ef", found, "securebits") ;
  }
}

void assert_process (struct assert const *a)
{
  char expected[UINT_OFMT], found[UINT_OFMT] ;
  if (a->given['y'])
  {
    int r = prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) ;
    if (r == -1) strerr_diefusys(111, "read no_new_privs") ;
    if (r != 1) assert_differs("1", "0", "no_new_privs") ;
  }
  if (a->given['k'])
  {
    int sig = 0 ;
    if (prctl(PR_GET_PDEATHSIG, &sig, 0L, 0L, 0L) == -1) strerr_diefusys(111, "read the parent death signal") ;
    found[uint_fmt(found, (unsigned int)sig)] = 0 ;
    if (sig != SIGKILL) assert_differs("9", found, "parent death signal") ;
  }
  if (a->given['o'])
  {
    /* umask(2) is read by being set */
    mode_t mask = umask(0777) ;
    umask(mask) ;
    if (mask == a->umask) return ;
    expected[uint_ofmt(expected, a->umask)] = 0 ;
    found[uint_ofmt(found, (unsigned int)mask)] = 0 ;
    assert_differs(expected, found, "umask") ;
  }
}

static size_t self_limit (char *s, rlim_t v)
{
  if (v != RLIM_INFINITY) return uint64_fmt(s, v) ;
  strcpy(s, "unlimited") ;
  return 9 ;
}

void assert_limits (struct assert const *a)
{
  size_t i = 0 ;
  for (; i < a->n ; i++) if (a->words[i].kind == 'R')
  {
    struct rlimit want, have = { .rlim_cur = 0 } ;
    char found[2 * UINT64_FMT + 2] ;
    size_t len ;
    int resource ;
    /* parsed once already, when the line was read */
    if (nc_scan_rlimit(a->words[i].s, &resource, &want)) strerr_dief(100, "invalid limit: ", a->words[i].s) ;
    if (getrlimit(resource, &have) == -1) strerr_diefusys(111, "read the limit ", a->words[i].s) ;
    if (have.rlim_cur == want.rlim_cur && have.rlim_max == want.rlim_max) continue ;
    len = self_limit(found, have.rlim_cur) ;
    found[len++] = ':' ;
    len += self_limit(found + len, have.rlim_max) ;
    found[len] = 0 ;
    assert_differs(a->words[i].s, found, "limit") ;
  }
}
