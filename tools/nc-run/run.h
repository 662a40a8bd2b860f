/* ISC license. */

#ifndef NC_RUN_H
#define NC_RUN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "run_content.h"
#include "run_modes.h"

#define RUN_WORDS 2048     /* of the composed line */

/* descriptors of a composed line: from 100 on, so that a service manager's sockets at 3 and up stay */
#define RUN_FD_BPF "100"
#define RUN_FD_USERNS "101"
#define RUN_FD_READY "102"
#define RUN_FD_IDS "103"
#define RUN_FD_NS "104"
#define RUN_FD_PROTECT "105"

#define RUN_WORKSPACE "/workspace"

enum run_network { RUN_NET_NONE, RUN_NET_HOST } ;
enum run_userns { RUN_USERNS_DEFAULT, RUN_USERNS_NOMAP, RUN_USERNS_KEEPID, RUN_USERNS_AUTO, RUN_USERNS_HOST } ;

#define RUN_POLICY_WORDS 256

/* A policy file, the digest that it must have or 0, and what nc-policy makes of it: options of its step. */
struct run_policy { char const *file ; char const *sum ; char const *words[RUN_POLICY_WORDS] ; size_t n ; } ;

/* What the line asks for, as words. */
struct run_request
{
  enum run_mode mode ;
  enum run_network network ;
  enum run_userns userns ;
  char const *name ;
  char const *root ;         /* base of the run directories */
  char const *hostname ;
  char const *rootfs ;
  char const *toolchain ;    /* the same, for agents */
  char const *home ;
  char const *workdir ;
  char const *user ;
  char const *group ;
  char const *userof ;       /* a directory: the workload is its owner */
  char const *memlock ;
  char const *memory ;
  char const *cpus ;
  char const *cpuweight ;
  char const *pids ;
  char const *seccomp ;      /* the compiled profile */
  struct run_policy seccompfile, caps, landlock ;
  char const *events ;
  char const *lockdown ;     /* level of the kernel's lockdown */
  char const *tools ;        /* directory of the steps, where they are separate executables */
  struct run_content content ;
  struct run_list groups, env, volumes, tmpfs, dns, uidmaps, gidmaps, iolimits, keepfds ;
  char const *notify ;       /* the socket of NOTIFY_SOCKET */
  int keepgroups ;           /* the supplementary groups of the caller */
  int listen ;               /* sockets from descriptor 3 on */
  int envfd ;
  int strict ;               /* --strict-agent */
  int degraded ;
  int chroot ;
  int allowhostnet ;
  int rootless ;
  int swap ;
  int procrw ;
  int timens ;
  int nocgroupns ;
  int logdenied ;
  int print ;
} ;

/* Who the workload is. */
struct run_ids
{
  uint32_t uid ;
  uint32_t gid ;
  uint32_t groups[RUN_LIST] ;
  size_t groupsn ;
  char name[65] ;
  int leased ;               /* the ids are not known yet: they come from nc-userns -q, or are a directory's owner's */
  int kept ;                 /* its group is on the list of supplementary ones too, and stays there */
  int late ;                 /* a user namespace of its own, joined after nc-init */
  int early ;                /* without privilege: the user namespace is where privilege comes from */
} ;

/* The composed line: steps in any order, sorted by rank when it is done. */
struct run_step { unsigned int rank ; size_t first ; size_t n ; } ;

struct run_chain
{
  char const *words[RUN_WORDS] ;
  size_t n ;
  struct run_step steps[24] ;
  size_t stepsn ;
} ;

/* run_options.c: parses into r, returns the index of prog; dies 100 */
extern int run_options (int argc, char const *const *argv, struct run_request *r) ;
extern void run_help (void) ;
extern void run_option_list (struct run_list *l, char const *option, char const *arg) ;    /* one more; dies 100 */
extern void run_option_once (char const **where, char const *option, char const *arg) ;    /* not twice, not empty; dies 100 */

/* run_check.c: the rules of the modes, and what follows from them; dies 100 */
extern void run_check (struct run_request *r) ;

/* run_content.c: 1 where it is one of the options that give files. run_content_check.c: the rules for all of them. Both die 100. share: the
   directory, with a slash at its end, where the tools' lists are. */
extern int run_content_option (struct run_content *c, int opt, char const *name, char const *arg) ;
extern void run_content (struct run_request *r, char const *share) ;

