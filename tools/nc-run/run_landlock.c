/* ISC license. */

/* The Landlock rules that follow from what the container sees. */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <skalibs/uint32.h>

#include "nc.h"
#include "run.h"

static void landlock_exec (struct run_chain *c, char const *path)
{
  run_add2(c, "-r", path) ;
  run_add2(c, "-x", path) ;
}

static void landlock_host (struct run_chain *c)
{
  static char const *const dirs[] = { "/bin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/opt", "/sbin", "/usr" } ;
  size_t i = 0 ;
  struct stat st ;
  for (; i < sizeof(dirs) / sizeof(dirs[0]) ; i++)
  {
    if (lstat(dirs[i], &st) == 0) { if (S_ISDIR(st.st_mode)) landlock_exec(c, dirs[i]) ; }
    else if (errno != ENOENT && errno != ENOTDIR) strerr_diefusys(111, "look at ", dirs[i]) ;
  }
}

static void landlock_entry (struct run_chain *c, char const *path, int isdir)
{
  if (isdir && strcmp(path, "/etc")) landlock_exec(c, path) ;
}

/* What an image holds is not known before it is mounted: it is one mount, and all of it may be read and executed. */
static void landlock_root (struct run_request const *r, struct run_chain *c)
{
  if (r->content.root == RUN_ROOT_IMAGE) landlock_exec(c, "/") ;
  else if (r->rootfs) run_image(r->rootfs, c, &landlock_entry) ;
  else landlock_host(c) ;
  if (!r->content.upper) return ;
  if (r->content.root != RUN_ROOT_IMAGE) run_add2(c, "-r", "/") ;
  run_add2(c, "-w", "/") ;
}

static void landlock_volumes (struct run_request const *r, struct run_chain *c)
{
  struct run_list const *lists[] = { &r->tmpfs, &r->volumes } ;
  size_t k = 0, i ;
  for (; k < 2 ; k++)
    for (i = 0 ; i < lists[k]->n ; i++)
    {
      struct run_volume v ;
      run_volume(lists[k]->v[i], !k, &v) ;
      run_add2(c, "-r", v.dst) ;
      if (v.writable) run_add2(c, "-w", v.dst) ;
      if (!v.noexec) run_add2(c, "-x", v.dst) ;
    }
}

/* The policy alone. In the strict modes an older ABI than theirs, or best effort, would be less than they promise. */
static void landlock_policy (struct run_request const *r, struct run_chain *c)
{
  int all = run_always(r->mode, RUN_RULE_LANDLOCK) ;
  char const *abi = all ? "6" : 0 ;
  uint32_t n ;
  size_t i = 0 ;
  for (; i < r->landlock.n ; i++)
  {
    char const *word = r->landlock.words[i] ;
    if (all && !strcmp(word, "-b")) strerr_dief(100, "best effort, which mode ", run_mode_name(r->mode), " refuses: ", r->landlock.file) ;
    if (strncmp(word, "-a", 2)) run_add(c, word) ;
    else if (!all || (uint320_scan(word + 2, &n) && n > 6)) abi = word + 2 ;
  }
  if (abi) run_add2(c, "-a", abi) ;
  if (r->tools) landlock_exec(c, r->tools) ;
}

/* Read, write and execute apart. "/" may be listed: it holds nothing that was not asked for. */
void run_landlock (struct run_request const *r, struct run_chain *c, int privileged)
{
  static char const *const writable[] =
    { "/dev/full", "/dev/null", "/dev/pts", "/dev/random", "/dev/shm", "/dev/tty", "/dev/urandom", "/dev/zero", "/tmp" } ;
  size_t i = 0 ;
  run_step(c, "nc-landlock", privileged) ;
  if (r->landlock.file) { landlock_policy(r, c) ; return ; }
  if (!run_always(r->mode, RUN_RULE_LANDLOCK)) run_add(c, "-b") ;
  run_add2(c, "-a", run_always(r->mode, RUN_RULE_LANDLOCK) ? "6" : "2") ;
  run_add2(c, "-d", "/") ;
  run_add2(c, "-r", "/dev") ;
  run_add2(c, "-r", "/etc") ;
  run_add2(c, "-r", "/proc") ;
  if (r->procrw) run_add2(c, "-w", "/proc") ;
  landlock_root(r, c) ;
  for (; i < sizeof(writable) / sizeof(writable[0]) ; i++) run_add2(c, "-w", writable[i]) ;
  run_add2(c, "-r", "/tmp") ;
  if (!run_always(r->mode, RUN_RULE_NOEXEC)) run_add2(c, "-x", "/tmp") ;
  run_add2(c, "-r", r->home) ;
  run_add2(c, "-w", r->home) ;
  if (r->tools) landlock_exec(c, r->tools) ;
  landlock_volumes(r, c) ;
  run_give_landlock(r, c) ;
}
