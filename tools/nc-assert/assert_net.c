/* ISC license. */

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <net/if.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "assert.h"

#define NET_BUF 32768

static void net_one (struct assert *a, struct nlmsghdr const *h)
{
  struct ifinfomsg const *ifi = NLMSG_DATA(h) ;
  struct rtattr const *attr = IFLA_RTA(ifi) ;
  int len = (int)IFLA_PAYLOAD(h) ;
  char const *name = 0 ;
  size_t i = 0 ;
  for (; RTA_OK(attr, len) ; attr = RTA_NEXT(attr, len))
    if (attr->rta_type == IFLA_IFNAME) name = RTA_DATA(attr) ;
  if (!name) strerr_dief(111, "unable to read the interfaces: one has no name") ;
  for (; i < a->n ; i++) if (a->words[i].kind == 'i' && !strcmp(a->words[i].s, name)) break ;
  /* down and without a power that could raise it, like those that some modules add to every namespace: it carries nothing */
  if (!(ifi->ifi_flags & IFF_UP)) return ;
  if (i == a->n) assert_differs("down or absent", "up", "interface ", name) ;
  a->words[i].seen = 1 ;
}

static int net_messages (struct assert *a, struct nlmsghdr const *h, size_t len)
{
  for (; NLMSG_OK(h, len) ; h = NLMSG_NEXT(h, len))
  {
    if (h->nlmsg_flags & NLM_F_DUMP_INTR) strerr_dief(111, "unable to read the interfaces: they change") ;
    if (h->nlmsg_type == NLMSG_DONE) return 1 ;
    if (h->nlmsg_type == NLMSG_ERROR)
    {
      errno = -((struct nlmsgerr const *)NLMSG_DATA(h))->error ;
      strerr_diefusys(111, "read the interfaces") ;
    }
    if (h->nlmsg_type == RTM_NEWLINK) net_one(a, h) ;
  }
  return 0 ;
}

/* rtnetlink(7), not /proc: it needs no /proc, and shows the flags */
static int net_ask (void)
{
  struct { struct nlmsghdr h ; struct ifinfomsg i ; } ask =
  {
    .h = { .nlmsg_len = sizeof(ask), .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = 1 },
    .i = { .ifi_family = AF_UNSPEC }
  } ;
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE) ;
  if (fd == -1) strerr_diefusys(111, "open a socket for the interfaces") ;
  errno = EIO ;
  if (send(fd, &ask, sizeof(ask), 0) != (ssize_t)sizeof(ask)) strerr_diefusys(111, "ask for the interfaces") ;
  return fd ;
}

void assert_interfaces (struct assert *a)
{
  union { struct nlmsghdr h ; char s[NET_BUF] ; } buf ;
  size_t i = 0 ;
  int fd = net_ask() ;
  for (;;)
  {
    ssize_t r = recv(fd, &buf, sizeof(buf), MSG_TRUNC) ;
    if (r == -1) strerr_diefusys(111, "read the interfaces") ;
    if (!r || r > (ssize_t)sizeof(buf)) strerr_dief(111, "unable to read the interfaces: a message is cut") ;
    if (net_messages(a, &buf.h, (size_t)r)) break ;
  }
  if (close(fd) == -1) strerr_diefusys(111, "close a socket for the interfaces") ;
  for (; i < a->n ; i++)
    if (a->words[i].kind == 'i' && !a->words[i].seen) assert_differs("up", "down or absent", "interface ", a->words[i].s) ;
}
