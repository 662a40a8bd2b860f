/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nc.h"
#include "nc_json.h"
#include "nc_kernel.h"
#include "scope.h"

#define MEASURE_MAX 16384

static char const *const measure_ns[] = { "cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts" } ;

/* proc_pid_status(5): the line's value, a string of JSON as it stands but for the tabs. */
static int measure_line (stralloc *sa, char const *status, char const *key, char const *name)
{
  size_t n = strlen(key) ;
  char const *p = status ;
  while (p && (strncmp(p, key, n) || p[n] != ':')) { p = strchr(p, '\n') ; if (p) p++ ; }
  if (!nc_json_key(sa, name)) return 0 ;
  if (!p) return nc_json_put(sa, "null") ;
  p += n + 1 ;
  p += strspn(p, " \t") ;
  n = strcspn(p, "\n") ;
  while (n && p[n-1] == ' ') n-- ;
  {
    char value[n + 1] ;
    size_t i = 0 ;
    for (; i < n ; i++) value[i] = (char)(p[i] == '\t' ? ' ' : p[i]) ;
    return nc_json_string(sa, value, n) ;
  }
}

/* No such process any more, or none that this one may look into. */
static int measure_gone (void)
{
  return errno == ENOENT || errno == ESRCH || errno == EACCES ;
}

/* "mnt:[4026531841]"; 0 where it cannot be had. */
static int measure_inode (int nsdir, char const *ns, uint64_t *inode)
{
  char link[64] ;
  char *p ;
  ssize_t r ;
  *inode = 0 ;
  if (nsdir == -1) return 1 ;
  r = readlinkat(nsdir, ns, link, sizeof(link) - 1) ;
  if (r == -1) return measure_gone() ;
  link[r] = 0 ;
  p = strchr(link, '[') ;
  if (p) *inode = strtoull(p + 1, 0, 10) ;
  return 1 ;
}

static int measure_compare (stralloc *sa, int owndir, int theirdir)
{
  size_t i = 0 ;
  uint64_t own[8] = { 0 }, theirs[8] = { 0 } ;
  int ok = nc_json_key(sa, "namespaces") && nc_json_put(sa, "{") ;
  for (; ok && i < 8 ; i++)
  {
    ok = measure_inode(owndir, measure_ns[i], own + i) && measure_inode(theirdir, measure_ns[i], theirs + i) ;
    if (ok && theirs[i]) ok = nc_json_member_u64(sa, measure_ns[i], theirs[i]) ;
  }
  ok = ok && nc_json_put(sa, "}") && nc_json_key(sa, "namespaces_of_the_keeper") && nc_json_put(sa, "[") ;
  for (i = 0 ; ok && i < 8 ; i++)
    if (theirs[i] && theirs[i] == own[i])
      ok = (sa->s[sa->len - 1] == '[' || nc_json_put(sa, ",")) && nc_json_string(sa, measure_ns[i], strlen(measure_ns[i])) ;
  return ok && nc_json_put(sa, "]") ;
}

static int measure_namespaces (stralloc *sa, int procdir)
{
  int ok, theirs ;
  int own = openat(AT_FDCWD, "/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC) ;
  if (own == -1) return 0 ;
  theirs = openat(procdir, "ns", O_PATH | O_DIRECTORY | O_CLOEXEC) ;
  if (theirs == -1 && !measure_gone()) return nc_close(own, -1) == 0 ;
  ok = measure_compare(sa, own, theirs) ;
  if (theirs != -1) ok = nc_close(theirs, ok ? 0 : -1) == 0 ;
  return nc_close(own, ok ? 0 : -1) == 0 ;
}

static int measure_null (stralloc *sa, int e)
{
  return nc_json_put(sa, "null") && nc_json_member_string(sa, "measure_error", !e ? "the process that reported its start is not known" :
    e == EACCES ? strerror(e) : "the payload has ended") ;
}

/* Read between the taking of the pidfd and a signal 0 that it still takes, all of it is of one process. */
int scope_measure (stralloc *sa, struct keeper const *k)
{
  static struct { char const *key, *name ; } const lines[] =
  {
    { "Uid", "uid" }, { "Gid", "gid" }, { "Groups", "groups" }, { "NSpid", "nspid" },
    { "CapInh", "cap_inheritable" }, { "CapPrm", "cap_permitted" }, { "CapEff", "cap_effective" },
    { "CapBnd", "cap_bounding" }, { "CapAmb", "cap_ambient" }, { "NoNewPrivs", "no_new_privs" },
    { "Seccomp", "seccomp_mode" }, { "Seccomp_filters", "seccomp_filters" }
  } ;
  char path[32] ;
  char status[MEASURE_MAX] ;
  size_t i = 0, start = sa->len ;
  int ok, dir ;
  if (!k->payload) return measure_null(sa, 0) ;
  snprintf(path, sizeof(path), "/proc/%d", (int)k->payload) ;
  dir = nc_open_at(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0, 0) ;
  if (dir == -1) return measure_gone() && measure_null(sa, errno) ;
  if (nc_read_at(dir, "status", status, sizeof(status)) == -1)
  {
    int e = errno ;
    int gone = measure_gone() ;
    return nc_close(dir, gone ? 0 : -1) == 0 && measure_null(sa, e) ;
  }
  ok = nc_json_put(sa, "{") && nc_json_member_u64(sa, "pid", (uint64_t)k->payload) ;
  for (; ok && i < sizeof(lines) / sizeof(lines[0]) ; i++) ok = measure_line(sa, status, lines[i].key, lines[i].name) ;
  ok = ok && measure_namespaces(sa, dir) && nc_json_put(sa, "}") ;
  if (nc_close(dir, ok ? 0 : -1) == -1) return 0 ;
  /* EPERM: alive, and of another uid */
  if (syscall(__NR_pidfd_send_signal, k->pidfd, 0, 0, 0) == 0 || errno == EPERM) return 1 ;
  if (errno != ESRCH) return 0 ;
  sa->len = start ;
  return measure_null(sa, ESRCH) ;
}
