/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "assert.h"
#include "nc_kernel.h"

static struct { char letter ; char const *file ; } const ns_kinds[] =
{
  { 'C', "cgroup" },
  { 'T', "time" },
  { 'U', "user" },
  { 'i', "ipc" },
  { 'm', "mnt" },
  { 'n', "net" },
  { 'p', "pid" },
  { 'u', "uts" }
} ;

#define NS_N (sizeof(ns_kinds) / sizeof(ns_kinds[0]))
#define NS_MAGIC 0x6e632d6e733a3031  /* nc-ns:01 */

/* A namespace is known by the device and number of its file in nsfs, ioctl_nsfs(2). */
struct ns_record
{
  uint64_t magic ;
  struct { uint64_t dev ; uint64_t ino ; } ns[NS_N] ;
} ;

int assert_ns_known (char letter)
{
  size_t i = 0 ;
  for (; i < NS_N ; i++) if (ns_kinds[i].letter == letter) return 1 ;
  return 0 ;
}

static void ns_read (struct ns_record *r, char const *kinds)
{
  size_t i = 0 ;
  int proc = assert_proc() ;
  int dir = nc_procfs_open(proc, "self/ns", O_PATH | O_DIRECTORY) ;
  if (dir == -1) strerr_diefusys(111, "open ", "/proc/self/ns") ;
  if (close(proc) == -1) strerr_diefusys(111, "close ", "/proc") ;
  for (; i < NS_N ; i++) if (!kinds || strchr(kinds, ns_kinds[i].letter))
  {
    struct stat st = { .st_ino = 0 } ;
    if (fstatat(dir, ns_kinds[i].file, &st, 0) == -1) strerr_diefusys(111, "stat /proc/self/ns/", ns_kinds[i].file) ;
    r->ns[i].dev = st.st_dev ;
    r->ns[i].ino = st.st_ino ;
  }
  if (close(dir) == -1) strerr_diefusys(111, "close ", "/proc/self/ns") ;
}

/* A pipe whose writing end is closed: what is in it stays as it is, across fork, exec and every change of namespace. */
void assert_ns_record (int number)
{
  struct ns_record r = { .magic = NS_MAGIC } ;
  int p[2] ;
  ns_read(&r, 0) ;
  if (pipe2(p, O_CLOEXEC) == -1) strerr_diefusys(111, "make a pipe") ;
  if (p[1] == number)
  {
    int fd = fcntl(p[1], F_DUPFD_CLOEXEC, 3) ;
    if (fd == -1 || close(p[1]) == -1) strerr_diefusys(111, "move a descriptor") ;
    p[1] = fd ;
  }
  errno = EIO ;
  if (write(p[1], &r, sizeof(r)) != (ssize_t)sizeof(r)) strerr_diefusys(111, "write the record of the namespaces") ;
  if (close(p[1]) == -1 || nc_fd_give(p[0], number) == -1) strerr_diefusys(111, "leave the record of the namespaces") ;
}

void assert_ns (char const *kinds, int before)
{
  struct ns_record was = { .magic = 0 }, is ;
  struct pollfd x = { .fd = before, .events = POLLIN } ;
  struct stat st = { .st_mode = 0 } ;
  char more ;
  size_t i = 0 ;
  if (fstat(before, &st) == -1) strerr_diefusys(111, "stat the record of the namespaces") ;
  /* a writer that is left would hold the second read, and could have written it */
  if (!S_ISFIFO(st.st_mode) || poll(&x, 1, 0) != 1 || (x.revents & (POLLIN | POLLHUP)) != (POLLIN | POLLHUP)
    || read(before, &was, sizeof(was)) != (ssize_t)sizeof(was) || was.magic != NS_MAGIC || read(before, &more, 1))
    strerr_dief(100, "option -N: not a record that nc-assert -S made, or one that was read before") ;
  if (close(before) == -1) strerr_diefusys(111, "close the record of the namespaces") ;
  ns_read(&is, kinds) ;
  for (; i < NS_N ; i++)
    if (strchr(kinds, ns_kinds[i].letter) && was.ns[i].dev == is.ns[i].dev && was.ns[i].ino == is.ns[i].ino)
      assert_differs("one of its own", "that of the record", "namespace ", ns_kinds[i].file) ;
}

void assert_hostname (char const *name)
{
  struct utsname u ;
  if (uname(&u) == -1) strerr_diefusys(111, "read the hostname") ;
  if (strcmp(u.nodename, name)) assert_differs(name, u.nodename, "hostname") ;
}