/* run_place.c: the places of the host and of the container that may be named */
enum run_use { RUN_USE_READ, RUN_USE_WRITE, RUN_USE_WORKSPACE, RUN_USE_TARGET } ;
extern int run_place (char const *path, enum run_use use) ;
extern char const *run_absolute (char const *option, char const *path) ;
extern void run_source (char const *option, char const *path, enum run_use use, struct stat *st) ;
extern void run_clean (char const *option, char const *path) ;
extern void run_target (char const *option, char const *path) ;

/* run_state.c: the directory of what outlives a run */
extern char const *run_state (char const *const *envp) ;  /* 0 where nobody says */

/* run_give.c: the steps for what is given, in the order of the line */
extern void run_config (char const *word, char const *home, char const **src, char const **dst, char const **kind) ;
extern char const *run_owner (struct run_ids const *ids) ;
extern char const *run_own (struct run_ids const *ids, uint32_t uid) ;
extern char const *run_bind (char const *own, int noexec) ;  /* options of a bind */
extern void run_give_host (struct run_request const *r, struct run_ids const *ids, struct run_chain *c, int privileged) ;
extern void run_give_root (struct run_request const *r, struct run_ids const *ids, struct run_chain *c) ;
extern void run_give (struct run_request const *r, struct run_ids const *ids, struct run_chain *c, int privileged) ;

/* run_given.c. hides: a secret covers what cannot be named before it is there, so that not every mount can be */
extern int run_give_hides (struct run_request const *r) ;
extern void run_give_landlock (struct run_request const *r, struct run_chain *c) ;
extern void run_give_assert (struct run_request const *r, struct run_chain *c, int all) ;

/* run_policy.c: reads the policies that the line names, by nc-policy in bindir; a seccomp policy is then at RUN_FD_BPF */
extern void run_policies (struct run_request *r, char const *bindir) ;
extern void run_print_policy (struct run_request const *r, char const *bindir) ;

/* run_ids.c */
extern void run_ids (struct run_request const *r, struct run_ids *ids, char const *const *envp) ;

/* run_env.c: the environment that nc-clean picks from; values stay out of the line */
extern char const *const *run_env (struct run_request const *r, struct run_ids const *ids, char const *const *envp, struct run_list *names) ;

/* run_words.c */
extern void run_step (struct run_chain *c, char const *name, int privileged) ;
extern void run_add (struct run_chain *c, char const *word) ;
extern void run_add2 (struct run_chain *c, char const *option, char const *word) ;
extern char *run_cat (char const *a, char const *b, char const *c, char const *d) ;
extern char *run_field (char const *s) ;
extern char *run_num (uint32_t u) ;
extern void run_sort (struct run_chain *c, char const *bindir, char const **argv, char const *const *prog) ;
extern void run_print (char const *const *argv, char const *end) ;

/* run_chain.c */
extern void run_compose (struct run_request const *r, struct run_ids const *ids, struct run_list const *env, struct run_chain *c) ;
extern char const *run_groups (struct run_ids const *ids) ;
extern char const *run_core (void) ;

/* run_fds.c */
extern void run_secret_fds (struct run_list const *secrets, struct run_chain *c) ;
extern void run_fds (struct run_request const *r, struct run_chain *c, char const *option) ;

/* run_root.c */
extern void run_root (struct run_request const *r, struct run_ids const *ids, struct run_chain *c, int privileged) ;

/* run_landlock.c */
extern void run_landlock (struct run_request const *r, struct run_chain *c, int privileged) ;

/* run_image.c: each entry of a root file system that nc-rootfs binds, by the path it then has */
extern void run_image (char const *rootfs, struct run_chain *c, void (*each) (struct run_chain *c, char const *path, int isdir)) ;

extern void run_binds (char const *file, struct run_chain *c, char const *option) ;

/* run_assert.c: what is read back, before the namespaces, after the mounts and after the privileges are dropped */
extern void run_assert_host (struct run_request const *r, struct run_chain *c, int privileged) ;
extern void run_assert_mounts (struct run_request const *r, struct run_chain *c, int privileged) ;
extern void run_assert_self (struct run_request const *r, struct run_ids const *ids, struct run_list const *env, struct run_chain *c, int privileged) ;

/* run_volume.c: SRC:DEST[:ro|rw[,noexec][,own]] and DEST[:SIZE][:ro|rw]; dies 100 */
struct run_volume { char const *src ; char const *dst ; char const *size ; int writable ; int noexec ; int own ; } ;
extern void run_volume (char const *word, int tmpfs, struct run_volume *v) ;

#endif
