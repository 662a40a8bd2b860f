# mkPolicy: a policy as a derivation. nc-policy checks and compiles it when it is built, so that what is wrong with it fails
# the build, with the file's line; a pin that does not fit fails it too. The result knows its source, which chain.nix reads.
{ runCommand, nucleus }:
{
  file,
  # seccomp (JSON), landlock or capabilities (TOML)
  kind,
  name ? "${kind}-policy",
  # SHA-256 of the file, as nc-policy digest prints it
  sha256 ? null,
  # what nc-policy warns of is an error
  strict ? false,
  # what includes and excludes of a seccomp policy may ask for
  caps ? [ ],
  machine ? null,
  kernel ? null,
}:
let
  inherit (builtins) baseNameOf concatStringsSep getContext isPath unsafeDiscardStringContext;
  policy = import ./chain/policy.nix;
  words = { seccomp = policy.seccompFile; landlock = policy.landlockFile; capabilities = policy.capsFile; }.${kind} file;
  given = flag: v: if v == null then "" else "${flag} ${v}";
  base = unsafeDiscardStringContext (baseNameOf file);
  pin = given "-s" sha256;
  for = concatStringsSep " " [ (given "-a" machine) (given "-k" kernel) (given "-c" (if caps == [ ] then null else policy.capWord caps)) ];
  # the file's own name, so that messages have it
  src = if isPath file || getContext file == { } then builtins.path { path = file; name = "policy"; } else file;
  drv = runCommand name { inherit src; expected = concatStringsSep "\n" words; passAsFile = [ "expected" ]; } ''
    mkdir $out
    cd $out
    cp $src '${base}'
    ${nucleus}/bin/nc-policy check ${for} ${if strict then "--strict" else ""} ${pin} '${base}' >&2
    ${nucleus}/bin/nc-policy argv ${pin} '${base}' >argv
    { cat $expectedPath; [ ! -s $expectedPath ] || echo; } >expected
    cmp argv expected >&2
    rm expected
    ${if kind == "seccomp" then "${nucleus}/bin/nc-policy compile ${for} ${pin} '${base}' -o policy.bpf" else ""}
  '';
in
drv // { source = file; inherit kind sha256 strict; bpf = "${drv}/policy.bpf"; }
