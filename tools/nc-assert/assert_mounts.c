/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/uint64.h>

#include "assert.h"
#include "nc_kernel.h"

#define MOUNTS_LINE 32768

#define MOUNTS_DEV 1    /* it may carry devices */
#define MOUNTS_WRITE 2  /* it may be written to */

/* proc_pid_mountinfo(5) */
struct mount
{
  uint64_t id ;
  char const *shown ;    /* where it is, as the kernel writes it: with octal escapes */
  char const *options ;
  char const *tag ;      /* of propagation, or 0 */
  char const *type ;
  char const *super ;
  char path[MOUNTS_LINE] ;
} ;

static int mount_field (char **s, char const **field)
{
  char *end = strchr(*s, ' ') ;
  if (!end) return 0 ;
  *end = 0 ;
  *field = *s ;
  *s = end + 1 ;
  return 1 ;
}

static void mount_decode (char *out, char const *s)
{
  for (; *s ; s++)
    if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7')
    {
      *out++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0')) ;
      s += 3 ;
    }
    else *out++ = *s ;
  *out = 0 ;
}

static int mount_split (char *line, struct mount *m)
{
  char const *f[6], *s ;
  unsigned int i = 0 ;
  for (; i < 6 ; i++) if (!mount_field(&line, f + i)) return 0 ;
  for (m->tag = 0 ;;)
  {
    if (!mount_field(&line, &s)) return 0 ;
    if (!strcmp(s, "-")) break ;
    if (strcmp(s, "unbindable")) m->tag = s ;
  }
  if (!mount_field(&line, &m->type) || !mount_field(&line, &s) || !uint640_scan(f[0], &m->id)) return 0 ;
  m->super = line ;
  m->options = f[5] ;
  m->shown = f[4] ;
  mount_decode(m->path, f[4]) ;
  return 1 ;
}

static int mount_has (char const *list, char const *word)
{
  size_t n = strlen(word) ;
  for (;;)
  {
    size_t len = strcspn(list, ",") ;
    if (len == n && !memcmp(list, word, n)) return 1 ;
    if (!list[len]) return 0 ;
    list += len + 1 ;
  }
}

static int mount_below (char const *path, char const *top)
{
  size_t n = strlen(top) ;
  return !strncmp(path, top, n) && path[n] == '/' ;
}

/* What nc-rootfs makes in every root. Of a device only the one object that is the mount can be reached. */
static int mount_own (struct mount const *m)
{
  if (!mount_has(m->options, "noexec")) return 0 ;
  if (!strcmp(m->path, "/dev") && !strcmp(m->type, "tmpfs")) return MOUNTS_DEV ;
  if (!strcmp(m->path, "/dev/pts") && !strcmp(m->type, "devpts")) return MOUNTS_DEV | MOUNTS_WRITE ;
  if (!strcmp(m->path, "/dev/shm") && !strcmp(m->type, "tmpfs")) return MOUNTS_WRITE ;
  if (mount_has(m->options, "nodev") && mount_has(m->options, "ro")) return 0 ;
  return assert_device(m->path, m->id) ? MOUNTS_DEV | MOUNTS_WRITE : 0 ;
}

/* What the line says of this mount; known is for -X. */
static int mount_stated (struct assert *a, struct mount const *m, int *known)
{
  int may = 0 ;
  size_t i = 0 ;
  for (; i < a->n ; i++)
  {
    struct assert_word *w = a->words + i ;
    int here, below ;
    if (!strchr("wWxrd", w->kind)) continue ;
    here = !strcmp(w->s, m->path) ;
    below = (w->kind == 'W' || w->kind == 'r') && mount_below(m->path, w->s) ;
    if (!here && !below) continue ;
    *known = 1 ;
    if (here) w->seen = 1 ;
    if (w->kind == 'W') may |= MOUNTS_WRITE ;
    if (!here) continue ;
    if (w->kind == 'w') may |= MOUNTS_WRITE ;
    if (w->kind == 'd') may |= MOUNTS_DEV ;
    if (w->kind == 'x' && !mount_has(m->options, "noexec")) assert_differs("noexec", m->options, "mount ", m->shown) ;
    if ((w->kind == 'w' || w->kind == 'W') && !mount_has(m->options, "rw")) assert_differs("rw", m->options, "mount ", m->shown) ;
  }
  return may ;
}

