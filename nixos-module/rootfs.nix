# mkRootfs: a root file system out of packages. Nothing is copied in the format "bind": the result is a skeleton with a mount
# point for each path of the closure, a list of them for nc-rootfs -f, and a manifest of the hashes that the store has.
# "tree" holds the closure itself, and is one mount; "erofs" and "squashfs" are images of that.
{ runCommand, buildEnv, closureInfo, erofs-utils ? null, squashfsTools ? null, ... }:
{
  name ? "rootfs",
  packages ? [ ],
  # path below /etc -> text, or a file
  etc ? { },
  # further links: path -> where it leads
  links ? { },
  format ? "bind",
  # directories that the rest of the line mounts on, where the root is one mount
  mountPoints ? [ ],
}:
let
  inherit (builtins) any attrNames concatMap concatStringsSep elem filter head isAttrs isPath isString length map match split storeDir substring;
  env = buildEnv { name = "${name}-env"; paths = packages; pathsToLink = [ "/bin" "/sbin" "/lib" "/libexec" "/share" ]; };
  one = format == "bind";

  # written by nc-rootfs -e where /etc is its own: with one of these it is the image's
  accounts = [ "passwd" "group" "nsswitch.conf" ];
  ownEtc = !one || any (n: elem n accounts) (attrNames etc);
  quote = s: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] s}'";
  etcFile = n:
    let v = etc.${n}; in ''
      mkdir -p $out/${quote (dirOf n)}
      ${if isPath v || isAttrs v then "cp -rL ${v} $out/${quote n}" else "printf %s ${quote v} >$out/${quote n}"}
    '';
  etcDir = runCommand "${name}-etc" { } "mkdir $out\n${concatStringsSep "" (map etcFile (attrNames etc))}";
  hasEtc = etc != { };
  top = head (filter (c: isString c && c != "") (split "/" storeDir));

  closure = closureInfo { rootPaths = [ env ] ++ (if hasEtc then [ etcDir ] else [ ]); };
  skeleton = ''
    mkdir -p ".${storeDir}" usr
    ln -s ${env}/bin bin
    [ ! -e ${env}/sbin ] || ln -s ${env}/sbin sbin
    [ ! -e ${env}/lib ] || ln -s ${env}/lib lib
    ln -s ${env}/bin usr/bin
    ln -s ${env}/share usr/share
    ${concatStringsSep "\n" (map (l: "mkdir -p \".$(dirname ${quote l})\"; ln -s ${quote links.${l}} .${quote l}") (attrNames links))}
    ${if !ownEtc then "" else ''
      mkdir etc
      ${if hasEtc then "cp -r --no-preserve=mode ${etcDir}/. etc" else ""}
      for f in hosts hostname resolv.conf; do [ -e etc/$f ] || : >etc/$f; done''}
  '';

  bound = runCommand name { } ''
    mkdir $out
    cd $out
    ${skeleton}
    while read -r p
    do
      if [ -L "$p" ]; then cp -P "$p" "$out$p"
      elif [ -d "$p" ]; then mkdir "$out$p"
      else : >"$out$p"
      fi
    done <${closure}/store-paths
  '';
  tree = runCommand name { } ''
    mkdir $out
    cd $out
    ${skeleton}
    mkdir -p dev proc sys tmp run/secrets var home/agent root context workspace ${concatStringsSep " " (map (m: quote ".${m}") mountPoints)}
    while read -r p; do cp -a "$p" "$out${storeDir}"; done <${closure}/store-paths
  '';
  # no hard links: where they end up is not the same each time
  image = {
    erofs = runCommand "${name}.erofs" { nativeBuildInputs = [ erofs-utils ]; } ''
      cp -a --no-preserve=links ${tree} root
      mkfs.erofs -T0 -U 00000000-0000-0000-0000-000000000000 --all-root $out root
    '';
    squashfs = runCommand "${name}.squashfs" { nativeBuildInputs = [ squashfsTools ]; } ''
      mksquashfs ${tree} $out -all-root -no-hardlinks -no-progress -mkfs-time 1 -all-time 1
    '';
  };

  # a path of the closure that is a link is a link in the skeleton; what is left of /etc is bound one by one
  info = runCommand "${name}-closure" { } ''
    mkdir $out
    LC_ALL=C sort ${closure}/store-paths >$out/store-paths
    cp ${closure}/registration $out/registration
    while read -r p; do [ -L "$p" ] || echo "$p"; done <$out/store-paths >$out/binds
    ${if one && hasEtc && !ownEtc then ''for f in $(ls ${etcDir}); do printf '%s\t/etc/%s\n' "${etcDir}/$f" "$f"; done >>$out/binds'' else ""}
  '';
  root = { bind = bound; inherit tree; }.${format} or image.${format};

  # tops of /etc that are bound there
  etcTops = if one && hasEtc && !ownEtc then builtins.attrNames (builtins.listToAttrs (map (n: { name = head (filter (c: isString c && c != "") (split "/" n)); value = 1; }) (attrNames etc))) else [ ];

  # the skeleton as the store has it: directories 0555, files 0444 or 0555, links 0777, all root's
  manifest = runCommand "${name}-manifest" { } ''
    {
      echo 'nucleus-manifest 1'
      cd ${root}
      printf 'd\t0555\t0:0\t.\n'
      find . -mindepth 1 | sed 's,^\./,,; s,/,\x01,g' | LC_ALL=C sort | sed 's,\x01,/,g' | while read -r p
      do
        if [ -L "$p" ]; then printf 'l\t0777\t0:0\t%s\t%s\n' "$p" "$(readlink "$p")"
        elif [ -d "$p" ]; then printf 'd\t0555\t0:0\t%s\n' "$p"
        else
          mode=0444
          [ ! -x "$p" ] || mode=0555
          printf 'f\t%s\t0:0\t%s\t%s\n' $mode "$p" "$(sha256sum <"$p" | cut -d' ' -f1)"
        fi
      done
      ${if one then ''awk -f ${./manifest.awk} ${info}/registration | LC_ALL=C sort -t "$(printf '\t')" -k 3'' else ""}
    } >$out
  '';

  # what nc-rootfs binds: the directories at the top, known without a build
  entries = [ "/${top}" "/usr" ] ++ (if ownEtc then [ "/etc" ] else [ ])
    ++ (if one then [ ] else [ "/context" "/root" "/var" "/workspace" ]);
in
assert builtins.elem format [ "bind" "tree" "erofs" "squashfs" ] || throw "mkRootfs: format is bind, tree, erofs or squashfs: ${format}";
root // {
  mode = format;
  inherit entries env closure manifest;
  # those that secrets may be put into, where the root is one mount
  paths = if one then [ ] else [ "/run/secrets" ];
  store = if one then { list = "${info}/store-paths"; registration = "${info}/registration"; } else null;
  binds = if one then "${info}/binds" else null;
  mounts = map (n: "/etc/${n}") etcTops;
  inherit info;
}
