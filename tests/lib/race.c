/* ISC license. */

/* The other side of races, and what counts their rounds:
 *
 *   race swap A B              exchanges A and B, as fast as it can, until it is killed
 *   race rmdir DIR             removes the directories in DIR, likewise
 *   race starts N cmd...       runs cmd N times, one after the other; prints "CODE TIMES" for each exit code
 *   race gc N RUNDIR DIR       N times two nc-gc and a starting nc-scope of one name, each second time with what a killed one
 *                              has left, each third with another start; prints what was wrong, and the count
 *   race own DIR [kill]        the program of these starts: nobody else may run it meanwhile
 *   race probe                 exit code 0 where /x/inside exists, 1 where /x/canary does, 2 where both, 3 where none
 *   race mark FILE             appends a byte to FILE
 *   race reuse PID cmd...      runs cmd as the process PID of this pid namespace */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/sched.h>

#define die(what) do { fprintf(stderr, "race: %s: %s\n", what, strerror(errno)) ; exit(125) ; } while (0)

static void swap (char const *a, char const *b)
{
  for (;;) if (syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2 /* RENAME_EXCHANGE */) == -1) die("renameat2") ;
}

static void removing (char const *path)
{
  for (;;)
  {
    DIR *dir = opendir(path) ;
    struct dirent *d ;
    if (!dir) die(path) ;
    while ((d = readdir(dir))) if (d->d_name[0] != '.' && d->d_type == DT_DIR) unlinkat(dirfd(dir), d->d_name, AT_REMOVEDIR) ;
    closedir(dir) ;
  }
}

static pid_t start (char const *const *argv, int err)
{
  pid_t pid = fork() ;
  if (pid == -1) die("fork") ;
  if (pid) return pid ;
  if (err != -1) dup2(err, 2) ;
  execv(argv[0], (char *const *)argv) ;
  _exit(127) ;
}

static int end (pid_t pid)
{
  int w ;
  if (waitpid(pid, &w, 0) == -1) die("waitpid") ;
  return WIFSIGNALED(w) ? 128 + WTERMSIG(w) : WEXITSTATUS(w) ;
}

static void starts (unsigned int n, char const *const *argv)
{
  unsigned int codes[256] = { 0 } ;
  int i = 0 ;
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC) ;
  while (n--) codes[end(start(argv, null)) & 255]++ ;
  for (; i < 256 ; i++) if (codes[i]) printf("%d %u\n", i, codes[i]) ;
}

/* the directory is the one it was, it is locked by who started us, and nobody else is here */
static int owned (char const *scope, struct stat const *was)
{
  struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 } ;
  struct stat st ;
  int r, dir = open(scope, O_PATH | O_DIRECTORY | O_CLOEXEC) ;
  int fd = dir == -1 ? -1 : openat(dir, "lock", O_RDWR | O_CLOEXEC) ;
  if (fd == -1 || fstat(dir, &st) == -1 || faccessat(dir, "undo", F_OK, 0) == -1) return 0 ;
  r = !fcntl(fd, F_GETLK, &l) && l.l_type == F_WRLCK && l.l_pid == getppid() ;
  close(fd) ;
  close(dir) ;
  return r && (!was->st_ino || was->st_ino == st.st_ino) ;
}

static int own (char const *dir, int killing)
{
  struct stat st = { .st_ino = 0 } ;
  char const *scope = getenv("NC_SCOPE") ;
  char id[34] = "", path[4096], entry[4096], owner[4096] ;
  int fd ;
  if (!scope || !owned(scope, &st) || stat(scope, &st) == -1) return 50 ;
  snprintf(owner, sizeof(owner), "%s/owner", dir) ;
  fd = open(owner, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600) ;
  if (fd == -1) return 51 ;
  close(fd) ;
  snprintf(path, sizeof(path), "%s/id", scope) ;
  fd = open(path, O_RDONLY | O_CLOEXEC) ;
  if (fd == -1 || read(fd, id, 32) != 32) return 52 ;
  close(fd) ;
  snprintf(path, sizeof(path), "%s/f-%s", dir, id) ;
  snprintf(entry, sizeof(entry), "%s/undo/00-file", scope) ;
  fd = open(entry, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600) ;
  if (fd == -1 || write(fd, path, strlen(path)) != (ssize_t)strlen(path)) return 53 ;
  close(fd) ;
  fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600) ;
  if (fd == -1) return 54 ;
  close(fd) ;
  if (!owned(scope, &st)) return 55 ;
  unlink(owner) ;
  if (killing) { kill(getppid(), SIGKILL) ; pause() ; }
  return 0 ;
}

