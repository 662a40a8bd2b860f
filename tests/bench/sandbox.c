/* ISC license. */

/* sandbox FILTER.bpf DIR prog...: DIR is bound at its own place; the whole agent sandbox in one program, written by hand: the same layers as the chain that
   nc-run composes, made directly. One keeper, a pid 1, prog as uid 65000. What a chain of steps is measured against. */

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>

#include "nc.h"
#include "nc_kernel.h"

#define ID 65000
#define RO (NC_MOUNT_RDONLY | NC_MOUNT_NOSUID | NC_MOUNT_NODEV)
#define SAFE (NC_MOUNT_NOSUID | NC_MOUNT_NODEV | NC_MOUNT_NOEXEC)
#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define OK(call) check((long)(call), #call)

static char const *const host[] =
{
  "/bin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/opt", "/run/current-system", "/sbin", "/usr", "/etc/alternatives",
  "/etc/ld.so.cache", "/etc/localtime", "/etc/pki", "/etc/protocols", "/etc/services", "/etc/ssh/ssh_config", "/etc/ssh/ssh_config.d",
  "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/static"
} ;
static char const *const nodes[] = { "full", "null", "random", "tty", "urandom", "zero" } ;
static char const *const masked[] =
{
  "proc/acpi", "proc/asound", "proc/config.gz", "proc/driver", "proc/interrupts", "proc/kallsyms", "proc/kcore", "proc/keys",
  "proc/kpagecgroup", "proc/kpagecount", "proc/kpageflags", "proc/latency_stats", "proc/sched_debug", "proc/scsi", "proc/sysrq-trigger",
  "proc/timer_list", "proc/timer_stats"
} ;
static char const *const readable[] = { "/dev", "/etc", "/proc", "/opt", "/usr", "/tmp", "/home/agent" } ;
static char const *const executable[] = { "/opt", "/usr", "/tmp" } ;
static char const *const writable[] =
  { "/dev/full", "/dev/null", "/dev/pts", "/dev/random", "/dev/shm", "/dev/tty", "/dev/urandom", "/dev/zero", "/tmp", "/home/agent" } ;

static void check (long r, char const *call)
{
  if (r != -1) return ;
  fprintf(stderr, "sandbox: fatal: %s: %s\n", call, strerror(errno)) ;
  _exit(111) ;
}

static int fresh (char const *fs, char const *const *options, unsigned int attr)
{
  int m, fd = nc_sys_fsopen(fs, NC_FSOPEN_CLOEXEC) ;
  OK(fd) ;
  for (; *options ; options += 2) OK(nc_sys_fsconfig(fd, NC_FSCONFIG_SET_STRING, options[0], options[1], 0)) ;
  OK(nc_sys_fsconfig(fd, NC_FSCONFIG_CMD_CREATE, 0, 0, 0)) ;
  m = nc_sys_fsmount(fd, NC_FSMOUNT_CLOEXEC, attr) ;
  OK(m) ;
  close(fd) ;
  return m ;
}

static void on (int tree, int dir, char const *path)
{
  OK(nc_sys_move_mount(tree, "", dir, path, NC_MOVE_MOUNT_F_EMPTY_PATH)) ;
}

/* every directory above path, and path itself where it is a directory */
static void make (int root, char const *path, int isdir)
{
  char buf[256] ;
  char *p = strcpy(buf, path) + 1 ;
  int fd ;
  while ((p = strchr(p, '/')))
  {
    *p = 0 ;
    if (mkdirat(root, buf + 1, 0755) == -1 && errno != EEXIST) OK(-1) ;
    *p++ = '/' ;
  }
  if (isdir) { if (mkdirat(root, buf + 1, 0755) == -1 && errno != EEXIST) OK(-1) ; return ; }
  fd = openat(root, buf + 1, O_WRONLY | O_CREAT | O_CLOEXEC, 0644) ;
  OK(fd) ;
  close(fd) ;
}

static void bind_to (int root, char const *path)
{
  struct nc_mount_attr attr = { .set = RO } ;
  struct stat st ;
  char link[4096] ;
  ssize_t n = readlink(path, link, sizeof(link) - 1) ;
  int tree ;
  if (n > 0)
  {
    link[n] = 0 ;
    make(root, path, 0) ;
    OK(unlinkat(root, path + 1, 0)) ;
    OK(symlinkat(link, root, path + 1)) ;
    return ;
  }
  tree = nc_sys_open_tree(AT_FDCWD, path, NC_OPEN_TREE_CLONE | NC_OPEN_TREE_CLOEXEC | NC_AT_RECURSIVE) ;
  if (tree == -1 && errno == ENOENT) return ;
  OK(tree) ;
  OK(nc_sys_mount_setattr(tree, "", AT_EMPTY_PATH | NC_AT_RECURSIVE, &attr)) ;
  OK(fstat(tree, &st)) ;
  make(root, path, S_ISDIR(st.st_mode)) ;
  on(tree, root, path + 1) ;
  close(tree) ;
}

