/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "nc.h"
#include "nc_kernel.h"

int nc_mount_new (char const *fs, char const *const *options, unsigned int attr)
{
  int fd = nc_sys_fsopen(fs, NC_FSOPEN_CLOEXEC) ;
  int m = -1 ;
  if (fd == -1) return -1 ;
  for (; *options ; options += 2)
    if (nc_sys_fsconfig(fd, options[1] ? NC_FSCONFIG_SET_STRING : NC_FSCONFIG_SET_FLAG, options[0], options[1], 0) == -1) goto end ;
  if (nc_sys_fsconfig(fd, NC_FSCONFIG_CMD_CREATE, 0, 0, 0) == -1) goto end ;
  m = nc_sys_fsmount(fd, NC_FSMOUNT_CLOEXEC, attr) ;
 end:
  return nc_close(fd, m) ;
}

int nc_mount_clone (int fd)
{
  return nc_sys_open_tree(fd, "", NC_OPEN_TREE_CLONE | NC_OPEN_TREE_CLOEXEC | NC_AT_RECURSIVE | AT_EMPTY_PATH) ;
}

int nc_mount_attr (int fd, uint64_t set)
{
  struct nc_mount_attr attr = { .set = set, .propagation = NC_MOUNT_PRIVATE } ;
  return nc_sys_mount_setattr(fd, "", AT_EMPTY_PATH | NC_AT_RECURSIVE, &attr) ;
}

int nc_mount_idmap (int fd, int userns)
{
  struct nc_mount_attr attr = { .set = NC_MOUNT_IDMAP, .userns_fd = (uint64_t)userns } ;
  return nc_sys_mount_setattr(fd, "", AT_EMPTY_PATH | NC_AT_RECURSIVE, &attr) ;
}

int nc_mount_on (int fd, int target)
{
  return nc_sys_move_mount(fd, "", target, "", NC_MOVE_MOUNT_F_EMPTY_PATH | NC_MOVE_MOUNT_T_EMPTY_PATH) ;
}

int nc_mount_at (int fd, int dir, char const *name)
{
  return nc_sys_move_mount(fd, "", dir, name, NC_MOVE_MOUNT_F_EMPTY_PATH) ;
}
