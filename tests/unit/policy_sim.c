/* ISC license. */
/* link: -lseccomp */

/* Every shipped policy, and one that uses every operator, compiled and then decided by a classic-BPF interpreter, against
   a second reading of the JSON text: numbers 0 to 600 and x32, four architectures, arguments with high bits set. */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <seccomp.h>

#define ARGS 6

struct cond { unsigned int index ; char op[24] ; uint64_t value, two ; } ;
struct rule { int nr ; uint32_t action ; unsigned int n ; struct cond cond[ARGS] ; uint64_t width[ARGS] ; } ;
struct table { uint32_t def ; size_t n ; struct rule rule[8192] ; } ;

static struct { char const *name ; int nr ; } const young[] =
{
  { "cachestat", 451 }, { "fchmodat2", 452 }, { "map_shadow_stack", 453 }, { "futex_wake", 454 }, { "futex_wait", 455 },
  { "futex_requeue", 456 }, { "statmount", 457 }, { "listmount", 458 }, { "lsm_get_self_attr", 459 }, { "lsm_list_modules", 461 },
  { "mseal", 462 }, { "setxattrat", 463 }, { "getxattrat", 464 }, { "listxattrat", 465 }, { "removexattrat", 466 }
} ;

/* What the kernel reads of the arguments that the policies here compare. */
static uint64_t width (char const *name, unsigned int i)
{
  static struct { char const *name ; unsigned int i ; uint64_t w ; } const w[] =
  {
    { "chmod", 1, 0xffff }, { "fchmod", 1, 0xffff }, { "creat", 1, 0xffff }, { "fchmodat", 2, 0xffff }, { "fchmodat2", 2, 0xffff },
    { "open", 2, 0xffff }, { "openat", 3, 0xffff }, { "mknod", 1, 0xffff }, { "mknodat", 2, 0xffff },
    { "mmap", 0, UINT64_MAX }, { "mmap", 1, UINT64_MAX }, { "mmap", 2, UINT64_MAX }, { "mmap", 3, UINT64_MAX },
    { "mmap", 4, UINT64_MAX }, { "mmap", 5, UINT64_MAX }, { "unshare", 0, UINT64_MAX }, { "prctl", 1, UINT64_MAX },
    { "lseek", 1, UINT64_MAX }
  } ;
  size_t k = 0 ;
  for (; k < sizeof(w) / sizeof(w[0]) ; k++) if (!strcmp(w[k].name, name) && w[k].i == i) return w[k].w ;
  return UINT32_MAX ;
}

/* a reader for well-formed texts only */

static char const *at ;

static void space (void) { while (*at && strchr(" \t\r\n,:", *at)) at++ ; }

static void text (char *s, size_t max)
{
  size_t n = 0 ;
  space() ;
  for (at++ ; *at && *at != '"' ; at++) if (n + 1 < max) s[n++] = *at ;
  s[n] = 0 ;
  at++ ;
}

static uint64_t number (void) { char *e ; uint64_t u ; space() ; u = strtoull(at, &e, 10) ; at = e ; return u ; }

static int more (char close) { space() ; if (*at == close) { at++ ; return 0 ; } return *at != 0 ; }

static int open_ (char c) { space() ; return *at == c ? (at++, 1) : 0 ; }

static uint32_t action (char const *s, uint64_t err)
{
  if (!strcmp(s, "SCMP_ACT_ALLOW")) return SECCOMP_RET_ALLOW ;
  if (!strcmp(s, "SCMP_ACT_LOG")) return SECCOMP_RET_LOG ;
  if (!strcmp(s, "SCMP_ACT_TRAP")) return SECCOMP_RET_TRAP ;
  if (!strcmp(s, "SCMP_ACT_KILL_PROCESS")) return SECCOMP_RET_KILL_PROCESS ;
  if (!strcmp(s, "SCMP_ACT_TRACE")) return SECCOMP_RET_TRACE | (uint32_t)err ;
  return SECCOMP_RET_ERRNO | (uint32_t)err ;
}

static int number_of (char const *name)
{
  size_t i = 0 ;
  for (; i < sizeof(young) / sizeof(young[0]) ; i++) if (!strcmp(name, young[i].name)) return young[i].nr ;
  return seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86_64, name) ;
}

static void read_args (struct rule *r)
{
  char key[64] ;
  if (!open_('[')) return ;
  while (more(']'))
  {
    struct cond *c = r->cond + r->n++ ;
    memset(c, 0, sizeof(*c)) ;
    for (open_('{') ; more('}') ;)
    {
      text(key, sizeof(key)) ;
      if (!strcmp(key, "op")) text(c->op, sizeof(c->op)) ;
      else if (!strcmp(key, "index")) c->index = (unsigned int)number() ;
      else if (!strcmp(key, "value")) c->value = number() ;
      else c->two = number() ;
    }
  }
}

