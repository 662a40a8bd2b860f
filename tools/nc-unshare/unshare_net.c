/* ISC license. */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "nc.h"
#include "unshare.h"

#define SYSCTL4 "/proc/sys/net/ipv4/"

/* /proc/sys/net is that of the reader's network namespace */
static void net_sysctl (char const *name, char const *value)
{
  if (nc_write_at(AT_FDCWD, name, value, strlen(value)) == -1)
    strerr_diefusys(111, "write ", value, " to ", name) ;
}

void unshare_net_setup (struct unshare_net const *net)
{
  struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING } ;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) ;
  if (fd == -1) strerr_diefusys(111, "open a socket for the loopback interface") ;
  if (ioctl(fd, SIOCSIFFLAGS, &ifr) == -1) strerr_diefusys(111, "bring up the loopback interface") ;
  if (close(fd) == -1) strerr_diefusys(111, "close a socket") ;
  if (net->port) net_sysctl(SYSCTL4 "ip_unprivileged_port_start", net->port) ;
  if (net->ping) net_sysctl(SYSCTL4 "ping_group_range", net->ping) ;
}

void unshare_time_offsets (char const *boot, char const *mono)
{
  static char const file[] = "/proc/self/timens_offsets" ;
  size_t bn = boot ? strlen(boot) : 0 ;
  size_t mn = mono ? strlen(mono) : 0 ;
  char line[bn + mn + 32] ;
  char *p = line ;
  if (boot) { p = stpcpy(p, "boottime ") ; p = stpcpy(p, boot) ; p = stpcpy(p, " 0\n") ; }
  if (mono) { p = stpcpy(p, "monotonic ") ; p = stpcpy(p, mono) ; p = stpcpy(p, " 0\n") ; }
  if (p == line) return ;
  if (nc_write_at(AT_FDCWD, file, line, (size_t)(p - line)) == -1)
    strerr_diefusys(111, "write the time offsets to ", file) ;
}
