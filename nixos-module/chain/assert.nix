# What is read back from the kernel: the same facts as the steps before were given, in the words of nc-assert.
{ host, fds, view, always }:
let
  inherit (import ./base.nix) join optional optionals opts word;
  inherit (builtins) attrNames concatMap map toString;
  letters = s: "Uimpu${if s.network == "none" then "n" else ""}${if s.cgroupNamespace then "C" else ""}${if s.timeNamespace then "T" else ""}";
  namespaces = s:
    [ "-N" fds.ns "-n" (letters s) "-h" s.hostname ]
    ++ optionals (s.network == "none") [ "-i" "lo" ]
    ++ [ "-m" ];
  root = s:
    [ "-X" ]
    ++ optionals (s.rootfsMode == "bind") (opts "-r" (view.image s))
    ++ opts "-r" s.rootfsMounts
    ++ optionals (host.tools != null) [ "-r" host.tools ];
  stated = letter: path: noexec: [ letter path ] ++ optionals noexec [ "-x" path ];
  volumes = writable: all: list: concatMap
    (v: (if v.writable then [ writable v.dest ] else optionals all [ "-r" v.dest ]) ++ optionals v.noexec [ "-x" v.dest ])
    list;
  given = s: all:
    optionals (s.context != null) (stated "-r" "/context" true)
    ++ (import ./given.nix s).mounts all
    ++ optionals (s.workspace != null)
      (stated (if s.workspace.mode == "bind-ro" then "-r" else "-W") view.workspaceDir (!s.workspace.exec))
    ++ concatMap (c: stated (if c.writable then "-W" else "-r") c.dest true) (map (view.config s) s.providerConfigs);
in
{
  # before the namespaces: null where there is nothing to look at
  host = s:
    let record = always s.mode "asserted"; in
    if !record && s.lockdown == null then null
    else optionals record [ "-S" fds.ns ] ++ optionals (s.lockdown != null) [ "-l" s.lockdown ];

  mounts = s:
    let all = s.rootfs != null && !(import ./given.nix s).hides; in
    (if always s.mode "asserted" then namespaces s else [ "-m" ])
    ++ optionals all (root s)
    ++ optionals (s.rootfsMode != "bind") [ (if s.rootfsUpper != null then "-w" else "-r") "/" ]
    ++ optionals s.procWritable [ "-w" "/proc" ]
    ++ [ "-w" "/tmp" ]
    ++ optionals (always s.mode "noexec") [ "-x" "/tmp" ]
    ++ [ "-w" s.home "-x" s.home ]
    ++ optionals (s.notifySocket != null && all) [ "-r" s.notifySocket ]
    ++ volumes "-w" all (map view.tmpfs s.tmpfs)
    ++ volumes "-W" all (map view.volume s.volumes)
    ++ given s all;

  # after the privileges are dropped: null in the modes that do not promise it
  self = s: ids: caps: env:
    let groups = if ids.kept then toString ids.gid else join "," ids.groups; in
    if !(always s.mode "asserted") then null
    else
      [ "-c" "-y" ] ++ caps
      ++ (if ids.leased then [ "-O" "fd:${fds.ids}" ] else [ "-u" (toString ids.uid) "-g" (toString ids.gid) ])
      ++ optionals (!s.keepGroups) [ "-G" (if groups == "" then "none" else groups) ] ++ [ "-R" "core=${host.coreLimit}" ]
      ++ optionals (s.limits.memlock != null) [ "-R" "memlock=${word s.limits.memlock}" ]
      ++ concatMap (n: [ "-R" "${n}=${word s.limits.rlimits.${n}}" ]) (attrNames s.limits.rlimits)
      ++ [ "-o" "22" "-f" fds.bpf "-f" fds.ready ]
      ++ opts "-f" s.keepFds
      ++ opts "-e" env;
}
