/* ISC license. */

#include <errno.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/securebits.h>

#include <skalibs/types.h>

#include "nc-dropcaps.h"
#include "nc.h"

/* 0xef. SECURE_ALL_LOCKS is not it: since Linux 6.14 that has two more bits, which an older kernel refuses. */
#define SETS_LOCKED (SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED \
  | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)
#define SETS_KNOWN 41  /* capabilities of Linux 5.14, the oldest kernel served */
#define SETS_HINT "; nc-dropcaps needs CAP_SETPCAP for this: it goes before nc-seccomp and after nc-userns"

#define bit(n) ((uint64_t)1 << (n))

void dropcaps_get (uint64_t *permitted, uint64_t *effective, uint64_t *inheritable)
{
  struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 } ;
  struct __user_cap_data_struct data[2] ;
  memset(data, 0xff, sizeof(data)) ;
  if (syscall(__NR_capget, &h, data) != 0) strerr_diefusys(111, "read the capabilities") ;
  *permitted = (uint64_t)data[1].permitted << 32 | data[0].permitted ;
  *effective = (uint64_t)data[1].effective << 32 | data[0].effective ;
  *inheritable = (uint64_t)data[1].inheritable << 32 | data[0].inheritable ;
}

static void sets_put (uint64_t permitted, uint64_t effective, uint64_t inheritable)
{
  struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 } ;
  struct __user_cap_data_struct data[2] =
  {
    { .permitted = (uint32_t)permitted, .effective = (uint32_t)effective, .inheritable = (uint32_t)inheritable },
    { .permitted = permitted >> 32, .effective = effective >> 32, .inheritable = inheritable >> 32 }
  } ;
  if (syscall(__NR_capset, &h, data) == -1)
    strerr_dief(111, "unable to set the capabilities: ", strerror(errno),
      errno == EPERM ? "; one that is to stay is not in the permitted or bounding set of the caller" : "") ;
}

static void sets_die (char const *what, unsigned int cap)
{
  int e = errno ;
  char fmt[UINT_FMT] ;
  char *name = cap_to_name((cap_value_t)cap) ;
  fmt[uint_fmt(fmt, cap)] = 0 ;
  strerr_dief(111, "unable to ", what, name ? name : fmt, ": ", e ? strerror(e) : "the kernel says otherwise",
    e == EPERM ? SETS_HINT : "") ;
}

/* EPERM is borne only from a caller without CAP_SETPCAP for whom nothing is to stay: with no_new_privs and empty sets
   neither the bounding set nor the securebits have anything left to decide at an exec, and a new user namespace ignores both. */
static void sets_forgive (struct dropcaps const *d, char const *what)
{
  int e = errno ;
  uint64_t p, eff, i ;
  dropcaps_get(&p, &eff, &i) ;
  if (e == EPERM && !(eff & bit(CAP_SETPCAP)) && !(d->bounding | d->ambient | d->effective | d->inheritable)) return ;
  strerr_dief(111, "unable to ", what, ": ", strerror(e), e == EPERM ? SETS_HINT : "") ;
}

static void sets_drop_bounding (struct dropcaps const *d)
{
  unsigned int n = 0, end = 64 ;
  for (; n < 64 ; n++)
  {
    int r ;
    if (n < end && d->bounding & bit(n)) continue ;
    r = prctl(PR_CAPBSET_DROP, (unsigned long)n, 0L, 0L, 0L) ;
    if (n < end && r == -1 && errno == EINVAL && n >= SETS_KNOWN
      && prctl(PR_CAPBSET_READ, (unsigned long)n, 0L, 0L, 0L) == -1 && errno == EINVAL)
      end = n ;
    else if (n > end ? r != -1 || errno != EINVAL : r == -1) sets_die("drop from the bounding set: ", n) ;
  }
}

static void sets_ambient (struct dropcaps const *d)
{
  unsigned int n = 0 ;
  if (d->ambient | d->inheritable)
  {
    uint64_t p, e, i ;
    dropcaps_get(&p, &e, &i) ;
    sets_put(p, e, d->ambient | d->inheritable) ;
  }
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L) == -1) strerr_diefusys(111, "clear the ambient set") ;
  for (; n < 64 ; n++)
    if (d->ambient & bit(n) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, (unsigned long)n, 0L, 0L) == -1)
      sets_die("raise in the ambient set: ", n) ;
}

int dropcaps_first (struct dropcaps const *d)
{
  int bits = prctl(PR_GET_SECUREBITS, 0L, 0L, 0L, 0L) ;
  if (bits == -1) strerr_diefusys(111, "read the securebits") ;
  /* before NO_CAP_AMBIENT_RAISE */
  sets_ambient(d) ;
  /* before the identity: with NO_SETUID_FIXUP a change of uid takes no capability away */
  if (prctl(PR_SET_SECUREBITS, (unsigned long)((bits & ~0xff) | SETS_LOCKED), 0L, 0L, 0L) == -1)
  {
    sets_forgive(d, "lock the securebits") ;
    return 0 ;
  }
  sets_drop_bounding(d) ;
  return 1 ;
}

static void sets_check_locked (struct dropcaps const *d)
{
  unsigned int n = 0 ;
  int bits = prctl(PR_GET_SECUREBITS, 0L, 0L, 0L, 0L) ;
  if (bits == -1 || (bits & 0xff) != SETS_LOCKED) strerr_dief(111, "unable to lock the securebits: the kernel says otherwise") ;
  for (; n < 64 ; n++)
  {
    int r = prctl(PR_CAPBSET_READ, (unsigned long)n, 0L, 0L, 0L) ;
    if (r == -1 && errno == EINVAL && n >= SETS_KNOWN) break ;
    if (r == -1) sets_die("read from the bounding set: ", n) ;
    errno = 0 ;
    if (r != !!(d->bounding & bit(n))) sets_die(r ? "drop from the bounding set: " : "keep in the bounding set: ", n) ;
  }
}

static void sets_check (struct dropcaps const *d)
{
  uint64_t p, e, i ;
  unsigned int n = 0 ;
  dropcaps_get(&p, &e, &i) ;
  if (p != (d->effective | d->ambient | d->inheritable) || e != d->effective || i != (d->ambient | d->inheritable))
    strerr_dief(111, "unable to set the capabilities: the kernel says otherwise") ;
  errno = 0 ;
  /* outside permitted and inheritable the kernel keeps nothing in the ambient set */
  for (; n < 64 ; n++)
    if (p & i & bit(n) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, (unsigned long)n, 0L, 0L) != !!(d->ambient & bit(n)))
      sets_die("set in the ambient set: ", n) ;
}

void dropcaps_last (struct dropcaps const *d, int locked)
{
  sets_put(d->effective | d->ambient | d->inheritable, d->effective, d->ambient | d->inheritable) ;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == -1 || prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) != 1)
    strerr_diefusys(111, "set no_new_privs") ;
  sets_check(d) ;
  if (locked) sets_check_locked(d) ;
}
