# The package: nix-build. Static, with musl; the module and the flake come with a later release.
{ pkgs ? import <nixpkgs> { } }:

let
  inherit (pkgs) lib pkgsStatic;
in
pkgsStatic.stdenv.mkDerivation {
  pname = "nucleus";
  version = "0.1.0";
  src = lib.cleanSource ./.;

  nativeBuildInputs = [ pkgs.pkg-config ];
  buildInputs = [ pkgsStatic.skalibs pkgsStatic.libcap pkgsStatic.libseccomp pkgsStatic.openssl pkgsStatic.nlohmann_json ];

  # the compiler of a static environment makes static programs by itself
  makeFlags = [ "LIBC=glibc" "GCC=${pkgsStatic.stdenv.cc.targetPrefix}cc" "PREFIX=${placeholder "out"}" ];
  enableParallelBuilding = true;
  doCheck = false;

  meta = {
    description = "Isolation steps that chainload: containers as command lines";
    license = lib.licenses.isc;
    platforms = lib.platforms.linux;
    mainProgram = "nc-run";
  };
}
