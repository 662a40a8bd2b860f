# Directives of a wrapped service that have no effect behind the chain: names. Builtins only.
{ said, cfg }:
let
  inherit (builtins) elem filter isList map;
  inherit (said) sc;
  none = v: v == null || v == false || v == "" || v == [ ];
  # not at all
  never = [
    "BindPaths" "BindReadOnlyPaths" "Environment" "EnvironmentFile" "FileDescriptorStoreMax" "IgnoreSIGPIPE" "ImportCredential" "KeyringMode" "MountImages" "OpenFile"
    "PAMName" "PassEnvironment" "Personality" "SecureBits" "TemporaryFileSystem"
  ];
  unless = name: c: if c || none (sc.${name} or null) then [ ] else [ name ];
in
filter (n: !(none (sc.${n} or null))) never
++ unless "Nice" (elem (sc.Nice or 0) [ 0 "0" ])
++ unless "Sockets" (cfg.listenFds != null || cfg.listenStreams != [ ])
++ unless "SupplementaryGroups" (cfg.supplementaryGroups != [ ])
++ unless "UMask" (elem (sc.UMask or "") [ "022" "0022" ])
++ unless "WorkingDirectory" (said.workdir != null || cfg.workdir != null)
++ unless "AmbientCapabilities" (said.ambient != null || cfg.capabilities.ambient != [ ])
