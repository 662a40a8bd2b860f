/* ISC license. */

#include <stdio.h>
#include <string.h>

#include "policy.h"

/* capabilities(7), by number */
char const *const policy_capnames[POLICY_CAPS] =
{
  "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "linux_immutable", "net_bind_service",
  "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin",
  "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap", "mac_override",
  "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore"
} ;

/* In lower case and without CAP_: 0 where it is too long, or of both cases. */
static int cap_lower (char const *name, char *s, size_t max)
{
  size_t n = strlen(name), i = 0 ;
  int upper = 0, lower = 0 ;
  if (n >= max) return 0 ;
  for (; i <= n ; i++)
  {
    upper |= name[i] >= 'A' && name[i] <= 'Z' ;
    lower |= name[i] >= 'a' && name[i] <= 'z' ;
    s[i] = name[i] ;
    if (name[i] >= 'A' && name[i] <= 'Z') s[i] = (char)(name[i] + 32) ;
  }
  if (!strncmp(s, "cap_", 4)) memmove(s, s + 4, n - 3) ;
  return !(upper && lower) ;
}

int policy_cap (char const *name)
{
  char s[32] ;
  size_t i ;
  if (!cap_lower(name, s, sizeof(s))) return -1 ;
  i = policy_index(policy_capnames, POLICY_CAPS, s) ;
  return i == POLICY_CAPS ? -1 : (int)i ;
}

void policy_cap_unknown (struct policy *p, struct node const *j)
{
  char s[32] = "" ;
  char hint[64] ;
  size_t i = 0 ;
  cap_lower(j->string, s, sizeof(s)) ;
  snprintf(hint, sizeof(hint), "the nearest known is CAP_%s", policy_nearest(policy_capnames, POLICY_CAPS, s)) ;
  for (i = sizeof("the nearest known is ") - 1 ; hint[i] ; i++) if (hint[i] >= 'a' && hint[i] <= 'z') hint[i] = (char)(hint[i] - 32) ;
  policy_error(p, j->pos, "unknown capability", j->string, hint) ;
}
