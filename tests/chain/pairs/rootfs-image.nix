{
  declaration = { command = [ "/bin/web" ]; rootfs = "/nix/store/00000000000000000000000000000002-web.erofs"; rootfsMode = "erofs"; };
}
