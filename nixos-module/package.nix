# callPackage ./nixos-module/package.nix { }. pkgsStatic.callPackage makes the static one, with musl.
{
  lib,
  stdenv,
  pkg-config,
  skalibs,
  libcap,
  libseccomp,
  jansson,
  tomlplusplus,
  nlohmann_json,
  openssl,
  # for passthru
  execline ? null,
  runCommand ? null,
  testers ? null,
}:
let
  library = p: lib.getLib p;
  headers = p: lib.getDev p;
in
stdenv.mkDerivation (finalAttrs: {
  pname = "nucleus";
  version = "0.1.0";

  src = lib.cleanSourceWith {
    src = ../.;
    filter = path: type: !(builtins.elem (baseNameOf path) [ "build" ".git" "result" ]);
  };

  outputs = [ "out" "man" ];
  strictDeps = true;
  enableParallelBuilding = true;

  nativeBuildInputs = [ pkg-config ];
  buildInputs = [ skalibs libcap libseccomp jansson tomlplusplus nlohmann_json openssl ];

  # LIBC=glibc: the compiler and the libraries are the environment's, musl or not; -static where they are
  makeFlags = [
    "LIBC=glibc"
    "GCC=${stdenv.cc.targetPrefix}cc"
    "CC=${stdenv.cc.targetPrefix}cc"
    "CXX=${stdenv.cc.targetPrefix}c++"
    "PREFIX=${placeholder "out"}"
  ] ++ lib.optional (!(stdenv.hostPlatform.isStatic or false)) "STATIC=";
  env.NIX_CFLAGS_COMPILE = "-isystem ${headers skalibs}/include";
  env.NIX_LDFLAGS = "-L${library skalibs}/lib -L${library skalibs}/lib/skalibs";

  buildFlags = [ "fused" ];
  postInstall = ''
    if [ -d $out/share/man ]; then mkdir -p $man/share; mv $out/share/man $man/share/man; fi
  '';
  doCheck = false;

  passthru = {
    tests =
      let run = test: testers.runNixOSTest { imports = [ test ]; _module.args.nucleus = ../.; }; in
      if testers == null then { }
      else {
        service = run ../tests/nix/nixos/service.nix;
        hardening = run ../tests/nix/nixos/hardening.nix;
        modular = run ../tests/nix/nixos/modular.nix;
      };
    # modular services: system.services.web.imports = [ pkgs.nucleus.services.default ]
    services.default = import ./modular.nix { nucleus = finalAttrs.finalPackage; pkgs = { inherit execline runCommand; }; };
  };

  meta = {
    description = "Isolation steps that chainload: containers as command lines";
    longDescription = ''
      Each step is a small program that changes one thing about its own process and then executes the rest of its command line.
      A container is such a line; a NixOS service is one in ExecStart.
    '';
    license = lib.licenses.isc;
    platforms = [ "x86_64-linux" "aarch64-linux" ];
    mainProgram = "nc-run";
    maintainers = [ ];
  };
})
