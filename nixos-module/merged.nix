# The directives of a wrapped unit that follow from the chain's options, beside those that the service has. Builtins only.
{ cfg, unit, spec, said }:
let
  inherit (builtins) elem filter foldl' map;
  inherit (unit) forced;
  inherit (said) sc words;
  some = c: a: if c then a else { };
  more = key: list: let new = filter (w: !(elem w (words key))) list; in some (new != [ ]) { ${key} = words key ++ new; };
  directories = k:
    let new = filter (d: !(elem d (said.directories k))) (forced."${k}Directory" or [ ]); in
    some (new != [ ]) { "${k}Directory" = words "${k}Directory" ++ new; }
    // some (cfg.directoryMode != said.directoryMode && forced ? "${k}Directory") { "${k}DirectoryMode" = cfg.directoryMode; };
  known = map (c: c.name) said.credentials;
  credential = encrypted: map (c: "${c.name}:${c.source}") (filter (c: c.encrypted == encrypted && !(elem c.name known)) cfg.credentials);
  # those of unit.nix that are the chain's alone
  own = removeAttrs forced [
    "KillMode" "Type" "RestartPreventExitStatus" "SuccessExitStatus" "NotifyAccess" "DynamicUser" "User" "LoadCredential" "LoadCredentialEncrypted"
    "StateDirectory" "CacheDirectory" "LogsDirectory" "RuntimeDirectory"
    "StateDirectoryMode" "CacheDirectoryMode" "LogsDirectoryMode" "RuntimeDirectoryMode"
  ];
in
own
// {
  SuccessExitStatus = words "SuccessExitStatus" ++ [ "143" ];
  RestartPreventExitStatus = words "RestartPreventExitStatus" ++ [ "100" ];
}
// some (said.notify || spec.notify) { NotifyAccess = "all"; }
// some (spec.notify && !said.notify) { Type = "notify"; }
// some (cfg.user != null && cfg.user != said.user && !(cfg.user == "root" && said.root)) { User = cfg.user; }
// some (cfg.dynamicUser != said.dynamicUser) { DynamicUser = cfg.dynamicUser; }
// more "LoadCredential" (credential false) // more "LoadCredentialEncrypted" (credential true)
// foldl' (a: k: a // directories k) { } said.keys
