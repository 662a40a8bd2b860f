/* ISC license. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nc.h"
#include "run.h"

#define USAGE "nc-run [ options ] [ -- ] prog...   (nc-run --help lists them)"

#define RUN_SHARE "/share/nucleus/"   /* beside bin, in the build tree as in the installation */

/* bin of the installation that this image is of: proc_pid_exe(5) names it without its links */
static char *run_bindir (void)
{
  static char const exe[] = "/proc/self/exe" ;
  char buf[4096] ;
  char *slash ;
  ssize_t n = readlink(exe, buf, sizeof(buf) - 1) ;
  if (n == -1) strerr_diefusys(111, "read ", exe) ;
  buf[n] = 0 ;
  slash = strrchr(buf, '/') ;
  if (!slash) strerr_dief(111, "unable to tell the directory of ", buf) ;
  *slash = 0 ;
  return run_cat(buf, "", 0, 0) ;
}

static void run_defaults (struct run_request *r, char const *bindir)
{
  struct run_volume v ;
  char const *share ;
  char *prefix ;
  size_t i = 0 ;
  if (!r->home) r->home = "/home/agent" ;
  run_check(r) ;
  if (!r->hostname) r->hostname = r->name ? r->name : "sandbox" ;
  prefix = run_cat(bindir, "", 0, 0) ;
  if (strrchr(prefix, '/')) *strrchr(prefix, '/') = 0 ;
  share = run_cat(prefix, RUN_SHARE, 0, 0) ;
  if (r->seccompfile.file) r->seccomp = "seccomp.bpf" ;
  else r->seccomp = run_cat(share, r->network == RUN_NET_HOST ? "seccomp/agent-net.bpf" : "seccomp/agent.bpf", 0, 0) ;
  run_content(r, share) ;
  if (r->workdir) return ;
  r->workdir = r->content.workspace ? RUN_WORKSPACE : r->home ;
  for (; i < r->volumes.n ; i++)
  {
    run_volume(r->volumes.v[i], 0, &v) ;
    if (!strcmp(v.dst, RUN_WORKSPACE)) r->workdir = v.dst ;
  }
}

/* The socket's path; one in the abstract name space is another network's. */
static char const *run_notify (char const *const *envp)
{
  char const *path = nc_env_get(envp, "NOTIFY_SOCKET") ;
  if (!path) strerr_dief(100, "--sd-notify: NOTIFY_SOCKET is not set") ;
  if (path[0] != '/') strerr_dief(100, "--sd-notify: NOTIFY_SOCKET is no path: ", path) ;
  return path ;
}

/* Copies every word: what /proc/PID/cmdline shows of the keepers is then a title, not values given to --env. */
static void run_hide (char const **line, struct run_request const *r)
{
  for (; *line ; line++) *line = run_cat(*line, "", 0, 0) ;
  nc_args_overwrite(r->name ? run_cat("nc-run ", r->name, 0, 0) : "nc-run") ;
}

int nc_run_main (int argc, char const *const *argv, char const *const *envp)
{
  struct run_request r = { .envfd = -1 } ;
  struct run_ids ids = { .uid = 0 } ;
  struct run_chain c = { .n = 0 } ;
  struct run_list names = { .n = 0 } ;
  char const *const *env ;
  char const **line ;
  char *bindir ;
  int n ;
  PROG = "nc-run" ;
  r.content.base = run_state(envp) ;
  n = run_options(argc, argv, &r) ;
  r.content.credsdir = nc_env_get(envp, "CREDENTIALS_DIRECTORY") ;
  if (r.notify) r.notify = run_notify(envp) ;
  argc -= n ; argv += n ;
  if (!argc) dieusage() ;
  bindir = run_bindir() ;
  run_defaults(&r, bindir) ;
  run_policies(&r, bindir) ;
  if (nc_tools_n == 1) r.tools = bindir ;
  run_ids(&r, &ids, envp) ;
  env = run_env(&r, &ids, envp, &names) ;
  run_compose(&r, &ids, &names, &c) ;
  line = malloc((c.n + (size_t)argc + 1) * sizeof(char const *)) ;
  if (!line) strerr_diefusys(111, "allocate the line") ;
  run_sort(&c, bindir, line, argv) ;
  if (r.print)
  {
    run_print_policy(&r, bindir) ;
    run_print(line, "\n") ;
    return 0 ;
  }
  run_hide(line, &r) ;
  nc_exec(line, env) ;
}
