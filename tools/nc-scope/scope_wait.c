/* ISC license. */

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include "nc.h"
#include "nc_kernel.h"
#include "scope.h"

int scope_started (struct keeper const *k)
{
  return k->eof && k->bytes == 1 ;
}

/* unix(7): the kernel says who wrote, in the pid namespace of the reader. The byte is written before the exec, so the
   pid is still the writer's; the descriptor taken here keeps it from meaning anyone else later. */
static int wait_credentials (struct keeper *k, struct msghdr *m)
{
  struct cmsghdr *c = CMSG_FIRSTHDR(m) ;
  struct ucred u ;
  for (; c ; c = CMSG_NXTHDR(m, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS)
    {
      memcpy(&u, CMSG_DATA(c), sizeof(u)) ;
      if (u.pid <= 0 || k->pidfd != -1) continue ;
      k->pidfd = nc_sys_pidfd_open(u.pid, 0) ;
      if (k->pidfd == -1 && errno != ESRCH) return -1 ;
      if (k->pidfd == -1) continue ;
      if (nc_proc_start(u.pid, &k->payloadticks) == 0) k->payload = u.pid ;
      else if (errno != ENOENT && errno != ESRCH) return -1 ;
    }
  return 0 ;
}

/* All that is there; 1 at the end of file. */
static int wait_read (struct keeper *k)
{
  for (;;)
  {
    char c[4] ;
    union { struct cmsghdr h ; char s[CMSG_SPACE(sizeof(struct ucred))] ; } u ;
    struct iovec v = { .iov_base = c, .iov_len = sizeof(c) } ;
    struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = &u, .msg_controllen = sizeof(u) } ;
    ssize_t r = recvmsg(k->sock, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) return errno == EAGAIN ? 0 : -1 ;
    if (!r) break ;
    k->bytes += (unsigned int)r ;
    if (wait_credentials(k, &m) == -1) return -1 ;
  }
  k->eof = 1 ;
  if (nc_close(k->sock, 0) == -1) return -1 ;
  k->sock = -1 ;
  if (!scope_started(k)) return 1 ;
  k->state = "running" ;
  if (scope_status(k) == -1) return -1 ;
  return k->events != -1 && scope_event_started(k) == -1 ? -1 : 1 ;
}

/* Signals and the started descriptor: 0 once that has nothing more to say, 1 once the child has ended. */
static int wait_both (struct keeper *k, int sfd, int *wstat)
{
  static struct timespec const zero ;
  struct pollfd x[2] = { { .fd = k->sock, .events = POLLIN }, { .fd = sfd, .events = POLLIN } } ;
  for (;;)
  {
    int r = poll(x, 2, -1) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) return -1 ;
    if (x[1].revents)
    {
      r = nc_keep_step(k->child, wstat, &zero, 0) ;
      if (r == -1) return -1 ;
      if (r) return wait_read(k) == -1 ? -1 : 1 ;
    }
    if (x[0].revents)
    {
      r = wait_read(k) ;
      if (r) return r == -1 ? -1 : 0 ;
    }
  }
}

int scope_wait (struct keeper *k, int *wstat)
{
  sigset_t set ;
  int r, sfd ;
  if (k->sock == -1) return nc_keep(k->child, wstat, k->frame, 0) ;
  nc_keep_set(&set) ;
  /* only to be polled: nc_keep_step takes the signals, one at a time, as it does afterwards */
  sfd = signalfd(-1, &set, SFD_CLOEXEC) ;
  if (sfd == -1) return -1 ;
  r = nc_close(sfd, wait_both(k, sfd, wstat)) ;
  return r == -1 ? -1 : r ? nc_keep_code(*wstat) : nc_keep(k->child, wstat, k->frame, 0) ;
}
