/* ISC license. */

/* deeds WHAT [ARG]: one thing that a recorder of system calls may stumble over. Prints "done" where it went well. */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

static char const *arg ;

static void *in_thread (void *p)
{
  execl(arg, arg, "exec", (char *)0) ;
  return p ;
}

static void *calls (void *p)
{
  int i = 0 ;
  for (; i < 5000 ; i++) syscall(SYS_getppid) ;
  return p ;
}

static void nothing (int sig) { (void)sig ; }

static int threads (void)
{
  pthread_t t[4] ;
  int i = 0 ;
  for (; i < 4 ; i++) if (pthread_create(t + i, 0, &calls, 0)) return 1 ;
  for (i = 0 ; i < 4 ; i++) pthread_join(t[i], 0) ;
  return 0 ;
}

static int thread_exec (void)
{
  pthread_t t ;
  if (pthread_create(&t, 0, &in_thread, 0)) return 1 ;
  pause() ;
  return 1 ;
}

static int children (void)
{
  int volatile i = 0 ;
  int w ;
  for (; i < 20 ; i++)
  {
    pid_t p = i & 1 ? vfork() : fork() ;
    if (!p) { syscall(SYS_getppid) ; _exit(i) ; }
    if (waitpid(p, &w, 0) != p || WEXITSTATUS(w) != i) return 1 ;
  }
  return 0 ;
}

static int interrupted (void)
{
  struct itimerval it = { .it_interval = { .tv_usec = 200 }, .it_value = { .tv_usec = 200 } } ;
  struct sigaction sa = { .sa_handler = &nothing, .sa_flags = SA_RESTART } ;
  sigaction(SIGALRM, &sa, 0) ;
  setitimer(ITIMER_REAL, &it, 0) ;
  calls(0) ;
  memset(&it, 0, sizeof(it)) ;
  setitimer(ITIMER_REAL, &it, 0) ;
  return 0 ;
}

static int requests (void)
{
  unsigned long i = 0 ;
  for (; i < 40 ; i++) ioctl(-1, 0x4e00UL + i, 0) ;
  return 0 ;
}

static int listener (void)
{
  struct sock_filter f[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) } ;
  struct sock_fprog prog = { .len = 1, .filter = f } ;
  return !(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog) == -1 && errno == EBUSY) ;
}

static int secretive (void)
{
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ;
  return open(arg, O_RDONLY) == -1 ;
}

static int paths (void)
{
  struct sockaddr_un sa = { .sun_family = AF_UNIX } ;
  int d = open(arg, O_RDONLY | O_DIRECTORY) ;
  int s = socket(AF_UNIX, SOCK_STREAM, 0) ;
  if (d == -1 || s == -1 || chdir(arg) == -1) return 1 ;
  if (openat(d, "below", O_CREAT | O_WRONLY, 0600) == -1 || open("here", O_CREAT | O_RDWR, 0600) == -1) return 1 ;
  if (open("line\nof \\ two", O_CREAT | O_WRONLY, 0600) == -1) return 1 ;
  if (open("/proc/self/fd/3", O_RDONLY | O_DIRECTORY) == -1) return 1 ;
  if (openat(AT_FDCWD, ".", O_TMPFILE | O_RDWR, 0600) == -1 && errno != EOPNOTSUPP) return 1 ;
  strcpy(sa.sun_path, "socket") ;
  if (bind(s, (struct sockaddr *)&sa, sizeof(sa)) == -1) return 1 ;
  if (mkdir("dir", 0700) == -1 || (mkdir(arg, 0700) == -1 && errno != EEXIST) || rename("here", "there") == -1 || unlink("below") == -1) return 1 ;
  if (open("", O_RDONLY) != -1 || open((char *)8, O_RDONLY) != -1) return 1 ;
  if (chroot(arg) == 0 && open("/there", O_RDONLY) == -1) return 1 ;
  return 0 ;
}

static int rooted (void)
{
  return chroot(arg) == -1 || chdir("/") == -1 || open("/there", O_RDONLY) == -1 || open("there", O_RDONLY) == -1 ;
}

static int group (void)
{
  pid_t p = fork() ;
  if (!p) { setsid() ; for (;;) pause() ; }
  return p == -1 ;
}

int main (int argc, char **argv)
{
  static struct { char const *name ; int (*f) (void) ; } const deeds[] =
  {
    { "threads", &threads }, { "thread-exec", &thread_exec }, { "children", &children }, { "interrupted", &interrupted },
    { "requests", &requests }, { "listener", &listener }, { "secretive", &secretive }, { "paths", &paths }, { "rooted", &rooted }, { "group", &group }
  } ;
  size_t i = 0 ;
  if (argc < 2) return 2 ;
  arg = argc > 2 ? argv[2] : argv[0] ;
  if (!strcmp(argv[1], "exec")) return puts("done") < 0 ;
  for (; i < sizeof(deeds) / sizeof(deeds[0]) ; i++)
    if (!strcmp(argv[1], deeds[i].name))
    {
      if ((*deeds[i].f)()) return 1 ;
      return puts("done") < 0 ;
    }
  return 2 ;
}
