# The Landlock rules that follow from what the container sees; or, with a policy or rules of one's own, those alone.
{ host, view, policy, always }:
let
  inherit (import ./base.nix) hasPrefix optional optionals opts;
  inherit (builtins) concatMap elem filter isString match stringLength substring;
  exec = p: [ "-r" p "-x" p ];
  rest = n: s: substring n (stringLength s) s;

  words = s:
    if s.landlock.policy != null then policy.landlockFile s.landlock.policy else [ ];

  # In the strict modes an older ABI than theirs, or best effort, would be less than they promise.
  fromPolicy = s:
    let
      all = always s.mode "landlock";
      ws = words s;
      abis = filter (w: hasPrefix "-a" w) ws;
      asked = map (w: builtins.fromJSON (rest 2 w)) abis;
      newest = builtins.foldl' (a: n: if a == null || n > a then n else a) null asked;
      abi = if all then (if newest != null && newest > 6 then newest else 6) else newest;
    in
    filter (w: !(hasPrefix "-a" w)) ws
    ++ optionals (abi != null) [ "-a" (toString abi) ]
    ++ optionals (host.tools != null) (exec host.tools);

  root = s:
    (if elem s.rootfsMode [ "erofs" "squashfs" ] then exec "/"
    else if s.rootfs != null then concatMap (e: optionals (e != "/etc") (exec e)) (view.image s)
    else concatMap exec host.directories)
    ++ optionals (s.rootfsUpper != null) (optionals (!(elem s.rootfsMode [ "erofs" "squashfs" ])) [ "-r" "/" ] ++ [ "-w" "/" ]);

  volumes = s: concatMap
    (v: [ "-r" v.dest ] ++ optionals v.writable [ "-w" v.dest ] ++ optionals (!v.noexec) [ "-x" v.dest ])
    (map view.tmpfs s.tmpfs ++ map view.volume s.volumes);

  given = s:
    optionals (s.context != null) [ "-r" "/context" ]
    ++ (import ./given.nix s).landlock
    ++ optionals (s.workspace != null) (
      [ "-r" view.workspaceDir ]
      ++ optionals (s.workspace.mode != "bind-ro") [ "-w" view.workspaceDir ]
      ++ optionals s.workspace.exec [ "-x" view.workspaceDir ]);

  derived = s:
    optional (!(always s.mode "landlock")) "-b"
    ++ [ "-a" (if always s.mode "landlock" then "6" else "2") "-d" "/" "-r" "/dev" "-r" "/etc" "-r" "/proc" ]
    ++ optionals s.procWritable [ "-w" "/proc" ]
    ++ root s
    ++ opts "-w" [ "/dev/full" "/dev/null" "/dev/pts" "/dev/random" "/dev/shm" "/dev/tty" "/dev/urandom" "/dev/zero" "/tmp" ]
    ++ [ "-r" "/tmp" ]
    ++ optionals (!(always s.mode "noexec")) [ "-x" "/tmp" ]
    ++ [ "-r" s.home "-w" s.home ]
    ++ optionals (host.tools != null) (exec host.tools)
    ++ volumes s
    ++ given s;

  own = l:
    opts "-r" l.read ++ opts "-w" l.write ++ opts "-x" l.execute ++ opts "-d" l.list
    ++ optional (l.connect != null || l.listen != null) "-t"
    ++ opts "-c" (if l.connect == null then [ ] else l.connect)
    ++ opts "-l" (if l.listen == null then [ ] else l.listen)
    ++ optional l.abstractSockets "-A" ++ optional l.signals "-S" ++ optional (!l.logDenied) "-q";
in
s: (if s.landlock.policy != null then fromPolicy s else derived s) ++ own s.landlock
