/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <linux/seccomp.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "policy.h"

#define USAGE "nc-policy compile [ -o out ] file"

#define COMPILE_SIZE_MAX (1U << 20)

static char *compile_slurp (char const *file, size_t *len)
{
  int fd ;
  size_t n = 0 ;
  char *s = malloc(COMPILE_SIZE_MAX + 1) ;
  if (!s) strerr_diefusys(111, "allocate memory") ;
  if (!nc_scan_source(file, &fd)) fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY) ;
  if (fd == -1) strerr_diefusys(111, "open ", file) ;
  for (;;)
  {
    ssize_t r = read(fd, s + n, COMPILE_SIZE_MAX + 1 - n) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) strerr_diefusys(111, "read ", file) ;
    if (!r) break ;
    n += (size_t)r ;
    if (n > COMPILE_SIZE_MAX) strerr_dief(100, file, ":1:1: larger than 1 MiB") ;
  }
  close(fd) ;
  *len = n ;
  return s ;
}

/* rename(2) replaces the name, so a reader sees the old filter or the new one, never a part. */
static void compile_replace (char const *out, char const *s, size_t len)
{
  static char const name[] = ".nc-policy.XXXXXX" ;
  char const *slash = strrchr(out, '/') ;
  size_t n = slash ? (size_t)(slash - out) + 1 : 0 ;
  char tmp[n + sizeof(name)] ;
  struct stat st ;
  int fd ;
  if (!out[n]) strerr_dief(100, "invalid output: ", out) ;
  if (!stat(out, &st) && !S_ISREG(st.st_mode)) strerr_dief(111, "unable to replace ", out, ": not a regular file") ;
  memcpy(tmp, out, n) ;
  memcpy(tmp + n, name, sizeof(name)) ;
  fd = mkostemp(tmp, O_CLOEXEC) ;
  if (fd == -1) strerr_diefusys(111, "create a file beside ", out) ;
  if (allwrite(fd, s, len) < len || fchmod(fd, 0644) == -1 || fsync(fd) == -1 || close(fd) == -1 || rename(tmp, out) == -1)
  {
    int e = errno ;
    unlink(tmp) ;
    errno = e ;
    strerr_diefusys(111, "write ", out) ;
  }
}

static void compile_warn (struct policy const *p, struct policy_rule const *rules, size_t n)
{
  uint32_t action = p->action ;
  int nr = policy_call(policy_archs[0].token, "execve") ;
  size_t i = 0 ;
  for (; i < n ; i++)
  {
    if ((int)rules[i].nr != nr) continue ;
    action = rules[i].action ;
    if (action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG || action >> 16 == SECCOMP_RET_TRACE >> 16) return ;
  }
  if (action != SECCOMP_RET_ALLOW && action != SECCOMP_RET_LOG && action >> 16 != SECCOMP_RET_TRACE >> 16)
    strerr_warnw(p->file, " allows no execve: no program can be started with it") ;
}

static void compile_file (char const *file, char const *out)
{
  struct policy p = { .file = file } ;
  struct json_error e ;
  struct json *root ;
  struct sock_filter *prog ;
  size_t len ;
  char *s = compile_slurp(file, &len) ;
  struct json_doc *doc = json_read(s, len, &root, &e) ;
  struct policy_rule *rules = malloc(POLICY_RULES_MAX * sizeof(*rules)) ;
  struct sock_filter *buf = malloc(4 * BPF_MAXINSNS * sizeof(*buf)) ;
  if (!rules || !buf) strerr_diefusys(111, "allocate memory") ;
  if (!doc) policy_die(&p, e.pos, e.text, 0, 0) ;
  p.root = root ;
  policy_read(&p) ;
  len = policy_bpf(&p, rules, buf, 4 * BPF_MAXINSNS, &prog) ;
  if (!len || len > BPF_MAXINSNS) policy_die(&p, root->pos, "the filter is longer than the kernel's 4096 instructions", 0, 0) ;
  compile_warn(&p, rules, policy_rules(&p, policy_archs, rules)) ;
  if (out) compile_replace(out, (char const *)prog, len * sizeof(*prog)) ;
  else if (allwrite(1, (char const *)prog, len * sizeof(*prog)) < len * sizeof(*prog))
    strerr_diefusys(111, "write to standard output") ;
  json_free(doc) ;
  free(buf) ; free(rules) ; free(s) ;
}

int policy_compile (int argc, char const *const *argv)
{
  char const *out = 0 ;
  char const *file = 0 ;
  int i = 1, words = 0 ;
  for (; i < argc ; i++)
  {
    if (!words && !strncmp(argv[i], "-o", 2))
    {
      out = argv[i][2] ? argv[i] + 2 : ++i < argc ? argv[i] : "" ;
      if (!out[0]) dieusage() ;
    }
    else if (!words && !strcmp(argv[i], "--")) words = 1 ;
    else if ((!words && argv[i][0] == '-') || !argv[i][0] || file) dieusage() ;
    else file = argv[i] ;
  }
  if (!file) dieusage() ;
  if (out && !strcmp(out, "-")) out = 0 ;
  if (!out && isatty(1)) strerr_dief(100, "standard output is a terminal; use -o") ;
  compile_file(file, out) ;
  return 0 ;
}
