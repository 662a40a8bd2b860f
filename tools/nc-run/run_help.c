/* ISC license. */

#include <string.h>
#include <unistd.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "run.h"

static char const help[] =
"usage: nc-run [options] [--] prog...\n"
"Runs prog in a sandbox that holds only what is asked for: its own processes, network, files and identity.\n"
"\n"
"  --service-mode MODE      agent (default), strict-agent, production\n"
"  --strict-agent           the second of these\n"
"  --modes                  print what each mode does, wants and refuses, and stop\n"
"  --require-kernel-lockdown integrity|confidentiality\n"
"  --name NAME              of the container (default: its id)\n"
"  -e, --env NAME[=VALUE]   a variable; NAME alone takes the caller's value\n"
"  --env-fd N               variables from descriptor N, NAME=VALUE, each ended by a zero byte\n"
"  --workspace DIR          the directory that prog works on, at /workspace; --workspace-exec: programs in it can be run\n"
"  --workspace-mode MODE    bind-rw (default), bind-ro; copy-in-out, overlay-in-out: changes go back at the end,\n"
"                           or as --workspace-changes apply|keep|drop says\n"
"  --workspace-protect FILE, --workspace-unprotect PATH, --workspace-quarantine   names that prog cannot change\n"
"  --context DIR            a read-only copy at /context, without keys and caches; --context-mode copy|bind,\n"
"                           --context-exclude FILE, --verify-context-integrity\n"
"  --provider-config-ro SRC:DEST, --provider-config-rw SRC:DEST   a file or directory of the host below the home\n"
"  --secret SRC:DEST, --systemd-credential NAME:DEST   in memory, for prog alone\n"
"  --volume SRC:DEST[:ro|rw][,noexec][,own]   a directory or file of the host (default rw)\n"
"  --tmpfs DEST[:SIZE][:ro|rw]          an empty file system in memory (default 64M)\n"
"  --rootfs DIR             a root file system; without it, the host's programs and libraries, read-only\n"
"                           --agent-toolchain-rootfs DIR: the same, for agents\n"
"  --rootfs-binds FILE      read-only binds into it, one path a line: the closure of what is in it\n"
"  --rootfs-mode MODE       bind (default), tree, erofs, squashfs, overlay (with --rootfs-upper SIZE or DIR)\n"
"  --verify-rootfs-attestation, --rootfs-manifest FILE, --rootfs-manifest-sha256 HEX\n"
"  --home DIR               a private home (default /home/agent)\n"
"  --workdir DIR            working directory (default: /workspace where something is there, else the home)\n"
"  --user USER              name or number; 0: root inside, a leased id outside\n"
"  --user-of DIR            the owner of DIR, for a line that is written before the number is known;\n"
"                           --keep-groups: with the supplementary groups that the caller has\n"
"  --group GROUP, --additional-group GROUP\n"
"  --userns MODE            nomap, keep-id, auto; host: no user namespace\n"
"  --uidmap C:H:N, --gidmap C:H:N   an explicit map, without privilege\n"
"  --rootless               refuse to run with privilege\n"
"  --network none|host      default none: a loopback of its own; host needs --allow-host-network\n"
"  --dns ADDRESS            name server, with --network host\n"
"  --hostname NAME          default: the name\n"
"  --memory SIZE, --cpus N, --cpu-weight N, --pids N, --io-limit \"MAJ:MIN KEY=N\", --swap\n"
"                           limits by cgroup v2: what is asked for and cannot be given ends the start\n"
"  --memlock SIZE           limit of locked memory\n"
"  --proc-rw                /proc may be written to, but for /proc/sys and its like\n"
"  --time-namespace, --disable-cgroup-namespace\n"
"  --seccomp-profile FILE, --caps-policy FILE, --landlock-policy FILE   policies, nc-policy(5), in place of the built-in ones;\n"
"                           each with -sha256 HEX too, the digest that the file must have\n"
"  --seccomp-log-denied     the kernel logs refused system calls\n"
"  --events-jsonl FILE, --events-fd N   lifecycle events\n"
"  --sd-notify, --listen-fds N, --keep-fd N   as a service: NOTIFY_SOCKET, sockets from descriptor 3 on, another descriptor\n"
"  --root DIR               base of run directories (default /run/nucleus, or below /run/user)\n"
"  -n                       print the command line that this composes, and stop\n"
"  --help, --version\n"
"\n"
"Exit code: prog's own, 128+n for signal n; 100 wrong usage, 111 something failed before prog, 126 and 127 prog cannot be run.\n" ;

void run_help (void)
{
  _exit(allwrite(1, help, sizeof(help) - 1) < sizeof(help) - 1 ? 111 : 0) ;
}
