/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <linux/close_range.h>

#include <skalibs/types.h>

#include "nc-userns.h"
#include "nc.h"
#include "nc_kernel.h"

#define HELPERS_ARGS (3 + 3 * USERNS_EXTENTS)

/* Never by PATH: a set-user-id program of the system, or none. What is checked is what is executed, by descriptor. */
static int helpers_open (char const *name)
{
  static char const *const dirs[] = { "/run/wrappers/bin/", "/usr/bin/", "/bin/" } ;
  char path[64] ;
  size_t i = 0 ;
  for (; i < sizeof(dirs) / sizeof(dirs[0]) ; i++)
  {
    struct stat st ;
    int fd ;
    strcpy(path, dirs[i]) ;
    strcat(path, name) ;
    fd = nc_open_at(AT_FDCWD, path, O_PATH, 0, 0) ;
    if (fd == -1 && (errno == ENOENT || errno == ENOTDIR)) continue ;
    if (fd == -1) strerr_diefusys(111, "open ", path) ;
    if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat ", path) ;
    if (!S_ISREG(st.st_mode) || st.st_uid || st.st_mode & 022)
      strerr_dief(100, "not root's own, or writable by others: ", path) ;
    return fd ;
  }
  strerr_dief(100, "no ", name, " in /run/wrappers/bin, /usr/bin or /bin; -a nomap needs none") ;
}

static void helpers_child (int fd, int out, char const *const *args) gccattr_noreturn ;
static void helpers_child (int fd, int out, char const *const *args)
{
  static char const *const env[] = { 0 } ;
  if (nc_sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == -1 || dup2(out, 1) == -1 || dup2(out, 2) == -1)
    strerr_diefusys(111, "prepare ", args[0]) ;
  syscall(__NR_execveat, fd, "", args, env, AT_EMPTY_PATH) ;
  strerr_diefusys(111, "exec ", args[0]) ;
}

/* The first line of what it says, for our message: a step writes one line. */
static void helpers_wait (pid_t pid, int in, char const *name)
{
  char words[256] ;
  size_t n = 0 ;
  ssize_t r ;
  int wstat ;
  while ((r = read(in, words + n, sizeof(words) - 1 - n)) > 0 || (r == -1 && errno == EINTR))
    if (r > 0 && (n += (size_t)r) == sizeof(words) - 1) break ;
  if (r == -1) strerr_diefusys(111, "read from ", name) ;
  if (close(in) == -1) strerr_diefusys(111, "close a pipe") ;
  words[n] = 0 ;
  words[strcspn(words, "\n")] = 0 ;
  while (waitpid(pid, &wstat, 0) == -1) if (errno != EINTR) strerr_diefusys(111, "wait for ", name) ;
  if (!WIFEXITED(wstat) || WEXITSTATUS(wstat)) strerr_dief(111, "unable to map ids with ", name, ": ", words) ;
}

static void helpers_run (char const *name, pid_t target, struct userns_map const *m)
{
  char numbers[1 + 3 * USERNS_EXTENTS][UINT64_FMT] ;
  char const *args[HELPERS_ARGS] ;
  unsigned int n = 0, i = 0 ;
  int p[2] ;
  pid_t pid ;
  int fd = helpers_open(name) ;
  args[n++] = name ;
  numbers[0][uint_fmt(numbers[0], (unsigned int)target)] = 0 ;
  args[n++] = numbers[0] ;
  for (; i < 3 * m->n ; i++)
  {
    struct userns_extent const *e = m->e + i / 3 ;
    char *s = numbers[1 + i] ;
    s[uint32_fmt(s, i % 3 == 0 ? e->inside : i % 3 == 1 ? e->outside : e->count)] = 0 ;
    args[n++] = s ;
  }
  args[n] = 0 ;
  if (pipe2(p, O_CLOEXEC) == -1) strerr_diefusys(111, "make a pipe") ;
  pid = nc_fork() ;
  if (pid == -1) strerr_diefusys(111, "fork") ;
  if (!pid) helpers_child(fd, p[1], args) ;
  if (close(p[1]) == -1 || close(fd) == -1) strerr_diefusys(111, "close a descriptor") ;
  helpers_wait(pid, p[0], name) ;
}

static void helpers_check (int proc, char const *name, struct userns_map const *m)
{
  char text[USERNS_TEXT], back[USERNS_TEXT] ;
  size_t len = userns_text(text, m) ;
  int fd = nc_open_at(proc, name, O_RDONLY, 0, 0) ;
  if (fd == -1 || read(fd, back, sizeof(back)) != (ssize_t)len || memcmp(text, back, len))
    strerr_dief(111, "unable to read back the map of ids: ", name) ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", name) ;
}

void userns_helpers (struct userns_made const *m, struct userns_ids const *ids)
{
  int r = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) ;
  if (r == -1) strerr_diefusys(111, "read no_new_privs") ;
  if (r) strerr_dief(100, "no_new_privs is set, so that newuidmap has no power; nc-userns goes before what sets it") ;
  helpers_run("newgidmap", m->pid, &ids->gid) ;
  helpers_run("newuidmap", m->pid, &ids->uid) ;
  helpers_check(m->proc, "gid_map", &ids->gid) ;
  helpers_check(m->proc, "uid_map", &ids->uid) ;
}
