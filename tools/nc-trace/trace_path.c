/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <skalibs/types.h>
#include <skalibs/uint64.h>

#include "nc.h"
#include "trace.h"

#define PATH_ROOM (2 * PATH_MAX)
#define CLONE3 435  /* the same everywhere */
#define TMPFILE (O_TMPFILE & ~O_DIRECTORY)

static uint64_t once_hash (void const *p)
{
  return trace_hash(p, strlen(p), 0) ;
}

/* Writes a line that was not written before. */
static void path_once (struct tracer *t, char const *line)
{
  size_t i ;
  if (!trace_set_grow(&t->once, &once_hash)) trace_die(t, "allocate memory for ") ;
  for (i = (size_t)once_hash(line) & (t->once.size - 1) ; t->once.slot[i] ; i = (i + 1) & (t->once.size - 1))
    if (!strcmp(t->once.slot[i], line)) return ;
  t->once.slot[i] = strdup(line) ;
  if (!t->once.slot[i]) trace_die(t, "allocate memory for ") ;
  t->once.n++ ;
  trace_escaped(t, line) ;
  trace_word(t, "\n") ;
}

/* "f ARCH FLAGS" and "u ARCH NUMBER" */
static void path_note (struct tracer *t, char letter, uint32_t arch, uint64_t u, int hex)
{
  char line[2 + UINT64_XFMT + 1 + UINT64_FMT] = { letter, ' ' } ;
  size_t n = 2 ;
  n += uint64_xfmt(line + n, arch) ;
  line[n++] = ' ' ;
  n += hex ? uint64_xfmt(line + n, u) : uint64_fmt(line + n, u) ;
  line[n] = 0 ;
  path_once(t, line) ;
}

static void path_add (struct tracer *t, unsigned int use, char const *path)
{
  char line[3 + 5 + PATH_ROOM + 1] = "p " ;
  size_t n = 2, i = 0 ;
  for (; i < 5 ; i++) if (use >> i & 1) line[n++] = "rwxmd"[i] ;
  line[n++] = ' ' ;
  strcpy(line + n, path) ;
  path_once(t, line) ;
}

/* open(2): what access is wanted. An O_PATH descriptor has none. */
static unsigned int path_open (uint64_t flags)
{
  unsigned int use = 0 ;
  if (flags & O_PATH) return 0 ;
  if ((flags & O_ACCMODE) != O_WRONLY) use |= TRACE_READ ;
  if (flags & O_ACCMODE || flags & O_TRUNC) use |= TRACE_WRITE ;
  if (flags & (O_CREAT | TMPFILE)) use |= TRACE_MAKE ;
  return use ;
}

/* Before what is read is used: that task may have gone, and its number have been given to another. */
static int path_still (struct tracer *t, struct seccomp_notif const *q)
{
  int r ;
  do r = ioctl(t->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &q->id) ; while (r == -1 && errno == EINTR) ;
  if (r == -1 && errno != ENOENT) trace_die(t, "ask whether a system call still waits for ") ;
  return !r ;
}

/* As this process sees it, which may be another mount namespace: what is not seen is recorded. */
static int path_fails (unsigned int use, char const *path)
{
  if (!(use & (TRACE_OLD | TRACE_NEW))) return 0 ;
  if (!faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW)) return !!(use & TRACE_NEW) ;
  return use & TRACE_OLD && (errno == ENOENT || errno == ENOTDIR) ;
}

/* Where there is nothing to be seen the call fails, or its task has gone. */
static void path_unseen (struct tracer *t, struct seccomp_notif const *q)
{
  if (errno != EFAULT && errno != ESRCH && errno != ENOENT) path_note(t, 'u', q->data.arch, (uint32_t)q->data.nr, 0) ;
}

