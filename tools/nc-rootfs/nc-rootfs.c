/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <linux/nsfs.h>

#include <skalibs/sgetopt.h>

#include "nc.h"
#include "nc_kernel.h"
#include "rootfs.h"

#define USAGE "nc-rootfs [ -b src:dst[:opt] ] ... [ -B src:dst[:opt] ] ... [ -t dst[:size,opts] ] ... [ -l target:link ] ... [ -f list ] ... [ -h ] " \
  "[ -u uid:gid[:name[:home]] ] [ -k ] [ -e ] [ -H hostname ] [ -n nameserver ] ... [ -p none|rw|subset|show ] ... [ -s ] [ -m path ] ... [ -r path ] ... [ -P dst:fd:N ] ... [ -V dst:lower:dir[:opt] ] ... [ -i usernsfd ] [ -S size ] [ -o size|dir ] prog..."

static void rootfs_option (struct rootfs *r, int opt, char const *arg)
{
  uint64_t size ;
  char ip[16] ;
  switch (opt)
  {
    case 'b' : rootfs_scan_bind(r, arg, 0) ; break ;
    case 'B' : rootfs_scan_bind(r, arg, 1) ; break ;
    case 't' : rootfs_scan_tmpfs(r, arg) ; break ;
    case 'l' : rootfs_scan_link(r, arg) ; break ;
    case 'f' : rootfs_add(r, ROOTFS_LIST)->src = (char *)arg ; break ;
    case 'h' : rootfs_add(r, ROOTFS_HOST) ; break ;
    case 'm' : rootfs_check_path(arg) ; rootfs_add(r, ROOTFS_MASK)->dst = (char *)arg ; break ;
    case 'r' : rootfs_check_path(arg) ; rootfs_add(r, ROOTFS_READONLY)->dst = (char *)arg ; break ;
    case 'P' : rootfs_scan_protect(r, arg) ; break ;
    case 'o' : rootfs_scan_upper(r, arg) ; break ;
    case 'V' : rootfs_scan_overlay(r, arg) ; break ;
    case 'u' : rootfs_scan_owner(r, arg) ; break ;
    case 'k' : r->keep = 1 ; break ;
    case 'e' : r->etc = 1 ; break ;
    case 'H' : if (!nc_scan_hostname(arg)) strerr_dief(100, "invalid hostname: ", arg) ; r->hostname = arg ; break ;
    case 'n' :
      if (inet_pton(AF_INET, arg, ip) != 1 && inet_pton(AF_INET6, arg, ip) != 1) strerr_dief(100, "invalid address: ", arg) ;
      if (r->nameserversn == 3) strerr_dief(100, "more than three name servers") ;
      r->nameservers[r->nameserversn++] = arg ;
      break ;
    case 'p' : rootfs_scan_proc(r, arg) ; break ;
    case 's' : r->sys = 1 ; break ;
    case 'i' :
      if (!nc_scan_fd(arg, &r->idmap)) strerr_dief(100, "invalid descriptor: ", arg) ;
      if (ioctl(r->idmap, NS_GET_NSTYPE) != CLONE_NEWUSER) strerr_dief(100, "not a user namespace: descriptor ", arg) ;
      break ;
    case 'S' : if (!nc_scan_size(arg, &size) || !size) strerr_dief(100, "invalid size: ", arg) ; r->size = arg ; break ;
    default : dieusage() ;
  }
}

static int rootfs_options (int argc, char const *const *argv, struct rootfs *r)
{
  subgetopt l = SUBGETOPT_ZERO ;
  for (;;)
  {
    int opt = subgetopt_r(argc, argv, "b:B:t:l:f:hu:keH:n:p:sm:r:P:V:o:i:S:", &l) ;
    if (opt == -1) return l.ind ;
    rootfs_option(r, opt, l.arg) ;
  }
}

/* What this step mounts would cover the host's own root, were it in the host's mount namespace. */
static void rootfs_check_namespace (void)
{
  int first = nc_first_mounts() ;
  if (first == -1) strerr_diefusys(111, "tell the mount namespace from /proc") ;
  if (first) strerr_dief(100, "still in the mount namespace of the host: nc-unshare -m goes before nc-rootfs") ;
}

/* The new root is mounted over the old one, where no path leads: steps reach it as their working directory. */
static void rootfs_start (struct rootfs *r)
{
  r->root = rootfs_root(r) ;
  if (nc_sys_move_mount(r->root, "", AT_FDCWD, "/", NC_MOVE_MOUNT_F_EMPTY_PATH) == -1)
  {
    if (errno == EPERM || errno == EINVAL)
      nc_diefusys(111, "nc-unshare -m goes before nc-rootfs, which goes before nc-landlock and nc-dropcaps", "mount the new root") ;
    strerr_diefusys(111, "mount the new root") ;
  }
}

static void rootfs_item (struct rootfs *r, struct rootfs_item *it)
{
  switch (it->kind)
  {
    case ROOTFS_BIND :
      if (!strcmp(it->dst, "/")) rootfs_image(r, it) ;
      else rootfs_bind(r, it->src, it->dst, &it->bind) ;
      break ;
    case ROOTFS_TMPFS : rootfs_tmpfs(r, it->dst, it->options) ; break ;
    case ROOTFS_LINK : rootfs_link(r, it->src, it->dst) ; break ;
    case ROOTFS_LIST : rootfs_list(r, it->src) ; break ;
    case ROOTFS_HOST : rootfs_host(r) ; break ;
    case ROOTFS_MASK : rootfs_mask(r, it->dst, 1) ; break ;
    case ROOTFS_READONLY : rootfs_readonly(r, it->dst, 1) ; break ;
    case ROOTFS_NOTHING : break ;
    case ROOTFS_OVERLAY : rootfs_overlay(r, it) ; break ;
    case ROOTFS_PROTECT : rootfs_protect(r, it->dst, it->src) ; break ;
  }
}

int nc_rootfs_main (int argc, char const *const *argv, char const *const *envp)
{
  struct rootfs r =
  {
    .size = "16m", .owner = { .name = "agent", .home = "/", .fd = -1 }, .idmap = -1, .root = -1, .mask = -1, .null = -1, .parentfd = -1
  } ;
  mode_t mask ;
  size_t i = 0 ;
  PROG = "nc-rootfs" ;
  {
    int n = rootfs_options(argc, argv, &r) ;
    argc -= n ; argv += n ;
  }
  if (!argc) dieusage() ;

  mask = umask(0) ;  /* every mode below is what it says */
  rootfs_check_namespace() ;
  rootfs_owners(&r) ;
  rootfs_start(&r) ;
  rootfs_dev(&r) ;
  rootfs_proc(&r) ;
  rootfs_sys(&r) ;
  for (; i < r.n ; i++) rootfs_item(&r, r.items + i) ;
  rootfs_etc(&r) ;
  rootfs_dev_seal(&r) ;
  if (fchdir(r.root) == -1) strerr_diefusys(111, "change directory to the new root") ;
  rootfs_forget(&r) ;
  if (r.mask != -1) rootfs_close(r.mask) ;
  if (r.owner.fd != -1 && !r.keep) rootfs_close(r.owner.fd) ;
  rootfs_close(r.null) ;
  rootfs_close(r.root) ;
  umask(mask) ;
  nc_exec(argv, envp) ;
}
