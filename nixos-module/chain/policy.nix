# Policies as files: what nc-policy argv says of them, read at evaluation, so that the line is known without a build. The build
# of the policy (policy.nix beside chain.nix) runs nc-policy on the same file and fails where the two differ.
let
  inherit (import ./base.nix) hasPrefix optional;
  inherit (builtins)
    addErrorContext all attrValues concatMap concatStringsSep elem filter fromJSON fromTOML getContext isAttrs isInt isList isPath isString readFile
    replaceStrings stringLength substring toString;
  capNames = import ./caps.nix;
  lower = replaceStrings
    [ "A" "B" "C" "D" "E" "F" "G" "H" "I" "J" "K" "L" "M" "N" "O" "P" "Q" "R" "S" "T" "U" "V" "W" "X" "Y" "Z" ]
    [ "a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k" "l" "m" "n" "o" "p" "q" "r" "s" "t" "u" "v" "w" "x" "y" "z" ];
in
rec {
  inherit capNames;

  # as nc-policy prints it, or null
  capName = c:
    let
      l = lower c;
      name = if hasPrefix "cap_" l then substring 4 (stringLength l) l else l;
    in
    if elem name capNames then name else null;

  # a list of names, any spelling -> the step's word, in the order of their numbers
  capWord = caps: let want = map capName caps; in concatStringsSep "," (filter (n: elem n want) capNames);

  # What a derivation makes would have to be built before it can be read: an import from derivation. { source; } names the
  # file that such a policy is made of, as mkPolicy does.
  readable = file:
    isPath file || (isAttrs file && file ? source && readable file.source)
    || (isString file && all (c: !(c ? outputs)) (attrValues (getContext file)));
  # a syntax that is wrong ends the evaluation: it says of which file, and of whose
  parsed = read: file:
    let source = if isAttrs file then file.source else file; in
    addErrorContext "while reading the policy ${toString source}${if isAttrs file then " for ${file.name or "a chain"}" else ""}" (read (readFile source));
  # what has not the shape that it should have says nothing here: nc-policy names it when the policy is built
  items = v: if isList v then v else [ ];
  texts = v: filter isString (items v);

  landlockWords = l:
    optional (l.best_effort or false == true) "-b"
    ++ optional (isInt (l.min_abi or null)) "-a${toString l.min_abi}"
    ++ concatMap
      (r:
        let
          access = texts (r.access or [ ]);
          path = if isString (r.path or null) then r.path else "";
          has = a: elem a access || elem "all" access || (a != "execute" && elem "all_except_execute" access);
          read = has "read";
        in
        optional read "-r${path}"
        ++ optional (has "write") "-w${path}"
        ++ optional (has "execute") "-x${path}"
        ++ optional (!read && elem "readdir" access) "-d${path}")
      (items (l.rules or [ ]))
    ++ optional (l ? tcp) "-t"
    ++ map (p: "-c${toString p}") (filter isInt (items (l.tcp.connect or [ ])))
    ++ map (p: "-l${toString p}") (filter isInt (items (l.tcp.bind or [ ])))
    ++ optional (l.scope.abstract_sockets or true == false) "-A"
    ++ optional (l.scope.signals or true == false) "-S"
    ++ optional (l.log_denied or true == false) "-q";

  capsWords = c:
    let
      one = letter: set: let list = capWord (texts (c.${set}.keep or [ ])); in optional (list != "") "-${letter}${list}";
    in
    one "B" "bounding" ++ one "A" "ambient" ++ one "E" "effective" ++ one "I" "inheritable";

  seccompWords = j: optional (elem "SECCOMP_FILTER_FLAG_LOG" (texts (j.flags or [ ]))) "-l";

  landlockFile = file: landlockWords (parsed fromTOML file);
  capsFile = file: capsWords (parsed fromTOML file);
  seccompFile = file: seccompWords (parsed fromJSON file);
}
