/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/uint64.h>

#include "assert.h"
#include "nc_kernel.h"

#define MOUNTS_DEV 1    /* it may carry devices */
#define MOUNTS_WRITE 2  /* it may be written to */

/* What nc-rootfs makes in every root. Of a device only the one object that is the mount can be reached; of /dev, what is in it. */
static int mount_own (struct assert_mount const *m)
{
  if (!assert_has(m->options, "noexec")) return 0 ;
  if (!strcmp(m->path, "/dev") && !strcmp(m->type, "tmpfs")) return assert_devices(m->path, m->id) ? MOUNTS_DEV : 0 ;
  if (!strcmp(m->path, "/dev/pts") && !strcmp(m->type, "devpts")) return MOUNTS_DEV | MOUNTS_WRITE ;
  if (!strcmp(m->path, "/dev/shm") && !strcmp(m->type, "tmpfs")) return MOUNTS_WRITE ;
  if (assert_has(m->options, "nodev") && assert_has(m->options, "ro")) return 0 ;
  return assert_device(m->path, m->id) ? MOUNTS_DEV | MOUNTS_WRITE : 0 ;
}

/* Each of -r, -w and -W names one mount; one more at that path lies over it, or below. */
static void mount_count (struct assert *a, struct assert_mount const *m)
{
  unsigned int named = 0, seen = 0 ;
  size_t i = 0 ;
  for (; i < a->n ; i++)
  {
    struct assert_word *w = a->words + i ;
    if (!strchr("wWxrd", w->kind) || strcmp(w->s, m->path)) continue ;
    seen = w->seen++ ;
    if (w->kind != 'x' && w->kind != 'd') named++ ;
  }
  if (a->given['X'] && seen && seen >= named) assert_differs("no other mount", "one more", "mount ", m->shown) ;
}

/* One that another lies over cannot be reached: what the line says is about the upper one. */
static void mount_lacks (struct assert_mount const *m, char const *flag)
{
  if (assert_uncovered(m->path, m->id)) assert_differs(flag, m->options, "mount ", m->shown) ;
}

/* What the line says of this mount; known is for -X. */
static int mount_stated (struct assert *a, struct assert_mount const *m, int *known)
{
  int may = 0 ;
  size_t i = 0 ;
  mount_count(a, m) ;
  for (; i < a->n ; i++)
  {
    struct assert_word *w = a->words + i ;
    int here, below ;
    if (!strchr("wWxrd", w->kind)) continue ;
    here = !strcmp(w->s, m->path) ;
    below = (w->kind == 'W' || w->kind == 'r') && assert_below(m->path, w->s) ;
    if (!here && !below) continue ;
    *known = 1 ;
    if (w->kind == 'W') may |= MOUNTS_WRITE ;
    if (!here) continue ;
    if (w->kind == 'w') may |= MOUNTS_WRITE ;
    if (w->kind == 'd') may |= MOUNTS_DEV ;
    if (w->kind == 'x' && !assert_has(m->options, "noexec")) mount_lacks(m, "noexec") ;
    if ((w->kind == 'w' || w->kind == 'W') && !assert_has(m->options, "rw")) mount_lacks(m, "rw") ;
  }
  return may ;
}

/* What nc-rootfs puts over parts of /proc: its one empty tmpfs, or with -p rw the part itself, read-only. */
static int mount_mask (struct assert_mount const *m)
{
  if (!assert_below(m->path, "/proc")) return 0 ;
  if (!strcmp(m->type, "proc")) return !strcmp(m->root, m->shown + 5) ;
  return !strcmp(m->type, "tmpfs") && !strcmp(m->root, "/") && assert_has(m->super, "mode=555") && assert_empty(m->path) ;
}

/* What nc-rootfs -e puts over files of an image: each a file of its own, which no name leads to. */
static int mount_etc (struct assert_mount const *m)
{
  static char const *const files[] = { "/etc/hostname", "/etc/hosts", "/etc/resolv.conf" } ;
  size_t i = 0 ;
  while (i < 3 && strcmp(files[i], m->path)) i++ ;
  return i < 3 && !strcmp(m->type, "tmpfs") && assert_has(m->options, "noexec") && !strncmp(m->root, "/.etc", 5) ;
}

