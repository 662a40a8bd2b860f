/* ISC license. */

#include <skalibs/nonposix.h>

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/sgetopt.h>

#include "nc-userns.h"
#include "nc.h"
#include "nc_kernel.h"

#define USAGE "nc-userns [ -N ] [ -o fd ] [ -q fd ] -a nomap|keep-id|auto | -m uid:gid[,gid...]|fd:N[,gid...] | -R count | -u inside:outside:count ... -g inside:outside:count ... prog...  or  nc-userns [ -N ] [ -o fd ] -q fd prog...  or  nc-userns -j fd prog..."

struct userns_line
{
  struct userns_ids ids ;
  char const *mode, *self, *join ;
  uint32_t range ;
  int out, owner, explicit, limit ;
} ;

static void userns_extent (struct userns_map *m, char const *word)
{
  struct userns_extent e ;
  if (!userns_scan_extent(word, &e)) strerr_dief(100, "not of the form inside:outside:count: ", word) ;
  if (!userns_add(m, e.inside, e.outside, e.count)) strerr_dief(100, "more than five ranges: ", word) ;
}

static int userns_number (char const *word)
{
  int fd ;
  if (!nc_scan_fd(word, &fd) || fd < 3) strerr_dief(100, "invalid descriptor number: ", word) ;
  switch (nc_fd_free(fd))
  {
    case 1 : return fd ;
    case 0 : strerr_dief(100, "descriptor number is in use: ", word) ;
    default : strerr_diefusys(111, "look at descriptor ", word) ;
  }
}

static void userns_option (struct userns_line *u, int opt, char const *arg)
{
  switch (opt)
  {
    case 'N' : u->limit = 0 ; break ;
    case 'a' : u->mode = arg ; break ;
    case 'm' : u->self = arg ; break ;
    case 'j' : u->join = arg ; break ;
    case 'o' : u->out = userns_number(arg) ; break ;
    case 'q' : u->owner = userns_number(arg) ; break ;
    case 'u' : u->explicit = 1 ; userns_extent(&u->ids.uid, arg) ; break ;
    case 'g' : u->explicit = 1 ; userns_extent(&u->ids.gid, arg) ; break ;
    case 'R' : if (!nc_scan_id(arg, &u->range) || !u->range) strerr_dief(100, "invalid count: ", arg) ; break ;
    default : dieusage() ;
  }
}

static void userns_check (struct userns_ids const *ids)
{
  char const *fault = userns_fault(&ids->uid) ;
  if (fault) strerr_dief(100, "invalid map of user ids: ", fault) ;
  fault = userns_fault(&ids->gid) ;
  if (fault) strerr_dief(100, "invalid map of group ids: ", fault) ;
}

/* -o and -q alone: the workload's id, unknown to the line, onto itself; and root's. One lease of two. */
static void userns_pair (struct userns_line *u, uint32_t first)
{
  userns_add(&u->ids.uid, first + 1, first + 1, 1) ;
  userns_add(&u->ids.gid, first + 1, first + 1, 1) ;
  userns_owner(first + 1, u->owner) ;
}

/* Everything of the maps that is wrong in itself is said before an id is leased. */
static void userns_maps (struct userns_line *u, char const *const *envp, int privileged)
{
  int pair = !u->mode && !u->self && !u->range && !u->explicit ;
  uint32_t count = pair ? 2 : u->self ? 1 : u->range ;
  if (u->mode) userns_auto(u->mode, &u->ids) ;
  if (u->self && !userns_scan_self(userns_self_words(u->self), &u->ids)) strerr_dief(100, "not of the form uid:gid[,gid...]: ", u->self) ;
  if (u->self && (u->ids.uid.n == USERNS_EXTENTS || u->ids.gid.n == USERNS_EXTENTS))
    strerr_dief(100, "more than four ids beside 0: ", u->self) ;
  if (count)
  {
    uint32_t first ;
    if (!privileged) strerr_dief(100, "-m, -R and -q need CAP_SETUID and CAP_SETGID; -a nomap needs no privilege") ;
    if (u->ids.uid.n && u->ids.gid.n) userns_check(&u->ids) ;
    first = userns_lease(envp, count) ;
    if (pair) userns_pair(u, first) ;
    else if (u->owner != -1) userns_owner(first, u->owner) ;
    userns_add(&u->ids.uid, 0, first, pair ? 1 : count) ;
    userns_add(&u->ids.gid, 0, first, pair ? 1 : count) ;
  }
  userns_check(&u->ids) ;
}