static void device (int dev, char const *name)
{
  struct nc_mount_attr attr = { .set = NC_MOUNT_NOSUID | NC_MOUNT_NOEXEC } ;
  char path[32] = "/dev/" ;
  int tree, fd ;
  strcat(path, name) ;
  tree = nc_sys_open_tree(AT_FDCWD, path, NC_OPEN_TREE_CLONE | NC_OPEN_TREE_CLOEXEC) ;
  OK(tree) ;
  OK(nc_sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attr)) ;
  fd = openat(dev, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0666) ;
  OK(fd) ;
  close(fd) ;
  on(tree, dev, name) ;
  close(tree) ;
}

static void memory (int dir, char const *name, char const *size, char const *mode, char const *uid, unsigned int attr)
{
  char const *options[] = { "size", size, "mode", mode, uid ? "uid" : 0, uid, "gid", uid, 0 } ;
  int fd = fresh("tmpfs", options, attr) ;
  OK(mkdirat(dir, name, 0755)) ;
  on(fd, dir, name) ;
  close(fd) ;
}

static void devices (int root)
{
  static char const *const tmpfs[] = { "size", "64k", "mode", "755", 0 } ;
  static char const *const pts[] = { "mode", "620", "ptmxmode", "666", 0 } ;
  struct nc_mount_attr attr = { .set = NC_MOUNT_RDONLY } ;
  size_t i = 0 ;
  int fd, dev = fresh("tmpfs", tmpfs, SAFE) ;
  OK(mkdirat(root, "dev", 0755)) ;
  on(dev, root, "dev") ;
  for (; i < LEN(nodes) ; i++) device(dev, nodes[i]) ;
  OK(symlinkat("/proc/self/fd", dev, "fd")) ;
  OK(symlinkat("pts/ptmx", dev, "ptmx")) ;
  OK(symlinkat("/proc/self/fd/0", dev, "stdin")) ;
  OK(symlinkat("/proc/self/fd/1", dev, "stdout")) ;
  OK(symlinkat("/proc/self/fd/2", dev, "stderr")) ;
  memory(dev, "shm", "64m", "1777", 0, SAFE) ;
  fd = fresh("devpts", pts, NC_MOUNT_NOSUID | NC_MOUNT_NOEXEC) ;
  OK(mkdirat(dev, "pts", 0755)) ;
  on(fd, dev, "pts") ;
  close(fd) ;
  OK(nc_sys_mount_setattr(dev, "", AT_EMPTY_PATH, &attr)) ;
  close(dev) ;
}

static void processes (int root)
{
  static char const *const hidepid[] = { "hidepid", "invisible", 0 } ;
  static char const *const empty[] = { "size", "4k", "mode", "555", 0 } ;
  struct stat st ;
  size_t i = 0 ;
  int fd = fresh("proc", hidepid, SAFE | NC_MOUNT_RDONLY) ;
  int mask = -1 ;
  OK(mkdirat(root, "proc", 0755)) ;
  on(fd, root, "proc") ;
  close(fd) ;
  for (; i < LEN(masked) ; i++)
  {
    int tree ;
    if (fstatat(root, masked[i], &st, AT_SYMLINK_NOFOLLOW) == -1) continue ;
    if (!S_ISDIR(st.st_mode)) tree = nc_sys_open_tree(root, "dev/null", NC_OPEN_TREE_CLONE | NC_OPEN_TREE_CLOEXEC) ;
    else if (mask != -1) tree = nc_sys_open_tree(mask, "", NC_OPEN_TREE_CLONE | NC_OPEN_TREE_CLOEXEC | AT_EMPTY_PATH) ;
    else tree = mask = fresh("tmpfs", empty, SAFE | NC_MOUNT_RDONLY) ;
    OK(tree) ;
    on(tree, root, masked[i]) ;
    if (tree != mask) close(tree) ;
  }
}

static void text (int root, char const *path, char const *s)
{
  int fd ;
  make(root, path, 0) ;
  fd = openat(root, path + 1, O_WRONLY | O_CLOEXEC) ;
  OK(fd) ;
  OK(write(fd, s, strlen(s))) ;
  close(fd) ;
}

static void new_root (char const *volume)
{
  static char const *const tmpfs[] = { "size", "1m", "mode", "755", 0 } ;
  struct nc_mount_attr attr = { .set = NC_MOUNT_RDONLY } ;
  size_t i = 0 ;
  int root = fresh("tmpfs", tmpfs, NC_MOUNT_NOSUID | NC_MOUNT_NODEV) ;
  OK(nc_sys_move_mount(root, "", AT_FDCWD, "/tmp", NC_MOVE_MOUNT_F_EMPTY_PATH)) ;
  for (; i < LEN(host) ; i++) bind_to(root, host[i]) ;
  bind_to(root, volume) ;
  devices(root) ;
  processes(root) ;
  memory(root, "tmp", "256m", "1777", 0, NC_MOUNT_NOSUID | NC_MOUNT_NODEV) ;
  OK(mkdirat(root, "home", 0755)) ;
  memory(root, "home/agent", "256m", "700", "65000", SAFE) ;
  text(root, "/etc/passwd", "root:x:0:0:root:/:/bin/false\nagent:x:65000:65000::/home/agent:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n") ;
  text(root, "/etc/group", "root:x:0:\nagent:x:65000:\nnogroup:x:65534:\n") ;
  text(root, "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 sandbox\n") ;
  text(root, "/etc/hostname", "sandbox\n") ;
  text(root, "/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n") ;
  text(root, "/etc/resolv.conf", "") ;
  OK(fchdir(root)) ;
  OK(nc_sys_pivot_root(".", ".")) ;
  OK(umount2(".", MNT_DETACH)) ;
  OK(nc_sys_mount_setattr(AT_FDCWD, "/", 0, &attr)) ;
  OK(chdir("/home/agent")) ;
  close(root) ;
}