static void read_rule (struct table *t)
{
  static char names[512][40] ;
  char key[64], act[64] = "" ;
  struct rule r = { .n = 0 } ;
  uint64_t err = 1 ;
  size_t n = 0, i = 0 ;
  while (more('}'))
  {
    text(key, sizeof(key)) ;
    if (!strcmp(key, "names")) for (open_('[') ; more(']') ;) text(names[n++], sizeof(names[0])) ;
    else if (!strcmp(key, "action")) text(act, sizeof(act)) ;
    else if (!strcmp(key, "errnoRet")) err = number() ;
    else if (!strcmp(key, "args")) read_args(&r) ;
    else text(act, 1) ;
  }
  r.action = action(act, err) ;
  for (; i < n ; i++)
  {
    unsigned int k = 0 ;
    r.nr = number_of(names[i]) ;
    for (; k < r.n ; k++) r.width[k] = width(names[i], r.cond[k].index) ;
    if (r.nr >= 0) t->rule[t->n++] = r ;
  }
}

static void read_table (struct table *t, char const *s)
{
  char key[64], act[64] = "" ;
  char skip[512] ;
  uint64_t err = 1 ;
  at = s ;
  t->n = 0 ;
  for (open_('{') ; more('}') ;)
  {
    text(key, sizeof(key)) ;
    if (!strcmp(key, "defaultAction")) text(act, sizeof(act)) ;
    else if (!strcmp(key, "defaultErrnoRet")) err = number() ;
    else if (!strcmp(key, "syscalls")) for (open_('[') ; more(']') ;) { open_('{') ; read_rule(t) ; }
    else text(skip, sizeof(skip)) ;
  }
  t->def = action(act, err) ;
}

/* what the table says */

static int holds (struct cond const *c, uint64_t w, uint64_t arg)
{
  uint64_t v = c->value & w ;
  arg &= w ;
  if (!strcmp(c->op, "SCMP_CMP_EQ")) return arg == v ;
  if (!strcmp(c->op, "SCMP_CMP_NE")) return arg != v ;
  if (!strcmp(c->op, "SCMP_CMP_LT")) return arg < v ;
  if (!strcmp(c->op, "SCMP_CMP_LE")) return arg <= v ;
  if (!strcmp(c->op, "SCMP_CMP_GT")) return arg > v ;
  if (!strcmp(c->op, "SCMP_CMP_GE")) return arg >= v ;
  return (arg & v) == (c->two & w) ;
}

static int known (int nr)
{
  char *s ;
  if (nr > 334) return nr >= 424 && nr <= 470 ;
  s = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, nr) ;
  free(s) ;
  return !!s ;
}

static uint32_t expected (struct table const *t, struct seccomp_data const *d, int known_nr)
{
  size_t i = 0 ;
  int listed = 0 ;
  if (d->arch != SCMP_ARCH_X86_64) return SECCOMP_RET_KILL_PROCESS ;
  if (d->nr == -1) return SECCOMP_RET_ERRNO | ENOSYS ;
  if ((uint32_t)d->nr >= 0x40000000) return SECCOMP_RET_KILL_PROCESS ;
  for (; i < t->n ; i++)
  {
    struct rule const *r = t->rule + i ;
    unsigned int k = 0 ;
    if (r->nr != d->nr) continue ;
    listed = 1 ;
    while (k < r->n && holds(r->cond + k, r->width[k], d->args[r->cond[k].index])) k++ ;
    if (k == r->n) return r->action ;
  }
  if (listed || (known_nr && d->nr != 435)) return t->def ;
  return SECCOMP_RET_ERRNO | ENOSYS ;
}

/* what the program says: the instructions that seccomp takes, bounds checked */

static int run (struct sock_filter const *f, size_t n, struct seccomp_data const *d, uint32_t *result)
{
  uint32_t a = 0 ;
  size_t pc = 0 ;
  for (; pc < n ; pc++)
  {
    int yes ;
    switch (f[pc].code)
    {
      case BPF_LD | BPF_W | BPF_ABS :
        if (f[pc].k % 4 || f[pc].k >= sizeof(*d)) return 0 ;
        memcpy(&a, (char const *)d + f[pc].k, 4) ;
        continue ;
      case BPF_ALU | BPF_AND | BPF_K : a &= f[pc].k ; continue ;
      case BPF_JMP | BPF_JA : pc += f[pc].k ; continue ;
      case BPF_RET | BPF_K : *result = f[pc].k ; return 1 ;
      case BPF_JMP | BPF_JEQ | BPF_K : yes = a == f[pc].k ; break ;
      case BPF_JMP | BPF_JGT | BPF_K : yes = a > f[pc].k ; break ;
      case BPF_JMP | BPF_JGE | BPF_K : yes = a >= f[pc].k ; break ;
      default : return 0 ;
    }
    pc += yes ? f[pc].jt : f[pc].jf ;
  }
  return 0 ;
}

