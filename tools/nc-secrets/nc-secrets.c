/* ISC license. */

#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/sgetopt.h>

#include "nc.h"
#include "nc_kernel.h"
#include "secrets.h"

#define USAGE "nc-secrets [ -d dir ] [ -c creddir ] [ -u uid:gid ] [ -k ] [ -S size ] [ -f src:dst ] ... [ -n name:dst ] ... prog..."

static void secrets_option (struct secrets *s, int opt, char const *arg)
{
  switch (opt)
  {
    case 'd' : secrets_scan_dir(s, arg) ; break ;
    case 'c' : if (arg[0] != '/') strerr_dief(100, "not an absolute path: ", arg) ; s->credentials = arg ; break ;
    case 'u' : secrets_scan_owner(s, arg) ; break ;
    case 'k' : s->keep = 1 ; break ;
    case 'S' : if (!nc_scan_size(arg, &s->size) || !s->size || s->size > 1ULL << 40) strerr_dief(100, "invalid size: ", arg) ; break ;
    case 'f' : secrets_scan(s, arg, 0) ; break ;
    case 'n' : secrets_scan(s, arg, 1) ; break ;
    default : dieusage() ;
  }
}

/* What is mounted here would be seen on the host, were this its mount namespace, or were there no new root. */
static void secrets_start (struct secrets *s)
{
  struct stat root, dot ;
  int first ;
  s->root = nc_open_at(AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0, 0) ;
  if (s->root == -1 || fstat(s->root, &dot) == -1 || stat("/", &root) == -1) strerr_diefusys(111, "look at the working directory") ;
  if ((root.st_dev == dot.st_dev && root.st_ino == dot.st_ino) || !secrets_is_root(s->root))
    strerr_dief(111, "unable to use the working directory: it is no new root; nc-rootfs goes before nc-secrets, which goes before nc-pivot") ;
  first = nc_first_mounts() ;
  if (first == -1) strerr_diefusys(111, "tell the mount namespace from /proc") ;
  if (first) strerr_dief(100, "still in the mount namespace of the host: nc-unshare -m and nc-rootfs go before nc-secrets") ;
}

/* A file that only one path leads to: it is bound there, and its name is gone before prog runs. */
static void secrets_bind (struct secrets *s, struct secret const *x)
{
  static char const name[] = "bound" ;
  int tree, fd ;
  secrets_put(s, x, name) ;
  tree = secrets_tree(s, name) ;
  fd = secrets_file(s, x->dst) ;
  if (nc_mount_on(tree, fd) == -1) strerr_diefusys(111, "mount the secret ", x->dst) ;
  if (unlinkat(s->store, name, 0) == -1) strerr_diefusys(111, "remove a file of the secrets") ;
  secrets_close(fd) ;
  secrets_close(tree) ;
}

/* Every mount point is made before there is anything to mount: a root that is covered lies under nothing else. */
static int secrets_targets (struct secrets *s)
{
  size_t i = 0 ;
  int named = 0 ;
  for (; i < s->n ; i++)
  {
    if (!s->list[i].name) secrets_close(secrets_file(s, s->list[i].dst)) ;
    else if (!named++) secrets_close(secrets_dir(s, s->dir)) ;
  }
  return !!named ;
}

static void secrets_all (struct secrets *s)
{
  size_t i = 0 ;
  int named = secrets_targets(s) ;
  secrets_store(s) ;
  for (; i < s->n ; i++) if (!s->list[i].name) secrets_bind(s, s->list + i) ;
  for (i = 0 ; i < s->n ; i++) if (s->list[i].name) secrets_put(s, s->list + i, s->list[i].name) ;
  secrets_seal(s, named) ;
  secrets_covers_seal(s) ;
}

int nc_secrets_main (int argc, char const *const *argv, char const *const *envp)
{
  struct secrets s = { .size = 16 << 20, .uid = (uid_t)-1, .gid = (gid_t)-1, .owner = -1, .root = -1, .store = -1 } ;
  mode_t mask ;
  PROG = "nc-secrets" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "d:c:u:kS:f:n:", &l) ;
      if (opt == -1) break ;
      secrets_option(&s, opt, l.arg) ;
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (!argc) dieusage() ;
  secrets_check(&s) ;

  if (s.n)
  {
    mask = umask(0) ;  /* every mode below is what it says */
    secrets_start(&s) ;
    secrets_all(&s) ;
    if (fchdir(s.root) == -1) strerr_diefusys(111, "change directory to the new root") ;
    secrets_close(s.root) ;
    umask(mask) ;
  }
  if (s.owner != -1 && !s.keep) secrets_close(s.owner) ;
  nc_exec(argv, envp) ;
}
