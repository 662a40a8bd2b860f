{ lib }:
{ config, ... }:
let
  inherit (lib) mkOption types literalExpression;
  t = import ./types.nix { inherit lib; };
  inherit (t) option maybe example group each;
  source = mkOption { type = t.hostPath; description = "Path of the host, as a string."; example = "/srv/data"; };
  dest = mkOption { type = t.absolute; description = "Path inside."; example = "/data"; };
in
{
  options = {
    rootfs = example (maybe (types.path) ''
      Root file system, see `nucleus.lib.mkRootfs`. Without one the programs of the host are shown, read-only.
    '') (literalExpression "nucleus.lib.mkRootfs { inherit pkgs; packages = [ pkgs.nginx ]; }");
    rootfsMode = mkOption {
      type = types.enum [ "bind" "tree" "overlay" "erofs" "squashfs" ];
      default = config.rootfs.mode or "bind";
      defaultText = literalExpression ''rootfs.mode or "bind"'';
      description = ''
        `bind`: each entry of the directory, and of its list of the closure, is bound. `tree`: the directory is one mount.
        `overlay`: it can be written to, elsewhere. `erofs`, `squashfs`: it is an image.
      '';
    };
    rootfsUpper = example (maybe types.str "Where an overlay is written to: a size, in memory, or a directory.") "64M";
    rootfsBinds = maybe (types.path) "List of read-only binds, one path a line. The default is that of {option}`rootfs`.";
    rootfsEntries = maybe (types.listOf t.absolute) ''
      The entries of the root file system that are no links. Those of `mkRootfs` are known; for another one they are named here,
      since nothing is built to look at it.
    '';
    rootfsMounts = maybe (types.listOf t.absolute) ''
      What {option}`rootfsBinds` binds elsewhere than at its own path (a line with a tab), as {option}`rootfsEntries`.
    '';
    rootfsPaths = maybe (types.listOf t.absolute) ''
      Directories of a root file system in one mount that secrets are put into, as {option}`rootfsEntries`.
    '';
    verifyRootfsAttestation = option types.bool false ''
      Compare the root file system with its manifest before the program runs; see {manpage}`nc-attest(8)`.
    '';
    rootfsManifest = maybe (types.path) "The manifest, where it is not that of {option}`rootfs`.";
    rootfsManifestSha256 = maybe t.sha256 "The manifest's SHA-256.";
    volumes = each ''
      Files and directories of the host. In mode production a writable one is `noexec`.
    '' {
      inherit source dest;
      readOnly = option types.bool false "Read-only, with all that is mounted below it.";
      noexec = mkOption {
        type = types.bool;
        default = false;
        description = "Nothing in it can be executed. In mode production every writable volume has to say so.";
      };
      own = option types.bool false "What belongs to the owner of {option}`source` shows as the program's own, by an idmapped mount.";
      createHostPath = option types.bool false "Make {option}`source`, as a directory, by {manpage}`tmpfiles.d(5)`.";
      directoryMode = option (types.strMatching "[0-7]{3,4}") "0750" "Mode of the directory that is made.";
      user = option types.str "root" "Owner of the directory that is made.";
      group = option types.str "root" "Group of the directory that is made.";
    };
    tmpfs = each "File systems in memory, empty at the start, for the program alone." {
      inherit dest;
      size = option t.size "64M" "Its size.";
      readOnly = option types.bool false "Read-only.";
      noexec = option types.bool false "Nothing in it can be executed.";
    };
    context = maybe t.hostPath "A read-only copy of this directory, at {file}`/context`, without what {option}`contextExclude` names.";
    contextMode = option (types.enum [ "copy" "bind" ]) "copy" "Copy, or the directory itself with the same names covered.";
    contextExclude = maybe types.path "Another list of what is left out.";
    verifyContextIntegrity = option types.bool false "Compare a digest of the context with one of what the program gets.";
    workspace = example (maybe (types.submodule {
      options = {
        path = mkOption { type = t.hostPath; description = "The directory, at {file}`/workspace`."; };
        mode = option (types.enum [ "bind-rw" "bind-ro" "copy-in-out" "overlay-in-out" ]) "bind-rw" "See {manpage}`nc-run(8)`.";
        changes = maybe (types.enum [ "apply" "keep" "drop" ]) "What becomes of the changes of a copy or an overlay.";
        protect = maybe types.path "Another list of protected names.";
        unprotect = option (types.listOf types.str) [ ] "Paths that are not protected.";
        quarantine = option types.bool false "What has appeared at a protected name by the end is moved aside.";
        exec = option types.bool false "Programs in it can be executed.";
      };
    }) "A directory to work on.") { path = "/srv/work"; };
    providerConfigs = each "Files and directories below {option}`home` in which nothing can be executed." {
      inherit source;
      dest = mkOption { type = types.str; description = "Path, relative to {option}`home`."; };
      writable = option types.bool false "Writable.";
    };
    secrets = each "Files that are copied into memory, readable by the program alone; see {manpage}`nc-secrets(8)`." {
      source = mkOption { type = t.hostPath; description = "Path of the host, as a string: a Nix path would be copied into the store."; };
      dest = mkOption { type = types.str; description = "Path inside, or a name in {file}`/run/secrets`."; };
    };
    credentials = each "The same from `LoadCredential=`, {manpage}`systemd.exec(5)`." {
      name = mkOption { type = t.name; description = "Name of the credential."; };
      source = mkOption { type = types.str; description = "File, socket or name of a credential of the system, as `LoadCredential=` takes it."; };
      dest = mkOption { type = types.str; description = "Path inside, or a name in {file}`/run/secrets`."; };
      encrypted = option types.bool false "`LoadCredentialEncrypted=`.";
    };
  };
}