static unsigned long compared ;

static unsigned long differ (struct table const *t, struct sock_filter const *f, size_t n, struct seccomp_data const *d, int k)
{
  uint32_t got = 0 ;
  uint32_t want = expected(t, d, k) ;
  compared++ ;
  if (run(f, n, d, &got) && got == want) return 0 ;
  if (getenv("POLICY_SIM_SHOW"))
    printf("# arch %x nr %d args %llx %llx %llx %llx: got %x, expected %x\n", d->arch, d->nr, (unsigned long long)d->args[0],
      (unsigned long long)d->args[1], (unsigned long long)d->args[2], (unsigned long long)d->args[3], got, want) ;
  return 1 ;
}

/* For each rule: the very values, next to them, with high bits, and with every other rule of the number. */
static unsigned long by_rules (struct table const *t, struct sock_filter const *f, size_t n, struct seccomp_data d)
{
  static uint64_t const high[] = { 0, 1ULL << 32, 1ULL << 63, 0xffffffff00000000ULL, 0x10000, 0xffff0000, 0x5a5a5a5a00000000ULL, 0x800 } ;
  unsigned long bad = 0 ;
  size_t i = 0, h, step ;
  for (; i < t->n ; i++)
  {
    struct rule const *r = t->rule + i ;
    if (r->nr != d.nr || !r->n) continue ;
    for (h = 0 ; h < sizeof(high) / sizeof(high[0]) ; h++)
      for (step = 0 ; step < 3 ; step++)
      {
        unsigned int k = 0 ;
        memset(d.args, 0, sizeof(d.args)) ;
        for (; k < r->n ; k++)
        {
          struct cond const *c = r->cond + k ;
          uint64_t v = strstr(c->op, "MASKED") ? c->two : c->value ;
          d.args[c->index] = (v + step - 1) ^ high[h] ;
          bad += differ(t, f, n, &d, known(d.nr)) ;
        }
      }
  }
  return bad ;
}

static unsigned long check (struct table const *t, struct sock_filter const *f, size_t n)
{
  static uint32_t const archs[] = { SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_AARCH64, 0xc00000f3 } ;
  static uint64_t const fill[] = { 0, 1, 2, 0xffffffff, 0x100000000ULL, 0x100000001ULL, UINT64_MAX, 0x7e020000, 0x8000000000000c00ULL } ;
  unsigned long bad = 0 ;
  size_t a, v, x ;
  int nr ;
  for (nr = 0 ; nr <= 600 ; nr++)
  {
    int k = known(nr) ;
    for (a = 0 ; a < 4 ; a++)
      for (v = 0 ; v < sizeof(fill) / sizeof(fill[0]) ; v++)
        for (x = 0 ; x < 2 ; x++)
        {
          struct seccomp_data d = { .nr = x ? (int)(nr | 0x40000000) : nr, .arch = archs[a],
            .args = { fill[v], fill[v], fill[v], fill[v], fill[v], fill[v] } } ;
          bad += differ(t, f, n, &d, k) ;
        }
    bad += by_rules(t, f, n, (struct seccomp_data){ .nr = nr, .arch = SCMP_ARCH_X86_64 }) ;
  }
  bad += differ(t, f, n, &(struct seccomp_data){ .nr = -1, .arch = SCMP_ARCH_X86_64 }, 0) ;
  bad += differ(t, f, n, &(struct seccomp_data){ .nr = -2, .arch = SCMP_ARCH_X86_64 }, 0) ;
  return bad ;
}

static size_t slurp (char const *file, void *buf, size_t max)
{
  FILE *f = fopen(file, "re") ;
  size_t n = f ? fread(buf, 1, max, f) : 0 ;
  if (f) fclose(f) ;
  return n ;
}

static int compile (char const *in, char const *out)
{
  char const *bin = getenv("NC_BIN") ;
  int st ;
  pid_t pid = fork() ;
  if (!pid)
  {
    char path[4096] ;
    snprintf(path, sizeof(path), "%s/nc-policy", bin ? bin : "build/fused/bin") ;
    execl(path, "nc-policy", "compile", in, "-o", out, (char *)0) ;
    _exit(127) ;
  }
  return pid > 0 && waitpid(pid, &st, 0) == pid && !st ;
}

