/* ISC license. */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/sgetopt.h>

#include "nc.h"
#include "nc_kernel.h"
#include "context.h"

#define USAGE "nc-context [ -b ] [ -d dst ] [ -x list ] [ -u owner ] [ -k ] [ -i ] [ -S size ] src prog..."

#define CONTEXT_ATTR (NC_MOUNT_RDONLY | NC_MOUNT_NOSUID | NC_MOUNT_NODEV | NC_MOUNT_NOEXEC)

static void context_option (struct context *c, int opt, char const *arg)
{
  uint64_t size ;
  switch (opt)
  {
    case 'b' : c->bind = 1 ; break ;
    case 'd' : c->dst = arg ; break ;
    case 'x' : c->list = arg ; break ;
    case 'u' : context_owner(c, arg) ; break ;
    case 'k' : c->keep = 1 ; break ;
    case 'i' : c->integrity = 1 ; break ;
    case 'S' : if (!nc_scan_size(arg, &size) || !size) strerr_dief(100, "invalid size: ", arg) ; c->size = arg ; break ;
    default : dieusage() ;
  }
}

static int context_options (int argc, char const *const *argv, struct context *c)
{
  subgetopt l = SUBGETOPT_ZERO ;
  for (;;)
  {
    int opt = subgetopt_r(argc, argv, "bd:x:u:kiS:", &l) ;
    if (opt == -1) return l.ind ;
    context_option(c, opt, l.arg) ;
  }
}

/* Of a bound tree what is seen is read, once all of it is covered that must not be; a copy is read before it is mounted. */
static void context_verify (struct context *c)
{
  char digest[NC_MERKLE_LEN] ;
  int fd ;
  if (!c->integrity) return ;
  fd = openat(c->tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
  if (fd == -1) strerr_diefusys(111, "read the context at ", c->dst) ;
  context_digest(c, fd, digest) ;
  context_clear(c) ;
  if (memcmp(digest, c->digest, sizeof(digest)))
    strerr_dief(111, "unable to verify the context at ", c->dst, ": it is not what ", c->src, " held before; does something write there?") ;
}

static void context_restrict (struct context const *c)
{
  if (nc_mount_attr(c->tree, CONTEXT_ATTR) == -1) strerr_diefusys(111, "restrict the context at ", c->dst) ;
}

static void context_populate (struct context *c)
{
  if (c->integrity)
  {
    int fd = openat(c->source, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) ;
    if (fd == -1) strerr_diefusys(111, "open ", c->src) ;
    c->quiet = 1 ;
    context_digest(c, fd, c->digest) ;
    c->quiet = 0 ;
  }
  if (c->bind)
  {
    context_bind(c) ;
    context_restrict(c) ;
    context_attach(c) ;
    context_cover(c) ;
    c->quiet = 1 ;
    context_verify(c) ;
    return ;
  }
  context_copy(c) ;
  context_restrict(c) ;
  c->quiet = 1 ;
  context_verify(c) ;
  context_attach(c) ;
}

int nc_context_main (int argc, char const *const *argv, char const *const *envp)
{
  struct context c = { .dst = "/context", .size = "1G", .ownerfd = -1, .source = -1, .root = -1, .tree = -1 } ;
  mode_t mask ;
  PROG = "nc-context" ;
  {
    int n = context_options(argc, argv, &c) ;
    argc -= n ; argv += n ;
  }
  if (argc < 2) dieusage() ;
  c.src = argv[0] ;
  context_check(&c) ;
  context_lists(&c) ;
  context_open(&c) ;

  mask = umask(0) ;  /* every mode below is what it says */
  c.tty = isatty(2) ;
  context_populate(&c) ;
  context_clear(&c) ;
  context_left_end(&c) ;
  umask(mask) ;
  context_fact(&c, envp) ;
  nc_patterns_free(&c.excluded) ;
  if (c.source != c.tree) context_close(c.source) ;
  context_close(c.tree) ;
  context_close(c.root) ;
  if (c.ownerfd != -1 && !c.keep) context_close(c.ownerfd) ;
  nc_exec(argv + 1, envp) ;
}
