/* ISC license. */

#ifndef NC_LANDLOCK_H
#define NC_LANDLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* landlock(7); Debian 12's header ends at ABI 2 */

#define LL_EXECUTE ((uint64_t)1 << 0)
#define LL_WRITE_FILE ((uint64_t)1 << 1)
#define LL_READ_FILE ((uint64_t)1 << 2)
#define LL_READ_DIR ((uint64_t)1 << 3)
#define LL_REMOVE_DIR ((uint64_t)1 << 4)
#define LL_REMOVE_FILE ((uint64_t)1 << 5)
#define LL_MAKE_DIR ((uint64_t)1 << 7)
#define LL_MAKE_REG ((uint64_t)1 << 8)
#define LL_MAKE_SOCK ((uint64_t)1 << 9)
#define LL_MAKE_FIFO ((uint64_t)1 << 10)
#define LL_MAKE_SYM ((uint64_t)1 << 12)
#define LL_REFER ((uint64_t)1 << 13)
#define LL_TRUNCATE ((uint64_t)1 << 14)
#define LL_IOCTL_DEV ((uint64_t)1 << 15)
#define LL_FS_ABI1 (((uint64_t)1 << 13) - 1)
#define LL_FS_FILE (LL_EXECUTE | LL_WRITE_FILE | LL_READ_FILE | LL_TRUNCATE | LL_IOCTL_DEV)

/* no option grants the making of device nodes */
#define LL_WRITE (LL_WRITE_FILE | LL_TRUNCATE | LL_IOCTL_DEV | LL_REMOVE_DIR | LL_REMOVE_FILE | LL_MAKE_DIR | LL_MAKE_REG \
  | LL_MAKE_SOCK | LL_MAKE_FIFO | LL_MAKE_SYM | LL_REFER)

#define LL_BIND_TCP ((uint64_t)1 << 0)
#define LL_CONNECT_TCP ((uint64_t)1 << 1)

#define LL_SCOPE_ABSTRACT ((uint64_t)1 << 0)
#define LL_SCOPE_SIGNAL ((uint64_t)1 << 1)

#define LL_LOG_SAME_EXEC_OFF 1U
#define LL_LOG_NEW_EXEC_ON 2U
#define LL_LOG_SUBDOMAINS_OFF 4U

#define LL_ABI_KNOWN 7

struct ll_ruleset
{
  uint64_t fs ;
  uint64_t net ;
  uint64_t scoped ;
} ;

struct ll_rule
{
  char const *path ;
  uint64_t rights ;
  dev_t dev ;
  ino_t ino ;
} ;

/* Takes out of want what ABI abi lacks; the words for it, " truncate (ABI 3)" and so on, go to text. */
#define LL_LACKING_SIZE 256
extern void ll_lacking (struct ll_ruleset *want, int abi, char *text) ;

/* Opens path, adds its rule to ruleset, closes it; fills dev and ino. Dies. */
extern void ll_rule_add (int ruleset, struct ll_rule *rule, uint64_t handled) ;

/* Something that works now and that the domain must refuse. */
enum ll_probe_kind { LL_PROBE_NONE, LL_PROBE_DIRECTORY, LL_PROBE_PIVOT, LL_PROBE_ABSTRACT, LL_PROBE_SIGNAL } ;
struct ll_probe
{
  enum ll_probe_kind kind ;
  char const *dir ;
  int fd ;
  pid_t parent ;
} ;

extern void ll_probe_before (struct ll_probe *p, struct ll_rule const *rules, size_t n, uint64_t scoped) ;

/* 1 where it is refused now, or there was nothing to try; closes what it held. */
extern int ll_probe_refused (struct ll_probe *p) ;

#endif
