# A stdenv of the host's compiler and libraries, as much of nixpkgs' as package.nix calls: enough to see that it builds.
let
  system = builtins.currentSystem;
  lib = import ./lib-lite.nix // {
    getLib = p: p;
    getDev = p: p;
    cleanSourceWith = { src, filter ? (_: _: true) }: builtins.filterSource (path: type: filter path type) src;
    licenses.isc = { shortName = "isc"; };
    optional = c: x: if c then [ x ] else [ ];
  };
  host = name: { type = "derivation"; inherit name; outPath = "/usr"; };
  mkDerivation = f:
    let
      self = f { finalPackage = result; };
      flags = builtins.concatStringsSep " " (map (x: "'${x}'") self.makeFlags);
      result = derivation {
        name = "${self.pname}-${self.version}";
        inherit system;
        inherit (self) src outputs;
        builder = "/bin/sh";
        PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        args = [ "-euc" ''
          cp -r $src source
          chmod -R u+w source
          cd source
          make -s ${flags} ${toString (self.buildFlags or [ ])}
          make -s ${flags} install
          ${self.postInstall}
        '' ];
      } // { inherit (self) meta passthru pname version; };
    in
    result;
  placeholder' = { };
  stdenv = { inherit mkDerivation; cc.targetPrefix = ""; hostPlatform = { isStatic = false; inherit system; }; };
  pkgs = {
    inherit lib stdenv system;
    callPackage = f: args: let g = import f; in g (builtins.intersectAttrs (builtins.functionArgs g) pkgs // args);
    pkgsStatic = pkgs // { stdenv = stdenv // { hostPlatform = stdenv.hostPlatform // { isStatic = true; }; }; callPackage = f: args: let g = import f; in g (builtins.intersectAttrs (builtins.functionArgs g) pkgs.pkgsStatic // args); };
    mkShell = args: { type = "derivation"; name = "shell"; inherit args; };
    runCommand = (import ./pkgs-lite.nix { nucleus = "/usr"; }).runCommand;
  } // builtins.listToAttrs (map (name: { inherit name; value = host name; }) [
    "pkg-config" "skalibs" "libcap" "libseccomp" "jansson" "tomlplusplus" "nlohmann_json" "openssl" "execline" "s6" "mandoc" "strace" "perl" "jq" "nixfmt-tree"
  ]);
in
pkgs
