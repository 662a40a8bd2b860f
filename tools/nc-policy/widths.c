/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include "policy.h"

/* What the kernel reads of each argument, from the first: i 32 bits, s 16 (umode_t), l 64 (long, size_t, pointer, loff_t).
   clone: unsigned long in its declaration, but only the low 32 bits are used. Sorted. */
static struct { char const *name ; char const *args ; } const widths[] =
{
  { "_llseek", "illli" }, { "_newselect", "illll" }, { "accept", "ill" }, { "accept4", "illi" }, { "access", "li" }, { "acct", "l" },
  { "add_key", "lllli" }, { "adjtimex", "l" }, { "alarm", "i" }, { "arch_prctl", "il" }, { "arm_fadvise64_64", "iilll" }, { "bind", "ili" },
  { "bpf", "ili" }, { "brk", "l" }, { "cacheflush", "lli" }, { "cachestat", "illi" }, { "capget", "ll" }, { "capset", "ll" }, { "chdir", "l" },
  { "chmod", "ls" }, { "chown", "lii" }, { "chown32", "lii" }, { "chroot", "l" }, { "clock_adjtime", "il" }, { "clock_adjtime64", "il" },
  { "clock_getres", "il" }, { "clock_getres_time64", "il" }, { "clock_gettime", "il" }, { "clock_gettime64", "il" }, { "clock_nanosleep", "iill" },
  { "clock_nanosleep_time64", "iill" }, { "clock_settime", "il" }, { "clock_settime64", "il" }, { "clone", "illll" }, { "clone3", "ll" },
  { "close", "i" }, { "close_range", "iii" }, { "connect", "ili" }, { "copy_file_range", "ililli" }, { "creat", "ls" }, { "delete_module", "li" },
  { "dup", "i" }, { "dup2", "ii" }, { "dup3", "iii" }, { "epoll_create", "i" }, { "epoll_create1", "i" }, { "epoll_ctl", "iiil" },
  { "epoll_pwait", "iliill" }, { "epoll_pwait2", "ililll" }, { "epoll_wait", "ilii" }, { "eventfd", "i" }, { "eventfd2", "ii" }, { "execve", "lll" },
  { "execveat", "illli" }, { "exit", "i" }, { "exit_group", "i" }, { "faccessat", "ili" }, { "faccessat2", "ilii" }, { "fadvise64", "illi" },
  { "fadvise64_64", "illi" }, { "fallocate", "iill" }, { "fanotify_init", "ii" }, { "fanotify_mark", "iilil" }, { "fchdir", "i" },
  { "fchmod", "is" }, { "fchmodat", "ils" }, { "fchmodat2", "ilsi" }, { "fchown", "iii" }, { "fchown32", "iii" }, { "fchownat", "iliii" },
  { "fcntl", "iil" }, { "fcntl64", "iil" }, { "fdatasync", "i" }, { "fgetxattr", "illl" }, { "file_getattr", "illli" }, { "file_setattr", "illli" },
  { "finit_module", "ili" }, { "flistxattr", "ill" }, { "flock", "ii" }, { "fremovexattr", "il" }, { "fsconfig", "iilli" }, { "fsetxattr", "illli" },
  { "fsmount", "iii" }, { "fsopen", "li" }, { "fspick", "ili" }, { "fstat", "il" }, { "fstat64", "ll" }, { "fstatat64", "illi" },
  { "fstatfs", "il" }, { "fstatfs64", "ill" }, { "fsync", "i" }, { "ftruncate", "il" }, { "ftruncate64", "il" }, { "futex", "liilli" },
  { "futex_requeue", "liii" }, { "futex_time64", "liilli" }, { "futex_wait", "lllili" }, { "futex_waitv", "liili" }, { "futex_wake", "llii" },
  { "futimesat", "ill" }, { "get_mempolicy", "lllll" }, { "get_robust_list", "ill" }, { "get_thread_area", "l" }, { "getcpu", "lll" },
  { "getcwd", "ll" }, { "getdents", "ili" }, { "getdents64", "ili" }, { "getgroups", "il" }, { "getgroups32", "il" }, { "getitimer", "il" },
  { "getpeername", "ill" }, { "getpgid", "i" }, { "getpriority", "ii" }, { "getrandom", "lli" }, { "getresgid", "lll" }, { "getresgid32", "lll" },
  { "getresuid", "lll" }, { "getresuid32", "lll" }, { "getrlimit", "il" }, { "getrusage", "il" }, { "getsid", "i" }, { "getsockname", "ill" },
  { "getsockopt", "iiill" }, { "gettimeofday", "ll" }, { "getxattr", "llll" }, { "getxattrat", "ililll" }, { "init_module", "lll" },
  { "inotify_add_watch", "ili" }, { "inotify_init1", "i" }, { "inotify_rm_watch", "ii" }, { "io_cancel", "lll" }, { "io_destroy", "l" },
  { "io_getevents", "lllll" }, { "io_pgetevents", "llllll" }, { "io_pgetevents_time64", "llllll" }, { "io_setup", "il" }, { "io_submit", "lll" },
  { "io_uring_enter", "iiiill" }, { "io_uring_register", "iili" }, { "io_uring_setup", "il" }, { "ioctl", "iil" }, { "ioperm", "lli" },
  { "iopl", "i" }, { "ioprio_get", "ii" }, { "ioprio_set", "iii" }, { "ipc", "iiilll" }, { "kcmp", "iiill" }, { "kexec_file_load", "iilll" },
  { "kexec_load", "llll" }, { "keyctl", "illll" }, { "kill", "ii" }, { "landlock_add_rule", "iili" }, { "landlock_create_ruleset", "lli" },
  { "landlock_restrict_self", "ii" }, { "lchown", "lii" }, { "lchown32", "lii" }, { "lgetxattr", "llll" }, { "link", "ll" }, { "linkat", "ilili" },
  { "listen", "ii" }, { "listmount", "llli" }, { "listns", "llli" }, { "listxattr", "lll" }, { "listxattrat", "ilill" }, { "llistxattr", "lll" },
  { "lremovexattr", "ll" }, { "lseek", "ili" }, { "lsetxattr", "lllli" }, { "lsm_get_self_attr", "illi" }, { "lsm_list_modules", "lli" },
  { "lsm_set_self_attr", "ilii" }, { "lstat", "ll" }, { "lstat64", "ll" }, { "madvise", "lli" }, { "map_shadow_stack", "lli" },
  { "mbind", "llilli" }, { "membarrier", "iii" }, { "memfd_create", "li" }, { "memfd_secret", "i" }, { "migrate_pages", "illl" },
  { "mincore", "lll" }, { "mkdir", "ls" }, { "mkdirat", "ils" }, { "mknod", "lsi" }, { "mknodat", "ilsi" }, { "mlock", "ll" }, { "mlock2", "lli" },
  { "mlockall", "i" }, { "mmap", "llllll" }, { "mmap2", "llllll" }, { "modify_ldt", "ill" }, { "mount", "lllll" }, { "mount_setattr", "ilill" },
  { "move_mount", "ilili" }, { "move_pages", "illlli" }, { "mprotect", "lll" }, { "mq_getsetattr", "ill" }, { "mq_notify", "il" },
  { "mq_open", "lisl" }, { "mq_timedreceive", "illll" }, { "mq_timedreceive_time64", "illll" }, { "mq_timedsend", "illil" },
  { "mq_timedsend_time64", "illil" }, { "mq_unlink", "l" }, { "mremap", "lllll" }, { "mseal", "lll" }, { "msgctl", "iil" }, { "msgget", "ii" },
  { "msgrcv", "illli" }, { "msgsnd", "illi" }, { "msync", "lli" }, { "munlock", "ll" }, { "munmap", "ll" }, { "name_to_handle_at", "illli" },
  { "nanosleep", "ll" }, { "newfstatat", "illi" }, { "nice", "i" }, { "olduname", "l" }, { "open", "lis" }, { "open_by_handle_at", "ili" },
  { "open_tree", "ili" }, { "open_tree_attr", "ilill" }, { "openat", "ilis" }, { "openat2", "illl" }, { "pciconfig_iobase", "lll" },
  { "pciconfig_read", "lllll" }, { "pciconfig_write", "lllll" }, { "perf_event_open", "liiil" }, { "personality", "i" }, { "pidfd_getfd", "iii" },
  { "pidfd_open", "ii" }, { "pidfd_send_signal", "iili" }, { "pipe", "l" }, { "pipe2", "li" }, { "pivot_root", "ll" }, { "pkey_alloc", "ll" },
  { "pkey_free", "i" }, { "pkey_mprotect", "llli" }, { "poll", "lii" }, { "ppoll", "lilll" }, { "ppoll_time64", "lilll" }, { "prctl", "illll" },
  { "pread64", "illl" }, { "preadv", "illll" }, { "preadv2", "illlli" }, { "prlimit64", "iill" }, { "process_madvise", "illii" },
  { "process_mrelease", "ii" }, { "process_vm_readv", "illlll" }, { "process_vm_writev", "illlll" }, { "pselect6", "illlll" },
  { "pselect6_time64", "illlll" }, { "ptrace", "llll" }, { "pwrite64", "illl" }, { "pwritev", "illll" }, { "pwritev2", "illlli" },
  { "quotactl", "ilil" }, { "quotactl_fd", "iiil" }, { "read", "ill" }, { "readahead", "ill" }, { "readlink", "lli" }, { "readlinkat", "illi" },
  { "readv", "ill" }, { "reboot", "iiil" }, { "recv", "illi" }, { "recvfrom", "illill" }, { "recvmmsg", "iliil" }, { "recvmmsg_time64", "iliil" },
  { "recvmsg", "ili" }, { "remap_file_pages", "lllll" }, { "removexattr", "ll" }, { "removexattrat", "ilil" }, { "rename", "ll" },
  { "renameat", "ilil" }, { "renameat2", "ilili" }, { "request_key", "llli" }, { "rmdir", "l" }, { "rseq", "liii" }, { "rt_sigaction", "illl" },
  { "rt_sigpending", "ll" }, { "rt_sigprocmask", "illl" }, { "rt_sigqueueinfo", "iil" }, { "rt_sigsuspend", "ll" }, { "rt_sigtimedwait", "llll" },
  { "rt_sigtimedwait_time64", "llll" }, { "rt_tgsigqueueinfo", "iiil" }, { "sched_get_priority_max", "i" }, { "sched_get_priority_min", "i" },
  { "sched_getaffinity", "iil" }, { "sched_getattr", "ilii" }, { "sched_getparam", "il" }, { "sched_getscheduler", "i" },
  { "sched_rr_get_interval", "il" }, { "sched_rr_get_interval_time64", "il" }, { "sched_setaffinity", "iil" }, { "sched_setattr", "ili" },
  { "sched_setparam", "il" }, { "sched_setscheduler", "iil" }, { "seccomp", "iil" }, { "select", "illll" }, { "semctl", "iiil" },
  { "semget", "iii" }, { "semop", "ili" }, { "semtimedop", "ilil" }, { "semtimedop_time64", "ilil" }, { "send", "illi" }, { "sendfile", "iill" },
  { "sendfile64", "iill" }, { "sendmmsg", "ilii" }, { "sendmsg", "ili" }, { "sendto", "illili" }, { "set_mempolicy", "ill" },
  { "set_mempolicy_home_node", "llll" }, { "set_robust_list", "ll" }, { "set_thread_area", "l" }, { "set_tid_address", "l" }, { "set_tls", "l" },
  { "setdomainname", "li" }, { "setfsgid", "i" }, { "setfsgid32", "i" }, { "setfsuid", "i" }, { "setfsuid32", "i" }, { "setgid", "i" },
  { "setgid32", "i" }, { "setgroups", "il" }, { "setgroups32", "il" }, { "sethostname", "li" }, { "setitimer", "ill" }, { "setns", "ii" },
  { "setpgid", "ii" }, { "setpriority", "iii" }, { "setregid", "ii" }, { "setregid32", "ii" }, { "setresgid", "iii" }, { "setresgid32", "iii" },
  { "setresuid", "iii" }, { "setresuid32", "iii" }, { "setreuid", "ii" }, { "setreuid32", "ii" }, { "setrlimit", "il" }, { "setsockopt", "iiili" },
  { "settimeofday", "ll" }, { "setuid", "i" }, { "setuid32", "i" }, { "setxattr", "lllli" }, { "setxattrat", "ililll" }, { "shmat", "ili" },
  { "shmctl", "iil" }, { "shmdt", "l" }, { "shmget", "ili" }, { "shutdown", "ii" }, { "sigaction", "ill" }, { "sigaltstack", "ll" },
  { "signal", "il" }, { "signalfd", "ill" }, { "signalfd4", "illi" }, { "sigpending", "l" }, { "sigprocmask", "ill" }, { "sigsuspend", "iil" },
  { "socket", "iii" }, { "socketcall", "il" }, { "socketpair", "iiil" }, { "splice", "ililli" }, { "ssetmask", "i" }, { "stat", "ll" },
  { "stat64", "ll" }, { "statfs", "ll" }, { "statfs64", "lll" }, { "statmount", "llli" }, { "statx", "iliil" }, { "stime", "l" }, { "swapoff", "l" },
  { "swapon", "li" }, { "symlink", "ll" }, { "symlinkat", "lil" }, { "sync_file_range", "illi" }, { "syncfs", "i" }, { "sysfs", "ill" },
  { "sysinfo", "l" }, { "syslog", "ili" }, { "tee", "iili" }, { "tgkill", "iii" }, { "time", "l" }, { "timer_create", "ill" },
  { "timer_delete", "i" }, { "timer_getoverrun", "i" }, { "timer_gettime", "il" }, { "timer_gettime64", "il" }, { "timer_settime", "iill" },
  { "timer_settime64", "iill" }, { "timerfd_create", "ii" }, { "timerfd_gettime", "il" }, { "timerfd_gettime64", "il" },
  { "timerfd_settime", "iill" }, { "timerfd_settime64", "iill" }, { "times", "l" }, { "tkill", "ii" }, { "truncate", "ll" }, { "truncate64", "ll" },
  { "ugetrlimit", "il" }, { "umask", "i" }, { "umount", "li" }, { "umount2", "li" }, { "uname", "l" }, { "unlink", "l" }, { "unlinkat", "ili" },
  { "unshare", "l" }, { "uselib", "l" }, { "userfaultfd", "i" }, { "ustat", "il" }, { "utime", "ll" }, { "utimensat", "illi" },
  { "utimensat_time64", "illi" }, { "utimes", "ll" }, { "vmsplice", "illi" }, { "wait4", "ilil" }, { "waitid", "iilil" }, { "waitpid", "ili" },
  { "write", "ill" }, { "writev", "ill" },
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
