/* ISC license. */

/* Runs a command and all of its descendants under ptrace(2), and spoils one system call of one of them:
 *   inject -l FILE cmd...                 lists them: PROCESS ORDINAL PROGRAM CALL VARIANT, processes in the order of their making
 *   inject [-k] -p PROCESS -n ORDINAL -e ERRNO -o FILE cmd...
 *                                         that call is not made and answers ERRNO; with -k its process is killed before it;
 *                                         FILE says what was hit: "CALL VARIANT", with -d "CALL VARIANT PID", or nothing
 *   -K       kills all processes there are at that call; -d ends at once then, and what is not killed runs on by itself
 *   -x NAME  a program of that name is not looked into; -t SECONDS until all is killed (10)
 * strace(1) counts per process with one number for all of them, which hits several at once. Exit code: the command's,
 * 128+n, 124 when time was up before the command ended, 123 when it was up before its descendants had. */

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <linux/ptrace.h>

#define MAX 256
#define OPTIONS (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC)
#define die(...) do { fprintf(stderr, "inject: " __VA_ARGS__) ; fprintf(stderr, ": %s\n", strerror(errno)) ; exit(125) ; } while (0)

static struct proc { pid_t pid ; int alive, counting, hit ; unsigned long n ; char comm[32] ; } procs[MAX] ;
static unsigned int procsn ;
static FILE *list, *out ;
static long target = -1, ordinal = -1 ;
static int error, killing, leaving, done, seconds = 10 ;
static char const *stranger = "" ;

static struct proc *find (pid_t pid)
{
  unsigned int i = procsn ;
  while (i--) if (procs[i].pid == pid && procs[i].alive) return procs + i ;
  if (procsn == MAX) die("too many processes") ;
  procs[procsn].pid = pid ;
  procs[procsn].alive = 1 ;
  procs[procsn].counting = procsn > 0 ;
  /* of its maker until it execs */
  if (procsn) strcpy(procs[procsn].comm, procs[procsn-1].comm) ;
  return procs + procsn++ ;
}

/* is the path at that address one of the first process's? */
static unsigned long of_first (pid_t pid, unsigned long long path)
{
  long word = ptrace(PTRACE_PEEKDATA, pid, (void *)path, 0) ;
  return !memcmp(&word, "/proc/1/", sizeof(word)) ;
}

/* is the set at that address the one of the two signals by which musl's threads are told what to do? */
static unsigned long of_threads (pid_t pid, unsigned long long set)
{
  return set && ptrace(PTRACE_PEEKDATA, pid, (void *)set, 0) == 3L << 32 ;
}

/* what tells one use of a call with many from another */
static unsigned long variant (pid_t pid, struct ptrace_syscall_info const *s)
{
  switch (s->entry.nr)
  {
    case SYS_prctl : return s->entry.args[0] ;
    case SYS_fcntl :
    case SYS_ioctl :
    case SYS_fsconfig : return s->entry.args[1] & 0xffff ;
    case SYS_openat : return s->entry.args[2] & O_CREAT ;
    case SYS_rt_sigprocmask : return of_threads(pid, s->entry.args[1]) ;
    case SYS_openat2 :
    case SYS_newfstatat : return of_first(pid, s->entry.args[1]) ;
#ifdef SYS_stat
    case SYS_stat : return of_first(pid, s->entry.args[0]) ;
#endif
    default : return 0 ;
  }
}

static void registers (pid_t pid, long nr, long result)
{
  struct user_regs_struct r ;
  struct iovec v = { &r, sizeof(r) } ;
#ifdef __x86_64__
  if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &v) == -1) return ;
  if (nr >= 0) r.orig_rax = (unsigned long)nr ; else r.rax = (unsigned long)result ;
#else
  int n = (int)nr ;
  struct iovec w = { &n, sizeof(n) } ;
  if (nr >= 0) { ptrace(PTRACE_SETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &w) ; return ; }
  if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &v) == -1) return ;
  r.regs[0] = (unsigned long)result ;
#endif
  ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &v) ;
}

