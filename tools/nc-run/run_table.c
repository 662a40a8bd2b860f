/* ISC license. */

#include "run_options.h"

#define ABSENT(word) { word, required_argument, 0, OPT_NONE },
#define ABSENT0(word) { word, no_argument, 0, OPT_NONE },

struct option const run_long_options[] =
{
  { "additional-group", required_argument, 0, OPT_ADDGROUP },
  { "allow-chroot-fallback", no_argument, 0, OPT_CHROOT },
  { "allow-degraded-security", no_argument, 0, OPT_DEGRADED },
  { "allow-host-network", no_argument, 0, OPT_ALLOWHOSTNET },
  { "caps-policy", required_argument, 0, OPT_CAPS },
  { "caps-policy-sha256", required_argument, 0, OPT_CAPS_SUM },
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
  { "landlock-policy", required_argument, 0, OPT_LANDLOCK },
  { "landlock-policy-sha256", required_argument, 0, OPT_LANDLOCK_SUM },
  { "memlock", required_argument, 0, OPT_MEMLOCK },
  { "memory", required_argument, 0, OPT_MEMORY },
  { "modes", no_argument, 0, OPT_MODES },
  { "name", required_argument, 0, OPT_NAME },
  { "network", required_argument, 0, OPT_NETWORK },
  { "pids", required_argument, 0, OPT_PIDS },
  { "proc-rw", no_argument, 0, OPT_PROCRW },
  { "require-kernel-lockdown", required_argument, 0, OPT_LOCKDOWN },
  { "root", required_argument, 0, OPT_ROOT },
  { "rootfs", required_argument, 0, OPT_ROOTFS },
  { "rootless", no_argument, 0, OPT_ROOTLESS },
  { "runtime", required_argument, 0, OPT_RUNTIME },
  { "seccomp-log-denied", no_argument, 0, OPT_LOGDENIED },
  { "seccomp-profile", required_argument, 0, OPT_SECCOMP },
  { "seccomp-profile-sha256", required_argument, 0, OPT_SECCOMP_SUM },
  { "service-mode", required_argument, 0, OPT_MODE },
  { "strict-agent", no_argument, 0, OPT_STRICT },
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
  ABSENT("agent-toolchain-rootfs") ABSENT("bundle")
  ABSENT("config") ABSENT("config-fd") ABSENT("console-socket") ABSENT("context") ABSENT("context-mode")
  ABSENT("credential-broker") ABSENT0("credential-broker-no-proxy-env") ABSENT0("detach") ABSENT("egress-allow")
  ABSENT("egress-domain") ABSENT("egress-tcp-port") ABSENT("egress-udp-port") ABSENT("gpu") ABSENT("gpu-device") ABSENT("gpu-driver-capabilities")
  ABSENT("gpu-visible-devices") ABSENT("gvisor-platform") ABSENT("health-cmd") ABSENT("health-interval") ABSENT("health-retries")
  ABSENT("health-start-period") ABSENT("hooks")
  ABSENT("nat-backend") ABSENT0("no-broker-proxy-env") ABSENT0("no-gpu-driver-libs") ABSENT("pid-file") ABSENT("provider-config-ro")
  ABSENT("provider-config-rw") ABSENT("publish") ABSENT("readiness-exec") ABSENT0("readiness-sd-notify") ABSENT("readiness-tcp")
  ABSENT("rootfs-mode") ABSENT0("sd-notify") ABSENT("seccomp-allow") ABSENT("seccomp-log") ABSENT("seccomp-mode")
  ABSENT("secret") ABSENT("secrets-fd")
  ABSENT("systemd-credential") ABSENT0("terminal") ABSENT("trust-level") ABSENT0("verify-context-integrity") ABSENT0("verify-rootfs-attestation")
  ABSENT("workspace") ABSENT0("workspace-exec") ABSENT("workspace-mode")
  { 0, 0, 0, 0 }
} ;
