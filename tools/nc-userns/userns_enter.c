/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#include <linux/capability.h>
#include <linux/nsfs.h>

#include "nc-userns.h"
#include "nc.h"
#include "nc_kernel.h"

/* What steps use and what reaches an object of the container; the others have no effect below the host's user namespace. */
static unsigned char const enter_caps[] =
{
  CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_FSETID, CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SETPCAP,
  CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_CHROOT, CAP_SYS_PTRACE, CAP_SYS_ADMIN
} ;

static void enter_capget (struct __user_cap_data_struct *data)
{
  struct __user_cap_header_struct hdr = { .version = _LINUX_CAPABILITY_VERSION_3 } ;
  if (syscall(__NR_capget, &hdr, data) == -1) strerr_diefusys(111, "read capabilities") ;
}

int userns_privileged (void)
{
  struct __user_cap_data_struct data[2] ;
  uint32_t need = 1U << CAP_SETUID | 1U << CAP_SETGID ;
  enter_capget(data) ;
  return (data[0].effective & need) == need ;
}

/* Where the process is not id 0 of its namespace, the next exec would take everything: capabilities(7). */
void userns_ambient (void)
{
  struct __user_cap_header_struct hdr = { .version = _LINUX_CAPABILITY_VERSION_3 } ;
  struct __user_cap_data_struct data[2] ;
  size_t i = 0 ;
  enter_capget(data) ;
  for (; i < sizeof(enter_caps) ; i++) data[0].inheritable |= 1U << enter_caps[i] ;
  if (syscall(__NR_capset, &hdr, data) == -1) strerr_diefusys(111, "raise inheritable capabilities") ;
  for (i = 0 ; i < sizeof(enter_caps) ; i++)
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, enter_caps[i], 0, 0) == -1)
      strerr_diefusys(111, "raise ambient capabilities") ;
}

void userns_join (char const *word)
{
  struct nc_pdeath death ;
  uid_t owner ;
  int fd ;
  if (!nc_scan_fd(word, &fd)) strerr_dief(100, "invalid descriptor: ", word) ;
  if (fcntl(fd, F_GETFD) == -1) strerr_dief(100, "descriptor is not open: ", word, "; nc-userns -o goes before nc-userns -j") ;
  if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWUSER) strerr_dief(100, "not a user namespace: descriptor ", word) ;
  if (ioctl(fd, NS_GET_OWNER_UID, &owner) == -1) strerr_diefusys(111, "read the owner of a user namespace") ;
  if (owner != geteuid()) strerr_dief(100, "user namespace of another owner: descriptor ", word, "; nc-userns -j goes before nc-dropcaps") ;
  if (nc_pdeath_save(&death) == -1) strerr_diefusys(111, "read the parent-death signal") ;
  if (setns(fd, CLONE_NEWUSER) == -1)
  {
    if (errno != EPERM) strerr_diefusys(111, "join the user namespace at descriptor ", word) ;
    strerr_dief(111, "unable to join the user namespace at descriptor ", word, ": ", strerror(errno),
      "; nc-userns -j goes before nc-dropcaps") ;
  }
  if (close(fd) == -1) strerr_diefusys(111, "close descriptor ", word) ;
  if (geteuid()) userns_ambient() ;
  if (nc_pdeath_restore(&death) == -1) strerr_diefusys(111, "arm the parent-death signal") ;
}