static void on_syscall (struct proc *p)
{
  struct ptrace_syscall_info s ;
  if (!p->counting || ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, (void *)sizeof(s), &s) <= 0) return ;
  if (s.op == PTRACE_SYSCALL_INFO_EXIT && p->hit)
  {
    registers(p->pid, -1, -error) ;
    p->hit = 0 ;
    done = 1 ;
  }
  if (s.op != PTRACE_SYSCALL_INFO_ENTRY) return ;
  p->n++ ;
  if (list) fprintf(list, "%d %lu %s %llu %lx\n", (int)(p - procs), p->n, p->comm, s.entry.nr, variant(p->pid, &s)) ;
  if (p - procs != target || (long)p->n != ordinal) return ;
  fprintf(out, leaving ? "%llu %lx %d\n" : "%llu %lx\n", s.entry.nr, variant(p->pid, &s), (int)p->pid) ;
  if (killing)
  {
    struct proc *q = procs ;
    for (; q < procs + procsn ; q++) if (q->alive && (q == p || killing > 1)) kill(q->pid, SIGKILL) ;
    if (leaving) exit(0) ;
    done = 1 ;
    return ;
  }
  /* a call that does nothing and that every filter lets through: a filter sees what is put here */
  registers(p->pid, SYS_restart_syscall, 0) ;
  p->hit = 1 ;
}

static void on_exec (struct proc *p)
{
  char path[64] ;
  FILE *f ;
  snprintf(path, sizeof(path), "/proc/%d/comm", (int)p->pid) ;
  f = fopen(path, "re") ;
  if (!f || fscanf(f, "%31s", p->comm) != 1) p->comm[0] = 0 ;
  if (f) fclose(f) ;
  p->counting = strcmp(p->comm, stranger) != 0 ;
}

static void on_stop (pid_t pid, int w)
{
  struct proc *p = find(pid) ;
  int sig = WSTOPSIG(w), event = w >> 16 ;
  long how = done || !p->counting || (ordinal >= 0 && p - procs != target) ? PTRACE_CONT : PTRACE_SYSCALL ;
  if (sig == (SIGTRAP | 0x80)) { on_syscall(p) ; sig = 0 ; }
  else if (event == PTRACE_EVENT_EXEC) { on_exec(p) ; how = p->counting ? PTRACE_SYSCALL : PTRACE_CONT ; }
  else if (event == PTRACE_EVENT_STOP && (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU)) how = PTRACE_LISTEN ;
  if (event) sig = 0 ;
  ptrace(how, pid, 0, how == PTRACE_LISTEN ? 0L : (long)sig) ;
}

static void expire (int sig)
{
  unsigned int i = 0 ;
  (void)sig ;
  for (; i < procsn ; i++) if (procs[i].alive) kill(procs[i].pid, SIGKILL) ;
  _exit(procs[0].alive ? 124 : 123) ;
}

static int loop (void)
{
  int code = 125, w ;
  pid_t pid ;
  while ((pid = waitpid(-1, &w, __WALL)) > 0)
  {
    if (WIFSTOPPED(w)) { on_stop(pid, w) ; continue ; }
    find(pid)->alive = 0 ;
    if (pid == procs[0].pid) code = WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w) ;
  }
  return code ;
}

int main (int argc, char **argv)
{
  int go[2], opt ;
  char c ;
  pid_t pid ;
  while ((opt = getopt(argc, argv, "+l:p:n:e:o:x:t:kKd")) != -1) switch (opt)
  {
    case 'l' : list = fopen(optarg, "we") ; if (!list) die("%s", optarg) ; setlinebuf(list) ; break ;
    case 'o' : out = fopen(optarg, "we") ; if (!out) die("%s", optarg) ; setlinebuf(out) ; break ;
    case 'p' : target = atol(optarg) ; break ;
    case 'n' : ordinal = atol(optarg) ; break ;
    case 'e' : error = atoi(optarg) ; break ;
    case 'x' : stranger = optarg ; break ;
    case 't' : seconds = atoi(optarg) ; break ;
    case 'k' : case 'K' : killing = opt == 'k' ? 1 : 2 ; break ;
    case 'd' : leaving = 1 ; break ;
    default : return 125 ;
  }
  if (pipe2(go, O_CLOEXEC) == -1) die("pipe") ;
  pid = fork() ;
  if (pid == -1) die("fork") ;
  if (!pid)
  {
    if (read(go[0], &c, 1) != 1) _exit(125) ;
    execv(argv[optind], argv + optind) ;
    _exit(127) ;
  }
  find(pid) ;
  if (ptrace(PTRACE_SEIZE, pid, 0, (void *)(long)(OPTIONS | (leaving ? 0 : PTRACE_O_EXITKILL))) == -1) die("seize") ;
  signal(SIGALRM, &expire) ;
  alarm((unsigned int)seconds) ;
  if (write(go[1], "", 1) != 1) die("write") ;
  return loop() ;
}
