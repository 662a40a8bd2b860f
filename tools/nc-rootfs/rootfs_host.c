/* ISC license. */

/* The view of the host's own runtime that an agent gets where no root file system is given: programs, libraries, and what
   they read of /etc to run. No accounts, no keys, no state. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "nc.h"
#include "nc_kernel.h"
#include "rootfs.h"

static char const *const host_paths[] =
{
  "/bin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/opt", "/run/current-system", "/sbin", "/usr",
  "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/etc/pki", "/etc/protocols", "/etc/services",
  "/etc/ssh/ssh_config", "/etc/ssh/ssh_config.d", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/static"
} ;

#define HOST_COPY 65536

/* A small file costs less as a copy than as a mount. 0: it is something else, or larger. */
static int host_copy (struct rootfs *r, char const *path)
{
  struct stat st ;
  int out ;
  int fd = nc_open_at(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0, 0) ;
  if (fd == -1 || fstat(fd, &st) == -1) strerr_diefusys(111, "open ", path) ;
  if (!S_ISREG(st.st_mode) || !st.st_size || st.st_size > HOST_COPY) return rootfs_close(fd), 0 ;
  out = rootfs_create(r, path) ;
  errno = EIO ;
  if (sendfile(out, fd, 0, (size_t)st.st_size) != st.st_size) strerr_diefusys(111, "copy ", path) ;
  rootfs_close(out) ;
  rootfs_close(fd) ;
  return 1 ;
}

/* A view: what the host lacks is absent here too. A link stays a link, so that /bin is usr/bin inside as well. */
void rootfs_host (struct rootfs *r)
{
  struct rootfs_bind b = { .ns = -1 } ;
  size_t i = 0 ;
  rootfs_bind_options(&b, 0, 0, "/") ;
  for (; i < sizeof(host_paths) / sizeof(host_paths[0]) ; i++)
  {
    char const *path = host_paths[i] ;
    char text[4096] ;
    ssize_t n = readlink(path, text, sizeof(text) - 1) ;
    if (n > 0)
    {
      text[n] = 0 ;
      rootfs_link(r, text, path) ;
    }
    else if (errno == EINVAL) { if (strncmp(path, "/etc/", 5) || !host_copy(r, path)) rootfs_bind(r, path, path, &b) ; }
    else if (errno != ENOENT && errno != ENOTDIR) strerr_diefusys(111, "read ", path) ;
  }
}
