/* ISC license. */

#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "run.h"

#define USAGE "nc-run [ options ] [ -- ] prog...   (nc-run --help lists them)"

enum run_opt
{
  OPT_NONE = 256, OPT_ADDGROUP, OPT_ALLOWHOSTNET, OPT_CPUS, OPT_CPUWEIGHT, OPT_DNS, OPT_ENVFD, OPT_EVENTS, OPT_EVENTSFD, OPT_GIDMAP, OPT_GROUP, OPT_HOME,
  OPT_HOSTNAME, OPT_IOLIMIT, OPT_LOGDENIED, OPT_MEMLOCK, OPT_MEMORY, OPT_MODE, OPT_NAME, OPT_NETWORK, OPT_NOCGROUPNS, OPT_PIDS, OPT_PROCRW, OPT_ROOT, OPT_ROOTFS,
  OPT_ROOTLESS, OPT_RUNTIME, OPT_SWAP, OPT_TIMENS, OPT_TMPFS, OPT_UIDMAP, OPT_USER, OPT_USERNS, OPT_VERSION, OPT_VOLUME, OPT_WORKDIR, OPT_HELP
} ;

#define ABSENT(word) { word, required_argument, 0, OPT_NONE },
#define ABSENT0(word) { word, no_argument, 0, OPT_NONE },

static struct option const options[] =
{
  { "additional-group", required_argument, 0, OPT_ADDGROUP },
  { "allow-host-network", no_argument, 0, OPT_ALLOWHOSTNET },
  { "cpu-weight", required_argument, 0, OPT_CPUWEIGHT },
  { "cpus", required_argument, 0, OPT_CPUS },
  { "disable-cgroup-namespace", no_argument, 0, OPT_NOCGROUPNS },
  { "dns", required_argument, 0, OPT_DNS },
  { "env", required_argument, 0, 'e' },
  { "env-fd", required_argument, 0, OPT_ENVFD },
  { "events-fd", required_argument, 0, OPT_EVENTSFD },
  { "events-jsonl", required_argument, 0, OPT_EVENTS },
  { "gidmap", required_argument, 0, OPT_GIDMAP },
  { "group", required_argument, 0, OPT_GROUP },
  { "help", no_argument, 0, OPT_HELP },
  { "home", required_argument, 0, OPT_HOME },
  { "hostname", required_argument, 0, OPT_HOSTNAME },
  { "io-limit", required_argument, 0, OPT_IOLIMIT },
  { "memlock", required_argument, 0, OPT_MEMLOCK },
  { "memory", required_argument, 0, OPT_MEMORY },
  { "name", required_argument, 0, OPT_NAME },
  { "network", required_argument, 0, OPT_NETWORK },
  { "pids", required_argument, 0, OPT_PIDS },
  { "proc-rw", no_argument, 0, OPT_PROCRW },
  { "root", required_argument, 0, OPT_ROOT },
  { "rootfs", required_argument, 0, OPT_ROOTFS },
  { "rootless", no_argument, 0, OPT_ROOTLESS },
  { "runtime", required_argument, 0, OPT_RUNTIME },
  { "seccomp-log-denied", no_argument, 0, OPT_LOGDENIED },
  { "service-mode", required_argument, 0, OPT_MODE },
  { "swap", no_argument, 0, OPT_SWAP },
  { "time-namespace", no_argument, 0, OPT_TIMENS },
  { "tmpfs", required_argument, 0, OPT_TMPFS },
  { "uidmap", required_argument, 0, OPT_UIDMAP },
  { "user", required_argument, 0, OPT_USER },
  { "userns", required_argument, 0, OPT_USERNS },
  { "version", no_argument, 0, OPT_VERSION },
  { "volume", required_argument, 0, OPT_VOLUME },
  { "workdir", required_argument, 0, OPT_WORKDIR },
  /* known elsewhere by these names, and refused by them here: no step does that work */
  ABSENT("agent-toolchain-rootfs") ABSENT0("allow-chroot-fallback") ABSENT0("allow-degraded-security") ABSENT("bundle") ABSENT("caps-policy")
  ABSENT("caps-policy-sha256") ABSENT("config") ABSENT("config-fd") ABSENT("console-socket") ABSENT("context") ABSENT("context-mode")
  ABSENT("credential-broker") ABSENT0("credential-broker-no-proxy-env") ABSENT0("detach") ABSENT("egress-allow")
  ABSENT("egress-domain") ABSENT("egress-tcp-port") ABSENT("egress-udp-port") ABSENT("gpu") ABSENT("gpu-device") ABSENT("gpu-driver-capabilities")
  ABSENT("gpu-visible-devices") ABSENT("gvisor-platform") ABSENT("health-cmd") ABSENT("health-interval") ABSENT("health-retries")
  ABSENT("health-start-period") ABSENT("hooks") ABSENT("landlock-policy") ABSENT("landlock-policy-sha256")
  ABSENT("nat-backend") ABSENT0("no-broker-proxy-env") ABSENT0("no-gpu-driver-libs") ABSENT("pid-file") ABSENT("provider-config-ro")
  ABSENT("provider-config-rw") ABSENT("publish") ABSENT("readiness-exec") ABSENT0("readiness-sd-notify") ABSENT("readiness-tcp")
  ABSENT("require-kernel-lockdown") ABSENT("rootfs-mode") ABSENT0("sd-notify") ABSENT("seccomp-allow") ABSENT("seccomp-log") ABSENT("seccomp-mode")
  ABSENT("seccomp-profile") ABSENT("seccomp-profile-sha256") ABSENT("secret") ABSENT("secrets-fd") ABSENT0("strict-agent")
  ABSENT("systemd-credential") ABSENT0("terminal") ABSENT("trust-level") ABSENT0("verify-context-integrity") ABSENT0("verify-rootfs-attestation")
  ABSENT("workspace") ABSENT0("workspace-exec") ABSENT("workspace-mode")
  { 0, 0, 0, 0 }
} ;

