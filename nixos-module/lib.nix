# nucleus.lib. What needs no package needs no nixpkgs: mkChain and the texts of it, mkS6ServiceDir, mkS6RcSourceDir as data. With
# packages the same names give derivations.
{ pkgs ? null, package ? pkgs.nucleus or null }:
let
  data = { bin ? "/usr/local/bin", execlineb ? "/bin/execlineb", host ? { }, share ? "${dirOf bin}/share/nucleus/", split ? false }@args:
    import ./chain.nix args;
  chainOf = args: data ((if package == null then { } else {
    bin = "${package}/bin";
    share = "${package}/share/nucleus/";
    execlineb = "${pkgs.execline}/bin/execlineb";
  }) // args);
  s6Data = import ./s6.nix { };
  s6 = import ./s6.nix { inherit (pkgs) runCommand execline s6; };
  mkRootfs = import ./rootfs.nix { inherit (pkgs) runCommand buildEnv closureInfo; erofs-utils = pkgs.erofs-utils or null; squashfsTools = pkgs.squashfsTools or null; };
  plain = chainOf { };
in
{
  # chain.nix with its places and facts: (lib.chain { bin = …; host = …; }).steps "web" { … }
  chain = chainOf;
  inherit (plain) steps check mkChain toArgv toSystemd toExecline toExeclineScript toShell block;

  # a declaration -> the text of an execline script that runs it
  execlineScript = name: service: plain.toExeclineScript (plain.mkChain name service);
  s6ServiceDir = s6Data.mkS6ServiceDir plain;
  s6RcSourceDir = s6Data.mkS6RcSourceDir plain;
  forPkgs = pkgs': import ./lib.nix { pkgs = pkgs'; };
} // (if pkgs == null then { } else {
  mkRootfs = { pkgs ? null, ... }@args: mkRootfs (removeAttrs args [ "pkgs" ]);
  mkAgentToolchainRootfs = { ... }@args: import ./toolchain.nix { inherit pkgs mkRootfs; } (removeAttrs args [ "pkgs" ]);
  mkPolicy = import ./policy.nix { inherit (pkgs) runCommand; nucleus = package; };
  mkExeclineScript = name: service: s6.writeFiles name {
    "bin/${name}" = { text = plain.toExeclineScript (plain.mkChain name service); mode = "0755"; };
  };
  mkS6ServiceDir = name: args: s6.writeFiles "${name}-servicedir" (s6.mkS6ServiceDir plain name args);
  mkS6RcSourceDir = name: args: s6.writeFiles "${name}-s6-rc" (s6.mkS6RcSourceDir plain name args);
})