static void mount_known (struct assert_mount const *m, int own)
{
  if (!own && strcmp(m->path, "/") && strcmp(m->path, "/proc") && !mount_mask(m) && !mount_etc(m)) assert_differs("none", m->type, "mount ", m->shown) ;
  if (!assert_uncovered(m->path, m->id)) assert_differs("no other mount", "one more", "mount ", m->shown) ;
}

static void mount_audit (struct assert *a, struct assert_mount const *m, char const *proc)
{
  int known = 0 ;
  int may = mount_stated(a, m, &known) ;
  int own = mount_own(m) ;
  if (a->given['X'] && !known) mount_known(m, own) ;
  if (m->tag) assert_differs("private", m->tag, "mount ", m->shown) ;
  if (!assert_has(m->options, "nosuid")) assert_differs("nosuid", m->options, "mount ", m->shown) ;
  if (!((may | own) & MOUNTS_DEV) && !assert_has(m->options, "nodev")) assert_differs("nodev", m->options, "mount ", m->shown) ;
  if (!((may | own) & MOUNTS_WRITE) && !assert_has(m->options, "ro")) assert_differs("ro", m->options, "mount ", m->shown) ;
  if (!known && !strcmp(m->path, "/") && strcmp(m->type, "tmpfs")) assert_differs("tmpfs", m->type, "mount ", m->shown) ;
  if (!strcmp(m->type, "sysfs") && !assert_has(m->options, "noexec")) assert_differs("noexec", m->options, "mount ", m->shown) ;
  if (strcmp(m->type, "proc")) return ;
  if (strcmp(m->dev, proc)) assert_differs("the procfs of /proc", "another", "mount ", m->shown) ;
  if (!assert_has(m->options, "noexec")) assert_differs("noexec", m->options, "mount ", m->shown) ;
  /* "2" before Linux 5.8 */
  if (!a->given['P'] && !assert_has(m->super, "hidepid=invisible") && !assert_has(m->super, "hidepid=2"))
    assert_differs("hidepid=invisible", m->super, "mount ", m->shown) ;
}

static size_t mounts_lines (struct assert *a, struct assert_mount *m, char const *proc, char *buf, size_t len)
{
  char *line = buf, *end ;
  while ((end = memchr(line, '\n', (size_t)(buf + len - line))))
  {
    *end = 0 ;
    if (!assert_line_split(line, m)) assert_differs("lines as proc_pid_mountinfo(5) says", line, "mountinfo") ;
    mount_audit(a, m, proc) ;
    line = end + 1 ;
  }
  len -= (size_t)(line - buf) ;
  memmove(buf, line, len) ;
  return len ;
}

void assert_mounts (struct assert *a)
{
  struct assert_mount m ;
  char buf[ASSERT_LINE] ;
  char dev[ASSERT_DEV] ;
  size_t len = 0, i = 0 ;
  int proc = assert_proc() ;
  int fd = nc_procfs_open(proc, "self/mountinfo", O_RDONLY) ;
  if (fd == -1) nc_diefusys(111, "nc-assert -m goes before nc-landlock", "open ", "/proc/self/mountinfo") ;
  assert_proc_own(proc, dev) ;
  assert_cwd() ;
  if (close(proc) == -1) strerr_diefusys(111, "close ", "/proc") ;
  for (;;)
  {
    ssize_t r = read(fd, buf + len, sizeof(buf) - len) ;
    if (r == -1) strerr_diefusys(111, "read ", "/proc/self/mountinfo") ;
    if (!r) break ;
    len = mounts_lines(a, &m, dev, buf, len + (size_t)r) ;
    if (len == sizeof(buf)) assert_differs("lines of less than 32768 bytes", "a longer one", "mountinfo") ;
  }
  if (len) assert_differs("whole lines", "a part of one", "mountinfo") ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", "/proc/self/mountinfo") ;
  for (; i < a->n ; i++)
    if (strchr("wWxrd", a->words[i].kind) && !a->words[i].seen) assert_differs("a mount", "none", "mount ", a->words[i].s) ;
}
