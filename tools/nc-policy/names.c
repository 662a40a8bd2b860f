/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include <seccomp.h>

#include "policy.h"

#define NAMES_TABLE_END 424  /* from here on a number means the same everywhere */
#define NAMES_LAST 470       /* what this file knows; newer calls are unknown, whatever libseccomp is installed */

struct policy_arch const policy_archs[] =
{
#if defined(__x86_64__)
  { .name = "SCMP_ARCH_X86_64", .token = SCMP_ARCH_X86_64 },
  { .name = "SCMP_ARCH_X86", .token = SCMP_ARCH_X86, .compat = 1 },
#elif defined(__aarch64__)
  { .name = "SCMP_ARCH_AARCH64", .token = SCMP_ARCH_AARCH64 },
#else
# error "this architecture is not supported"
#endif
} ;
size_t const policy_archs_n = sizeof(policy_archs) / sizeof(policy_archs[0]) ;

/* Younger than the table of libseccomp 2.5.4; numbers from 451 on. */
static char const *const names_young[] =
{
  "cachestat", "fchmodat2", "map_shadow_stack", "futex_wake", "futex_wait", "futex_requeue", "statmount", "listmount",
  "lsm_get_self_attr", "lsm_set_self_attr", "lsm_list_modules", "mseal", "setxattrat", "getxattrat", "listxattrat",
  "removexattrat", "open_tree_attr", "file_getattr", "file_setattr", "listns"
} ;

#define NAMES_YOUNG 451
#define NAMES_YOUNG_N (sizeof(names_young) / sizeof(names_young[0]))

int policy_arch_exists (char const *name)
{
  char low[32] ;
  size_t n = strlen(name), i = 10 ;
  if (n <= 10 || n >= sizeof(low) || strncmp(name, "SCMP_ARCH_", 10)) return 0 ;
  for (; i <= n ; i++)
  {
    if (name[i] >= 'a' && name[i] <= 'z') return 0 ;
    low[i - 10] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i] ;
  }
  return seccomp_arch_resolve_name(low) != 0 ;
}

int policy_call (uint32_t token, char const *name)
{
  size_t i = 0 ;
  int nr = __NR_SCMP_ERROR ;
  for (; i < NAMES_YOUNG_N ; i++) if (!strcmp(name, names_young[i])) return (int)(NAMES_YOUNG + i) ;
  nr = seccomp_syscall_resolve_name_arch(token, name) ;
  if (nr == __NR_SCMP_ERROR) return -2 ;
  return nr < 0 || nr >= POLICY_NR_MAX ? -1 : nr ;
}

int policy_call_known (uint32_t token, unsigned int nr)
{
  char *s ;
  if (nr >= NAMES_TABLE_END) return nr <= NAMES_LAST ;
  /* uretprobe and uprobe: named by some versions of libseccomp only */
  if (token == SCMP_ARCH_X86_64 && nr > 334) return 0 ;
  s = seccomp_syscall_resolve_num_arch(token, (int)nr) ;
  if (!s) return 0 ;
  free(s) ;
  return 1 ;
}

static unsigned int names_distance (char const *a, char const *b)
{
  unsigned int row[65] ;
  size_t n = strlen(b), i, j ;
  if (n > 64 || strlen(a) > 64) return 100 ;
  for (j = 0 ; j <= n ; j++) row[j] = (unsigned int)j ;
  for (i = 0 ; a[i] ; i++)
  {
    unsigned int diag = row[0] ;
    row[0] = (unsigned int)i + 1 ;
    for (j = 1 ; j <= n ; j++)
    {
      unsigned int best = diag + (a[i] != b[j-1]) ;
      if (row[j] + 1 < best) best = row[j] + 1 ;
      if (row[j-1] + 1 < best) best = row[j-1] + 1 ;
      diag = row[j] ;
      row[j] = best ;
    }
  }
  return row[n] ;
}

char const *policy_word_nearest (char const *const *words, size_t n, char const *word)
{
  unsigned int best = 100 ;
  size_t found = 0, i = 0 ;
  for (; i < n ; i++)
  {
    unsigned int d = names_distance(word, words[i]) ;
    if (d < best) { best = d ; found = i ; }
  }
  return words[found] ;
}

void policy_call_nearest (char const *name, char *near)
{
  unsigned int best = 100 ;
  int nr = 0 ;
  strcpy(near, policy_word_nearest(names_young, NAMES_YOUNG_N, name)) ;
  best = names_distance(name, near) ;
  for (; nr < NAMES_YOUNG ; nr++)
  {
    char *s = seccomp_syscall_resolve_num_arch(policy_archs[0].token, nr) ;
    unsigned int d = s ? names_distance(name, s) : 100 ;
    if (s && d < best && strlen(s) <= 64) { best = d ; strcpy(near, s) ; }
    free(s) ;
  }
}
