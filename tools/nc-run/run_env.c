/* ISC license. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>
#include <skalibs/djbunix.h>
#include <skalibs/stralloc.h>

#include "nc.h"
#include "run.h"

#define ENV_MAX 512
#define ENV_NIXOS "/run/current-system/sw/bin"

/* The dynamic linker obeys these in every program of the container, before the program's own code. */
static char const *const env_refused[] = { "LD_AUDIT", "LD_DEBUG", "LD_LIBRARY_PATH", "LD_PRELOAD", "LD_PROFILE", "NC_SCOPE" } ;

static void env_check (char const *word)
{
  static char const letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789" ;
  size_t n = strcspn(word, "=") ;
  size_t i = 0 ;
  if (!n || strspn(word, letters) != n || (word[0] >= '0' && word[0] <= '9')) strerr_dief(100, "invalid variable name: ", word) ;
  for (; i < sizeof(env_refused) / sizeof(env_refused[0]) ; i++)
    if (strlen(env_refused[i]) == n && !strncmp(env_refused[i], word, n)) strerr_dief(100, "variable is refused: ", env_refused[i]) ;
}

/* Values that are ours to choose are no secrets: they stand in the line. */
static void env_default (struct run_list *names, char const *name, char const *value)
{
  names->v[names->n++] = run_cat(name, "=", value, 0) ;
}

/* Puts word into env, where a later one of the same name wins, and its name on the list. */
static void env_put (char const **env, size_t *envn, struct run_list *names, char const *word, char const *const *envp)
{
  size_t n = strcspn(word, "=") ;
  size_t i = 0 ;
  char *name = run_cat(word, "", 0, 0) ;
  name[n] = 0 ;
  if (!word[n])
  {
    char const *value = nc_env_get(envp, name) ;
    if (!value) strerr_dief(100, "variable is not set: ", name) ;
    word = run_cat(name, "=", value, 0) ;
  }
  else word = run_cat(word, "", 0, 0) ;  /* the line it came from is wiped */
  for (; i < *envn ; i++) if (!strncmp(env[i], word, n + 1)) { env[i] = word ; return ; }
  if (*envn == ENV_MAX || names->n == RUN_LIST) strerr_dief(100, "too many variables") ;
  env[(*envn)++] = word ;
  names->v[names->n++] = name ;
}

static void env_from_fd (int fd, char const **env, size_t *envn, struct run_list *names, char const *const *envp)
{
  stralloc sa = STRALLOC_ZERO ;
  size_t i = 0 ;
  if (!slurp(&sa, fd)) strerr_diefusys(111, "read the variables of --env-fd") ;
  if (close(fd) == -1) strerr_diefusys(111, "close the descriptor of --env-fd") ;
  if (sa.len && sa.s[sa.len - 1]) strerr_dief(100, "--env-fd: the last variable is not ended by a zero byte") ;
  while (i < sa.len)
  {
    if (!strchr(sa.s + i, '=')) strerr_dief(100, "--env-fd: not NAME=VALUE") ;
    env_check(sa.s + i) ;
    env_put(env, envn, names, sa.s + i, envp) ;
    i += strlen(sa.s + i) + 1 ;
  }
}

/* What a service manager says, as it says it. */
static void env_service (struct run_request const *r, char const **env, size_t *envn, struct run_list *names, char const *const *envp)
{
  static char const *const listen[] = { "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PID" } ;
  size_t i = 0 ;
  for (; r->listen && i < 3 ; i++)
  {
    if (nc_env_get(envp, listen[i])) env_put(env, envn, names, listen[i], envp) ;
    else if (names->n < RUN_LIST) names->v[names->n++] = listen[i] ;
  }
  if (r->notify) env_put(env, envn, names, "NOTIFY_SOCKET", envp) ;
}

static int env_nixos (void)
{
  if (access(ENV_NIXOS, X_OK) == 0) return 1 ;
  if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) strerr_diefusys(111, "look at ", ENV_NIXOS) ;
  return 0 ;
}

/* Values stay in the environment, which nc-clean overwrites; the composed line has the names only. */
char const *const *run_env (struct run_request const *r, struct run_ids const *ids, char const *const *envp, struct run_list *names)
{
  static char const *const kept[] = { "COLORTERM", "LANG", "LC_ALL", "NO_COLOR", "TERM", "TZ" } ;
  char const **env = calloc(ENV_MAX + 1, sizeof(char const *)) ;
  size_t n = 0, i = 0 ;
  if (!env) strerr_diefusys(111, "allocate the environment") ;
  env_default(names, "PATH", r->rootfs || !env_nixos() ? NC_DEFAULT_PATH : ENV_NIXOS ":" NC_DEFAULT_PATH) ;
  env_default(names, "HOME", r->home) ;
  env_default(names, "USER", ids->name) ;
  env_default(names, "LOGNAME", ids->name) ;
  for (; i < sizeof(kept) / sizeof(kept[0]) ; i++) if (nc_env_get(envp, kept[i])) env_put(env, &n, names, kept[i], envp) ;
  for (i = 0 ; i < r->env.n ; i++)
  {
    env_check(r->env.v[i]) ;
    env_put(env, &n, names, r->env.v[i], envp) ;
  }
  if (r->envfd != -1) env_from_fd(r->envfd, env, &n, names, envp) ;
  env_service(r, env, &n, names, envp) ;
  env[n] = 0 ;
  return env ;
}
