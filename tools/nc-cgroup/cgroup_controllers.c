/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "nc.h"

#define CONTROLLERS_MAX 512
#define CONTROLLERS_ROUNDS 10

static int controllers_has (char const *list, char const *s, size_t len)
{
  while (*list)
  {
    size_t n = strcspn(list, " \n") ;
    if (n == len && !memcmp(list, s, n)) return 1 ;
    list += n + !!list[n] ;
  }
  return 0 ;
}

static int controllers_all (char const *list, char const *wanted)
{
  while (*wanted)
  {
    size_t n = strcspn(wanted, " ") ;
    if (!controllers_has(list, wanted, n)) return 0 ;
    wanted += n + !!wanted[n] ;
  }
  return 1 ;
}

static void controllers_add (char *out, char const *s, size_t len)
{
  size_t n = strlen(out) ;
  if (controllers_has(out, s, len)) return ;
  if (n + len + 2 > CONTROLLERS_MAX) strerr_dief(100, "too many controllers") ;
  if (n) out[n++] = ' ' ;
  memcpy(out + n, s, len) ;
  out[n + len] = 0 ;
}

/* The controller's name is what stands before the first dot; the files of the core are always there. */
static void controllers_wanted (struct cgroup const *g, char *out)
{
  char available[CONTROLLERS_MAX] ;
  size_t i = 0 ;
  out[0] = 0 ;
  for (; i < g->n ; i++)
  {
    size_t n = strcspn(g->set[i].file, ".") ;
    if (strncmp(g->set[i].file, "cgroup.", 7)) controllers_add(out, g->set[i].file, n) ;
  }
  if (!out[0]) return ;
  if (nc_read_at(g->fd, "cgroup.controllers", available, sizeof(available)) == -1)
    strerr_diefusys(111, "read ", g->path, "/cgroup.controllers") ;
  for (i = 0 ; i < g->n ; i++)
  {
    char name[CGROUP_KEYMAX + 1] = "" ;
    size_t n = strcspn(g->set[i].file, ".") ;
    if (!controllers_has(out, g->set[i].file, n) || controllers_has(available, g->set[i].file, n)) continue ;
    memcpy(name, g->set[i].file, n) ;
    strerr_diefu(100, "set ", g->set[i].file, ": ", g->path, " has no controller ", name,
      "; the kernel lacks it, a cgroup v1 hierarchy holds it, or the cgroup above does not hand it on (systemd: Delegate=)") ;
  }
}

static int controllers_write (struct cgroup const *g, char const *wanted)
{
  char line[2 * CONTROLLERS_MAX] ;
  size_t n = 0 ;
  line[n++] = '+' ;
  for (; *wanted ; wanted++)
  {
    line[n++] = *wanted ;
    if (*wanted == ' ') line[n++] = '+' ;
  }
  return nc_write_at(g->fd, "cgroup.subtree_control", line, n) ;
}

/* Does the rule that only leaves have processes hold here? Not in the root of the hierarchy, which has no type. */
static int controllers_internal (struct cgroup const *g)
{
  if (!faccessat(g->fd, "cgroup.type", F_OK, 0)) return 1 ;
  if (errno != ENOENT) strerr_diefusys(111, "examine ", g->path, "/cgroup.type") ;
  return 0 ;
}

void cgroup_controllers (struct cgroup const *g)
{
  char wanted[CONTROLLERS_MAX], list[CONTROLLERS_MAX] ;
  unsigned int i = 0 ;
  controllers_wanted(g, wanted) ;
  if (!wanted[0]) return ;
  /* Emptied first: with processes in it, the kernel takes pids, cpu and cpuset without a word, and nothing can enter then. */
  do
  {
    if (controllers_internal(g)) cgroup_keeper(g) ;
    if (!controllers_write(g, wanted)) break ;
    if (errno != EBUSY || i == CONTROLLERS_ROUNDS)
      nc_diefusys(111, CGROUP_DELEGATE, "enable ", wanted, " in ", g->path, "/cgroup.subtree_control") ;
  }
  while (i++ < CONTROLLERS_ROUNDS) ;
  if (nc_read_at(g->fd, "cgroup.subtree_control", list, sizeof(list)) == -1)
    strerr_diefusys(111, "read ", g->path, "/cgroup.subtree_control") ;
  if (!controllers_all(list, wanted))
    strerr_diefu(111, "enable ", wanted, " in ", g->path, "/cgroup.subtree_control: the kernel left some out") ;
}