static void mount_known (struct mount const *m, int may)
{
  if (may || !strcmp(m->path, "/") || !strcmp(m->path, "/proc")) return ;
  if (mount_below(m->path, "/proc") && (!strcmp(m->type, "tmpfs") || !strcmp(m->type, "proc"))) return ;
  assert_differs("none", m->type, "mount ", m->shown) ;
}

static void mount_audit (struct assert *a, struct mount const *m)
{
  int known = 0 ;
  int may = mount_stated(a, m, &known) ;
  int own = mount_own(m) ;
  if (a->given['X'] && !known) mount_known(m, own) ;
  if (m->tag) assert_differs("private", m->tag, "mount ", m->shown) ;
  if (!mount_has(m->options, "nosuid")) assert_differs("nosuid", m->options, "mount ", m->shown) ;
  if (!((may | own) & MOUNTS_DEV) && !mount_has(m->options, "nodev")) assert_differs("nodev", m->options, "mount ", m->shown) ;
  if (!((may | own) & MOUNTS_WRITE) && !mount_has(m->options, "ro")) assert_differs("ro", m->options, "mount ", m->shown) ;
  if (!strcmp(m->path, "/") && strcmp(m->type, "tmpfs")) assert_differs("tmpfs", m->type, "mount ", m->shown) ;
  if (!strcmp(m->type, "sysfs") && !mount_has(m->options, "noexec")) assert_differs("noexec", m->options, "mount ", m->shown) ;
  if (strcmp(m->type, "proc")) return ;
  if (!mount_has(m->options, "noexec")) assert_differs("noexec", m->options, "mount ", m->shown) ;
  /* "2" before Linux 5.8 */
  if (!a->given['P'] && !mount_has(m->super, "hidepid=invisible") && !mount_has(m->super, "hidepid=2"))
    assert_differs("hidepid=invisible", m->super, "mount ", m->shown) ;
}

static size_t mounts_lines (struct assert *a, struct mount *m, char *buf, size_t len)
{
  char *line = buf, *end ;
  while ((end = memchr(line, '\n', (size_t)(buf + len - line))))
  {
    *end = 0 ;
    if (!mount_split(line, m)) assert_differs("lines as proc_pid_mountinfo(5) says", line, "mountinfo") ;
    mount_audit(a, m) ;
    line = end + 1 ;
  }
  len -= (size_t)(line - buf) ;
  memmove(buf, line, len) ;
  return len ;
}

void assert_mounts (struct assert *a)
{
  struct mount m ;
  char buf[MOUNTS_LINE] ;
  size_t len = 0, i = 0 ;
  int proc = assert_proc() ;
  int fd = nc_procfs_open(proc, "self/mountinfo", O_RDONLY) ;
  if (fd == -1) nc_diefusys(111, "nc-assert -m goes before nc-landlock", "open ", "/proc/self/mountinfo") ;
  close(proc) ;
  for (;;)
  {
    ssize_t r = read(fd, buf + len, sizeof(buf) - len) ;
    if (r == -1) strerr_diefusys(111, "read ", "/proc/self/mountinfo") ;
    if (!r) break ;
    len = mounts_lines(a, &m, buf, len + (size_t)r) ;
    if (len == sizeof(buf)) assert_differs("lines of less than 32768 bytes", "a longer one", "mountinfo") ;
  }
  if (len) assert_differs("whole lines", "a part of one", "mountinfo") ;
  close(fd) ;
  for (; i < a->n ; i++)
    if (strchr("wWxrd", a->words[i].kind) && !a->words[i].seen) assert_differs("a mount", "none", "mount ", a->words[i].s) ;
}
