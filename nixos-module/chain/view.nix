# What the container sees: the options of nc-rootfs, and the rules that Landlock and nc-assert derive from it.
{ host, fds, always }:
let
  inherit (import ./base.nix) field opt optional optionals opts or' path word;
  inherit (builtins) concatMap elem filter isString match toString;
  workspaceDir = "/workspace";
in
rec {
  inherit workspaceDir;

  # Where the workload is another than whom the files belong to, they are shown as its own.
  own = ids: uid: !(ids.early || (!ids.leased && ids.uid == uid));
  ownerOf = src: host.owners.${word src} or 0;
  bindOpts = isOwn: noexec:
    if isOwn then (if noexec then ":own,noexec" else ":own") else if noexec then ":noexec" else "";
  # unasked for only where the file system can
  volumeOpts = v: ids:
    let o = bindOpts ((v.own || (v.writable && ids.leased)) && own ids (ownerOf v.source)) v.noexec;
    in if v.own || match ":own.*" o == null then o else ":try${builtins.substring 1 (builtins.stringLength o) o}";

  owner = ids: if ids.leased || (ids.late && ids.uid == 0) then "fd:${fds.ids}" else "${toString ids.uid}:${toString ids.gid}";
  ownerArgs = ids: [ "-u" (owner ids) ] ++ optional ids.leased "-k";

  volume = v: {
    source = path v.source;
    inherit (v) dest;
    writable = !(v.readOnly or false);
    noexec = v.noexec or false;
    own = v.own or false;
  };
  tmpfs = v: {
    inherit (v) dest;
    size = or' (v.size or null) "64M";
    writable = !(v.readOnly or false);
    noexec = v.noexec or false;
  };
  config = s: v: v // {
    source = path v.source;
    dest = if builtins.substring 0 1 v.dest == "/" then v.dest else "${s.home}/${v.dest}";
  };

  # the entries of an image that nc-rootfs binds: those of its top that are neither links nor the new root's own
  image = s: filter (e: !(elem e [ "/dev" "/home" "/proc" "/run" "/sys" "/tmp" ])) s.rootfsEntries;

  base = s: ids:
    if s.rootfs == null then [ "-h" ]
    else
      let
        kind =
          if elem s.rootfsMode [ "erofs" "squashfs" ] then ":${s.rootfsMode}"
          else if s.rootfsUpper != null then (if own ids (ownerOf s.rootfs) then ":own" else "")
          else if s.rootfsMode == "tree" then ":tree"
          else "";
      in
      [ "-b" "${word s.rootfs}:/${kind}" ] ++ opt "-o" s.rootfsUpper;

  volumeArgs = s: ids:
    concatMap
      (t: [ "-t" "${t.dest}:size=${word t.size},mode=${if t.writable then "700,own" else "755,ro"}${if t.noexec && t.writable then ",noexec" else ""}" ])
      (map tmpfs s.tmpfs)
    ++ concatMap
      (v: [
        (if v.writable then "-B" else "-b")
        "${field v.source}:${field v.dest}${volumeOpts v ids}"
      ])
      (map volume s.volumes);

  workspaceArgs = s: ids:
    let
      w = s.workspace;
      mine = own ids (ownerOf w.path);
      src = field (path w.path);
      noexec = !w.exec;
    in
    if w.mode == "copy-in-out" then [ "-B" "${field w.state}/tree:${workspaceDir}${bindOpts false noexec}" ]
    else if w.mode == "overlay-in-out" then [ "-V" "${workspaceDir}:${src}:${field w.state}${bindOpts mine noexec}" ]
    else
      [ (if w.mode == "bind-rw" then "-B" else "-b") "${src}:${workspaceDir}${bindOpts mine noexec}" ]
      ++ optionals (w.mode == "bind-rw" && w.protect != null) [ "-P" "${workspaceDir}:fd:${fds.protect}" ];

  configArgs = s: ids: concatMap
    (c: [
      (if c.writable then "-B" else "-b")
      "${field c.source}:${field c.dest}${bindOpts (c.writable && own ids (ownerOf c.source)) true}"
    ])
    (map (config s) s.providerConfigs);

  args = s: ids:
    [ "-u" "${owner ids}:${ids.name}:${s.home}" ]
    ++ optional ids.leased "-k"
    ++ base s ids
    ++ opt "-f" s.rootfsBinds
    ++ [ "-e" "-H" s.hostname ]
    ++ opts "-n" (if s.dns != [ ] || s.network != "host" then s.dns else host.nameservers)
    ++ optionals s.procWritable [ "-p" "rw" ]
    ++ optionals ids.late [ "-i" fds.userns ]
    ++ [ "-t" (if always s.mode "noexec" then "/tmp:256M,noexec" else "/tmp:256M") "-t" "${s.home}:256M,mode=700,own,noexec" ]
    ++ optionals (host.tools != null) [ "-b" "${host.tools}:${host.tools}" ]
    ++ optionals (s.notifySocket != null) [ "-b" "${field s.notifySocket}:${field s.notifySocket}" ]
    ++ volumeArgs s ids
    ++ optionals (s.workspace != null) (workspaceArgs s ids)
    ++ configArgs s ids;
}
