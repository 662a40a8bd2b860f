/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <linux/nsfs.h>
#include <linux/sched.h>

#include <skalibs/sgetopt.h>

#include "nc.h"
#include "nc_kernel.h"

#define USAGE "nc-open [ -i usernsfd ] [ -f N:path ] ... [ -w N:path ] ... [ -d N:path ] ... [ -t N:path ] ... prog..."

struct open_word
{
  char const *word ;  /* as given, for messages */
  char const *path ;
  int number ;
  char kind ;         /* the option's letter */
} ;

static void open_parse (struct open_word *w, struct open_word const *before, char kind, char const *word)
{
  size_t n = strcspn(word, ":") ;
  char number[8] ;
  if (!n || n >= sizeof(number) || !word[n] || !word[n+1]) strerr_dief(100, "not of the form N:path: ", word) ;
  memcpy(number, word, n) ;
  number[n] = 0 ;
  if (!nc_scan_fd(number, &w->number) || w->number < 3) strerr_dief(100, "invalid descriptor number: ", word) ;
  for (; before < w ; before++)
    if (before->number == w->number) strerr_dief(100, "descriptor number given twice: ", word) ;
  switch (nc_fd_free(w->number))
  {
    case 1 : break ;
    case 0 : strerr_dief(100, "descriptor number is in use: ", word) ;
    default : strerr_diefusys(111, "look at descriptor ", number) ;
  }
  w->word = word ;
  w->path = word + n + 1 ;
  w->kind = kind ;
}

/* O_NONBLOCK: a named pipe or a device must not hold the chain before it is refused. */
static int open_flags (char kind)
{
  switch (kind)
  {
    case 'f' : return O_RDONLY | O_NONBLOCK | O_NOCTTY ;
    case 'w' : return O_RDWR | O_NONBLOCK | O_NOCTTY ;
    case 'd' : return O_RDONLY | O_DIRECTORY ;
    default : return O_PATH ;
  }
}

static int open_source (struct open_word const *w)
{
  int source, mode, fd ;
  int flags = open_flags(w->kind) ;
  if (!nc_scan_source(w->path, &source))
    fd = w->kind == 't' ? nc_open_source(w->path, flags) : nc_open_at(AT_FDCWD, w->path, flags, 0, 0) ;
  else fd = fcntl(source, F_DUPFD_CLOEXEC, 3) ;
  /* open(2): a socket answers ENXIO, a device without a driver ENXIO or ENODEV */
  if (fd == -1 && (errno == ENXIO || errno == ENODEV)) strerr_dief(100, "not a regular file: ", w->path) ;
  if (fd == -1 && errno == ELOOP && w->kind == 't') nc_diefusys(111, NC_SOURCE_HINT, "open ", w->path) ;
  if (fd == -1) strerr_diefusys(111, "open ", w->path) ;
  if (w->kind == 't') return fd ;
  mode = fcntl(fd, F_GETFL) ;
  if (mode == -1) strerr_diefusys(111, "read the mode of ", w->path) ;
  if ((mode & (O_ACCMODE | O_PATH)) != (flags & O_ACCMODE)) strerr_dief(100, "descriptor of another access mode: ", w->path) ;
  return fd ;
}

static void open_check (struct open_word const *w, int fd)
{
  struct stat st ;
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat ", w->path) ;
  if (w->kind == 'd')
  {
    if (!S_ISDIR(st.st_mode)) strerr_dief(100, "not a directory: ", w->path) ;
    return ;
  }
  if (!S_ISREG(st.st_mode)) strerr_dief(100, "not a regular file: ", w->path) ;
  if (!strncmp(w->path, "fd:", 3)) return ;
  if (fcntl(fd, F_SETFL, w->kind == 'w' ? O_RDWR : O_RDONLY) == -1) strerr_diefusys(111, "set the mode of ", w->path) ;
}

static int open_tree_of (struct open_word const *w, int path, int usernsfd)
{
  /* private: what is mounted in it stays in it, though what it was copied from is shared */
  struct nc_mount_attr attr = { .propagation = NC_MOUNT_PRIVATE } ;
  int fd = nc_sys_open_tree(path, "", NC_OPEN_TREE_CLONE | NC_OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | NC_AT_RECURSIVE) ;
  if (fd == -1) strerr_diefusys(111, "copy the mount tree ", w->path) ;
  if (usernsfd != -1) { attr.set = NC_MOUNT_IDMAP ; attr.userns_fd = (uint64_t)usernsfd ; }
  if (nc_sys_mount_setattr(fd, "", AT_EMPTY_PATH | NC_AT_RECURSIVE, &attr) == -1)
    strerr_diefusys(111, usernsfd == -1 ? "make private " : "map the ids of ", w->path,
      usernsfd != -1 && errno == EINVAL ? " (a file system in it without idmapped mounts?)" : "") ;
  if (close(path) == -1) strerr_diefusys(111, "close ", w->path) ;
  return fd ;
}

static int open_userns (char const *word)
{
  int fd ;
  if (!nc_scan_fd(word, &fd)) strerr_dief(100, "invalid descriptor: ", word) ;
  if (fcntl(fd, F_GETFD) == -1) strerr_dief(100, "descriptor is not open: ", word, "; nc-userns -o goes before nc-open -i") ;
  if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWUSER) strerr_dief(100, "not a user namespace: descriptor ", word) ;
  return fd ;
}

int nc_open_main (int argc, char const *const *argv, char const *const *envp)
{
  struct open_word words[argc + 1] ;  /* at most one for each word of the line */
  size_t n = 0, trees = 0, i = 0 ;
  int usernsfd = -1 ;
  PROG = "nc-open" ;
  memset(words, 0, sizeof(words)) ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "i:f:w:d:t:", &l) ;
      if (opt == -1) break ;
      switch (opt)
      {
        case 'i' : usernsfd = open_userns(l.arg) ; break ;
        case 't' : trees++ ; /* fallthrough */
        case 'f' :
        case 'w' :
        case 'd' : open_parse(words + n, words, (char)opt, l.arg) ; n++ ; break ;
        default : dieusage() ;
      }
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (!argc || (usernsfd != -1 && !trees)) dieusage() ;

  for (; i < n ; i++)
  {
    int fd = open_source(words + i) ;
    if (words[i].kind == 't') fd = open_tree_of(words + i, fd, usernsfd) ;
    else open_check(words + i, fd) ;
    if (nc_fd_give(fd, words[i].number) == -1) strerr_diefusys(111, "move a descriptor to ", words[i].word) ;
  }
  nc_exec(argv, envp) ;
}