static void keep (pid_t pid)
{
  int status ;
  pid_t got ;
  OK(nc_confine()) ;
  while ((got = wait(&status)) != pid) if (got == -1) _exit(111) ;
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)) ;
}

static void rules (int set, char const *const *paths, size_t n, uint64_t rights)
{
  size_t i = 0 ;
  for (; i < n ; i++)
  {
    struct landlock_path_beneath_attr rule = { .allowed_access = rights, .parent_fd = open(paths[i], O_PATH | O_CLOEXEC) } ;
    struct stat st ;
    if (rule.parent_fd == -1) continue ;
    OK(fstat(rule.parent_fd, &st)) ;
    if (!S_ISDIR(st.st_mode)) rule.allowed_access &= 0x4007 ;
    OK(syscall(__NR_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &rule, 0)) ;
    close(rule.parent_fd) ;
  }
}

static void landlock (char const *volume)
{
  struct { uint64_t fs, net, scoped ; } attr = { 0xffff, 3, 3 } ;
  int set = (int)syscall(__NR_landlock_create_ruleset, &attr, sizeof(attr), 0) ;
  OK(set) ;
  rules(set, readable, LEN(readable), 0x4 | 0x8) ;
  rules(set, &volume, 1, 0x1 | 0x4 | 0x8) ;
  rules(set, executable, LEN(executable), 0x1) ;
  rules(set, writable, LEN(writable), 0xfff2) ;
  OK(syscall(__NR_landlock_restrict_self, set, 0)) ;
  close(set) ;
}

static void drop (void)
{
  struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 } ;
  struct __user_cap_data_struct none[2] ;
  int i = 0 ;
  memset(none, 0, sizeof(none)) ;
  for (; i < 64 ; i++) if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) == -1 && errno != EINVAL) OK(-1) ;
  OK(syscall(__NR_setgroups, 0, 0)) ;
  OK(syscall(__NR_setresgid, ID, ID, ID)) ;
  OK(prctl(PR_SET_SECUREBITS, 0xaf, 0, 0, 0)) ;
  OK(syscall(__NR_setresuid, ID, ID, ID)) ;
  OK(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)) ;
  OK(syscall(__NR_capset, &head, none)) ;
  OK(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) ;
}

static void limits (void)
{
  struct rlimit core = { 1, 1 }, files = { 1024, 4096 } ;
  OK(setrlimit(RLIMIT_CORE, &core)) ;
  OK(setrlimit(RLIMIT_NOFILE, &files)) ;
}

int main (int argc, char **argv)
{
  static struct sock_filter filter[4096] ;
  static char *env[] = { "PATH=/usr/bin:/bin", "HOME=/home/agent", "USER=agent", 0 } ;
  struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING } ;
  struct sock_fprog prog = { .filter = filter } ;
  ssize_t n ;
  int fd ;
  pid_t pid ;
  if (argc < 4) return 100 ;
  OK(nc_sys_close_range(3, ~0U, 0)) ;
  fd = open(argv[1], O_RDONLY | O_CLOEXEC) ;
  OK(fd) ;
  n = read(fd, filter, sizeof(filter)) ;
  if (n <= 0 || n % (ssize_t)sizeof(filter[0])) return 100 ;
  prog.len = (unsigned short)((size_t)n / sizeof(filter[0])) ;
  close(fd) ;
  pid = (pid_t)syscall(__NR_clone, CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP | CLONE_NEWNET | SIGCHLD, 0, 0, 0, 0) ;
  OK(pid) ;
  if (pid) keep(pid) ;
  OK(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) ;
  OK(mount(0, "/", 0, MS_REC | MS_PRIVATE, 0)) ;
  OK(sethostname("sandbox", 7)) ;
  fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) ;
  OK(fd) ;
  OK(ioctl(fd, SIOCSIFFLAGS, &lo)) ;
  close(fd) ;
  new_root(argv[2]) ;
  pid = fork() ;
  OK(pid) ;
  if (pid) keep(pid) ;
  OK(setsid()) ;
  limits() ;
  OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) ;
  landlock(argv[2]) ;
  drop() ;
  OK(syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog)) ;
  execve(argv[3], argv + 3, env) ;
  return 127 ;
}
