# The one order, nc-intro(7). Without privilege the user namespace is where privilege comes from, and comes early.
# name -> { privileged; unprivileged; tool; }
let
  same = tool: rank: { inherit tool; privileged = rank; unprivileged = rank; };
in
{
  clean = same "nc-clean" 10;
  scope = same "nc-scope" 20;
  open = same "nc-open" 30;
  assert-host = same "nc-assert" 35;
  userns = { tool = "nc-userns"; privileged = 40; unprivileged = 50; };
  cgroup = { tool = "nc-cgroup"; privileged = 50; unprivileged = 60; };
  workspace = same "nc-workspace" 80;
  unshare = same "nc-unshare" 90;
  rootfs = same "nc-rootfs" 100;
  context = same "nc-context" 104;
  secrets = same "nc-secrets" 106;
  attest = same "nc-attest" 108;
  pivot = same "nc-pivot" 120;
  init = same "nc-init" 140;
  rlimit = { tool = "nc-rlimit"; privileged = 150; unprivileged = 40; };
  userns-join = same "nc-userns" 160;
  assert-mounts = same "nc-assert" 170;
  landlock = same "nc-landlock" 180;
  dropcaps = same "nc-dropcaps" 190;
  assert-self = same "nc-assert" 200;
  seccomp = same "nc-seccomp" 210;
}
