/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include <seccomp.h>

#include "policy.h"

#define NAMES_TABLE_END 424  /* from here on a number means the same everywhere */
#define NAMES_LAST 470       /* what this file knows; newer calls are unknown, whatever libseccomp is installed */

struct policy_machine const policy_machines[] =
{
  { "x86_64", "amd64", { { "SCMP_ARCH_X86_64", SCMP_ARCH_X86_64 }, { "SCMP_ARCH_X86", SCMP_ARCH_X86 } } },
  { "aarch64", "arm64", { { "SCMP_ARCH_AARCH64", SCMP_ARCH_AARCH64 }, { "SCMP_ARCH_ARM", SCMP_ARCH_ARM } } },
} ;
size_t const policy_machines_n = N(policy_machines) ;

/* Younger than the table of libseccomp 2.5.4; numbers from 451 on. */
static char const *const names_young[] =
{
  "cachestat", "fchmodat2", "map_shadow_stack", "futex_wake", "futex_wait", "futex_requeue", "statmount", "listmount",
  "lsm_get_self_attr", "lsm_set_self_attr", "lsm_list_modules", "mseal", "setxattrat", "getxattrat", "listxattrat",
  "removexattrat", "open_tree_attr", "file_getattr", "file_setattr", "listns"
} ;

#define NAMES_YOUNG 451

/* 32-bit x86 has them both as calls and behind socketcall and ipc; libseccomp gives their names numbers that are none. */
static struct { char const *name ; int nr ; } const names_x86[] =
{
  { "accept4", 364 }, { "bind", 361 }, { "connect", 362 }, { "getpeername", 368 }, { "getsockname", 367 }, { "getsockopt", 365 },
  { "listen", 363 }, { "msgctl", 402 }, { "msgget", 399 }, { "msgrcv", 401 }, { "msgsnd", 400 }, { "recvfrom", 371 },
  { "recvmmsg", 337 }, { "recvmsg", 372 }, { "semctl", 394 }, { "semget", 393 }, { "sendmmsg", 345 }, { "sendmsg", 370 },
  { "sendto", 369 }, { "setsockopt", 366 }, { "shmat", 397 }, { "shmctl", 396 }, { "shmdt", 398 }, { "shmget", 395 },
  { "shutdown", 373 }, { "socket", 359 }, { "socketpair", 360 },
} ;

int policy_call (uint32_t token, char const *name)
{
  size_t i = policy_index(names_young, N(names_young), name) ;
  int nr ;
  if (i < N(names_young)) return (int)(NAMES_YOUNG + i) ;
  for (i = 0 ; token == SCMP_ARCH_X86 && i < N(names_x86) ; i++) if (!strcmp(name, names_x86[i].name)) return names_x86[i].nr ;
  nr = seccomp_syscall_resolve_name_arch(token, name) ;
  if (nr == __NR_SCMP_ERROR) return -2 ;
  if (token == SCMP_ARCH_ARM && nr >= POLICY_ARM_FIRST && nr < POLICY_ARM_END) return nr ;
  return nr < 0 || nr >= POLICY_NR_MAX ? -1 : nr ;
}

int policy_call_name (uint32_t token, unsigned int nr, char *s)
{
  char *name = 0 ;
  size_t n ;
  if (nr >= NAMES_YOUNG && nr < NAMES_YOUNG + N(names_young))
  {
    strcpy(s, names_young[nr - NAMES_YOUNG]) ;
    return 1 ;
  }
  for (n = 0 ; token == SCMP_ARCH_X86 && n < N(names_x86) ; n++)
    if ((int)nr == names_x86[n].nr)
    {
      strcpy(s, names_x86[n].name) ;
      return 1 ;
    }
  name = seccomp_syscall_resolve_num_arch(token, (int)nr) ;
  n = name ? strlen(name) : 0 ;
  if (n && n <= 64) memcpy(s, name, n + 1) ;
  free(name) ;
  return n && n <= 64 ;
}

int policy_call_known (uint32_t token, unsigned int nr)
{
  char name[65] ;
  if (nr >= NAMES_TABLE_END && nr < POLICY_ARM_FIRST) return nr <= NAMES_LAST ;
  /* uretprobe and uprobe: named by some versions of libseccomp only */
  if (token == SCMP_ARCH_X86_64 && nr > 334) return 0 ;
  return policy_call_name(token, nr, name) ;
}

void policy_call_nearest (char const *name, char *near)
{
  unsigned int best = 101, nr = 0, m = 0 ;
  for (; m < policy_machines_n ; m++) for (nr = 0 ; nr <= NAMES_LAST ; nr++)
  {
    char s[65] ;
    unsigned int d ;
    if (!policy_call_name(policy_machines[m].arch[0].token, nr, s)) continue ;
    d = policy_distance(name, s) ;
    if (d < best) { best = d ; strcpy(near, s) ; }
  }
}
