/* ISC license. */

#include <skalibs/nonposix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "nc-landlock.h"
#include "nc.h"
#include "nc_kernel.h"

#define RULE_PATH_BENEATH 1

struct rule_beneath
{
  uint64_t rights ;
  int32_t fd ;
} __attribute__((packed)) ;

void ll_lacking (struct ll_ruleset *want, int abi, char *text)
{
  static struct { int abi ; int where ; uint64_t right ; char const *word ; } const table[] =
  {
    { 2, 0, LL_REFER, " refer (ABI 2)" },
    { 3, 0, LL_TRUNCATE, " truncate (ABI 3)" },
    { 4, 1, LL_BIND_TCP, " TCP bind (ABI 4)" },
    { 4, 1, LL_CONNECT_TCP, " TCP connect (ABI 4)" },
    { 5, 0, LL_IOCTL_DEV, " device ioctl (ABI 5)" },
    { 6, 2, LL_SCOPE_ABSTRACT, " abstract socket scope (ABI 6)" },
    { 6, 2, LL_SCOPE_SIGNAL, " signal scope (ABI 6)" }
  } ;
  size_t i = 0 ;
  *text = 0 ;
  for (; i < sizeof(table) / sizeof(table[0]) ; i++)
  {
    uint64_t *set = table[i].where == 0 ? &want->fs : table[i].where == 1 ? &want->net : &want->scoped ;
    if (abi >= table[i].abi || !(*set & table[i].right)) continue ;
    *set &= ~table[i].right ;
    strcat(text, table[i].word) ;
  }
}

void ll_rule_add (int ruleset, struct ll_rule *rule, uint64_t handled)
{
  struct rule_beneath attr ;
  struct stat st = { .st_mode = 0 } ;
  int fd ;
  int given = nc_scan_source(rule->path, &fd) ;
  if (!given)
  {
    fd = nc_open_at(AT_FDCWD, rule->path, O_PATH, 0, 0) ;
    if (fd == -1) strerr_diefusys(111, "open ", rule->path) ;
  }
  if (fstat(fd, &st) == -1) strerr_diefusys(111, "stat ", rule->path) ;
  rule->dev = st.st_dev ;
  rule->ino = st.st_ino ;
  if (!S_ISDIR(st.st_mode)) rule->rights &= LL_FS_FILE ;
  if (S_ISREG(st.st_mode)) rule->rights &= ~LL_IOCTL_DEV ;
  if (!rule->rights) strerr_dief(100, "not a directory: ", rule->path) ;
  attr.rights = rule->rights & handled ;
  attr.fd = fd ;
  if (syscall(__NR_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &attr, 0) != 0)
    strerr_diefusys(111, "add a rule for ", rule->path) ;
  if ((!given || fd > 2) && close(fd) == -1) strerr_diefusys(111, "close ", rule->path) ;
}