static unsigned int left (char const *path)
{
  unsigned int n = 0 ;
  struct dirent *d ;
  DIR *dir = opendir(path) ;
  if (!dir) die(path) ;
  while ((d = readdir(dir))) n += d->d_name[0] != '.' ;
  closedir(dir) ;
  return n ;
}

static int refused (int fd, pid_t other)
{
  char s[512], want[64] ;
  ssize_t n = pread(fd, s, sizeof(s) - 1, 0) ;
  s[n > 0 ? n : 0] = 0 ;
  snprintf(want, sizeof(want), "name in use: race; its keeper is pid %d\n", (int)other) ;
  return strstr(s, want) != 0 ;
}

static void gc (char const *self, unsigned int n, char const *run, char const *dir)
{
  char scope[4096], collect[4096] ;
  char const *starter[] = { scope, "-r", run, "-n", "race", self, "own", dir, 0, 0 } ;
  char const *collector[] = { collect, "-r", run, 0 } ;
  unsigned int i = 0, busy = 0, bad = 0 ;
  char const *bin = getenv("NC_BIN") ;
  snprintf(scope, sizeof(scope), "%s/nc-scope", bin) ;
  snprintf(collect, sizeof(collect), "%s/nc-gc", bin) ;
  for (; i < n && bad < 10 ; i++)
  {
    pid_t pid[4] = { 0 } ;
    int code[4] = { 0 }, fd[4], j, truth = 1 ;
    if (i & 1)
    {
      starter[8] = "kill" ;
      j = end(start(starter, -1)) ;
      starter[8] = 0 ;
      if (j != 137) bad++, printf("round %u: the one before ended with %d\n", i, j) ;
    }
    for (j = 0 ; j < 4 ; j++) fd[j] = memfd_create("err", 0) ;
    for (j = 0 ; j < 4 ; j++)
      if (j != 3 || !(i % 3)) pid[j] = start(j == (int)(i / 2 % 3) || j == 3 ? starter : collector, fd[j]) ;
    for (j = 0 ; j < 4 ; j++) if (pid[j]) code[j] = end(pid[j]) ;
    for (j = 0 ; j < 4 ; j++)
    {
      int other = j == 3 ? (int)(i / 2 % 3) : 3 ;
      if (code[j] == 111 && pid[3] && (j == 3 || j == (int)(i / 2 % 3)) && !code[other] && refused(fd[j], pid[other])) { code[j] = 0 ; busy++ ; }
      else if (lseek(fd[j], 0, SEEK_END) > 0) truth = 0 ;
    }
    for (j = 0 ; j < 4 ; j++)
    {
      char s[512] ;
      ssize_t r = pread(fd[j], s, sizeof(s), 0) ;
      if (!truth && r > 0) printf("round %u: process %d: %.*s", i, j, (int)r, s) ;
      close(fd[j]) ;
    }
    if (!truth || code[0] || code[1] || code[2] || code[3] || left(run) || left(dir))
      bad++, printf("round %u: codes %d %d %d %d, left %u %u\n", i, code[0], code[1], code[2], code[3], left(run), left(dir)) ;
  }
  printf("%u rounds, %u refused\n", i, busy) ;
}

static int reuse (pid_t want, char const *const *argv)
{
  struct clone_args a = { .exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&want, .set_tid_size = 1 } ;
  long pid = syscall(SYS_clone3, &a, sizeof(a)) ;
  if (pid == -1) die("clone3") ;
  if (pid) { printf("%ld\n", pid) ; return 0 ; }
  close(1) ;
  execv(argv[0], (char *const *)argv) ;
  _exit(127) ;
}

static int probe (int inside, int canary)
{
  return inside ? canary ? 2 : 0 : canary ? 1 : 3 ;
}

int main (int argc, char const *const *argv)
{
  char const *what = argc > 1 ? argv[1] : "" ;
  if (!strcmp(what, "swap") && argc == 4) swap(argv[2], argv[3]) ;
  if (!strcmp(what, "rmdir") && argc == 3) removing(argv[2]) ;
  if (!strcmp(what, "starts") && argc > 3) { starts((unsigned int)atoi(argv[2]), argv + 3) ; return 0 ; }
  if (!strcmp(what, "gc") && argc == 5) { gc(argv[0], (unsigned int)atoi(argv[2]), argv[3], argv[4]) ; return 0 ; }
  if (!strcmp(what, "own") && argc > 2) return own(argv[2], argc > 3) ;
  if (!strcmp(what, "probe")) return probe(!access("/x/inside", F_OK), !access("/x/canary", F_OK)) ;
  if (!strcmp(what, "mark") && argc == 3) return write(open(argv[2], O_CREAT | O_APPEND | O_WRONLY, 0666), ".", 1) != 1 ;
  if (!strcmp(what, "reuse") && argc > 3) return reuse((pid_t)atoi(argv[2]), argv + 3) ;
  return 125 ;
}
