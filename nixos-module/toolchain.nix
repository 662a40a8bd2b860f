# mkAgentToolchainRootfs: what a programming agent looks for, in one root file system.
{ pkgs, mkRootfs }:
{
  name ? "agent-toolchain",
  # the agent itself
  providerPackages ? [ ],
  extraPackages ? [ ],
  etc ? { },
  ...
}@args:
let
  inherit (builtins) filter hasAttr map removeAttrs;
  wanted = [
    "bash" "coreutils" "findutils" "gnugrep" "gnused" "gawk" "diffutils" "patch" "gnutar" "gzip" "bzip2" "xz" "zstd" "zip" "unzip"
    "which" "file" "git" "openssh" "curl" "cacert" "jq" "ripgrep" "nodejs" "python3" "rustc" "cargo" "go" "gcc" "gnumake" "pkg-config"
  ];
  tools = map (n: pkgs.${n}) (filter (n: hasAttr n pkgs) wanted);
  certificates = if pkgs ? cacert then { "ssl/certs/ca-bundle.crt" = "${pkgs.cacert}/etc/ssl/certs/ca-bundle.crt"; } else { };
in
mkRootfs (removeAttrs args [ "providerPackages" "extraPackages" ] // {
  inherit name;
  packages = tools ++ providerPackages ++ extraPackages;
  etc = builtins.mapAttrs (_: source: { outPath = source; }) certificates // etc;
})