struct run_word { char const *word ; int value ; } ;

static int options_word (struct run_word const *w, char const *option, char const *arg)
{
  for (; w->word ; w++) if (!strcmp(w->word, arg)) return w->value ;
  strerr_dief(100, "unknown value for --", option, ": ", arg) ;
}

static void options_list (struct run_list *l, char const *option, char const *arg)
{
  if (l->n == RUN_LIST) strerr_dief(100, "too many times --", option) ;
  l->v[l->n++] = arg ;
}

static void options_once (char const **where, char const *option, char const *arg)
{
  if (*where) strerr_dief(100, "given twice: --", option) ;
  if (!*arg) strerr_dief(100, "empty value for --", option) ;
  *where = arg ;
}

static void options_enum (struct run_request *r, int opt, char const *arg)
{
  static struct run_word const modes[] = { { "agent", RUN_AGENT }, { "strict-agent", RUN_STRICT }, { "production", RUN_PRODUCTION }, { 0, 0 } } ;
  static struct run_word const nets[] = { { "none", RUN_NET_NONE }, { "host", RUN_NET_HOST }, { 0, 0 } } ;
  static struct run_word const userns[] =
    { { "nomap", RUN_USERNS_NOMAP }, { "keep-id", RUN_USERNS_KEEPID }, { "auto", RUN_USERNS_AUTO }, { "host", RUN_USERNS_HOST }, { 0, 0 } } ;
  static struct run_word const runtimes[] = { { "native", 0 }, { 0, 0 } } ;
  switch (opt)
  {
    case OPT_MODE : r->mode = (enum run_mode)options_word(modes, "service-mode", arg) ; break ;
    case OPT_NETWORK : r->network = (enum run_network)options_word(nets, "network", arg) ; break ;
    case OPT_USERNS : r->userns = (enum run_userns)options_word(userns, "userns", arg) ; break ;
    default : options_word(runtimes, "runtime", arg) ;
  }
}

static void options_fd (char const *option, char const *arg, int *fd)
{
  if (!nc_scan_fd(arg, fd) || *fd < 3) strerr_dief(100, "not a descriptor above 2 for --", option, ": ", arg) ;
}

static void options_flag (struct run_request *r, int opt)
{
  switch (opt)
  {
    case OPT_ALLOWHOSTNET : r->allowhostnet = 1 ; break ;
    case OPT_LOGDENIED : r->logdenied = 1 ; break ;
    case OPT_NOCGROUPNS : r->nocgroupns = 1 ; break ;
    case OPT_PROCRW : r->procrw = 1 ; break ;
    case OPT_ROOTLESS : r->rootless = 1 ; break ;
    case OPT_SWAP : r->swap = 1 ; break ;
    case OPT_TIMENS : r->timens = 1 ; break ;
    case OPT_HELP : run_help() ; break ;
    case OPT_VERSION :
      if (allwrite(1, "nc-run " NC_VERSION "\n", sizeof("nc-run " NC_VERSION)) < sizeof("nc-run " NC_VERSION)) _exit(111) ;
      _exit(0) ;
    case 'n' : r->print = 1 ; break ;
    default : dieusage() ;
  }
}

