/* ISC license. */

/* What the container sees, and the Landlock rules that follow from it. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "nc.h"
#include "run.h"

static void root_nameservers (struct run_request const *r, struct run_chain *c)
{
  char line[256] ;
  size_t i = 0 ;
  FILE *f ;
  for (; i < r->dns.n ; i++) run_add2(c, "-n", r->dns.v[i]) ;
  if (r->dns.n || r->network != RUN_NET_HOST) return ;
  f = fopen("/etc/resolv.conf", "re") ;
  if (!f) { if (errno == ENOENT) return ; strerr_diefusys(111, "open /etc/resolv.conf") ; }
  while (i < 3 && fgets(line, sizeof(line), f))
  {
    char word[64] ;
    if (sscanf(line, "nameserver %63[0-9a-fA-F.:]", word) == 1) { run_add2(c, "-n", run_cat(word, "", 0, 0)) ; i++ ; }
  }
  fclose(f) ;
}

static void root_owner (struct run_request const *r, struct run_ids const *ids, struct run_chain *c)
{
  char const *who = ids->leased || (ids->late && !ids->uid) ? "fd:" RUN_FD_IDS : run_cat(run_num(ids->uid), ":", run_num(ids->gid), 0) ;
  run_add2(c, "-u", run_cat(who, ":", ids->name, run_cat(":", r->home, 0, 0))) ;
}

static void root_volumes (struct run_request const *r, struct run_chain *c)
{
  struct run_volume v ;
  size_t i = 0 ;
  for (; i < r->tmpfs.n ; i++)
  {
    run_volume(r->tmpfs.v[i], 1, &v) ;
    run_add2(c, "-t", run_cat(v.dst, ":size=", v.size, v.writable ? v.noexec ? ",mode=700,own,noexec" : ",mode=700,own" : ",mode=755,ro")) ;
  }
  for (i = 0 ; i < r->volumes.n ; i++)
  {
    run_volume(r->volumes.v[i], 0, &v) ;
    run_add2(c, v.writable ? "-B" : "-b", run_cat(v.src, ":", v.dst, v.noexec ? ":noexec" : 0)) ;
  }
}

void run_root (struct run_request const *r, struct run_ids const *ids, struct run_chain *c, int privileged)
{
  run_step(c, "nc-rootfs", privileged) ;
  root_owner(r, ids, c) ;
  if (ids->leased) run_add(c, "-k") ;
  if (r->rootfs) run_add2(c, "-b", run_cat(r->rootfs, ":/", 0, 0)) ;
  else run_add(c, "-h") ;
  run_add(c, "-e") ;
  run_add2(c, "-H", r->hostname) ;
  root_nameservers(r, c) ;
  if (r->procrw) run_add2(c, "-p", "rw") ;
  if (ids->late) run_add2(c, "-i", RUN_FD_USERNS) ;
  run_add2(c, "-t", "/tmp:256M") ;
  run_add2(c, "-t", run_cat(r->home, ":256M,mode=700,own,noexec", 0, 0)) ;
  if (r->tools) run_add2(c, "-b", run_cat(r->tools, ":", r->tools, 0)) ;
  root_volumes(r, c) ;
}

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
    if (lstat(dirs[i], &st) == 0 && S_ISDIR(st.st_mode)) landlock_exec(c, dirs[i]) ;
}

static void landlock_image (struct run_chain *c, char const *rootfs)
{
  static char const skipped[] = " dev etc home proc run sys tmp " ;
  struct dirent *d ;
  DIR *dir = opendir(rootfs) ;
  if (!dir) strerr_diefusys(111, "open the root file system ", rootfs) ;
  while ((d = readdir(dir)))
  {
    char *word = run_cat(" ", d->d_name, " ", 0) ;
    struct stat st ;
    if (d->d_name[0] == '.' || strstr(skipped, word)) continue ;
    if (fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode))
      landlock_exec(c, run_cat("/", d->d_name, 0, 0)) ;
  }
  closedir(dir) ;
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

/* Read, write and execute apart. "/" may be listed: it holds nothing that was not asked for. */
void run_landlock (struct run_request const *r, struct run_chain *c, int privileged)
{
  static char const *const writable[] =
    { "/dev/full", "/dev/null", "/dev/pts", "/dev/random", "/dev/shm", "/dev/tty", "/dev/urandom", "/dev/zero", "/tmp" } ;
  size_t i = 0 ;
  run_step(c, "nc-landlock", privileged) ;
  run_add(c, "-b") ;
  run_add2(c, "-a", r->mode == RUN_AGENT ? "2" : "6") ;
  run_add2(c, "-d", "/") ;
  run_add2(c, "-r", "/dev") ;
  run_add2(c, "-r", "/etc") ;
  run_add2(c, "-r", "/proc") ;
  if (r->procrw) run_add2(c, "-w", "/proc") ;
  if (r->rootfs) landlock_image(c, r->rootfs) ; else landlock_host(c) ;
  for (; i < sizeof(writable) / sizeof(writable[0]) ; i++) run_add2(c, "-w", writable[i]) ;
  landlock_exec(c, "/tmp") ;
  run_add2(c, "-r", r->home) ;
  run_add2(c, "-w", r->home) ;
  if (r->tools) landlock_exec(c, r->tools) ;
  landlock_volumes(r, c) ;
}
