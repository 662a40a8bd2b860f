/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "nc-userns.h"
#include "nc.h"

#define LIMIT "/proc/sys/user/max_user_namespaces"

static int make_reads (char const *path, char value)
{
  char c = 0 ;
  int fd = nc_open_at(AT_FDCWD, path, O_RDONLY, 0, 0) ;
  int r = fd != -1 && read(fd, &c, 1) == 1 && c == value ;
  if (fd != -1) close(fd) ;
  return r ;
}

static void make_die (char const *what, int e) gccattr_noreturn ;
static void make_die (char const *what, int e)
{
  char const *hint = "" ;
  if (e == ENOSPC) hint = "; user namespaces are disabled: user.max_user_namespaces" ;
  else if (e == EPERM || e == EACCES)
  {
    if (make_reads("/proc/sys/kernel/unprivileged_userns_clone", '0'))
      hint = "; user namespaces are disabled: kernel.unprivileged_userns_clone" ;
    else if (make_reads("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1'))
      hint = "; user namespaces are restricted: kernel.apparmor_restrict_unprivileged_userns" ;
  }
  else if (e == EROFS) hint = "; -N leaves the limit as it is" ;
  strerr_dief(111, "unable to ", what, ": ", strerror(e), hint) ;
}

/* The limit belongs to the namespace of the process that opens it, and inside it even its maker needs no more privilege. */
static int make_limit (void)
{
  char s[2] ;
  int fd = nc_open_at(AT_FDCWD, LIMIT, O_RDWR, 0, 0) ;
  if (fd == -1 || write(fd, "0\n", 2) != 2 || pread(fd, s, 2, 0) != 2) return -1 ;
  if (memcmp(s, "0\n", 2)) return (errno = EIO, -1) ;
  return close(fd) ;
}

/* In the new namespace, in the maker's memory and with its descriptors: what it opens, the maker has. */
static int make_inside (void *p)
{
  struct userns_made *m = p ;
  m->what = "arm the parent-death signal" ;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1 || getppid() != m->maker) goto end ;
  m->what = "open /proc/self" ;
  m->proc = nc_open_at(AT_FDCWD, "/proc/self", O_PATH | O_DIRECTORY, 0, 0) ;
  if (m->proc == -1) goto end ;
  m->what = "open /proc/self/ns/user" ;  /* a magic link, the one that is meant */
  m->fd = openat(AT_FDCWD, "/proc/self/ns/user", O_RDONLY | O_CLOEXEC) ;
  if (m->fd == -1) goto end ;
  m->what = "forbid nested user namespaces" ;
  if (m->limit && make_limit() == -1) goto end ;
  m->what = 0 ;
  if (!kill(getpid(), SIGSTOP)) for (;;) pause() ;
  m->what = "stop a child" ;
 end:
  m->e = errno ;
  _exit(0) ;
}

/* The child shares memory and descriptors, so that there is nothing to copy or to hand over. It stops when it is done, is alive
   while the maps are written through its /proc (a zombie's belongs to the host's root), and dies with us. */
void userns_make (struct userns_made *m, int limit)
{
  pid_t r ;
  int wstat ;
  m->maker = getpid() ;
  m->limit = limit ;
  m->what = "run a child" ;
  m->e = EINTR ;
  m->pid = clone(&make_inside, m->stack + sizeof(m->stack), CLONE_NEWUSER | CLONE_VM | CLONE_FILES, m) ;
  if (m->pid == -1) make_die("make a user namespace", errno) ;
  do r = waitpid(m->pid, &wstat, WUNTRACED | __WALL) ; while (r == -1 && errno == EINTR) ;
  if (r == -1) strerr_diefusys(111, "wait for a child") ;
  if (!WIFSTOPPED(wstat) || m->what) make_die(m->what ? m->what : "keep a child", m->e) ;
}

void userns_reap (struct userns_made *m)
{
  pid_t r ;
  if (close(m->proc) == -1) strerr_diefusys(111, "close /proc") ;
  if (kill(m->pid, SIGKILL) == -1) strerr_diefusys(111, "kill a child") ;
  do r = waitpid(m->pid, 0, __WALL) ; while (r == -1 && errno == EINTR) ;
  if (r == -1) strerr_diefusys(111, "wait for a child") ;
}

static void make_map (int proc, char const *name, struct userns_map const *m)
{
  char text[USERNS_TEXT], back[USERNS_TEXT] ;
  size_t len = userns_text(text, m) ;
  int fd = nc_open_at(proc, name, O_RDWR, 0, 0) ;
  if (fd == -1 || write(fd, text, len) != (ssize_t)len) make_die("write the map of ids", errno) ;
  if (pread(fd, back, sizeof(back), 0) != (ssize_t)len || memcmp(text, back, len))
    strerr_dief(111, "unable to read back the map of ids: ", name) ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", name) ;
}

void userns_write (int proc, struct userns_ids const *ids)
{
  make_map(proc, "uid_map", &ids->uid) ;
  make_map(proc, "gid_map", &ids->gid) ;
}

void userns_here (int limit)
{
  if (unshare(CLONE_NEWUSER) == -1) make_die("make a user namespace", errno) ;
  if (limit && make_limit() == -1) make_die("forbid nested user namespaces", errno) ;
}
