/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include "policy.h"

/* What the kernel reads of each argument, from the first: i 32 bits, s 16 (umode_t), l 64 (long, size_t, pointer, loff_t).
   clone: unsigned long in its declaration, but only the low 32 bits are used. Sorted. */
static struct { char const *name ; char const *args ; } const widths[] =
{
  { "accept", "ill" }, { "accept4", "illi" }, { "access", "li" }, { "arch_prctl", "il" },
  { "bind", "ili" }, { "bpf", "ili" },
  { "chmod", "ls" }, { "chown", "lii" }, { "clock_adjtime", "il" }, { "clock_getres", "il" }, { "clock_gettime", "il" },
  { "clock_nanosleep", "iill" }, { "clock_settime", "il" }, { "clone", "illll" }, { "close", "i" }, { "close_range", "iii" },
  { "connect", "ili" }, { "copy_file_range", "ililli" }, { "creat", "ls" },
  { "dup", "i" }, { "dup2", "ii" }, { "dup3", "iii" },
  { "epoll_create1", "i" }, { "epoll_ctl", "iiil" }, { "eventfd2", "ii" }, { "execve", "lll" }, { "execveat", "illli" },
  { "faccessat", "ili" }, { "faccessat2", "ilii" }, { "fallocate", "iill" }, { "fanotify_init", "ii" }, { "fchmod", "is" },
  { "fchmodat", "ils" }, { "fchmodat2", "ilsi" }, { "fchown", "iii" }, { "fchownat", "iliii" }, { "fcntl", "iil" },
  { "fcntl64", "iil" }, { "flock", "ii" }, { "futex", "liilli" },
  { "getpriority", "ii" }, { "getrandom", "lli" }, { "getsockopt", "iiill" },
  { "inotify_init1", "i" }, { "ioctl", "iil" }, { "ioprio_set", "iii" }, { "ipc", "iiilll" },
  { "kcmp", "iiill" }, { "keyctl", "illll" }, { "kill", "ii" },
  { "lchown", "lii" }, { "linkat", "ilili" }, { "listen", "ii" }, { "lseek", "ili" },
  { "madvise", "lli" }, { "mbind", "llilli" }, { "membarrier", "iii" }, { "memfd_create", "li" }, { "memfd_secret", "i" },
  { "mkdir", "ls" }, { "mkdirat", "ils" }, { "mknod", "lsi" }, { "mknodat", "ilsi" }, { "mlock2", "lli" }, { "mlockall", "i" },
  { "mmap", "llllll" }, { "mount", "lllll" }, { "mprotect", "lll" }, { "mremap", "lllll" }, { "msgget", "ii" }, { "msync", "lli" },
  { "open", "lis" }, { "openat", "ilis" }, { "openat2", "illl" },
  { "perf_event_open", "liiil" }, { "personality", "i" }, { "pidfd_getfd", "iii" }, { "pidfd_open", "ii" },
  { "pidfd_send_signal", "iili" }, { "pipe2", "li" }, { "pkey_mprotect", "llli" }, { "prctl", "illll" },
  { "preadv2", "illlli" }, { "prlimit64", "iill" }, { "ptrace", "llll" }, { "pwritev2", "illlli" },
  { "quotactl", "ilil" },
  { "reboot", "iiil" }, { "recvfrom", "illill" }, { "recvmmsg", "iliil" }, { "recvmsg", "ili" }, { "renameat2", "ilili" },
  { "sched_setattr", "ili" }, { "sched_setscheduler", "iil" }, { "seccomp", "iil" }, { "semctl", "iiil" }, { "semget", "iii" },
  { "sendmmsg", "ilii" }, { "sendmsg", "ili" }, { "sendto", "illili" }, { "setgid", "i" }, { "setns", "ii" },
  { "setpriority", "iii" }, { "setregid", "ii" }, { "setresgid", "iii" }, { "setresuid", "iii" }, { "setreuid", "ii" },
  { "setrlimit", "il" }, { "setsockopt", "iiili" }, { "setuid", "i" }, { "shmat", "ili" }, { "shmctl", "iil" },
  { "shmget", "ili" }, { "shutdown", "ii" }, { "signalfd4", "illi" }, { "socket", "iii" }, { "socketcall", "il" },
  { "socketpair", "iiil" }, { "splice", "ililli" }, { "statx", "iliil" }, { "sync_file_range", "illi" }, { "syslog", "ili" },
  { "tee", "iili" }, { "tgkill", "iii" }, { "timer_create", "ill" }, { "timerfd_create", "ii" }, { "timerfd_settime", "iill" },
  { "tkill", "ii" },
  { "umount2", "li" }, { "unlinkat", "ili" }, { "unshare", "l" }, { "userfaultfd", "i" }, { "utimensat", "illi" },
  { "vmsplice", "illi" },
  { "wait4", "ilil" }, { "waitid", "iilil" }, { "write", "ill" },
} ;

static int widths_cmp (void const *a, void const *b)
{
  char const *const *name = b ;
  return strcmp(a, *name) ;
}

uint64_t policy_width (char const *name, unsigned int index)
{
  char const *const *p = bsearch(name, widths, sizeof(widths) / sizeof(widths[0]), sizeof(widths[0]), &widths_cmp) ;
  if (!p || strlen(p[1]) <= index) return 0 ;
  return p[1][index] == 'i' ? UINT32_MAX : p[1][index] == 's' ? UINT16_MAX : UINT64_MAX ;
}