static void path_bind (struct tracer *t, struct seccomp_notif const *q, uint64_t address, uint64_t len)
{
  struct sockaddr_un sa = { .sun_family = AF_UNSPEC } ;
  char s[PATH_ROOM] ;
  if (len > sizeof(sa)) len = sizeof(sa) ;
  if (!trace_read((pid_t)q->pid, address, &sa, (size_t)len)) { path_unseen(t, q) ; return ; }
  if (sa.sun_family != AF_UNIX || len <= offsetof(struct sockaddr_un, sun_path) || !sa.sun_path[0]) return ;
  memset(s, 0, sizeof(sa.sun_path) + 1) ;
  memcpy(s, sa.sun_path, (size_t)len - offsetof(struct sockaddr_un, sun_path)) ;
  if (!trace_resolve(t, (pid_t)q->pid, AT_FDCWD, s, sizeof(s))) { path_unseen(t, q) ; return ; }
  if (path_still(t, q)) path_add(t, TRACE_MAKE, s) ;
}

static void path_row (struct tracer *t, struct seccomp_notif const *q, struct trace_row const *r)
{
  uint64_t const *a = (uint64_t const *)q->data.args ;
  pid_t pid = (pid_t)q->pid ;
  unsigned int use = r->arg ;
  uint64_t flags = 0 ;
  char s[PATH_ROOM] ;
  if (r->kind == TRACE_BIND) { path_bind(t, q, a[r->path], a[r->arg]) ; return ; }
  if (r->kind == TRACE_OPEN) use = path_open(a[r->arg]) ;
  if (r->kind == TRACE_HOW)
  {
    if (!trace_read(pid, a[r->arg], &flags, sizeof(flags))) { path_unseen(t, q) ; return ; }
    use = path_open(flags) ;
  }
  if (!use) return ;
  if (!trace_read_string(pid, a[r->path], s, PATH_MAX) || !trace_resolve(t, pid, r->dir < 0 ? AT_FDCWD : (int)a[r->dir], s, sizeof(s) - 2))
  {
    path_unseen(t, q) ;
    return ;
  }
  if (!path_still(t, q)) return ;
  /* a file without a name is made in the directory that is named */
  if (use & TRACE_MAKE && (r->kind == TRACE_HOW ? flags : r->kind == TRACE_OPEN ? a[r->arg] : 0) & TMPFILE) strcat(s, "/.") ;
  if (!path_fails(use, s)) path_add(t, use, s) ;
}

/* What a filter cannot see of clone3(2), but sees of the clone(2) that takes its place where it is refused. */
static void path_clone (struct tracer *t, struct seccomp_notif const *q)
{
  uint64_t args[5] ;  /* flags, pidfd, child_tid, parent_tid, exit_signal */
  if (!trace_read((pid_t)q->pid, q->data.args[0], args, sizeof(args))) { path_unseen(t, q) ; return ; }
  if (path_still(t, q)) path_note(t, 'f', q->data.arch, args[0] | args[4], 1) ;
}

/* Roots are inherited: until one of these is called, all are this process's own. */
static int path_roots (uint32_t arch, int nr)
{
  if (arch == TRACE_ARCH) return nr == __NR_chroot || nr == __NR_pivot_root || nr == __NR_setns ;
  return nr == 61 || nr == 217 || nr == 346 ;
}

void trace_path (struct tracer *t, struct seccomp_notif const *q)
{
  int native = q->data.arch == TRACE_ARCH ;
  int nr = q->data.nr ;
  size_t i = 0 ;
  if (path_roots(q->data.arch, nr)) t->rooted = 1 ;
  if (nr == CLONE3) { path_clone(t, q) ; return ; }
#ifdef __x86_64__
  nr &= ~0x40000000 ;  /* x32 */
  if (!native && q->data.arch != AUDIT_ARCH_I386) return ;
#else
  if (!native) { path_note(t, 'u', q->data.arch, (uint32_t)nr, 0) ; return ; }
#endif
  for (; i < trace_rows_n ; i++)
    if (nr == (native ? trace_rows[i].nr : trace_rows[i].nr32)) path_row(t, q, trace_rows + i) ;
}
