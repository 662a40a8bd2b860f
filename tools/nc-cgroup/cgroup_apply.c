/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "nc.h"

static void apply_one (struct cgroup const *g, int dirfd, struct cgroup_setting const *s, char const *name)
{
  char buf[CGROUP_READ] ;
  size_t len = strlen(s->value) ;
  ssize_t r ;
  int fd = openat(dirfd, s->file, O_RDWR | O_NOFOLLOW | O_CLOEXEC) ;
  if (fd == -1)
  {
    /* somebody may have removed the group in between */
    if (errno == ENOENT && !faccessat(dirfd, "cgroup.procs", F_OK, 0))
      strerr_diefu(100, "set ", s->file, ": this kernel has no such file in ", g->path, "/", name) ;
    strerr_diefusys(111, "open ", g->path, "/", name, "/", s->file) ;
  }
  r = write(fd, s->value, len) ;
  if (r == -1) strerr_diefusys(111, "set ", s->file, " to ", s->value) ;
  if ((size_t)r != len) strerr_diefu(111, "set ", s->file, " to ", s->value, ": short write") ;
  r = pread(fd, buf, sizeof(buf) - 1, 0) ;
  if (r == -1) strerr_diefusys(111, "read back ", s->file) ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", s->file) ;
  buf[r] = 0 ;
  if (cgroup_same(s->file, buf, s->value)) return ;
  buf[strcspn(buf, "\n")] = 0 ;
  strerr_diefu(111, "set ", s->file, " to ", s->value, ": it reads back as ", buf[0] ? buf : "nothing") ;
}

/* The last part carries the container's id: no other cgroup is called that. */
static void apply_verify (char const *name)
{
  char buf[CGROUP_READ] ;
  char *p = buf ;
  size_t n = strlen(name) ;
  if (nc_read_at(AT_FDCWD, "/proc/self/cgroup", buf, sizeof(buf)) == -1) strerr_diefusys(111, "read /proc/self/cgroup") ;
  while (p && strncmp(p, "0::/", 4))
  {
    p = strchr(p, '\n') ;
    if (p) p++ ;
  }
  if (p)
  {
    size_t len = strcspn(p, "\n") ;
    if (len > n && p[len - n - 1] == '/' && !memcmp(p + len - n, name, n)) return ;
  }
  strerr_diefu(111, "join the cgroup ", name, ": /proc/self/cgroup does not show it") ;
}

void cgroup_apply (struct cgroup const *g, int fd, char const *name)
{
  size_t i = 0 ;
  for (; i < g->n ; i++) apply_one(g, fd, g->set + i, name) ;
  if (nc_write_at(fd, "cgroup.procs", "0", 1) == -1)
    nc_diefusys(111, CGROUP_DELEGATE, "join the cgroup ", g->path, "/", name) ;
  apply_verify(name) ;
}
