{
  declaration = {
    command = [ "/bin/web" ];
    rootfs = "/nix/store/00000000000000000000000000000000-web-rootfs";
    rootfsMode = "overlay";
    rootfsUpper = "64M";
    rootfsEntries = [ "/bin" "/etc" "/nix" "/opt" ];
    attest = { enable = true; manifest = "/nix/store/00000000000000000000000000000001-manifest"; };
  };
}
