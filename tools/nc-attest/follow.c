/* ISC license. */

/* What a manifest of the other kind counts: regular files, under every path that leads to one, through links too. A link may lead
   to what is in the tree, or in an object of the store. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/stralloc.h>

#include "nc.h"
#include "nc_tree.h"
#include "attest.h"

#define FOLLOW_LINKS 40
#define FOLLOW_MAX (1U << 20)

struct follow
{
  struct attest *a ;
  int proc ;
  int root ;
  unsigned int seen ;
  char top[PATH_MAX] ;           /* where the tree is */
  char at[FOLLOW_LINKS + 1][PATH_MAX] ;  /* the directories that hold the links which led here */
} ;

static void follow_die (struct follow const *f, char const *verb, char const *path) gccattr_noreturn ;
static void follow_die (struct follow const *f, char const *verb, char const *path)
{
  strerr_diefusys(111, verb, path, " in ", f->a->dir) ;
}

static void follow_refuse (struct follow const *f, char const *path, char const *why) gccattr_noreturn ;
static void follow_refuse (struct follow const *f, char const *path, char const *why)
{
  strerr_dief(1, "unable to verify ", f->a->dir, ": ", path, why) ;
}

/* Where what is open on fd is, for this process. */
static int follow_where (struct follow const *f, int fd, char *out)
{
  char name[32] ;
  ssize_t n ;
  snprintf(name, sizeof(name), "self/fd/%d", fd) ;
  n = readlinkat(f->proc, name, out, PATH_MAX) ;
  if (n == -1) return -1 ;
  if (n == PATH_MAX) return (errno = ENAMETOOLONG, -1) ;
  out[n] = 0 ;
  return out[0] == '/' ? 0 : (errno = ENOENT, -1) ;
}

static int follow_below (char const *path, char const *dir)
{
  size_t n = strlen(dir) ;
  return !strncmp(path, dir, n) && (!path[n] || path[n] == '/' || (n && dir[n-1] == '/')) ;
}

static int follow_in_store (struct follow const *f, char const *path)
{
  size_t n = strlen(f->a->storedir) ;
  char name[NAME_MAX + 1] ;
  size_t len ;
  if (strncmp(path, f->a->storedir, n) || path[n] != '/') return 0 ;
  len = strcspn(path + n + 1, "/") ;
  if (len >= sizeof(name)) return 0 ;
  memcpy(name, path + n + 1, len) ;
  name[len] = 0 ;
  return attest_store_name(name) ;
}

static void follow_file (struct follow *f, char const *path, char const *where, struct stat const *st)
{
  struct attest_entry *e = attest_add(&f->a->found) ;
  struct attest_work const work =
    { .at = f->root, .path = attest_dup(where + 1), .shown = attest_dup(path), .size = (uint64_t)st->st_size, .dev = st->st_dev, .ino = st->st_ino } ;
  e->type = 'f' ;
  e->path = work.shown ;
  e->work = attest_work_add(f->a, &work) ;
}

static void follow_dir (struct follow *f, int fd, char const *prefix, size_t links) ;

static void follow_link (struct follow *f, struct nc_walk const *w, char const *path, size_t links)
{
  char where[PATH_MAX] ;
  struct stat st ;
  size_t i = 0 ;
  int fd = openat(w->fd, w->name, O_PATH | O_CLOEXEC) ;
  if (fd == -1 && errno == ENOENT) follow_refuse(f, path, " is a link to nothing") ;
  if (fd == -1 || fstat(fd, &st) == -1 || follow_where(f, fd, where) == -1) follow_die(f, "follow the link ", path) ;
  if (!follow_below(where, f->top) && !follow_in_store(f, where)) follow_refuse(f, path, " is a link that leads out of it") ;
  if (S_ISREG(st.st_mode)) follow_file(f, path, where, &st) ;
  else if (S_ISDIR(st.st_mode))
  {
    int dir ;
    if (links == FOLLOW_LINKS) follow_refuse(f, path, " is behind too many links") ;
    if (follow_where(f, w->fd, f->at[links]) == -1) follow_die(f, "find the directory of ", path) ;
    for (; i <= links ; i++) if (follow_below(f->at[i], where)) follow_refuse(f, path, " is a link to a directory that it is in") ;
    dir = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
    if (dir == -1) follow_die(f, "open ", path) ;
    follow_dir(f, dir, path, links + 1) ;
  }
  if (close(fd) == -1) follow_die(f, "close ", path) ;
}

static void follow_entry (struct follow *f, struct nc_walk *w, char const *path, size_t links)
{
  char where[PATH_MAX] ;
  switch (w->st.st_mode & S_IFMT)
  {
    case S_IFLNK : follow_link(f, w, path, links) ; break ;
    case S_IFDIR : if (nc_walk_enter(w) == -1) follow_die(f, "open ", path) ; break ;
    case S_IFREG :
      if (!strcmp(path, ATTEST_OTHER)) break ;
      if (follow_where(f, w->fd, where) == -1) follow_die(f, "find the directory of ", path) ;
      if (strlen(where) + strlen(w->name) + 2 > sizeof(where)) follow_die(f, (errno = ENAMETOOLONG, "read "), path) ;
      if (where[1]) strcat(where, "/") ;
      follow_file(f, path, strcat(where, w->name), &w->st) ;
      break ;
    default : break ;
  }
}

static void follow_dir (struct follow *f, int fd, char const *prefix, size_t links)
{
  stralloc sa = STRALLOC_ZERO ;
  struct nc_walk w ;
  enum nc_walk_what what ;
  if (nc_walk_start(&w, fd) == -1) follow_die(f, "read ", prefix) ;
  while ((what = nc_walk_next(&w)) != NC_WALK_END)
  {
    if (what == NC_WALK_ERROR) follow_die(f, "read ", w.path) ;
    if (what == NC_WALK_LEAVE) continue ;
    /* not only files: links to directories of links double with every level */
    if (++f->seen > FOLLOW_MAX) strerr_dief(100, "too many names, by links, in ", f->a->dir) ;
    sa.len = 0 ;
    if (!stralloc_cats(&sa, prefix) || (*prefix && !stralloc_cats(&sa, "/")) || !stralloc_cats(&sa, w.path) || !stralloc_0(&sa))
      strerr_diefusys(111, "allocate memory") ;
    follow_entry(f, &w, sa.s, links) ;
  }
  stralloc_free(&sa) ;
  if (nc_walk_end(&w, 0) == -1) follow_die(f, "close ", prefix) ;
}

void attest_follow (struct attest *a)
{
  struct follow *f = calloc(1, sizeof(*f)) ;
  int fd = openat(a->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  if (!f) strerr_diefusys(111, "allocate memory") ;
  f->a = a ;
  f->proc = nc_procfs() ;
  if (f->proc == -1) strerr_diefusys(111, "open /proc") ;
  f->root = nc_open_at(AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0, 0) ;
  if (fd == -1 || f->root == -1 || follow_where(f, fd, f->top) == -1) follow_die(f, "find ", "where all is") ;
  follow_dir(f, fd, "", 0) ;
  if (close(f->proc) == -1) strerr_diefusys(111, "close /proc") ;
}
