/* ISC license. */

/* breakout WHAT [ARG]: tries one way out of a sandbox. Exit 0: it worked; 1: refused, the reason is printed; 2: no such WHAT.
   Every attempt undoes what it made, so that it can be run outside too, as the control. */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>

static int try_mount (char const *dir)
{
  return mount("out", dir, "tmpfs", 0, 0) == -1 ? -1 : umount(dir) ;
}

static int try_userns (char const *arg)
{
  (void)arg ;
  return unshare(CLONE_NEWUSER) ;
}

static int try_mountns (char const *arg)
{
  (void)arg ;
  return unshare(CLONE_NEWNS) ;
}

static int try_ptrace (char const *pid)
{
  return (int)ptrace(PTRACE_SEIZE, atoi(pid), 0, 0) ;
}

static int try_kill (char const *pid)
{
  return kill(atoi(pid), 0) ;
}

static int try_make (char const *path)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600) ;
  return fd == -1 ? -1 : unlink(path) ;
}

static int try_write (char const *path)
{
  return open(path, O_WRONLY) ;
}

static int try_setuid (char const *dir)
{
  char path[4096] ;
  int r ;
  snprintf(path, sizeof(path), "%s/set", dir) ;
  if (open(path, O_WRONLY | O_CREAT, 0700) == -1) { perror("make") ; _exit(2) ; }
  r = chmod(path, 04711) ;
  { int e = errno ; unlink(path) ; errno = e ; }
  return r ;
}

static int try_device (char const *dir)
{
  char path[4096] ;
  snprintf(path, sizeof(path), "%s/device", dir) ;
  return mknod(path, S_IFCHR | 0666, makedev(1, 1)) == -1 ? -1 : unlink(path) ;
}

static int try_abstract (char const *name)
{
  struct sockaddr_un a = { .sun_family = AF_UNIX } ;
  int fd = socket(AF_UNIX, SOCK_STREAM, 0) ;
  size_t n = strlen(name) ;
  memcpy(a.sun_path + 1, name, n) ;
  return fd == -1 ? -1 : connect(fd, (struct sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n)) ;
}

static int try_loopback (char const *port)
{
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)), .sin_addr = { htonl(INADDR_LOOPBACK) } } ;
  int fd = socket(AF_INET, SOCK_STREAM, 0) ;
  return fd == -1 ? -1 : connect(fd, (struct sockaddr *)&a, sizeof(a)) ;
}

static int try_family (char const *number)
{
  int family = atoi(number) ;
  return socket(family, family == AF_ALG ? SOCK_SEQPACKET : family == AF_PACKET ? SOCK_RAW : SOCK_STREAM, 0) ;
}

static int try_tiocsti (char const *arg)
{
  (void)arg ;
  return ioctl(0, TIOCSTI, "#") ;
}

static int try_io_uring (char const *arg)
{
  struct io_uring_params p = { .flags = 0 } ;
  (void)arg ;
  return (int)syscall(SYS_io_uring_setup, 1, &p) ;
}

static int try_keyctl (char const *arg)
{
  (void)arg ;
  return (int)syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, -3, 0, 0, 0) ;
}

static int try_bpf (char const *arg)
{
  union bpf_attr a = { .map_type = BPF_MAP_TYPE_ARRAY } ;
  (void)arg ;
  a.key_size = 4 ; a.value_size = 4 ; a.max_entries = 1 ;
  return (int)syscall(SYS_bpf, BPF_MAP_CREATE, &a, sizeof(a)) ;
}

static int try_perf (char const *arg)
{
  struct perf_event_attr a = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(a), .config = PERF_COUNT_SW_CPU_CLOCK } ;
  (void)arg ;
  return (int)syscall(SYS_perf_event_open, &a, 0, -1, -1, 0) ;
}

static int try_handle (char const *path)
{
  char buf[sizeof(struct file_handle) + 128] ;
  struct file_handle *h = (struct file_handle *)buf ;
  int id, fd = open(path, O_RDONLY) ;
  h->handle_bytes = 128 ;
  if (fd == -1 || name_to_handle_at(AT_FDCWD, path, h, &id, 0) == -1) return -1 ;
  return open_by_handle_at(fd, h, O_RDONLY) ;
}

static struct { char const *name ; int (*f) (char const *) ; } const tries[] =
{
  { "abstract", &try_abstract }, { "bpf", &try_bpf }, { "device", &try_device }, { "family", &try_family }, { "handle", &try_handle },
  { "io_uring", &try_io_uring }, { "keyctl", &try_keyctl }, { "kill", &try_kill }, { "loopback", &try_loopback }, { "make", &try_make },
  { "mount", &try_mount }, { "mountns", &try_mountns }, { "perf", &try_perf }, { "ptrace", &try_ptrace }, { "setuid", &try_setuid },
  { "tiocsti", &try_tiocsti }, { "userns", &try_userns }, { "write", &try_write }
} ;

int main (int argc, char *const *argv)
{
  size_t i = 0 ;
  for (; argc > 1 && i < sizeof(tries) / sizeof(tries[0]) ; i++)
    if (!strcmp(argv[1], tries[i].name))
    {
      if ((*tries[i].f)(argc > 2 ? argv[2] : "") != -1) return 0 ;
      printf("%s: %s\n", argv[1], strerror(errno)) ;
      return 1 ;
    }
  return 2 ;
}
