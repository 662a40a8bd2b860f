# The steps that give a container files of the host.
{ fds, view }:
let
  inherit (import ./base.nix) opt optional optionals opts path word;
  inherit (builtins) map;
in
{
  workspace = s: ids:
    let w = s.workspace; in
    if w == null then null
    else
      [ "-m" w.mode ] ++ opt "-p" w.protect ++ opts "-l" w.unprotect ++ optional w.quarantine "-q"
      ++ opt "-a" w.changes ++ opt "-s" w.state
      ++ (if w.state == null then [ ] else if w.mode == "bind-rw" then [ "-f" fds.protect ] else view.ownerArgs ids)
      ++ [ (path w.path) ];

  context = s: ids:
    let c = s.context; in
    if c == null then null
    else (if c.mode == "bind" then [ "-b" ] else view.ownerArgs ids) ++ optional c.verify "-i" ++ [ "-x" (word c.exclude) (path c.path) ];

  secrets = s: ids: host:
    if s.secrets == [ ] && s.credentials == [ ] then null
    else
      view.ownerArgs ids
      ++ opts "-f" (map (x: "${path x.source}:${x.dest}") s.secrets)
      ++ optionals (s.credentials != [ ]) [ "-c" host.credentialsDirectory ]
      ++ opts "-n" (map (c: "${c.name}:${c.dest}") s.credentials);

  attest = s:
    if !s.attest.enable then null
    else
      opt "-f" s.attest.manifest ++ opt "-s" s.attest.sha256
      ++ optionals (s.attest.store != null) (
        [ "-p" "path" "-l" s.attest.store.list "-r" s.attest.store.registration ]
        ++ optionals (builtins.storeDir != "/nix/store") [ "-d" builtins.storeDir ])
      ++ optionals s.attest.full [ "-p" "full" ]
      ++ [ (word s.rootfs) ];
}