static char const operators[] =
"{ \"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": ["
"{ \"names\": [\"execve\"], \"action\": \"SCMP_ACT_ALLOW\" },"
#define RULE(call, i, v, op, act) "{ \"names\": [\"" call "\"], \"action\": \"" act "\", " \
  "\"args\": [ { \"index\": " i ", \"value\": " v ", \"op\": \"SCMP_CMP_" op "\" } ] },"
RULE("ioctl", "1", "21522", "EQ", "SCMP_ACT_ERRNO") RULE("ioctl", "1", "4294967295", "GE", "SCMP_ACT_TRAP")
RULE("socket", "0", "5", "LT", "SCMP_ACT_TRAP") RULE("socket", "0", "7", "LE", "SCMP_ACT_ERRNO")
RULE("socket", "0", "40", "GT", "SCMP_ACT_KILL_PROCESS") RULE("personality", "0", "0", "NE", "SCMP_ACT_ERRNO")
RULE("mmap", "1", "4294967297", "EQ", "SCMP_ACT_LOG") RULE("mmap", "1", "8589934592", "NE", "SCMP_ACT_TRACE")
RULE("prctl", "1", "18446744069414584320", "GE", "SCMP_ACT_LOG") RULE("prctl", "1", "4294967296", "LT", "SCMP_ACT_ERRNO")
RULE("lseek", "1", "9223372036854775808", "GT", "SCMP_ACT_LOG") RULE("lseek", "1", "4294967296", "LE", "SCMP_ACT_ERRNO")
RULE("chmod", "1", "2048", "GE", "SCMP_ACT_ERRNO") RULE("fcntl", "1", "18446744073709551615", "EQ", "SCMP_ACT_ERRNO")
"{ \"names\": [\"unshare\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 4095, \"args\": [ { \"index\": 0, \"value\": 9223372041149743104, \"valueTwo\": 4294967296, \"op\": \"SCMP_CMP_MASKED_EQ\" } ] },"
"{ \"names\": [\"kill\"], \"action\": \"SCMP_ACT_ERRNO\", \"args\": [ { \"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_NE\" }, { \"index\": 1, \"value\": 9, \"op\": \"SCMP_CMP_GE\" } ] },"
"{ \"names\": [\"mount\", \"kill\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 38 } ] }\n" ;

int main (void)
{
  static char const *const files[] = { "policies/seccomp/agent.json", "policies/seccomp/agent-net.json", "policies/seccomp/service.json",
    "policies/seccomp/service-net.json", "policies/seccomp/nginx.json", "policies/seccomp/node.json", "policies/seccomp/postgresql.json",
    "policies/seccomp/redis.json", 0 } ;
  static struct table t ;
  static struct sock_filter f[4096] ;
  static char s[1 << 20] ;
  char out[] = "/tmp/policy_sim.XXXXXX", in[] = "/tmp/policy_sim.XXXXXX" ;
  int fd = mkstemp(in), bad = 0, i = 0 ;
  if (seccomp_arch_native() != SCMP_ARCH_X86_64) { puts("1..0 # SKIP another architecture than x86_64") ; return 0 ; }
  if (fd == -1 || write(fd, operators, sizeof(operators) - 1) != sizeof(operators) - 1) return 1 ;
  close(fd) ;
  close(mkstemp(out)) ;
  for (; i < 9 ; i++)
  {
    char const *file = files[i] ? files[i] : in ;
    size_t n ;
    unsigned long d ;
    s[slurp(file, s, sizeof(s) - 1)] = 0 ;
    read_table(&t, s) ;
    n = compile(file, out) ? slurp(out, f, sizeof(f)) / sizeof(f[0]) : 0 ;
    d = check(&t, f, n) ;
    bad |= !n || !t.n || d ;
    printf("%sok %d - %s: %lu differences\n", n && t.n && !d ? "" : "not ", i + 1, files[i] ? files[i] : "every operator", d) ;
  }
  {
    /* a comparison that cannot fail proves nothing: one changed rule, one changed instruction */
    size_t n = slurp(out, f, sizeof(f)) / sizeof(f[0]) ;
    unsigned long d ;
    t.rule[1].cond[0].value++ ;
    d = check(&t, f, n) ;
    t.rule[1].cond[0].value-- ;
    printf("%sok 10 - a changed rule is seen\n", d ? "" : "not ") ;
    bad |= !d ;
    f[n-1].k = SECCOMP_RET_ALLOW ;
    d = check(&t, f, n) ;
    printf("%sok 11 - a changed instruction is seen\n", d ? "" : "not ") ;
    bad |= !d ;
    printf("%sok 12 - at least 100000 comparisons\n", compared >= 100000 ? "" : "not ") ;
    bad |= compared < 100000 ;
  }
  unlink(in) ; unlink(out) ;
  printf("# %lu comparisons\n1..12\n", compared) ;
  return bad ;
}
