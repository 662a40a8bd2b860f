/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <linux/openat2.h>

#include "nc.h"
#include "attest.h"

#define WORKS_ALONE (1U << 20)   /* bytes that are read sooner than a process is made */
#define WORKS_CHUNK 2048         /* of a path that is too long for one call */
#define WORKS_MAX 256            /* processes */

/* What the processes share. */
struct works
{
  atomic_size_t next ;     /* the work that nobody has taken */
  atomic_size_t ended ;    /* children that came to their end */
  atomic_int failed ;
  size_t index ;           /* of the work that failed first, and why */
  int error ;
  unsigned char sums[] ;
} ;

size_t attest_work_add (struct attest *a, struct attest_work const *w)
{
  if (a->worksn == a->worksmax)
  {
    a->worksmax = a->worksmax ? 2 * a->worksmax : 1024 ;
    a->works = reallocarray(a->works, a->worksmax, sizeof(*a->works)) ;
    if (!a->works) strerr_diefusys(111, "allocate memory") ;
  }
  a->works[a->worksn] = *w ;
  return a->worksn++ ;
}

/* By parts where the path is longer than what the kernel takes. No link is followed. */
static int work_open (int at, char const *path)
{
  int dir = at ;
  for (;;)
  {
    char part[WORKS_CHUNK + NAME_MAX + 2] ;
    size_t n = strlen(path) ;
    int fd ;
    if (n > WORKS_CHUNK) n = WORKS_CHUNK + strcspn(path + WORKS_CHUNK, "/") ;
    if (n >= sizeof(part)) return (errno = ENAMETOOLONG, dir == at ? -1 : nc_close(dir, -1)) ;
    memcpy(part, path, n) ;
    part[n] = 0 ;
    path += n ;
    while (*path == '/') path++ ;
    fd = nc_open_at(dir, part, *path ? O_PATH | O_DIRECTORY : O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH) ;
    if (dir != at) fd = nc_close(dir, fd) ;
    if (fd == -1 || !*path) return fd ;
    dir = fd ;
  }
}

static int work_file (struct attest_work const *w, struct attest_sha *h, unsigned char *sum)
{
  struct stat st ;
  int fd = work_open(w->at, w->path) ;
  int r = -1 ;
  if (fd == -1) return -1 ;
  if (fstat(fd, &st) == -1) return nc_close(fd, -1) ;
  if (st.st_dev != w->dev || st.st_ino != w->ino || (uint64_t)st.st_size != w->size || !S_ISREG(st.st_mode)) return (errno = ESTALE, nc_close(fd, -1)) ;
  if (!attest_sha_start(h) && !attest_sha_fd(h, fd, (uint64_t)st.st_size) && !attest_sha_end(h, sum)) r = 0 ;
  return nc_close(fd, r) ;
}

/* Until there is nothing left, or somebody failed. */
static void works_run (struct attest const *a, struct works *s)
{
  struct attest_sha *h = attest_sha_new() ;
  size_t i = 0 ;
  int none = 0 ;
  while (!atomic_load(&s->failed) && (i = atomic_fetch_add(&s->next, 1)) < a->worksn)
  {
    struct attest_work const *w = a->works + i ;
    unsigned char *sum = s->sums + ATTEST_SUM * i ;
    if (!h) errno = ENOMEM ;
    if (h && (w->nar ? attest_nar(h, w->at, w->path, sum) : work_file(w, h, sum)) == 0) continue ;
    if (!atomic_compare_exchange_strong(&s->failed, &none, 1)) return ;
    s->error = errno ;
    s->index = i ;
    return ;
  }
}

static void works_child (struct attest const *a, struct works *s, pid_t parent) gccattr_noreturn ;
static void works_child (struct attest const *a, struct works *s, pid_t parent)
{
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent) _exit(111) ;
  works_run(a, s) ;
  atomic_fetch_add(&s->ended, 1) ;
  _exit(0) ;
}

static size_t works_processes (struct attest const *a)
{
  cpu_set_t set ;
  uint64_t bytes = 0 ;
  size_t i = 0, n ;
  for (; i < a->worksn && bytes < WORKS_ALONE ; i++) bytes += a->works[i].size + 4096 ;
  if (bytes < WORKS_ALONE) return 1 ;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) n = (size_t)CPU_COUNT(&set) ;
  else if (errno == EINVAL) n = 1 ;  /* more processors than fit into set */
  else strerr_diefusys(111, "count the processors") ;
  if (n > WORKS_MAX) n = WORKS_MAX ;
  return n < a->worksn ? n : a->worksn ;
}

static void works_fail (struct attest const *a, struct works const *s) gccattr_noreturn ;
static void works_fail (struct attest const *a, struct works const *s)
{
  struct attest_work const *w = a->works + s->index ;
  errno = s->error ;
  if (errno == ESTALE) nc_diefusys(111, "it was changed while it was read", "read ", w->shown, w->nar ? "" : " in ", w->nar ? "" : a->dir) ;
  if (errno == EOPNOTSUPP) nc_diefusys(111, "there is something that is no file, directory or link", "read ", w->shown) ;
  strerr_diefusys(111, "read ", w->shown, w->nar ? "" : " in ", w->nar ? "" : a->dir) ;
}

void attest_works (struct attest *a)
{
  pid_t pids[WORKS_MAX] ;
  size_t n = works_processes(a), i = 1 ;
  pid_t self = getpid() ;
  struct works *s = mmap(0, sizeof(*s) + ATTEST_SUM * a->worksn, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) ;
  if (s == MAP_FAILED) strerr_diefusys(111, "allocate memory") ;
  for (; i < n ; i++)
  {
    pids[i] = fork() ;
    if (pids[i] == -1) strerr_diefusys(111, "fork") ;
    if (!pids[i]) works_child(a, s, self) ;
  }
  works_run(a, s) ;
  /* ECHILD: SIGCHLD is ignored, and they have ended all the same */
  for (i = 1 ; i < n ; i++)
    while (waitpid(pids[i], 0, 0) == -1) if (errno != EINTR) { if (errno == ECHILD) break ; strerr_diefusys(111, "wait for a child") ; }
  if (atomic_load(&s->failed)) works_fail(a, s) ;
  if (n && atomic_load(&s->ended) != n - 1) strerr_dief(111, "unable to read ", a->dir, ": a child was killed") ;
  a->sums = s->sums ;
}
