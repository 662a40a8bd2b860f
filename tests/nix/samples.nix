# What the build tests build, by name.
{ policies ? ../../policies, wrong ? null }:
let
  pkgs = import ./pkgs-lite.nix { };
  nucleus = import ../../nixos-module/lib.nix { inherit pkgs; package = pkgs.nucleus'; };
  root = format: nucleus.mkRootfs {
    name = "demo";
    packages = [ pkgs.hello pkgs.busybox ];
    etc = { "motd" = "welcome\n"; "app/conf" = "x=1\n"; };
    mountPoints = [ "/var/lib/demo" ];
    inherit format;
  };
  service = rootfs: { command = [ "/bin/hello" ]; inherit rootfs; rootfsMode = rootfs.mode; };
in
rec {
  bind = root "bind";
  tree = root "tree";
  erofs = root "erofs";
  squashfs = root "squashfs";
  accounts = nucleus.mkRootfs { name = "accounts"; packages = [ pkgs.busybox ]; etc.passwd = "root:x:0:0::/:\nown:x:5:5::/:\n"; };
  info = builtins.mapAttrs (_: r: { inherit (r) mode entries; binds = r.binds; manifest = "${r.manifest}"; root = "${r}"; }) { inherit bind tree; };
  bindInfo = bind.info;
  manifests = pkgs.runCommand "manifests" { } "mkdir $out; cp ${bind.manifest} $out/bind; cp ${tree.manifest} $out/tree";
  toolchain = nucleus.mkAgentToolchainRootfs { extraPackages = [ pkgs.busybox ]; providerPackages = [ pkgs.hello ]; };
  inherit (pkgs) unrelated;

  seccomp = nucleus.mkPolicy { kind = "seccomp"; file = policies + "/seccomp/nginx.json"; };
  landlock = nucleus.mkPolicy { kind = "landlock"; file = policies + "/landlock/nginx.toml"; sha256 = builtins.hashFile "sha256" (policies + "/landlock/nginx.toml"); strict = true; };
  caps = nucleus.mkPolicy { kind = "capabilities"; file = policies + "/caps/low-ports.toml"; };
  bad = nucleus.mkPolicy { kind = "landlock"; file = wrong; };
  pinned = nucleus.mkPolicy { kind = "landlock"; file = policies + "/landlock/nginx.toml"; sha256 = "0000000000000000000000000000000000000000000000000000000000000000"; };

  script = nucleus.mkExeclineScript "hello-in-a-box" (service bind);
  s6 = nucleus.mkS6ServiceDir "demo" { service = service bind; notificationFd = 3; log = [ "/bin/s6-log" "/x" ]; };
  s6rc = nucleus.mkS6RcSourceDir "demo" { service = service bind; log = [ "/bin/s6-log" "/x" ]; };
  line = nucleus.toShell (nucleus.mkChain "demo" (service bind // { runDir = "RUNDIR"; attest = { enable = true; manifest = "${bind.manifest}"; store = bind.store; }; }));
  treeLine = nucleus.toShell (nucleus.mkChain "demo" (service tree // { runDir = "RUNDIR"; attest = { enable = true; manifest = "${tree.manifest}"; }; }));
  image = format: nucleus.toShell (nucleus.mkChain "demo" (service (root format) // { runDir = "RUNDIR"; }));
  erofsLine = image "erofs";
  squashfsLine = image "squashfs";
}
