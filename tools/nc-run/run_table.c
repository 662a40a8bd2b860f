/* ISC license. */

#include "run_options.h"

#define ABSENT(word) { word, required_argument, 0, OPT_NONE },
#define ABSENT0(word) { word, no_argument, 0, OPT_NONE },

struct option const run_long_options[] =
{
  { "additional-group", required_argument, 0, OPT_ADDGROUP },
  { "agent-toolchain-rootfs", required_argument, 0, OPT_TOOLCHAIN },
  { "allow-chroot-fallback", no_argument, 0, OPT_CHROOT },
  { "allow-degraded-security", no_argument, 0, OPT_DEGRADED },
  { "allow-host-network", no_argument, 0, OPT_ALLOWHOSTNET },
  { "caps-policy", required_argument, 0, OPT_CAPS },
  { "caps-policy-sha256", required_argument, 0, OPT_CAPS_SUM },
  { "context", required_argument, 0, OPT_CONTEXT },
  { "context-exclude", required_argument, 0, OPT_CONTEXT_EXCLUDE },
  { "context-mode", required_argument, 0, OPT_CONTEXT_MODE },
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
  { "keep-fd", required_argument, 0, OPT_KEEPFD },
  { "keep-groups", no_argument, 0, OPT_KEEPGROUPS },
  { "landlock-policy", required_argument, 0, OPT_LANDLOCK },
  { "landlock-policy-sha256", required_argument, 0, OPT_LANDLOCK_SUM },
  { "listen-fds", required_argument, 0, OPT_LISTEN },
  { "memlock", required_argument, 0, OPT_MEMLOCK },
  { "memory", required_argument, 0, OPT_MEMORY },
  { "modes", no_argument, 0, OPT_MODES },
  { "name", required_argument, 0, OPT_NAME },
  { "network", required_argument, 0, OPT_NETWORK },
  { "pids", required_argument, 0, OPT_PIDS },
  { "proc-rw", no_argument, 0, OPT_PROCRW },
  { "provider-config-ro", required_argument, 0, OPT_PROVIDER_RO },
  { "provider-config-rw", required_argument, 0, OPT_PROVIDER_RW },
  { "require-kernel-lockdown", required_argument, 0, OPT_LOCKDOWN },
  { "root", required_argument, 0, OPT_ROOT },
  { "rootfs", required_argument, 0, OPT_ROOTFS },
  { "rootfs-binds", required_argument, 0, OPT_ROOTFS_BINDS },
  { "rootfs-manifest", required_argument, 0, OPT_MANIFEST },
  { "rootfs-manifest-sha256", required_argument, 0, OPT_MANIFEST_SUM },
  { "rootfs-mode", required_argument, 0, OPT_ROOTFS_MODE },
  { "rootfs-upper", required_argument, 0, OPT_ROOTFS_UPPER },
  { "rootless", no_argument, 0, OPT_ROOTLESS },
  { "runtime", required_argument, 0, OPT_RUNTIME },
  { "sd-notify", no_argument, 0, OPT_SDNOTIFY },
  { "seccomp-log-denied", no_argument, 0, OPT_LOGDENIED },
  { "seccomp-profile", required_argument, 0, OPT_SECCOMP },
  { "seccomp-profile-sha256", required_argument, 0, OPT_SECCOMP_SUM },
  { "secret", required_argument, 0, OPT_SECRET },
  { "service-mode", required_argument, 0, OPT_MODE },
  { "strict-agent", no_argument, 0, OPT_STRICT },
  { "swap", no_argument, 0, OPT_SWAP },
  { "systemd-credential", required_argument, 0, OPT_CREDENTIAL },
  { "time-namespace", no_argument, 0, OPT_TIMENS },
  { "tmpfs", required_argument, 0, OPT_TMPFS },
  { "uidmap", required_argument, 0, OPT_UIDMAP },
  { "user", required_argument, 0, OPT_USER },
  { "user-of", required_argument, 0, OPT_USEROF },
  { "userns", required_argument, 0, OPT_USERNS },
  { "verify-context-integrity", no_argument, 0, OPT_INTEGRITY },
  { "verify-rootfs-attestation", no_argument, 0, OPT_ATTEST },
  { "version", no_argument, 0, OPT_VERSION },
  { "volume", required_argument, 0, OPT_VOLUME },
  { "workdir", required_argument, 0, OPT_WORKDIR },
  { "workspace", required_argument, 0, OPT_WORKSPACE },
  { "workspace-changes", required_argument, 0, OPT_WORKSPACE_CHANGES },
  { "workspace-exec", no_argument, 0, OPT_WORKSPACE_EXEC },
  { "workspace-mode", required_argument, 0, OPT_WORKSPACE_MODE },
  { "workspace-protect", required_argument, 0, OPT_WORKSPACE_PROTECT },
  { "workspace-quarantine", no_argument, 0, OPT_WORKSPACE_ASIDE },
  { "workspace-unprotect", required_argument, 0, OPT_WORKSPACE_LIFT },
  /* known elsewhere by these names, and refused by them here: no step does that work */
  ABSENT("bundle")
  ABSENT("config") ABSENT("config-fd") ABSENT("console-socket")
  ABSENT("credential-broker") ABSENT0("credential-broker-no-proxy-env") ABSENT0("detach") ABSENT("egress-allow")
  ABSENT("egress-domain") ABSENT("egress-tcp-port") ABSENT("egress-udp-port") ABSENT("gpu") ABSENT("gpu-device") ABSENT("gpu-driver-capabilities")
  ABSENT("gpu-visible-devices") ABSENT("gvisor-platform") ABSENT("health-cmd") ABSENT("health-interval") ABSENT("health-retries")
  ABSENT("health-start-period") ABSENT("hooks")
  ABSENT("nat-backend") ABSENT0("no-broker-proxy-env") ABSENT0("no-gpu-driver-libs") ABSENT("pid-file")
  ABSENT("publish") ABSENT("readiness-exec") ABSENT0("readiness-sd-notify") ABSENT("readiness-tcp")
  ABSENT("seccomp-allow") ABSENT("seccomp-log") ABSENT("seccomp-mode")
  ABSENT("secrets-fd")
  ABSENT0("terminal") ABSENT("trust-level")
  { 0, 0, 0, 0 }
} ;
