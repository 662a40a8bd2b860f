/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/seccomp.h>

#include <skalibs/allreadwrite.h>

#include "denied.h"
#include "nc.h"
#include "policy.h"

#define USAGE "nc-policy denied [ -p pid ]"

#define DENIED_RECORD 8192
#define DENIED_AUDIT "/var/log/audit/audit.log"

struct denied_list
{
  stralloc text ;
  uint64_t *serials ;   /* of what is in text: both sources may have a record */
  size_t n ;
  unsigned int pid ;
  int lost ;
} ;

static void denied_call (struct denied const *d, char *s, size_t max)
{
  char name[65] ;
  size_t m = 0 ;
  if (d->arch == policy_machines[0].arch[0].token && d->call >> 30 == 1 && policy_call_name((uint32_t)d->arch, d->call & 0x3fffffff, name))
  {
    snprintf(s, max, "%s (x32)", name) ;
    return ;
  }
  for (; m < 2 * policy_machines_n ; m++)
  {
    struct policy_arch const *arch = policy_machines[m / 2].arch + m % 2 ;
    if (arch->token != d->arch || d->call > INT32_MAX || !policy_call_name(arch->token, (unsigned int)d->call, name)) continue ;
    snprintf(s, max, "%s%s", name, m % 2 ? " (32-bit)" : "") ;
    return ;
  }
  snprintf(s, max, "call %llu of architecture %llx", (unsigned long long)d->call, (unsigned long long)d->arch) ;
}

static void denied_add (struct denied_list *l, struct denied const *d)
{
  char line[sizeof(d->exe) + 512], call[96], action[96], when[32] = "" ;
  time_t t = (time_t)d->seconds ;
  struct tm tm ;
  size_t i = 0 ;
  for (; i < l->n ; i++) if (l->serials[i] == d->serial) return ;
  if (l->pid && !denied_below(d->pid, l->pid)) return ;
  if (gmtime_r(&t, &tm)) strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm) ;
  denied_call(d, call, sizeof(call)) ;
  /* the kernel does not say which error */
  if (d->action == SECCOMP_RET_ERRNO) strcpy(action, "refused") ;
  else policy_action_words((uint32_t)d->action, action, sizeof(action)) ;
  snprintf(line, sizeof(line), "%s %s: %s, pid %llu, %s (%s)\n", when, call, action, (unsigned long long)d->pid, d->comm, d->exe) ;
  l->serials = policy_more(l->serials, l->n, sizeof(uint64_t)) ;
  l->serials[l->n++] = d->serial ;
  policy_show_put(&l->text, line) ;
}

/* A record of /dev/kmsg is "PRIORITY,SEQUENCE,...;TEXT": what programs write there has another facility than the kernel's 0. */
static void denied_kmsg_record (struct denied_list *l, char const *s, size_t len)
{
  char const *text = memchr(s, ';', len) ;
  struct denied d ;
  if (!text || len < 2 || s[0] < '0' || s[0] > '7' || s[1] != ',') return ;
  len -= (size_t)(++text - s) ;
  if (memmem(text, len, "audit: rate limit", 17) || (memmem(text, len, "callbacks suppressed", 20) && memmem(text, len, "audit", 5)))
    l->lost = 1 ;
  if (len >= 7 && !memcmp(text, "audit: ", 7) && denied_parse(text + 7, len - 7, &d)) denied_add(l, &d) ;
}

static int denied_kmsg (struct denied_list *l)
{
  char s[DENIED_RECORD] ;
  int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC) ;
  if (fd == -1) return 0 ;
  for (;;)
  {
    ssize_t r = read(fd, s, sizeof(s)) ;
    if (r > 0) denied_kmsg_record(l, s, (size_t)r) ;
    else if (r == -1 && errno == EPIPE) l->lost = 1 ;  /* overwritten while it was read */
    else if (r == -1 && errno == EINTR) continue ;
    else if (!r || errno == EAGAIN) break ;
    else { close(fd) ; return 0 ; }
  }
  close(fd) ;
  return 1 ;
}

static int denied_audit (struct denied_list *l)
{
  struct denied d ;
  char *line = 0 ;
  size_t max = 0 ;
  ssize_t r ;
  FILE *f = fopen(DENIED_AUDIT, "re") ;
  if (!f) return 0 ;
  while ((r = getline(&line, &max, f)) > 0) if (denied_parse(line, (size_t)r, &d)) denied_add(l, &d) ;
  free(line) ;
  r = !ferror(f) ;
  fclose(f) ;
  return (int)r ;
}

static void denied_actions (void)
{
  char s[256] ;
  ssize_t r = nc_read_at(AT_FDCWD, "/proc/sys/kernel/seccomp/actions_logged", s, sizeof(s)) ;
  if (r > 0 && !strstr(s, "errno")) strerr_warnw("this kernel logs no refusals; write errno to /proc/sys/kernel/seccomp/actions_logged") ;
}

int policy_denied_main (int argc, char const *const *argv)
{
  char const *words[argc] ;
  struct policy_options o = { .words = words } ;
  struct denied_list l = { .lost = 0 } ;
  int audit, kmsg, e ;
  policy_options(argc, argv, "+p:", USAGE, &o) ;
  if (o.wordn) dieusage() ;
  l.pid = o.pid ;
  audit = denied_audit(&l) ;
  kmsg = denied_kmsg(&l) ;
  e = errno ;
  if (!audit && !kmsg)
    strerr_dief(111, "unable to read /dev/kmsg: ", strerror(e),
      "; denied calls are in the kernel's log, which takes CAP_SYSLOG or kernel.dmesg_restrict=0, or in ", DENIED_AUDIT) ;
  denied_actions() ;
  if (l.lost) strerr_warnw("the kernel has dropped records: there were more denied calls than these") ;
  if (allwrite(1, l.text.s, l.text.len) < l.text.len) strerr_diefusys(111, "write to standard output") ;
  stralloc_free(&l.text) ;
  free(l.serials) ;
  return 0 ;
}
