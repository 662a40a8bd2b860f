/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "nc.h"
#include "rootfs.h"

#define OWNER_HINT "in a user namespace, and on some file systems, owners cannot be mapped"

struct owner_made
{
  _Alignas(16) char stack[8192] ;
  int proc ;           /* the child's /proc/PID */
  int fd ;             /* its user namespace */
} ;

/* In the new namespace, in the maker's memory and with its descriptors: what it opens, the maker has. */
static int owner_inside (void *p)
{
  struct owner_made *m = p ;
  m->proc = nc_open_at(AT_FDCWD, "/proc/self", O_PATH | O_DIRECTORY, 0, 0) ;
  m->fd = openat(AT_FDCWD, "/proc/self/ns/user", O_RDONLY | O_CLOEXEC) ;  /* a magic link, the one that is meant */
  return m->proc == -1 || m->fd == -1 ;
}

static void owner_write (int proc, char const *name, uint32_t from, uint32_t to)
{
  char text[32] ;
  int n = snprintf(text, sizeof(text), "%u %u 1\n", from, to) ;
  if (nc_write_at(proc, name, text, (size_t)n) == -1) strerr_diefusys(111, "write the ", name, " of a user namespace") ;
}

/* A user namespace whose only ids are those of st, which are the workload's outside. What made it has ended when it is
   given its maps, and is waited for after that: nothing is left to be killed, however this ends. */
static int owner_userns (struct rootfs const *r, struct stat const *st)
{
  struct owner_made m = { .proc = -1, .fd = -1 } ;
  int wstat ;
  pid_t w ;
  pid_t pid = clone(&owner_inside, m.stack + sizeof(m.stack), CLONE_NEWUSER | CLONE_VM | CLONE_VFORK | CLONE_FILES, &m) ;
  if (pid == -1) nc_diefusys(111, OWNER_HINT, "make a user namespace for the owner of a bind") ;
  if (m.proc != -1 && m.fd != -1)
  {
    owner_write(m.proc, "uid_map", st->st_uid, r->owner.uid) ;
    owner_write(m.proc, "gid_map", st->st_gid, r->owner.gid) ;
  }
  do w = waitpid(pid, &wstat, __WALL) ; while (w == -1 && errno == EINTR) ;
  if (w == -1) strerr_diefusys(111, "wait for a child") ;
  if (wstat || m.proc == -1 || m.fd == -1) strerr_dief(111, "unable to open /proc/self in a user namespace") ;
  rootfs_close(m.proc) ;
  return m.fd ;
}

static void owner_stat (char const *src, struct stat *st)
{
  int fd ;
  int given = nc_scan_source(src, &fd) ;
  if (!given) fd = rootfs_bind_source(src, O_PATH, "") ;
  if (fstat(fd, st) == -1) strerr_diefusys(111, "stat ", src) ;
  if (!given) rootfs_close(fd) ;
}

/* Before the new root lies over the old one: after that a process counts as chrooted, and is given no user namespace. */
void rootfs_owners (struct rootfs *r)
{
  size_t i = 0 ;
  for (; i < r->n ; i++) if (r->items[i].bind.own)
  {
    struct rootfs_bind *b = &r->items[i].bind ;
    struct stat st ;
    owner_stat(r->items[i].src, &st) ;
    b->uid = st.st_uid ;
    b->gid = st.st_gid ;
    /* where both are the same there is nothing to map, and it works on every file system */
    b->ns = st.st_uid == r->owner.uid && st.st_gid == r->owner.gid ? -1 : owner_userns(r, &st) ;
  }
}

void rootfs_map_owner (struct rootfs_bind const *b, int tree, struct stat const *st, char const *what)
{
  if (st->st_uid != b->uid || st->st_gid != b->gid) strerr_dief(111, "unable to map the owner of ", what, ": it has changed") ;
  if (b->ns == -1) return ;
  if (nc_mount_idmap(tree, b->ns) == -1)
  {
    if (!b->tryown || errno != EINVAL) nc_diefusys(111, OWNER_HINT, "map the owner of ", what) ;
    strerr_warnw("owners are as they are, because its file system cannot map them: ", what) ;
  }
  rootfs_close(b->ns) ;
}
