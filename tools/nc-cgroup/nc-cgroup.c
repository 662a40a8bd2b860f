/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <skalibs/sgetopt.h>

#include "cgroup.h"
#include "nc.h"

#define USAGE "nc-cgroup [ -R root ] [ -n name ] [ -m max ] [ -M high ] [ -s swapmax ] [ -o ] [ -p pids ] [ -c cores ] [ -w weight ] [ -i iomax ] ... [ -k file=value ] ... prog..."

#define CGROUP_ID 32

static struct cgroup_setting *cgroup_find (struct cgroup *g, char const *file)
{
  size_t i = 0 ;
  for (; i < g->n ; i++) if (!strcmp(g->set[i].file, file)) return g->set + i ;
  return 0 ;
}

/* io.max holds a line a device, all other files one value. */
static struct cgroup_setting *cgroup_new (struct cgroup *g, char const *file)
{
  struct cgroup_setting *s = g->set + g->n ;
  if (strcmp(file, "io.max") && cgroup_find(g, file)) strerr_dief(100, file, " is set twice") ;
  if (g->n == CGROUP_MAX) strerr_dief(100, "too many settings") ;
  g->n++ ;
  s->file = file ;
  s->value = s->text ;
  return s ;
}

/* What would freeze, move or kill this step, or undo the layout that it makes, is no limit. */
static void cgroup_file (struct cgroup *g, char const *arg)
{
  struct cgroup_setting *s ;
  size_t n = cgroup_scan_file(arg) ;
  if (!n) strerr_dief(100, "invalid setting: ", arg) ;
  s = g->set + g->n ;
  if (g->n == CGROUP_MAX) strerr_dief(100, "too many settings") ;
  memcpy(s->name, arg, n) ;
  s->name[n] = 0 ;
  if (!strncmp(s->name, "cgroup.", 7) && strncmp(s->name, "cgroup.max.", 11)) strerr_dief(100, "not a limit: ", s->name) ;
  cgroup_new(g, s->name)->value = arg + n + 1 ;
}

static void cgroup_limit (struct cgroup *g, char const *file, char const *arg, int size)
{
  if (!cgroup_scan_limit(arg, size, cgroup_new(g, file)->text)) strerr_dief(100, "invalid ", file, ": ", arg) ;
}

static int cgroup_option (struct cgroup *g, int opt, char const *arg)
{
  switch (opt)
  {
    case 'm' : cgroup_limit(g, "memory.max", arg, 1) ; break ;
    case 'M' : cgroup_limit(g, "memory.high", arg, 1) ; break ;
    case 's' : cgroup_limit(g, "memory.swap.max", arg, 1) ; break ;
    case 'o' : strcpy(cgroup_new(g, "memory.oom.group")->text, "1") ; break ;
    case 'p' : cgroup_limit(g, "pids.max", arg, 0) ; break ;
    case 'c' :
      if (!cgroup_scan_cores(arg, cgroup_new(g, "cpu.max")->text)) strerr_dief(100, "invalid number of cores: ", arg) ;
      break ;
    case 'w' :
      if (!cgroup_scan_weight(arg, cgroup_new(g, "cpu.weight")->text)) strerr_dief(100, "invalid cpu.weight: ", arg) ;
      break ;
    case 'i' :
      if (!cgroup_scan_io(arg, cgroup_new(g, "io.max")->text)) strerr_dief(100, "invalid io.max: ", arg) ;
      break ;
    case 'k' : cgroup_file(g, arg) ; break ;
    case 'R' : g->root = arg ; break ;
    default : return 0 ;
  }
  return 1 ;
}

/* Journal first, then the group: killed in between, the scope looks for something that is not there. */
static int cgroup_make (struct cgroup const *g, int scope, char const *name)
{
  char text[PATH_MAX] ;
  int fd ;
  int n = snprintf(text, sizeof(text), "%s/%s\n", g->path, name) ;
  if (n >= (int)sizeof(text)) strerr_diefu(100, "make the cgroup ", name, " in ", g->path, ": ", strerror(ENAMETOOLONG)) ;
  if (nc_undo_add(scope, "cgroup", text, (size_t)n) == -1) strerr_diefusys(111, "write the journal of the scope") ;
  if (mkdirat(g->fd, name, 0755) == -1)
    nc_diefusys(111, CGROUP_DELEGATE, "make the cgroup ", g->path, "/", name) ;
  fd = openat(g->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) ;
  if (fd == -1) strerr_diefusys(111, "open ", g->path, "/", name) ;
  return fd ;
}

static int cgroup_scope (char const *const *envp, char *id)
{
  int fd = nc_scope_open(envp) ;
  if (fd == -1 && errno == ENOENT) strerr_dief(100, "nc-scope goes before nc-cgroup: nothing else would remove the cgroup") ;
  if (fd == -1) strerr_diefusys(111, "open the run directory that NC_SCOPE names") ;
  if (nc_read_at(fd, "id", id, CGROUP_ID + 2) == -1) strerr_diefusys(111, "read the id of the scope") ;
  id[strcspn(id, "\n")] = 0 ;
  if (strlen(id) != CGROUP_ID || strspn(id, "0123456789abcdef") != CGROUP_ID) strerr_diefu(111, "read the id of the scope: malformed") ;
  return fd ;
}

int nc_cgroup_main (int argc, char const *const *argv, char const *const *envp)
{
  struct cgroup g = { .n = 0 } ;
  char name[64 + 1 + CGROUP_ID + 1] ;
  char id[CGROUP_ID + 2] ;
  char const *prefix = "nucleus" ;
  int scope, lock, fd ;
  PROG = "nc-cgroup" ;
  {
    subgetopt l = SUBGETOPT_ZERO ;
    for (;;)
    {
      int opt = subgetopt_r(argc, argv, "R:n:m:M:s:op:c:w:i:k:", &l) ;
      if (opt == -1) break ;
      if (opt == 'n') prefix = l.arg ;
      else if (!cgroup_option(&g, opt, l.arg)) dieusage() ;
    }
    argc -= l.ind ; argv += l.ind ;
  }
  if (!argc) dieusage() ;
  if (!nc_scan_name(prefix)) strerr_dief(100, "invalid name: ", prefix) ;
  if ((cgroup_find(&g, "memory.max") || cgroup_find(&g, "memory.high")) && !cgroup_find(&g, "memory.oom.group"))
    cgroup_option(&g, 'o', 0) ;

  scope = cgroup_scope(envp, id) ;
  snprintf(name, sizeof(name), "%s-%s", prefix, id) ;
  cgroup_root(&g) ;
  lock = cgroup_lock(&g) ;
  cgroup_controllers(&g) ;
  fd = cgroup_make(&g, scope, name) ;
  cgroup_apply(&g, fd, name) ;
  /* a descriptor that stayed would lead prog out of its group and root: CVE-2024-21626 */
  if (close(fd) == -1 || close(lock) == -1 || close(g.fd) == -1 || close(scope) == -1) strerr_diefusys(111, "close the cgroup") ;
  nc_exec(argv, envp) ;
}
