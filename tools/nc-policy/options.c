/* ISC license. */

#include <getopt.h>
#include <string.h>
#include <sys/utsname.h>

#include <skalibs/types.h>

#include "nc.h"
#include "nc_longopt.h"
#include "policy.h"

static void options_machine (char const *s, struct policy_target *t, int must)
{
  for (t->machine = 0 ; t->machine < policy_machines_n ; t->machine++)
    if (!strcmp(s, policy_machines[t->machine].name)) return ;
  if (must) strerr_dief(100, "unknown machine: ", s, "; x86_64 or aarch64") ;
  t->machine = 0 ;
}

static void options_caps (char const *s, struct policy_target *t)
{
  while (*s)
  {
    char word[32] ;
    size_t n = strcspn(s, ",") ;
    int cap = -1 ;
    if (n < sizeof(word))
    {
      memcpy(word, s, n) ;
      word[n] = 0 ;
      cap = policy_cap(word) ;
    }
    if (cap == -1) strerr_dief(100, "unknown capability in ", s) ;
    t->caps |= (uint64_t)1 << cap ;
    s += n ;
    if (*s && !*++s) strerr_dief(100, "a comma at the end of the capabilities") ;
  }
}

static void options_digest (char const *s, struct policy_options *o)
{
  if (strlen(s) != 64 || s[strspn(s, "0123456789abcdef")]) strerr_dief(100, "invalid SHA-256, 64 hexadecimal digits in lower case: ", s) ;
  o->digest = s ;
}

static void options_one (int c, char const *usage, struct policy_options *o)
{
  switch (c)
  {
    case 'a' : options_machine(optarg, &o->target, 1) ; break ;
    case 'c' : options_caps(optarg, &o->target) ; break ;
    case 'j' : o->json = 1 ; break ;
    case 'k' :
      memset(o->target.kernel, 0, sizeof(o->target.kernel)) ;
      if (!policy_version(optarg, o->target.kernel)) strerr_dief(100, "invalid kernel version: ", optarg) ;
      break ;
    case 'o' : if (!*optarg) strerr_dieusage(100, usage) ; o->out = optarg ; break ;
    case 'p' : if (!uint0_scan(optarg, &o->pid) || !o->pid) strerr_dief(100, "invalid process id: ", optarg) ; break ;
    case 's' : options_digest(optarg, o) ; break ;
    case 'S' : o->strict = 1 ; break ;
    default : strerr_dieusage(100, usage) ;
  }
}

void policy_options (int argc, char const *const *argv, char const *letters, char const *usage, struct policy_options *o)
{
  static struct option const longs[] =
  {
    { "arch", required_argument, 0, 'a' }, { "caps", required_argument, 0, 'c' }, { "json", no_argument, 0, 'j' },
    { "kernel", required_argument, 0, 'k' }, { "output", required_argument, 0, 'o' }, { "pid", required_argument, 0, 'p' },
    { "sha256", required_argument, 0, 's' }, { "strict", no_argument, 0, 'S' }, { 0, 0, 0, 0 }
  } ;
  struct utsname u ;
  memcpy(o->target.kernel, (unsigned int const[]){ 5, 14, 0 }, sizeof(o->target.kernel)) ;
  if (uname(&u) == -1) strerr_diefusys(111, "ask for the machine") ;
  options_machine(u.machine, &o->target, 0) ;
  opterr = 0 ;
  for (;;)
  {
    int c = nc_longopt(argc, argv, letters, longs) ;
    /* options may stand between the words, but for what follows "--" */
    if (c == -1 && optind < argc && strcmp(argv[optind - 1], "--")) o->words[o->wordn++] = argv[optind++] ;
    else if (c == -1) break ;
    else if (!strchr(letters, c)) strerr_dieusage(100, usage) ;
    else options_one(c, usage, o) ;
  }
  while (optind < argc) o->words[o->wordn++] = argv[optind++] ;
}
