/* ISC license. */

/* Kernel interfaces that Debian 12's headers or musl lack. Values are those of the kernel's include/uapi. */

#ifndef NC_KERNEL_H
#define NC_KERNEL_H

#include <stdint.h>
#include <unistd.h>
#include <sys/syscall.h>

#include <linux/openat2.h>

#ifndef __NR_landlock_create_ruleset
# define __NR_landlock_create_ruleset 444
# define __NR_landlock_add_rule 445
# define __NR_landlock_restrict_self 446
#endif

/* mount(2)'s younger siblings: open_tree, move_mount, fsopen, mount_setattr; linux/mount.h clashes with sys/mount.h */

#define NC_OPEN_TREE_CLONE 1
#define NC_OPEN_TREE_CLOEXEC O_CLOEXEC
#define NC_AT_RECURSIVE 0x8000
#define NC_MOVE_MOUNT_F_EMPTY_PATH 0x04
#define NC_MOVE_MOUNT_T_EMPTY_PATH 0x40
#define NC_FSOPEN_CLOEXEC 1
#define NC_FSMOUNT_CLOEXEC 1
#define NC_FSCONFIG_SET_FLAG 0
#define NC_FSCONFIG_SET_STRING 1
#define NC_FSCONFIG_CMD_CREATE 6

#define NC_MOUNT_RDONLY 0x01
#define NC_MOUNT_NOSUID 0x02
#define NC_MOUNT_NODEV 0x04
#define NC_MOUNT_NOEXEC 0x08
#define NC_MOUNT_IDMAP 0x00100000
#define NC_MOUNT_PRIVATE (1 << 18)   /* MS_PRIVATE, of mount(2) */

struct nc_mount_attr
{
  uint64_t set ;
  uint64_t clr ;
  uint64_t propagation ;
  uint64_t userns_fd ;
} ;

static inline int nc_sys_open_tree (int dirfd, char const *path, unsigned int flags)
{
  return (int)syscall(__NR_open_tree, dirfd, path, flags) ;
}

static inline int nc_sys_move_mount (int from, char const *frompath, int to, char const *topath, unsigned int flags)
{
  return (int)syscall(__NR_move_mount, from, frompath, to, topath, flags) ;
}

static inline int nc_sys_fsopen (char const *fs, unsigned int flags)
{
  return (int)syscall(__NR_fsopen, fs, flags) ;
}

static inline int nc_sys_fsconfig (int fd, unsigned int cmd, char const *key, void const *value, int aux)
{
  return (int)syscall(__NR_fsconfig, fd, cmd, key, value, aux) ;
}

static inline int nc_sys_fsmount (int fd, unsigned int flags, unsigned int attr)
{
  return (int)syscall(__NR_fsmount, fd, flags, attr) ;
}

static inline int nc_sys_mount_setattr (int dirfd, char const *path, unsigned int flags, struct nc_mount_attr *attr)
{
  return (int)syscall(__NR_mount_setattr, dirfd, path, flags, attr, sizeof(*attr)) ;
}

static inline int nc_sys_openat2 (int dirfd, char const *path, struct open_how *how)
{
  return (int)syscall(__NR_openat2, dirfd, path, how, sizeof(*how)) ;
}

static inline int nc_sys_close_range (unsigned int first, unsigned int last, unsigned int flags)
{
  return (int)syscall(__NR_close_range, first, last, flags) ;
}

static inline int nc_sys_pidfd_open (pid_t pid, unsigned int flags)
{
  return (int)syscall(__NR_pidfd_open, pid, flags) ;
}

static inline int nc_sys_pivot_root (char const *newroot, char const *putold)
{
  return (int)syscall(__NR_pivot_root, newroot, putold) ;
}

/* The calls themselves: libc's make every thread follow, and a step has but one. */
#ifndef __NR_setresuid32
# define __NR_setgroups32 __NR_setgroups
# define __NR_setresgid32 __NR_setresgid
# define __NR_setresuid32 __NR_setresuid
#endif

static inline int nc_sys_setgroups (size_t n, void const *list)
{
  return (int)syscall(__NR_setgroups32, n, list) ;
}

static inline int nc_sys_setresgid (unsigned int gid)
{
  return (int)syscall(__NR_setresgid32, gid, gid, gid) ;
}

static inline int nc_sys_setresuid (unsigned int uid)
{
  return (int)syscall(__NR_setresuid32, uid, uid, uid) ;
}

#endif