/* Without privilege the kernel takes one line from the caller, that of its own id, and no setgroups(2) from then on. */
static int userns_is_self (struct userns_ids const *ids)
{
  return ids->uid.n == 1 && ids->uid.e[0].count == 1 && ids->uid.e[0].outside == geteuid()
      && ids->gid.n == 1 && ids->gid.e[0].count == 1 && ids->gid.e[0].outside == getegid() ;
}

static void userns_self (struct userns_ids const *ids, int limit)
{
  int proc ;
  userns_here(limit) ;
  proc = nc_open_at(AT_FDCWD, "/proc/self", O_PATH | O_DIRECTORY, 0, 0) ;
  if (proc == -1) strerr_diefusys(111, "open /proc/self") ;
  if (nc_write_at(proc, "setgroups", "deny", 4) == -1) strerr_diefusys(111, "deny setgroups") ;
  userns_write(proc, ids) ;
  if (close(proc) == -1) strerr_diefusys(111, "close /proc/self") ;
}

/* A caller without an id of its own inside could make no file: it becomes id 0 where there is one. */
static void userns_become (struct userns_ids const *ids, uid_t uid)
{
  if (userns_covers(&ids->uid, uid) || !userns_has_zero(&ids->uid) || !userns_has_zero(&ids->gid)) return ;
  if (nc_sys_setgroups(0, 0) == -1) strerr_diefusys(111, "drop supplementary groups") ;
  if (nc_sys_setresgid(0) == -1 || nc_sys_setresuid(0) == -1) strerr_diefusys(111, "become id 0 of the user namespace") ;
}

static void userns_in_place (struct userns_line const *u, int privileged)
{
  struct nc_pdeath death ;
  uid_t uid = geteuid() ;
  if (nc_pdeath_save(&death) == -1) strerr_diefusys(111, "read the parent-death signal") ;
  if (!privileged && userns_is_self(&u->ids)) userns_self(&u->ids, u->limit) ;
  else
  {
    struct userns_made m ;
    userns_make(&m, u->limit) ;
    if (privileged) userns_write(m.proc, &u->ids) ;
    else userns_helpers(&m, &u->ids) ;
    userns_reap(&m) ;
    if (setns(m.fd, CLONE_NEWUSER) == -1) strerr_diefusys(111, "enter the user namespace") ;
    if (close(m.fd) == -1) strerr_diefusys(111, "close a descriptor") ;
    userns_become(&u->ids, uid) ;
  }
  if (geteuid()) userns_ambient() ;
  if (nc_pdeath_restore(&death) == -1) strerr_diefusys(111, "arm the parent-death signal") ;
}

static void userns_out (struct userns_line const *u)
{
  struct userns_made m ;
  userns_make(&m, u->limit) ;
  userns_write(m.proc, &u->ids) ;
  userns_reap(&m) ;
  if (nc_fd_give(m.fd, u->out) == -1) strerr_diefusys(111, "move a descriptor to the number of -o") ;
}

int nc_userns_main (int argc, char const *const *argv, char const *const *envp)
{
  struct userns_line u = { .limit = 1, .out = -1, .owner = -1 } ;
  int maps, privileged ;
  PROG = "nc-userns" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "No:j:q:a:m:R:u:g:", &l) ;
      if (opt == -1) break ;
      userns_option(&u, opt, l.arg) ;
    }
    argc -= l.ind ; argv += l.ind ;
  }
  maps = !!u.mode + !!u.self + !!u.range + u.explicit ;
  if (!argc || maps + !!u.join + (!maps && u.owner != -1) != 1 || (u.join && (!u.limit || u.out != -1))) dieusage() ;
  if (!maps && !u.limit && u.out == -1) dieusage() ;
  if (u.owner != -1 && maps && !u.self && !u.range) dieusage() ;

  if (u.join) userns_join(u.join) ;
  else if (!maps && u.out == -1) userns_owner(userns_lease(envp, 1), u.owner) ;
  else
  {
    privileged = userns_privileged() ;
    if (u.out != -1 && !privileged) strerr_dief(100, "-o needs CAP_SETUID and CAP_SETGID; without them the namespace is made in place") ;
    userns_maps(&u, envp, privileged) ;
    if (u.out != -1) userns_out(&u) ;
    else userns_in_place(&u, privileged) ;
  }
  nc_exec(argv, envp) ;
}
