{
  declaration = {
    command = [ "/bin/web" ];
    rootfs = "/nix/store/00000000000000000000000000000000-web-rootfs";
    rootfsEntries = [ "/bin" "/etc" "/nix" "/opt" ];
  };
}
