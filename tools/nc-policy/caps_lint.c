/* ISC license. */

#include "policy.h"

/* Sorted by name. What is not here is no danger beyond its word. */
static struct { char const *name ; char const *why ; } const dangers[] =
{
  { "audit_control", "it switches the host's audit off" },
  { "bpf", "it loads programs into the kernel" },
  { "checkpoint_restore", "it opens the files of other processes by /proc/PID/map_files" },
  { "chown", "it makes any file the program's own" },
  { "dac_override", "it reads and writes files whatever their mode says" },
  { "dac_read_search", "it reads every file, and opens files outside the root by their handles" },
  { "fowner", "it changes mode and attributes of files that belong to others" },
  { "fsetid", "it keeps set-user-ID bits on files that it writes" },
  { "linux_immutable", "it undoes the immutable attribute" },
  { "mac_admin", "it changes the policy of the host's security module" },
  { "mac_override", "it overrides the host's security module" },
  { "mknod", "it makes device nodes" },
  { "net_admin", "it changes addresses, routes and the firewall of its network namespace" },
  { "net_raw", "it forges and reads packets" },
  { "perfmon", "it observes the whole machine, the kernel's memory included" },
  { "setfcap", "it gives files capabilities, which outlive the container" },
  { "setgid", "it becomes any group" },
  { "setpcap", "it changes bounding sets and securebits" },
  { "setuid", "it becomes any user" },
  { "sys_admin", "it stands for root: mounts, namespaces, devices, keys" },
  { "sys_boot", "it restarts the machine and loads another kernel" },
  { "sys_module", "it loads modules into the kernel" },
  { "sys_pacct", "it switches process accounting" },
  { "sys_ptrace", "it reads and changes processes of other users" },
  { "sys_rawio", "it reads and writes ports and physical memory" },
  { "sys_time", "it sets the machine's clock" },
  { "syslog", "it reads kernel addresses and the kernel's log" },
} ;

static void lint_dangers (struct policy *p)
{
  size_t i = 0 ;
  for (; i < N(dangers) ; i++)
  {
    int cap = policy_cap(dangers[i].name) ;
    size_t set = 0 ;
    while (set < SET_N && !(p->caps.set[set] >> cap & 1)) set++ ;
    if (set < SET_N) policy_lint(p, p->caps.pos[set][cap], "dangerous-capability", "dangerous capability", dangers[i].name, dangers[i].why) ;
  }
}

void policy_caps_lint (struct policy *p)
{
  uint64_t lost = p->caps.set[SET_EFFECTIVE] & ~p->caps.set[SET_AMBIENT] ;
  int cap = 0 ;
  lint_dangers(p) ;
  for (; cap < POLICY_CAPS ; cap++)
    if (lost >> cap & 1)
      policy_lint(p, p->caps.pos[SET_EFFECTIVE][cap], "lost-at-exec", "lost at the exec of the program", policy_capnames[cap],
        "only what is ambient stays") ;
}
