/* ISC license. */

#include <string.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "run.h"
#include "run_options.h"

#define USAGE "nc-run [ options ] [ -- ] prog...   (nc-run --help lists them)"

struct run_word { char const *word ; int value ; } ;

static int options_word (struct run_word const *w, char const *option, char const *arg)
{
  for (; w->word ; w++) if (!strcmp(w->word, arg)) return w->value ;
  strerr_dief(100, "unknown value for --", option, ": ", arg) ;
}

void run_option_list (struct run_list *l, char const *option, char const *arg)
{
  if (l->n == RUN_LIST) strerr_dief(100, "too many times --", option) ;
  l->v[l->n++] = arg ;
}

void run_option_once (char const **where, char const *option, char const *arg)
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
    case OPT_CHROOT : r->chroot = 1 ; break ;
    case OPT_DEGRADED : r->degraded = 1 ; break ;
    case OPT_KEEPGROUPS : r->keepgroups = 1 ; break ;
    case OPT_LOGDENIED : r->logdenied = 1 ; break ;
    case OPT_NOCGROUPNS : r->nocgroupns = 1 ; break ;
    case OPT_PROCRW : r->procrw = 1 ; break ;
    case OPT_ROOTLESS : r->rootless = 1 ; break ;
    case OPT_SDNOTIFY : r->notify = "" ; break ;
    case OPT_STRICT : r->strict = 1 ; break ;
    case OPT_SWAP : r->swap = 1 ; break ;
    case OPT_TIMENS : r->timens = 1 ; break ;
    case OPT_HELP : run_help() ; break ;
    case OPT_MODES : run_modes() ; break ;
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
  if (run_content_option(&r->content, opt, name, arg)) return ;
  switch (opt)
  {
    case OPT_NONE : strerr_dief(100, "no step here does the work of --", name) ;
    case OPT_MODE : case OPT_NETWORK : case OPT_USERNS : case OPT_RUNTIME : options_enum(r, opt, arg) ; break ;
    case OPT_ADDGROUP : run_option_list(&r->groups, name, arg) ; break ;
    case OPT_DNS : run_option_list(&r->dns, name, arg) ; break ;
    case OPT_TMPFS : run_option_list(&r->tmpfs, name, arg) ; break ;
    case OPT_VOLUME : run_option_list(&r->volumes, name, arg) ; break ;
    case OPT_UIDMAP : run_option_list(&r->uidmaps, name, arg) ; break ;
    case OPT_GIDMAP : run_option_list(&r->gidmaps, name, arg) ; break ;
    case 'e' : run_option_list(&r->env, "env", arg) ; break ;
    case OPT_IOLIMIT : run_option_list(&r->iolimits, name, arg) ; break ;
    case OPT_CPUS : run_option_once(&r->cpus, name, arg) ; break ;
    case OPT_CPUWEIGHT : run_option_once(&r->cpuweight, name, arg) ; break ;
    case OPT_MEMORY : run_option_once(&r->memory, name, arg) ; break ;
    case OPT_PIDS : run_option_once(&r->pids, name, arg) ; break ;
    case OPT_NAME : run_option_once(&r->name, name, arg) ; break ;
    case OPT_ROOT : run_option_once(&r->root, name, arg) ; break ;
    case OPT_HOSTNAME : run_option_once(&r->hostname, name, arg) ; break ;
    case OPT_ROOTFS : run_option_once(&r->rootfs, name, run_absolute(name, arg)) ; break ;
    case OPT_TOOLCHAIN : run_option_once(&r->toolchain, name, arg) ; break ;
    case OPT_HOME : run_option_once(&r->home, name, arg) ; break ;
    case OPT_WORKDIR : run_option_once(&r->workdir, name, arg) ; break ;
    case OPT_KEEPFD : options_fd(name, arg, &fd) ; run_option_list(&r->keepfds, name, arg) ; break ;
    case OPT_LISTEN :
      if (!nc_scan_fd(arg, &r->listen) || !r->listen || r->listen > RUN_LIST / 2) strerr_dief(100, "not a number of sockets for --", name, ": ", arg) ;
      break ;
    case OPT_USEROF : run_option_once(&r->userof, name, run_absolute(name, arg)) ; break ;
    case OPT_USER : run_option_once(&r->user, name, arg) ; break ;
    case OPT_GROUP : run_option_once(&r->group, name, arg) ; break ;
    case OPT_LOCKDOWN :
      run_option_once(&r->lockdown, name, arg) ;
      if (strcmp(arg, "integrity") && strcmp(arg, "confidentiality")) strerr_dief(100, "unknown value for --", name, ": ", arg) ;
      break ;
    case OPT_MEMLOCK : run_option_once(&r->memlock, name, arg) ; break ;
    case OPT_EVENTS : run_option_once(&r->events, "events-jsonl or --events-fd", arg) ; break ;
    case OPT_EVENTSFD :
      options_fd(name, arg, &fd) ;
      run_option_once(&r->events, "events-jsonl or --events-fd", run_cat("fd:", arg, 0, 0)) ;
      break ;
    case OPT_CAPS : run_option_once(&r->caps.file, name, arg) ; break ;
    case OPT_CAPS_SUM : run_option_once(&r->caps.sum, name, arg) ; break ;
    case OPT_LANDLOCK : run_option_once(&r->landlock.file, name, arg) ; break ;
    case OPT_LANDLOCK_SUM : run_option_once(&r->landlock.sum, name, arg) ; break ;
    case OPT_SECCOMP : run_option_once(&r->seccompfile.file, name, arg) ; break ;
    case OPT_SECCOMP_SUM : run_option_once(&r->seccompfile.sum, name, arg) ; break ;
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
    int opt = getopt_long(argc, (char *const *)argv, "+:ne:p:dv:h", run_long_options, &i) ;
    if (opt == -1) return optind ;
    if (opt == '?' || opt == ':')
    {
      char const *word = argv[at] ;
      if (opt == ':') strerr_dief(100, "missing value for ", word) ;
      strerr_dief(100, "unknown option: ", word) ;
    }
    if (opt == 'p' || opt == 'd' || opt == 'v') strerr_dief(100, "no step here does the work of ", argv[at]) ;
    if (opt == 'h') opt = OPT_HELP ;
    if (opt >= OPT_NONE || !strncmp(argv[at], "--", 2)) options_exact(argv[at], run_long_options[i].name) ;
    options_one(r, opt, run_long_options[i].name, optarg) ;
  }
}