static void options_one (struct run_request *r, int opt, char const *name, char const *arg)
{
  int fd ;
  switch (opt)
  {
    case OPT_NONE : strerr_dief(100, "no step here does the work of --", name) ;
    case OPT_MODE : case OPT_NETWORK : case OPT_USERNS : case OPT_RUNTIME : options_enum(r, opt, arg) ; break ;
    case OPT_ADDGROUP : options_list(&r->groups, name, arg) ; break ;
    case OPT_DNS : options_list(&r->dns, name, arg) ; break ;
    case OPT_TMPFS : options_list(&r->tmpfs, name, arg) ; break ;
    case OPT_VOLUME : options_list(&r->volumes, name, arg) ; break ;
    case OPT_UIDMAP : options_list(&r->uidmaps, name, arg) ; break ;
    case OPT_GIDMAP : options_list(&r->gidmaps, name, arg) ; break ;
    case 'e' : options_list(&r->env, "env", arg) ; break ;
    case OPT_IOLIMIT : options_list(&r->iolimits, name, arg) ; break ;
    case OPT_CPUS : options_once(&r->cpus, name, arg) ; break ;
    case OPT_CPUWEIGHT : options_once(&r->cpuweight, name, arg) ; break ;
    case OPT_MEMORY : options_once(&r->memory, name, arg) ; break ;
    case OPT_PIDS : options_once(&r->pids, name, arg) ; break ;
    case OPT_NAME : options_once(&r->name, name, arg) ; break ;
    case OPT_ROOT : options_once(&r->root, name, arg) ; break ;
    case OPT_HOSTNAME : options_once(&r->hostname, name, arg) ; break ;
    case OPT_ROOTFS : options_once(&r->rootfs, name, arg) ; break ;
    case OPT_HOME : options_once(&r->home, name, arg) ; break ;
    case OPT_WORKDIR : options_once(&r->workdir, name, arg) ; break ;
    case OPT_USER : options_once(&r->user, name, arg) ; break ;
    case OPT_GROUP : options_once(&r->group, name, arg) ; break ;
    case OPT_MEMLOCK : options_once(&r->memlock, name, arg) ; break ;
    case OPT_EVENTS : options_once(&r->events, "events-jsonl or --events-fd", arg) ; break ;
    case OPT_EVENTSFD :
      options_fd(name, arg, &fd) ;
      options_once(&r->events, "events-jsonl or --events-fd", run_cat("fd:", arg, 0, 0)) ;
      break ;
    case OPT_ENVFD : options_fd(name, arg, &r->envfd) ; break ;
    default : options_flag(r, opt) ;
  }
}

/* getopt_long takes abbreviations; here a name is exact, or a new option would change what an old line means */
static void options_exact (char const *word, char const *name)
{
  size_t n = strcspn(word, "=") ;
  if (!strncmp(word, "--", 2) && (strlen(name) != n - 2 || strncmp(word + 2, name, n - 2)))
    strerr_dief(100, "unknown option: ", word, " (the nearest is --", name, ")") ;
}

int run_options (int argc, char const *const *argv, struct run_request *r)
{
  opterr = 0 ;
  for (;;)
  {
    int i = 0, at = optind ;
    int opt = getopt_long(argc, (char *const *)argv, "+:ne:p:dv:h", options, &i) ;
    if (opt == -1) return optind ;
    if (opt == '?' || opt == ':')
    {
      char const *word = argv[at] ;
      if (opt == ':') strerr_dief(100, "missing value for ", word) ;
      strerr_dief(100, "unknown option: ", word) ;
    }
    if (opt == 'p' || opt == 'd' || opt == 'v') strerr_dief(100, "no step here does the work of ", argv[at]) ;
    if (opt == 'h') opt = OPT_HELP ;
    if (opt >= OPT_NONE || !strncmp(argv[at], "--", 2)) options_exact(argv[at], options[i].name) ;
    options_one(r, opt, options[i].name, optarg) ;
  }
}
