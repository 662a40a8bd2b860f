# Units as files, for a machine that has systemd and no Nix:
#
#   nix-instantiate --eval --strict --json -E 'import ./tests/nix/render.nix { modules = [ ./my.nix ]; nucleus = "/usr/local"; }' |
#     jq -r '."web.service"' >/etc/systemd/system/web.service
#
# A policy of the configuration is expected at POLICIES/NAME-KIND-policy/policy.bpf (nc-policy compile FILE -o …).
{
  lib ? import ./lib-lite.nix,
  modules,
  nucleus,
  policies ? "/etc/nucleus/policies",
  facts ? { nixos = false; directories = [ "/usr" ]; },
}:
let
  inherit (builtins) attrNames concatMap concatStringsSep isBool isList listToAttrs map toString;
  named = import ./pkgs-names.nix;
  pkgs = named // {
    nucleus = named.nucleus // { outPath = nucleus; };
    runCommand = name: _: _: { type = "derivation"; inherit name; outPath = "${policies}/${name}"; };
  };
  config = import ./eval.nix { inherit lib pkgs; } ([ ../../nixos-module/wrap.nix { programs.nucleus.facts = facts; } ] ++ modules);
  value = v: if isBool v then (if v then "true" else "false") else toString v;
  lines = a: concatMap (k: map (v: "${k}=${value v}") (if isList a.${k} then a.${k} else [ a.${k} ])) (attrNames a);
  text = xs: concatStringsSep "\n" xs + "\n";
  service = name: let s = config.systemd.services.${name}; in {
    name = "${name}.service";
    value = text ([ "[Unit]" "Description=${s.description}" ]
      ++ map (x: "After=${x}") s.after ++ map (x: "Wants=${x}") s.wants ++ map (x: "Requires=${x}") s.requires
      ++ [ "" "[Service]" ] ++ map (k: "Environment=${builtins.toJSON "${k}=${s.environment.${k}}"}") (attrNames s.environment)
      ++ lines s.serviceConfig
      ++ [ "" "[Install]" ] ++ map (x: "WantedBy=${x}") s.wantedBy);
  };
  socket = name: {
    name = "${name}.socket";
    value = text ([ "[Socket]" ] ++ map (l: "ListenStream=${l}") config.systemd.sockets.${name}.listenStreams ++ [ "" "[Install]" ]
      ++ map (x: "WantedBy=${x}") config.systemd.sockets.${name}.wantedBy);
  };
  tmpfile = path: let d = config.systemd.tmpfiles.settings.nucleus.${path}.d; in "d ${path} ${d.mode} ${d.user} ${d.group}";
  failed = concatMap (a: if a.assertion then [ ] else [ a.message ]) config.assertions;
in
if failed != [ ] then throw (concatStringsSep "\n" failed)
else
  listToAttrs (map service (attrNames config.systemd.services) ++ map socket (attrNames config.systemd.sockets))
  // { "tmpfiles.conf" = text (map tmpfile (attrNames (config.systemd.tmpfiles.settings.nucleus or { }))); }
