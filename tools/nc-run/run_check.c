/* ISC license. */

#include <string.h>

#include "nc.h"
#include "run.h"

static void check_dir (char const *option, char const *path)
{
  char const *p = path ;
  size_t n = strlen(path) ;
  if (path[0] != '/' || n < 2 || path[n-1] == '/' || strstr(path, "//") || strpbrk(path, ":\n"))
    strerr_dief(100, "not an absolute path below / for ", option, ": ", path) ;
  while ((p = strstr(p, "/..")))
  {
    if (!p[3] || p[3] == '/') strerr_dief(100, "goes up by .. for ", option, ": ", path) ;
    p += 3 ;
  }
}

void run_check (struct run_request const *r)
{
  uint64_t size ;
  if (r->mode != RUN_AGENT)
    strerr_dief(100, "--service-mode ", r->mode == RUN_STRICT ? "strict-agent" : "production",
      " needs limits and assertions, and no step here does their work") ;
  if (r->network == RUN_NET_HOST && !r->allowhostnet) strerr_dief(100, "--network host needs --allow-host-network") ;
  if (r->network != RUN_NET_HOST && r->allowhostnet) strerr_dief(100, "--allow-host-network has no effect without --network host") ;
  if (r->network == RUN_NET_NONE && r->dns.n) strerr_dief(100, "--dns has no effect with --network none") ;
  if (r->dns.n > 3) strerr_dief(100, "more than three times --dns") ;
  if (r->name && !nc_scan_name(r->name)) strerr_dief(100, "invalid name: ", r->name) ;
  if (r->memlock && (!nc_scan_size(r->memlock, &size) || !size)) strerr_dief(100, "invalid size for --memlock: ", r->memlock) ;
  if (r->memory && (!nc_scan_size(r->memory, &size) || !size)) strerr_dief(100, "invalid size for --memory: ", r->memory) ;
  if (r->swap && !r->memory) strerr_dief(100, "--swap has no effect without --memory") ;
  check_dir("--home", r->home) ;
  if (r->workdir && strcmp(r->workdir, "/")) check_dir("--workdir", r->workdir) ;
  if (r->rootfs) check_dir("--rootfs", r->rootfs) ;
}
