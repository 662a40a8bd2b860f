{
  description = "Isolation steps that chainload, and NixOS services made of them";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" ];
      each = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
      at = pkgs: import ./default.nix { inherit pkgs; };
      system = pkgs: pkgs.stdenv.hostPlatform.system or pkgs.system;
    in
    {
      packages = each (pkgs: {
        default = (at pkgs).package;
        nucleus = (at pkgs).package;
        static = (at pkgs).static;
      });

      overlays.default = final: _: { nucleus = final.callPackage ./nixos-module/package.nix { }; };

      nixosModules = {
        default = { lib, pkgs, ... }: {
          imports = [ ./nixos-module/default.nix ./nixos-module/wrap.nix ];
          programs.nucleus.package = lib.mkDefault self.packages.${pkgs.stdenv.hostPlatform.system}.default;
        };
        nucleus = { imports = [ ./nixos-module/default.nix ]; };
        wrapper = { imports = [ ./nixos-module/wrap.nix ]; };
      };

      # chains need no packages; lib.forPkgs gives the rest: mkRootfs, mkPolicy, mkS6ServiceDir, ...
      lib = import ./nixos-module/lib.nix { } // {
        forPkgs = pkgs: import ./nixos-module/lib.nix { inherit pkgs; package = (at pkgs).package; };
        mkRootfs = { pkgs, ... }@args: (self.lib.forPkgs pkgs).mkRootfs (removeAttrs args [ "pkgs" ]);
        mkAgentToolchainRootfs = { pkgs, ... }@args: (self.lib.forPkgs pkgs).mkAgentToolchainRootfs (removeAttrs args [ "pkgs" ]);
        mkPolicy = { pkgs, ... }@args: (self.lib.forPkgs pkgs).mkPolicy (removeAttrs args [ "pkgs" ]);
        mkS6ServiceDir = { pkgs, name, ... }@args: (self.lib.forPkgs pkgs).mkS6ServiceDir name (removeAttrs args [ "pkgs" "name" ]);
        mkExeclineScript = { pkgs, name, service }: (self.lib.forPkgs pkgs).mkExeclineScript name service;
      };

      checks = each (pkgs: {
        package = (at pkgs).package;
        eval = import ./tests/nix/check.nix { inherit pkgs; };
      } // (if pkgs ? testers then (at pkgs).tests else { }));

      devShells = each (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ (at pkgs).package ];
          packages = builtins.filter (p: p != null) (map (n: pkgs.${n} or null) [ "mandoc" "execline" "s6" "s6-rc" "strace" "perl" "jq" ]);
        };
      });

      formatter = each (pkgs: pkgs.nixfmt-tree or pkgs.nixfmt-rfc-style);
    };
}
