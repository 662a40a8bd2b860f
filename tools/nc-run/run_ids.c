/* ISC license. */

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nc.h"
#include "run.h"

/* /etc/passwd and /etc/group as files, passwd(5): a static program has no name service switch. user or uid selects. */
static int ids_passwd (char const *user, uint32_t uid, struct run_ids *ids)
{
  FILE *f = fopen("/etc/passwd", "re") ;
  struct passwd *pw ;
  if (!f) { if (errno == ENOENT) return 0 ; strerr_diefusys(111, "open /etc/passwd") ; }
  while ((pw = fgetpwent(f)))
    if (user ? !strcmp(pw->pw_name, user) : pw->pw_uid == uid)
    {
      ids->uid = pw->pw_uid ;
      ids->gid = pw->pw_gid ;
      if (nc_scan_name(pw->pw_name)) strcpy(ids->name, pw->pw_name) ;
      break ;
    }
  if (ferror(f) || fclose(f)) strerr_diefusys(111, "read /etc/passwd") ;
  return !!pw ;
}

static uint32_t ids_group (char const *group)
{
  uint32_t gid = 0 ;
  struct group *gr ;
  FILE *f ;
  if (nc_scan_id(group, &gid)) return gid ;
  f = fopen("/etc/group", "re") ;
  if (!f) strerr_diefusys(111, "open /etc/group") ;
  while ((gr = fgetgrent(f))) if (!strcmp(gr->gr_name, group)) { gid = gr->gr_gid ; break ; }
  if (ferror(f) || fclose(f)) strerr_diefusys(111, "read /etc/group") ;
  if (!gr) strerr_dief(100, "unknown group: ", group) ;
  return gid ;
}

static void ids_user (struct run_request const *r, struct run_ids *ids)
{
  uint32_t uid ;
  if (!nc_scan_id(r->user, &uid))
  {
    if (!ids_passwd(r->user, 0, ids)) strerr_dief(100, "unknown user: ", r->user) ;
  }
  else
  {
    ids->uid = uid ;
    if (!uid) { ids->gid = 0 ; strcpy(ids->name, "root") ; }
    else if (!ids_passwd(0, uid, ids) && !r->group) strerr_dief(100, "user ", r->user, " has no line in /etc/passwd: --group is needed") ;
  }
}

/* Root for whom: the user who called sudo, by the number that sudo says. Root itself gets an id that owns nothing. */
static void ids_caller (struct run_ids *ids, char const *const *envp)
{
  char const *uid = nc_env_get(envp, "SUDO_UID") ;
  char const *gid = nc_env_get(envp, "SUDO_GID") ;
  uint32_t u, g ;
  if (!uid || !nc_scan_id(uid, &u) || !u) { ids->leased = 1 ; return ; }
  if (!gid || !nc_scan_id(gid, &g) || !g) strerr_dief(100, "SUDO_UID is set, but SUDO_GID is not a group's number: --user and --group are needed") ;
  ids_passwd(0, u, ids) ;
  ids->uid = u ;
  ids->gid = g ;
}

static void ids_privileged (struct run_request const *r, struct run_ids *ids, char const *const *envp)
{
  if (r->rootless) strerr_dief(100, "--rootless: run by root; run it as the user instead") ;
  if (r->uidmaps.n || r->gidmaps.n) strerr_dief(100, "--uidmap and --gidmap are for use without privilege") ;
  if (r->userns == RUN_USERNS_KEEPID || r->userns == RUN_USERNS_AUTO) strerr_dief(100, "--userns keep-id and auto are for use without privilege") ;
  if (r->userof)
  {
    ids->leased = 1 ;
    if (r->user && nc_scan_name(r->user)) strcpy(ids->name, r->user) ;
  }
  else if (r->user) ids_user(r, ids) ;
  else ids_caller(ids, envp) ;
  ids->late = r->userns == RUN_USERNS_NOMAP || (!ids->leased && !ids->uid && r->userns != RUN_USERNS_HOST)
    || run_always(r->mode, RUN_RULE_USERNS) ;
}

/* Without newgidmap the kernel keeps them and lets nobody drop them; but the group itself is often on its own list. */
static void ids_kept (struct run_request const *r, struct run_ids *ids)
{
  gid_t own = getgid() ;
  gid_t kept[RUN_LIST] ;
  int n = getgroups(RUN_LIST, kept) ;
  if (n == -1 && errno != EINVAL) strerr_diefusys(111, "read the supplementary groups") ;
  for (; n > 0 && kept[n-1] == own ; n--) ids->kept = 1 ;
  run_rule(r->mode, RUN_RULE_GROUPS, !!n) ;
}

static void ids_unprivileged (struct run_request const *r, struct run_ids *ids)
{
  int mapped = r->userns == RUN_USERNS_KEEPID || r->userns == RUN_USERNS_AUTO || r->uidmaps.n ;
  if (r->userns == RUN_USERNS_HOST) strerr_dief(100, "--userns host needs root") ;
  if (r->userof) strerr_dief(100, "--user-of needs root") ;
  if ((r->uidmaps.n || r->gidmaps.n) && (r->userns != RUN_USERNS_DEFAULT || !r->uidmaps.n || !r->gidmaps.n))
    strerr_dief(100, "--uidmap and --gidmap go together, and without --userns") ;
  ids->early = 1 ;
  ids->uid = getuid() ;
  ids->gid = getgid() ;
  ids_passwd(0, ids->uid, ids) ;
  ids->gid = getgid() ;
  if (r->userns == RUN_USERNS_AUTO) { ids->uid = ids->gid = 0 ; strcpy(ids->name, "root") ; }
  if (r->user)
  {
    uint32_t own = ids->uid ;
    ids_user(r, ids) ;
    if (ids->uid && ids->uid != own && !mapped) strerr_dief(100, "without privilege another user needs --userns keep-id, auto, or --uidmap: ", r->user) ;
  }
  if (!mapped) ids_kept(r, ids) ;
  if (r->groups.n && !mapped) strerr_dief(100, "without privilege --additional-group needs --userns keep-id, auto, or --gidmap") ;
}

void run_ids (struct run_request const *r, struct run_ids *ids, char const *const *envp)
{
  size_t i = 0 ;
  strcpy(ids->name, "agent") ;
  if (r->keepgroups && (!r->userof || r->groups.n)) strerr_dief(100, "--keep-groups needs --user-of, and excludes --additional-group") ;
  if (r->group && r->userof) strerr_dief(100, "--group has no effect with --user-of, whose group it is") ;
  if (r->group && !r->user) strerr_dief(100, "--group needs --user") ;
  if (geteuid()) ids_unprivileged(r, ids) ; else ids_privileged(r, ids, envp) ;
  if (r->group) ids->gid = ids_group(r->group) ;
  for (; i < r->groups.n ; i++) ids->groups[ids->groupsn++] = ids_group(r->groups.v[i]) ;
}
