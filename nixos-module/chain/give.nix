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
      ++ (if w.state != null then opt "-a" w.changes ++ [ "-s" w.state ] ++ view.ownerArgs ids
      else optionals (w.protect != null && w.mode == "bind-rw") [ "-f" fds.protect ])
      ++ [ (path w.path) ];

  context = s: ids:
    let c = s.context; in
    if c == null then null
    else optional (c.mode == "bind") "-b" ++ optional c.verify "-i" ++ [ "-x" (word c.exclude) ] ++ view.ownerArgs ids ++ [ (path c.path) ];

  secrets = s: ids: host:
    if s.secrets == [ ] && s.credentials == [ ] then null
    else
      view.ownerArgs ids
      ++ opts "-f" (map (x: "${path x.source}:${x.dest}") s.secrets)
      ++ optionals (s.credentials != [ ]) [ "-c" host.credentialsDirectory ]
      ++ opts "-n" (map (c: "${c.name}:${c.dest}") s.credentials);

  attest = s:
    if !s.attest.enable then null
    else opt "-f" s.attest.manifest ++ opt "-s" s.attest.sha256 ++ [ (word s.rootfs) ];
}
