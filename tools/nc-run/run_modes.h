/* ISC license. */

#ifndef NC_RUN_MODES_H
#define NC_RUN_MODES_H

/* The modes, in one table: a rule's name, its words, and what it says in agent, strict-agent and production. nc-run --modes
   prints it, nc-run(8) has the same lines, and a test holds all three to each other.

     NO      it is not done           MAY     where it is asked for
     ALWAYS  it is done unasked       MUST    it has to be asked for
     NEVER   asking for it is an error                                                    */

#define RUN_MODES(X) \
  X(HOSTNET,   "--network host",                             MAY,    NEVER,  NEVER) \
  X(DEGRADED,  "--allow-degraded-security",                  NEVER,  NEVER,  NEVER) \
  X(CHROOT,    "--allow-chroot-fallback",                    NEVER,  NEVER,  NEVER) \
  X(NOUSERNS,  "--userns host",                              MAY,    NEVER,  NEVER) \
  X(USERNS,    "root in a user namespace owning nothing",    MAY,    ALWAYS, ALWAYS) \
  X(GROUPS,    "without root: supplementary groups kept",    MAY,    NEVER,  NEVER) \
  X(MEMORY,    "--memory",                                   MAY,    MAY,    MUST) \
  X(CPUS,      "--cpus",                                     MAY,    MAY,    MUST) \
  X(PIDS,      "--pids, or 512",                             MAY,    ALWAYS, ALWAYS) \
  X(ROOTFS,    "--rootfs",                                   MAY,    MAY,    MUST) \
  X(STORE,     "--rootfs read-only, in /nix/store",          NO,     NO,     ALWAYS) \
  X(TOOLCHAIN, "--agent-toolchain-rootfs",                   MAY,    MAY,    NEVER) \
  X(OVERLAY,   "--rootfs-mode overlay",                      MAY,    MAY,    NEVER) \
  X(ATTEST,    "--verify-rootfs-attestation",                MAY,    MAY,    MAY) \
  X(PROTECT,   "protected names of a workspace",             ALWAYS, ALWAYS, MAY) \
  X(NOEXEC,    "nothing both writable and executable",       NO,     NO,     ALWAYS) \
  X(PINNED,    "policies by their SHA-256",                  MAY,    MAY,    MUST) \
  X(LINTS,     "policies without a warning of nc-policy",    NO,     NO,     ALWAYS) \
  X(HIDEPID,   "processes of other users hidden in /proc",   ALWAYS, ALWAYS, ALWAYS) \
  X(LANDLOCK,  "Landlock ABI 6, or no start",                NO,     ALWAYS, ALWAYS) \
  X(AUDIT,     "every mount read back",                      ALWAYS, ALWAYS, ALWAYS) \
  X(ASSERT,    "namespaces and process read back",           NO,     ALWAYS, ALWAYS) \
  X(LOCKDOWN,  "--require-kernel-lockdown",                  MAY,    MAY,    MAY)

enum run_verdict { RUN_NO, RUN_MAY, RUN_ALWAYS, RUN_MUST, RUN_NEVER } ;

#define RUN_MODES_RULE(rule, words, a, s, p) RUN_RULE_##rule,
enum run_rule { RUN_MODES(RUN_MODES_RULE) RUN_RULES } ;
#undef RUN_MODES_RULE

enum run_mode { RUN_AGENT, RUN_STRICT, RUN_PRODUCTION } ;

extern enum run_verdict run_verdict (enum run_mode mode, enum run_rule rule) ;

/* Is it done, asked for or not, in this mode? */
extern int run_always (enum run_mode mode, enum run_rule rule) ;

/* Dies 100 where the mode forbids what was asked for, or misses what was not. */
extern void run_rule (enum run_mode mode, enum run_rule rule, int asked) ;

extern char const *run_mode_name (enum run_mode mode) ;

/* Prints the table: words, agent, strict-agent and production with tabs between. */
extern void run_modes (void) ;

#endif
