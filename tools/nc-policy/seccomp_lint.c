/* ISC license. */

#include <string.h>

#include "policy.h"

static struct { char const *lint ; char const *call ; char const *why ; } const dangers[] =
{
  { "bpf", "bpf", "it loads programs into the kernel" },
  { "clone3", "clone3", "its flags lie in memory, so new namespaces cannot be told from threads; ENOSYS makes libraries use clone" },
  { "handles", "open_by_handle_at", "it opens files that no path of the container leads to" },
  { "io_uring", "io_uring_enter", "its operations pass the filter by" },
  { "io_uring", "io_uring_register", "its operations pass the filter by" },
  { "io_uring", "io_uring_setup", "its operations pass the filter by" },
  { "kernel", "delete_module", "it changes the running kernel" },
  { "kernel", "finit_module", "it changes the running kernel" },
  { "kernel", "init_module", "it changes the running kernel" },
  { "kernel", "kexec_file_load", "it replaces the running kernel" },
  { "kernel", "kexec_load", "it replaces the running kernel" },
  { "keyctl", "add_key", "keyrings are shared with what runs outside under the same user" },
  { "keyctl", "keyctl", "keyrings are shared with what runs outside under the same user" },
  { "keyctl", "request_key", "keyrings are shared with what runs outside under the same user" },
  { "mount", "mount", "the tree of files is changed after it was made" },
  { "mount", "move_mount", "the tree of files is changed after it was made" },
  { "mount", "open_tree", "the tree of files is changed after it was made" },
  { "mount", "pivot_root", "the tree of files is changed after it was made" },
  { "mount", "umount2", "what a mount covers is uncovered" },
  { "namespaces", "setns", "it enters namespaces of other processes" },
  { "perf", "perf_event_open", "it observes the kernel, which has had many bugs there" },
  { "ptrace", "process_vm_readv", "it reads the memory of other processes" },
  { "ptrace", "process_vm_writev", "it writes the memory of other processes" },
  { "ptrace", "ptrace", "it reads and changes other processes" },
  { "userfaultfd", "userfaultfd", "it holds the kernel in the middle of a copy, which exploits rely on" },
} ;

static char const lint_some[] = "allowed for some arguments" ;
static char const lint_any[] = "allowed" ;

/* What the rules of nr can answer: 1, let it through; 2, not. *by: the first rule that lets it through, 0 where the default does. */
static unsigned int lint_answers (struct policy const *p, struct policy_arch const *arch, int nr, struct policy_rule const **by)
{
  unsigned int r = 0 ;
  size_t i = 0 ;
  *by = 0 ;
  for (; i < p->rulen ; i++)
  {
    if (p->rules[i].nr != nr) continue ;
    if (policy_lets(p->rules[i].action) && !*by) *by = p->rules + i ;
    r |= policy_lets(p->rules[i].action) ? 1 : 2 ;
    if (!p->rules[i].n) return r ;
  }
  return r | (policy_lets(policy_otherwise(p, arch, nr)) ? 1 : 2) ;
}

static void lint_dangers (struct policy *p, struct policy_arch const *arch)
{
  size_t i = 0 ;
  for (; i < N(dangers) ; i++)
  {
    struct policy_rule const *by ;
    unsigned int r = lint_answers(p, arch, policy_call(arch->token, dangers[i].call), &by) ;
    if (r & 1) policy_lint(p, by ? by->node->pos : p->actionpos, dangers[i].lint, r & 2 ? lint_some : lint_any, dangers[i].call, dangers[i].why) ;
  }
}

/* The flags of clone and unshare that make namespaces, linux/sched.h; in clone 0x80 is part of the signal. */
static void lint_namespaces (struct policy *p, struct policy_arch const *arch, char const *call, uint64_t signal)
{
  static struct { uint64_t flag ; char const *word ; } const flags[] =
  {
    { 0x80, "CLONE_NEWTIME" }, { 0x20000, "CLONE_NEWNS" }, { 0x2000000, "CLONE_NEWCGROUP" }, { 0x4000000, "CLONE_NEWUTS" },
    { 0x8000000, "CLONE_NEWIPC" }, { 0x10000000, "CLONE_NEWUSER" }, { 0x20000000, "CLONE_NEWPID" }, { 0x40000000, "CLONE_NEWNET" }
  } ;
  char text[256] = "" ;
  struct policy_rule const *by ;
  int nr = policy_call(arch->token, call) ;
  size_t i = 0 ;
  for (; i < N(flags) ; i++)
  {
    uint64_t args[6] = { flags[i].flag | signal } ;
    if ((signal && !i) || !policy_lets(policy_decide(p, arch, nr, args))) continue ;
    strcat(text, *text ? " " : "") ;
    strcat(text, flags[i].word) ;
  }
  if (!*text) return ;
  lint_answers(p, arch, nr, &by) ;
  strcat(text, ": new namespaces open kernel code that root alone reaches otherwise") ;
  policy_lint(p, by ? by->node->pos : p->actionpos, "namespaces", "allowed without a check of its flags", call, text) ;
}

static void lint_tiocsti (struct policy *p, struct policy_arch const *arch)
{
  uint64_t const args[6] = { 0, 0x5412 } ;
  struct policy_rule const *by ;
  int nr = policy_call(arch->token, "ioctl") ;
  if (!policy_lets(policy_decide(p, arch, nr, args))) return ;
  lint_answers(p, arch, nr, &by) ;
  policy_lint(p, by ? by->node->pos : p->actionpos, "tiocsti", "TIOCSTI is allowed", "ioctl", "it types into the terminal that started the container") ;
}

void policy_seccomp_lint (struct policy *p)
{
  struct policy_arch const *arch = policy_machines[p->target.machine].arch ;
  struct policy_rule const *by ;
  policy_resolve(p, arch) ;
  if (!(lint_answers(p, arch, policy_call(arch->token, "execve"), &by) & 1))
    policy_lint(p, p->root->pos, "no-execve", "no execve is allowed, so no program can be started", 0, 0) ;
  if (policy_lets(p->action))
    policy_lint(p, p->actionpos, "default-allow", "what no rule names is allowed", 0, "calls of newer kernels among it") ;
  lint_dangers(p, arch) ;
  lint_namespaces(p, arch, "clone", 17) ;
  lint_namespaces(p, arch, "unshare", 0) ;
  lint_tiocsti(p, arch) ;
}
