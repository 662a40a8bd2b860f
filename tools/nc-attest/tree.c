/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "nc.h"
#include "nc_tree.h"
#include "attest.h"

static char tree_type (mode_t mode)
{
  switch (mode & S_IFMT)
  {
    case S_IFDIR : return 'd' ;
    case S_IFREG : return 'f' ;
    case S_IFLNK : return 'l' ;
    case S_IFBLK : return 'b' ;
    case S_IFCHR : return 'c' ;
    case S_IFIFO : return 'p' ;
    default : return 's' ;
  }
}

static void tree_die (struct attest const *a, char const *verb, char const *path) gccattr_noreturn ;
static void tree_die (struct attest const *a, char const *verb, char const *path)
{
  strerr_diefusys(111, verb, path, *path ? " in " : "", a->dir) ;
}

static struct attest_entry *tree_add (struct attest *a, struct stat const *st, char const *path)
{
  struct attest_entry *e = attest_add(&a->found) ;
  e->type = tree_type(st->st_mode) ;
  e->mode = st->st_mode & 07777 ;
  e->uid = st->st_uid ;
  e->gid = st->st_gid ;
  e->path = attest_dup(path) ;
  return e ;
}

static char const *tree_link (struct attest const *a, struct nc_walk const *w)
{
  char text[PATH_MAX] ;
  ssize_t n = readlinkat(w->fd, w->name, text, sizeof(text)) ;
  if ((size_t)n == sizeof(text)) { errno = ENAMETOOLONG ; n = -1 ; }
  if (n == -1) tree_die(a, "read the link ", w->path) ;
  text[n] = 0 ;
  return attest_dup(text) ;
}

static void tree_entry (struct attest *a, struct nc_walk *w)
{
  struct attest_entry *e = tree_add(a, &w->st, w->path) ;
  char text[32] ;
  switch (e->type)
  {
    case 'd' : if (nc_walk_enter(w) == -1) tree_die(a, "open ", w->path) ; break ;
    case 'l' : e->value = tree_link(a, w) ; break ;
    case 'b' :
    case 'c' :
      snprintf(text, sizeof(text), "%u:%u", major(w->st.st_rdev), minor(w->st.st_rdev)) ;
      e->value = attest_dup(text) ;
      break ;
    case 'f' :
    {
      struct attest_work const work =
        { .at = a->dirfd, .path = e->path, .shown = e->path, .size = (uint64_t)w->st.st_size, .dev = w->st.st_dev, .ino = w->st.st_ino } ;
      e->work = attest_work_add(a, &work) ;
      break ;
    }
    default : break ;
  }
}

/* A manifest that lies in the tree it describes is not in it. */
static int tree_own (struct attest const *a, struct nc_walk const *w)
{
  char const *slash ;
  if (w->depth != 1 || strcmp(w->name, ATTEST_OTHER)) return 0 ;
  if (!a->make) return !a->manifest ;
  if (!a->out) return 0 ;
  slash = strrchr(a->out, '/') ;
  return !strcmp(slash ? slash + 1 : a->out, ATTEST_OTHER) ;
}

/* Everything in the tree, in the order of a manifest; content is left to the works. */
void attest_tree (struct attest *a)
{
  struct nc_walk w ;
  enum nc_walk_what what ;
  int fd = openat(a->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  if (fd == -1 || nc_walk_start(&w, fd) == -1) tree_die(a, "read ", "") ;
  tree_add(a, &w.st, ".") ;
  while ((what = nc_walk_next(&w)) != NC_WALK_END)
  {
    if (what == NC_WALK_ERROR) tree_die(a, "read ", w.path) ;
    if (what == NC_WALK_ENTRY && !tree_own(a, &w)) tree_entry(a, &w) ;
  }
  if (nc_walk_end(&w, 0) == -1) tree_die(a, "close ", "") ;
}
