# A list of words -> text, for whoever reads it. No reader here is a shell but that of toShell.
{ execlineb }:
let
  inherit (builtins) concatStringsSep elemAt length map match replaceStrings toJSON;
in
rec {
  # systemd.service(5), COMMAND LINES: quotes as in C, % for specifiers, $ for variables
  systemdArg = a: replaceStrings [ "%" "$" ] [ "%%" "$$" ] (toJSON a);
  toSystemd = argv: concatStringsSep " " (map systemdArg argv);

  # execlineb(1): in quotes only \ and " mean something. A dollar is a dollar, as no importas follows.
  execlineArg = a: "\"" + replaceStrings [ "\\" "\"" ] [ "\\\\" "\\\"" ] a + "\"";
  toExecline = argv: concatStringsSep " " (map execlineArg argv);
  toExeclineScript = argv: "#!${execlineb} -P\n" + concatStringsSep "\n" (map execlineArg argv) + "\n";

  # As nc-run -n prints it.
  shellArg = a:
    if match "[A-Za-z0-9_./:,=+@%-]+" a != null then a
    else "'" + replaceStrings [ "'" ] [ "'\\''" ] a + "'";
  toShell = argv: concatStringsSep " " (map shellArg argv);

  # A block of execline in the form that its programs find in argv, where "" ends it.
  block = words: map (w: " " + w) words ++ [ "" ];
}
