# Service directories of s6 and source directories of s6-rc: data first, files after it.
{
  # data -> derivation; null where only data is asked for
  runCommand ? null,
  execline ? "/usr/lib/execline",
  s6 ? "/usr",
}:
let
  inherit (builtins) attrNames concatStringsSep head length listToAttrs map tail;
  inherit (import ./chain/base.nix) word;
  fdmove = "${execline}/bin/fdmove";
  file = text: { inherit text; mode = "0644"; };
  exe = text: { inherit text; mode = "0755"; };
  some = c: a: if c then a else { };

  # chain: chain.nix; options as data
  dir = chain: name: {
    # a declaration as chain.nix takes it
    service,
    # the program says that it is ready by a newline to this descriptor
    notificationFd ? null,
    # a program and its words that reads standard output and error: a logger of its own
    log ? null,
    logNotificationFd ? null,
    finish ? null,
    timeoutKill ? null,
    timeoutFinish ? null,
    maxDeathTally ? null,
    downSignal ? null,
    # "down" at the start
    down ? false,
  }:
    let
      s = service // some (notificationFd != null) { keepFds = (service.keepFds or [ ]) ++ [ notificationFd ]; };
      run = [ fdmove "-c" "2" "1" ] ++ chain.mkChain name s;
      values = environment: listToAttrs (map (n: { name = "env/${n}"; value = file "${environment.${n}}"; }) (attrNames environment));
      hasEnv = service.environment or { } != { };
      # the values of the environment are files, as s6-envdir reads them
      argv = if hasEnv then [ "${s6}/bin/s6-envdir" "-Lf" "-I" "env" ] ++ run else run;
    in
    { run = exe (chain.toExeclineScript argv); }
    // some hasEnv (values service.environment)
    // some (notificationFd != null) { notification-fd = file "${toString notificationFd}\n"; }
    // some (finish != null) { finish = exe (chain.toExeclineScript (map word finish)); }
    // some (timeoutKill != null) { timeout-kill = file "${toString timeoutKill}\n"; }
    // some (timeoutFinish != null) { timeout-finish = file "${toString timeoutFinish}\n"; }
    // some (maxDeathTally != null) { max-death-tally = file "${toString maxDeathTally}\n"; }
    // some (downSignal != null) { down-signal = file "${downSignal}\n"; }
    // some down { down = file ""; }
    // some (log != null) { "log/run" = exe (chain.toExeclineScript (map word log)); }
    // some (log != null && logNotificationFd != null) { "log/notification-fd" = file "${toString logNotificationFd}\n"; };

  prefix = p: files: listToAttrs (map (n: { name = "${p}/${n}"; value = files.${n}; }) (attrNames files));
  without = builtins.removeAttrs;

  # s6-rc wants the logger as a service of its own, and both ends of the pipe named
  rc = chain: name: args@{ dependencies ? [ ], log ? null, logNotificationFd ? null, bundles ? [ ], ... }:
    let
      logger = "${name}-log";
      own = dir chain name (without args [ "dependencies" "log" "logNotificationFd" "bundles" ]);
      depends = listToAttrs (map (d: { name = "dependencies.d/${d}"; value = file ""; }) dependencies);
      bundle = b: { "${b}/type" = file "bundle\n"; "${b}/contents.d/${name}" = file ""; };
    in
    prefix name (own // { type = file "longrun\n"; } // depends // some (log != null) { producer-for = file "${logger}\n"; })
    // some (log != null) (prefix logger {
      type = file "longrun\n";
      consumer-for = file "${name}\n";
      pipeline-name = file "${name}-pipeline\n";
      run = exe (chain.toExeclineScript (map word log));
    } // some (log != null && logNotificationFd != null) { "${logger}/notification-fd" = file "${toString logNotificationFd}\n"; })
    // builtins.foldl' (a: b: a // bundle b) { } bundles;

  # { path = { text; mode; }; } -> a derivation
  write = name: files:
    let
      names = attrNames files;
      index = i: "file${toString i}";
      at = builtins.genList (i: i) (length names);
      get = i: files.${builtins.elemAt names i};
      quote = s: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] s}'";
    in
    runCommand name
      (listToAttrs (map (i: { name = index i; value = (get i).text; }) at) // { passAsFile = map index at; })
      (concatStringsSep "\n" ([ "mkdir $out" ] ++ map
        (i: let p = quote (builtins.elemAt names i); in "mkdir -p \"$out/$(dirname ${p})\"; cp \"\$${index i}Path\" $out/${p}; chmod ${(get i).mode} $out/${p}")
        at));
in
{
  mkS6ServiceDir = dir;
  mkS6RcSourceDir = rc;
  writeFiles = write;
}
